"""What passes between payments, their providers and banks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from hotpot.kernel.money import Money

PENDING, RECEIVED, DECLINED = "pending", "received", "declined"
CHARGED_BACK = "charged_back"  # received, and later taken back by the provider
PARTLY_CHARGED_BACK = "partly_charged_back"
STATES = (PENDING, RECEIVED, DECLINED, CHARGED_BACK)


@dataclass(frozen=True, slots=True)
class Ask:
    """A request for money. `reference` is ours, the same at every retry."""

    reference: str
    amount: Money
    operator_id: int
    customer_id: int


@dataclass(frozen=True, slots=True)
class Answer:
    """`instruction` tells the payer what to do next; `problem` why it was declined or taken back."""

    state: str
    provider_reference: str = ""
    problem: str = ""
    instruction: str = ""


@dataclass(frozen=True, slots=True)
class Notice:
    """A callback: the provider's `event` id, the payment it is about, what became of it. `amount_minor` is
    how much was taken back; None: all that is left."""

    event: str
    reference: str
    state: str
    provider_reference: str = ""
    problem: str = ""
    amount_minor: int | None = None


@dataclass(frozen=True, slots=True)
class BankEntry:
    """Money that came in. `identity` is the bank's reference, or made of the content; never twice."""

    identity: str
    booked_on: date
    amount: Money
    payer: str
    text: str


@dataclass(frozen=True, slots=True)
class Statement:
    """A bank's file, read: its format and the money that came in; `left_out` counts what went out or isn't
    booked yet."""

    format: str
    entries: tuple[BankEntry, ...]
    left_out: int

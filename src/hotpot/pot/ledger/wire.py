"""What programs say to the ledger's engine, and what it answers. Amounts are in the asset's unit.

`linked` ties a command to the next one of its batch: a chain succeeds or fails together.
A command that is sent again with the same key and content is answered as the first time.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

import msgspec

COMMANDS_MAX = 8192  # in one batch of a caller
LINES_MAX = 1000  # of a statement's page


class Command(
    msgspec.Struct, frozen=True, gc=False, kw_only=True, tag_field="verb", forbid_unknown_fields=True
):
    linked: bool = False


class Transfer(Command, frozen=True, gc=False, kw_only=True, tag="transfer"):
    """Moves `amount` from `source`, which falls, to `target`, which rises."""

    key: str
    source: str
    target: str
    amount: int
    asset: str
    memo: str = ""


class Hold(Command, frozen=True, gc=False, kw_only=True, tag="hold"):
    """Sets `amount` aside on `source` for `target`; free again by itself after `expires_in_s`."""

    key: str
    source: str
    target: str
    amount: int
    asset: str
    memo: str = ""
    expires_in_s: int | None = None


class Post(Command, frozen=True, gc=False, kw_only=True, tag="post"):
    """Moves what is held, or `amount` of it; the rest is free again. `hold` is the hold's key."""

    hold: str
    amount: int | None = None


class Void(Command, frozen=True, gc=False, kw_only=True, tag="void"):
    """Frees what is held. `hold` is the hold's key."""

    hold: str


AnyCommand = Transfer | Hold | Post | Void


class Done(msgspec.Struct, frozen=True, gc=False, tag_field="outcome", tag="done", omit_defaults=True):
    """`amount` moved, held or freed at `time`. `fresh` is False where an earlier command did it."""

    amount: int
    time: datetime
    fresh: bool
    expires_at: datetime | None = None


class Refusal(msgspec.Struct, frozen=True, gc=False, tag_field="outcome", tag="refused"):
    """Nothing moved, and the key stays free. `code` is stable, `message` a sentence for people."""

    code: Literal[
        "invalid",
        "unknown_account",
        "unknown_hold",
        "wrong_asset",
        "not_enough",
        "too_much",
        "key_taken",
        "hold_expired",
        "hold_ended",
        "linked",
    ]
    message: str


Answer = Done | Refusal


class Commands(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Decided one after the other, in this order; each stands alone unless it is linked."""

    commands: list[AnyCommand]


class Answers(msgspec.Struct, frozen=True):
    """In the order of the commands."""

    answers: list[Answer]


class Open(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`name` is the party's own for the account, and what makes a retry harmless. `least` is the lowest
    balance that it may fall to: 0, below 0 for an overdraft, null for no limit."""

    name: str
    asset: str
    least: int | None = 0


class Opened(msgspec.Struct, frozen=True):
    """`account` is the code that commands name. `fresh` is False where it was open already."""

    account: str
    asset: str
    least: int | None
    fresh: bool


class Balance(msgspec.Struct, frozen=True):
    """`available` is what may still be taken; null where the account has no least."""

    account: str
    asset: str
    balance: int
    held: int
    least: int | None
    available: int | None


class Line(msgspec.Struct, frozen=True):
    """`amount` is positive where the account rose; `balance` is the one after it."""

    key: str
    memo: str
    time: datetime
    amount: int
    balance: int


class Statement(msgspec.Struct, frozen=True):
    """`opening` + the lines' amounts = `closing`. `next` gives the following page; null on the last."""

    account: str
    asset: str
    opening: int
    lines: Sequence[Line]
    closing: int
    next: str | None


class Problem(msgspec.Struct, frozen=True):
    """Why a whole request was refused."""

    status: int
    code: str
    message: str

"""Providers that can't be reached from here, played by rule, so that each answer can be had at will.

`on_the_phone_bill` stands for the operator's own biller, which charges the company's main number; a real
one fills the same four methods with requests to the operator's charging gateway. `rehearsal` stands for a
card acquirer. The last two digits of the amount, in minor units, choose what happens, as in acquirers' own
test modes: 13 is declined, 14 stays pending until a callback says more, all else is received at once.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from hotpot.kernel.errors import Forbidden, Invalid
from hotpot.pot.billing import accounts
from hotpot.pot.ledger.actions import NewAccount
from hotpot.pot.payment.wire import DECLINED, PENDING, RECEIVED, STATES, Answer, Ask, Notice

DECLINED_ENDING, PENDING_ENDING = 13, 14


class Simulated:
    """Keeps nothing: what it answers follows from what it is asked."""

    takes_back = True

    def __init__(
        self, name: str, *, label: Callable[[], str], refusal: Callable[[], str], rehearsal: bool
    ) -> None:
        self.name = name
        self.rehearsal = rehearsal
        self._label = label
        self._refusal = refusal

    @property
    def label(self) -> str:
        return self._label()

    def account(self, ask: Ask) -> NewAccount:
        return accounts.taken_by(ask.operator_id, self.name, ask.amount.currency)

    def start(self, ask: Ask) -> Answer:
        theirs = f"{self.name}-{ask.reference}"
        ending = ask.amount.minor % 100
        if ending == DECLINED_ENDING:
            return Answer(DECLINED, theirs, problem=self._refusal())
        if ending == PENDING_ENDING:
            return Answer(PENDING, theirs, instruction=_("Wait a moment: it is being confirmed."))
        return Answer(RECEIVED, theirs)

    def state_of(self, ask: Ask) -> Answer:
        return self.start(ask)

    def notice(self, body: bytes, signature: str) -> Notice:
        if not hmac.compare_digest(self.sign(body), signature):
            raise Forbidden(_("The signature of this callback is not the provider's."))
        try:
            told: dict[str, Any] = json.loads(body)
            found = Notice(
                event=str(told["event"]),
                reference=str(told["reference"]),
                state=str(told["state"]),
                provider_reference=str(told.get("provider_reference", "")),
                problem=str(told.get("problem", "")),
                amount_minor=None if told.get("amount_minor") is None else int(told["amount_minor"]),
            )
        except (ValueError, KeyError, TypeError, AttributeError):
            raise Invalid(_("This callback can't be read.")) from None
        if found.state not in STATES:
            raise Invalid(_("This callback can't be read."))
        return found

    def sign(self, body: bytes) -> str:
        """HMAC-SHA256 in hexadecimal, under a key of this provider's own."""
        key = hashlib.sha256(f"payment.{self.name}:{settings.SECRET_KEY}".encode()).digest()
        return hmac.new(key, body, hashlib.sha256).hexdigest()


def on_the_phone_bill() -> Simulated:
    return Simulated(
        "phone_bill",
        label=lambda: _("On the phone bill"),
        refusal=lambda: _("The limit of this phone bill is reached. Choose another way to pay."),
        rehearsal=False,
    )


def rehearsal() -> Simulated:
    return Simulated(
        "rehearsal",
        label=lambda: _("Test payment"),
        refusal=lambda: _("The card was declined. Choose another way to pay."),
        rehearsal=True,
    )

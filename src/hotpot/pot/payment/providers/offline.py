"""Bank transfer: the payer quotes a reference, the bank's file or a clerk says that it came."""

from __future__ import annotations

from django.utils.translation import gettext as _

from hotpot.kernel.errors import Forbidden
from hotpot.pot.billing import accounts
from hotpot.pot.ledger.actions import NewAccount
from hotpot.pot.payment.wire import PENDING, Answer, Ask, Notice


class Offline:
    name = "offline"
    rehearsal = False
    takes_back = False

    @property
    def label(self) -> str:
        return _("Bank transfer")

    def account(self, ask: Ask) -> NewAccount:
        return accounts.bank(ask.operator_id, ask.amount.currency)

    def start(self, ask: Ask) -> Answer:
        told = _("Transfer %(amount)s to the bank account on the bill and quote %(reference)s.")
        return Answer(PENDING, instruction=told % {"amount": ask.amount, "reference": ask.reference})

    def state_of(self, ask: Ask) -> Answer:
        """The bank tells by its file alone."""
        return Answer(PENDING)

    def notice(self, body: bytes, signature: str) -> Notice:
        raise Forbidden(_("Banks send files, not callbacks."))

"""From what the customer paid ahead: it is there, or it isn't."""

from __future__ import annotations

from django.utils.translation import gettext as _

from hotpot.kernel.errors import Forbidden
from hotpot.pot.billing import accounts
from hotpot.pot.ledger.actions import NewAccount
from hotpot.pot.payment.wire import RECEIVED, Answer, Ask, Notice


class Wallet:
    name = "wallet"
    rehearsal = False
    takes_back = False

    @property
    def label(self) -> str:
        return _("Wallet")

    def account(self, ask: Ask) -> NewAccount:
        return accounts.wallet(ask.operator_id, ask.customer_id, ask.amount.currency)

    def start(self, ask: Ask) -> Answer:
        """Received: the entry that books it is refused where the wallet holds less."""
        return Answer(RECEIVED, provider_reference=ask.reference)

    def state_of(self, ask: Ask) -> Answer:
        return self.start(ask)

    def notice(self, body: bytes, signature: str) -> Notice:
        raise Forbidden(_("A wallet sends no callbacks."))

"""How money reaches an operator: one small interface, one file a way.

A new way copies its neighbour, fills `Provider` and gets a line in `PROVIDERS`. What a payment means
(which bills, which entries) is the verbs' business: a provider only says what became of the money.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from django.conf import settings
from django.utils.translation import gettext as _

from hotpot.kernel.errors import NotFound
from hotpot.pot.ledger.actions import NewAccount
from hotpot.pot.payment.providers.offline import Offline
from hotpot.pot.payment.providers.simulated import Simulated, on_the_phone_bill, rehearsal
from hotpot.pot.payment.providers.wallet import Wallet
from hotpot.pot.payment.wire import Answer, Ask, Notice

__all__ = ["PROVIDERS", "Provider", "Simulated", "offered", "provider"]


class Provider(Protocol):
    """`name` is kept in each payment; `label` is shown. `rehearsal` ones are offered in a demo only.
    `takes_back`: money that it collected may be charged back, which it tells by a callback."""

    name: str
    rehearsal: bool
    takes_back: bool

    @property
    def label(self) -> str: ...

    def account(self, ask: Ask) -> NewAccount:
        """Where the money is once it was received."""
        ...

    def start(self, ask: Ask) -> Answer:
        """Asks for the money. May be called again with the same reference: it is asked for once."""
        ...

    def state_of(self, ask: Ask) -> Answer:
        """What the provider knows of it now: asked where no callback came."""
        ...

    def notice(self, body: bytes, signature: str) -> Notice:
        """A callback's content. Raises Forbidden where its signature is not the provider's."""
        ...


PROVIDERS: Mapping[str, Provider] = {
    one.name: one for one in (Offline(), Wallet(), on_the_phone_bill(), rehearsal())
}


def provider(name: str) -> Provider:
    """Raises NotFound."""
    if (found := PROVIDERS.get(name)) is None:
        raise NotFound(_("There is no such way to pay."))
    return found


def offered() -> list[Provider]:
    """What a payer may choose from."""
    demo = settings.HOTPOT_DEMO or settings.DEBUG
    return [one for one in PROVIDERS.values() if demo or not one.rehearsal]

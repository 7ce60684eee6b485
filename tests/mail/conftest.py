"""A company whose people have mailboxes, on a real Dovecot or on a server that lies."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from hotpot.conftest import NOW, Market, make_market
from hotpot.pot.connector.mailbox import actions
from hotpot.pot.connector.mailbox.models import Mailbox
from hotpot.pot.connector.mailbox.turns import Watch, take_turn
from hotpot.pot.connector.mailbox.wire import Access
from hotpot.pot.events.models import EventRow
from hotpot.pot.events.wire import SYSTEM_ACTOR
from tests.mail.dovecot import DOVECOT, MISSING, Dovecot

APP = "mail"
JITTER = 0.0


@pytest.fixture(scope="session")
def dovecot() -> Iterator[Dovecot]:
    if DOVECOT is None:
        pytest.skip(MISSING)
    server = Dovecot()
    server.start()
    yield server
    server.remove()


@pytest.fixture
def market(db: None) -> Market:
    return make_market("Mail")


class Owner:
    """A member with a mailbox that the test watches turn by turn, on a clock of its own."""

    def __init__(self, market: Market, access: Access) -> None:
        member = market.members[0]
        self.now = NOW
        self.mailbox = actions.connect(
            SYSTEM_ACTOR,
            customer_id=market.customer.id,
            person_id=member.person_id,
            app_id=APP,
            access=access,
            folders=["INBOX"],
            now=self.now,
        )
        self.watch = Watch(self.mailbox.id)

    def turn(self, *, heard: bool = True) -> Mailbox:
        """A turn now; with `heard` it looks at the folders in any case."""
        self.now += timedelta(seconds=1)
        self.watch.heard = self.watch.heard or heard
        take_turn(self.watch, self.now, jitter=lambda: JITTER)
        return self.fresh()

    def fresh(self) -> Mailbox:
        self.mailbox.refresh_from_db()
        return self.mailbox

    def subjects(self) -> list[str]:
        rows = self.mailbox.mails.filter(gone_at=None).order_by("id")
        return list(rows.values_list("subject", flat=True))

    def news(self) -> list[str]:
        """Subjects of the mails that were told, in order, each as often as it was."""
        told = EventRow.objects.filter(type="mail.arrived", data__mailbox_id=self.mailbox.id)
        ids = [event.data["mail_id"] for event in told.order_by("sequence")]
        names = dict(self.mailbox.mails.values_list("id", "subject"))
        return [names.get(id_, "") for id_ in ids]


@pytest.fixture
def own(market: Market) -> Iterator[Callable[[Access], Owner]]:
    made: list[Owner] = []

    def make(access: Access) -> Owner:
        made.append(Owner(market, access))
        return made[-1]

    yield make
    for owner in made:
        owner.watch.close()


def mail(
    subject: str, *, sender: str = "Chen Bo <chen@partner.example>", body: str = "Hello.", id_: str = ""
) -> bytes:
    identity = f"Message-ID: <{id_ or subject.replace(' ', '-')}@partner.example>\r\n"
    head = f"From: {sender}\r\nTo: li@corp.example\r\nSubject: {subject}\r\n{identity}"
    return (head + "Date: Thu, 15 Oct 2026 01:00:00 +0000\r\n\r\n" + body + "\r\n").encode()

"""The whole watcher: threads, locks, many mailboxes, and SIGKILL in the middle of a look."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from django.db import connection

from hotpot.conftest import NOW, Market, make_market
from hotpot.kernel.clock import SettableClock
from hotpot.pot.catalog.models import App
from hotpot.pot.connector.mailbox import actions
from hotpot.pot.connector.mailbox.models import Mail, Mailbox
from hotpot.pot.connector.mailbox.watcher import Watcher
from hotpot.pot.connector.mailbox.wire import Access
from hotpot.pot.events.models import EventRow
from hotpot.pot.events.wire import SYSTEM_ACTOR
from hotpot.pot.subscription.models import Entitlement, Seat
from tests.access.market import Rows
from tests.mail.conftest import APP, mail
from tests.mail.dovecot import Dovecot
from tests.mail.liar import Held, Liar

pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True)]

PATIENCE_S = 60.0


@pytest.fixture
def market(transactional_db: None) -> Iterator[Market]:
    """Whose first member has a seat for the mail app."""
    market = make_market("Watched")
    yield market
    connection.close()


@pytest.fixture
def seat(market: Market) -> Entitlement:
    rows = Rows(market, "watched")
    app = App.objects.create(id=APP, developer=market.developer, name="Mail", icon="mail", manifest={})
    rows.made[App] = app
    seat = rows.of(Seat)
    return Entitlement.objects.create(
        number=market.members[0].person.number, app=app, function=APP, seat_id=seat.pk,
        customer=market.customer, starts_at=NOW,
    )  # fmt: skip


def connect(market: Market, access: Access) -> Mailbox:
    member = market.members[0]
    return actions.connect(
        SYSTEM_ACTOR, customer_id=market.customer.id, person_id=member.person_id, app_id=APP, access=access,
        folders=["INBOX"], now=NOW,
    )  # fmt: skip


@contextmanager
def watching(**limits: int) -> Iterator[Watcher]:
    watcher = Watcher(SettableClock(NOW), **limits)
    thread = threading.Thread(target=watcher.run, args=[lambda: None])
    thread.start()
    try:
        yield watcher
    finally:
        watcher.stop()
        thread.join(PATIENCE_S)
        assert not thread.is_alive()


def until(holds: Callable[[], object]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def looked_at(count: int = 1) -> bool:
    return Mailbox.objects.exclude(looked_at=None).count() == count


def news() -> list[str]:
    events = EventRow.objects.filter(type="mail.arrived").order_by("sequence")
    names = dict(Mail.objects.values_list("id", "subject"))
    return [names[event.data["mail_id"]] for event in events]


@pytest.mark.peer
def test_news_errands_and_the_end_of_a_seat(market: Market, seat: Entitlement, dovecot: Dovecot) -> None:
    address = dovecot.add()
    dovecot.deliver(address, mail("Before"))
    connect(market, dovecot.access(address))
    with watching() as watcher:
        until(looked_at)
        dovecot.deliver(address, mail("Rings"))
        until(lambda: news() == ["Rings"])
        body = actions.read(Mail.objects.get(subject="Before"), NOW)
        until(lambda: type(body).objects.exclude(content=None).exists())
        assert watcher.holds == 1
        seat.delete()
        until(lambda: watcher.holds == 0)


def test_only_one_watches_a_mailbox_and_no_more_than_it_may(market: Market, seat: Entitlement) -> None:
    liars = [Liar() for _ in range(3)]
    try:
        for number, liar in enumerate(liars):
            connect(market, replace(liar.access(), address=f"li{number}@corp.example"))
        with watching(mailboxes_max=2) as first, watching() as second:
            until(lambda: looked_at(3) and first.holds + second.holds == 3)
            assert first.holds <= 2
        logins = [sum("LOGIN" in command for command in liar.commands) for liar in liars]
        assert logins == [1, 1, 1]
    finally:
        for liar in liars:
            liar.stop()


@pytest.mark.parametrize(("nth", "before"), [(1, True), (2, False), (2, True)])
def test_a_killed_watcher_loses_and_repeats_nothing(
    market: Market, seat: Entitlement, database_url: str, nth: int, before: bool
) -> None:
    liar = Liar()
    try:
        connect(market, liar.access())
        with watching():
            until(looked_at)
        liar.mails += [Held(n, mail(f"No. {n}")) for n in range(1, 121)]  # three batches of heads
        killed = subprocess.run(
            [sys.executable, "-m", "tests.mail.killed", str(nth), str(int(before))],
            env=os.environ | {"HOTPOT_DATABASE_URL": database_url},
            check=False,
            timeout=PATIENCE_S,
        )
        assert killed.returncode == -signal.SIGKILL
        assert len(news()) == 50 * (nth - before)
        with watching():
            until(lambda: Mail.objects.count() == 120)
        assert sorted(news()) == sorted(f"No. {n}" for n in range(1, 121))
    finally:
        liar.stop()

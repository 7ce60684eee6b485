"""Credit that is paid in advance: held when a message is taken, earned or given back when it ends."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import asyncpg
import pytest
from django.db import transaction
from django.db.models import Sum

from hotpot.conftest import make_membership, make_party, make_person
from hotpot.kernel.errors import Forbidden, Invalid
from hotpot.pot.access.readers import as_system
from hotpot.pot.events import steps as plane
from hotpot.pot.events.actions import perform
from hotpot.pot.events.wire import SYSTEM_ACTOR, Actor
from hotpot.pot.ledger.models import Account
from hotpot.pot.messaging import actions, door, steps
from hotpot.pot.messaging.models import Charge, Message, Tally
from hotpot.pot.messaging.switch import credit, interfaces, reviews
from hotpot.pot.messaging.switch.limits import account
from hotpot.pot.messaging.switch.tests.offering import codes
from hotpot.pot.messaging.wire import Accepted, Given, Interface, Receipt, Refused, Submitted

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
NUMBER = "+8613800138000"


def opened(login: str, access_number: str, customer_id: int, **policy: Any) -> Interface:
    id = actions.open_interface(
        customer_id, name=login, kind="http", login=login, password="p", access_number=access_number, now=NOW
    )
    interfaces.set_policy(SYSTEM_ACTOR, interface_id=id, policy=policy, now=NOW)
    with transaction.atomic():
        found = perform(door.by_id(id))
    assert found is not None
    return found


def paid(amount: str, **policy: Any) -> tuple[Interface, int]:
    """An interface that pays in advance, and its operator."""
    operator, customer = make_party("operator"), make_party("customer")
    credit.set_tariff(SYSTEM_ACTOR, seller_id=operator.id, price=Decimal("0.0350"), now=NOW)
    credit.add_credit(
        SYSTEM_ACTOR,
        operator_id=operator.id,
        customer_id=customer.id,
        amount=Decimal(amount),
        key="first",
        now=NOW,
    )
    return opened("oa", "1065712", customer.id, paid_to=operator.id, **policy), operator.id


def accept(interface: Interface, *texts: str) -> list[Accepted | Refused]:
    with transaction.atomic(), as_system():
        return perform(door.accept(interface, [Given(NUMBER, text) for text in texts], now=NOW))


def sent(*refused: int) -> None:
    """What is due goes to the carrier, which refuses some for good."""
    with transaction.atomic(), as_system():
        batch = perform(steps.claim("simulated", now=NOW, limit=99, lease=timedelta(seconds=60)))
        answers = [
            Submitted(one.message_id, error="no such number")
            if one.message_id in refused
            else Submitted(one.message_id, ref=f"r{one.message_id}")
            for one in batch
        ]
        perform(steps.submitted("simulated", batch, answers, now=NOW))


def receipts(*delivered: tuple[int, bool]) -> None:
    with transaction.atomic(), as_system():
        given = [Receipt("simulated", f"r{id}", is_there, NOW) for id, is_there in delivered]
        perform(steps.settle(given, now=NOW))


def balances(interface: Interface, operator_id: int) -> tuple[int, int, int]:
    """Left, under way, earned, in 1/10000 CNY; the books balance whenever one looks."""
    accounts = account(operator_id, interface.customer_id)
    found = dict(Account.objects.values_list("code", "balance"))
    assert sum(found.values()) == 0
    for held in Account.objects.annotate(moved=Sum("movements__amount")):
        assert held.balance == (held.moved or 0)
    assert found[accounts.held] == (Charge.objects.aggregate(sum=Sum("amount"))["sum"] or 0)
    return found[accounts.credit], found[accounts.held], found[accounts.income]


@pytest.mark.django_db
def test_credit_is_held_then_earned_or_given_back() -> None:
    interface, operator_id = paid("0.35")
    answers = accept(interface, "a", "b", "c", "中" * 71)
    assert codes(answers) == ["ok"] * 4
    assert balances(interface, operator_id) == (3500 - 5 * 350, 5 * 350, 0)
    ids = [one.message_id for one in answers if isinstance(one, Accepted)]
    sent(ids[2])
    assert balances(interface, operator_id) == (3500 - 4 * 350, 4 * 350, 0)
    receipts((ids[0], True), (ids[1], False), (ids[3], True))
    receipts((ids[0], True))  # carriers say things twice
    assert balances(interface, operator_id) == (3500 - 3 * 350, 0, 3 * 350)


@pytest.mark.django_db
def test_what_is_earned_at_submit_stays_earned() -> None:
    interface, operator_id = paid("0.35", paid_at="submit")
    [one] = accept(interface, "a")
    assert isinstance(one, Accepted)
    sent()
    assert balances(interface, operator_id) == (3150, 0, 350)
    receipts((one.message_id, False))
    assert balances(interface, operator_id) == (3150, 0, 350)


@pytest.mark.django_db
def test_beyond_the_credit_all_are_refused() -> None:
    interface, operator_id = paid("0.10")
    assert codes(accept(interface, "a", "中" * 141, "b", "c")) == ["ok", "no_credit", "ok", "no_credit"]
    assert balances(interface, operator_id) == (300, 700, 0)
    assert credit.balance(operator_id, interface.customer_id) == (Decimal("0.03"), Decimal("0.07"))


@pytest.mark.django_db
def test_a_message_that_is_not_released_costs_nothing() -> None:
    interface, operator_id = paid("0.35", review_all=True)
    [one] = accept(interface, "a")
    assert isinstance(one, Accepted)
    assert balances(interface, operator_id) == (3150, 350, 0)
    reviews.refuse(SYSTEM_ACTOR, message_ids=[one.message_id], reason="spam", now=NOW)
    assert balances(interface, operator_id) == (3500, 0, 0)


@pytest.mark.django_db
def test_the_more_specific_price_is_charged() -> None:
    interface, operator_id = paid("0.35")
    ours: dict[str, Any] = {"actor": SYSTEM_ACTOR, "seller_id": operator_id, "now": NOW}
    credit.set_tariff(**ours, prefix="+86138", price=Decimal("0.05"))
    accept(interface, "a")
    assert balances(interface, operator_id)[1] == 500
    credit.set_tariff(**ours, customer_id=interface.customer_id, price=Decimal("0.02"))
    accept(interface, "b")
    assert balances(interface, operator_id)[1] == 700
    with pytest.raises(Invalid):
        credit.set_tariff(**ours, price=Decimal("0.00001"))


@pytest.mark.django_db
def test_each_operator_has_prices_of_its_own() -> None:
    interface, operator_id = paid("0.35")
    other, owner = make_party("operator"), make_person()
    make_membership(other, owner)
    theirs = Actor(owner.id, other.id, "page")
    credit.set_tariff(theirs, seller_id=other.id, price=Decimal("0.09"), now=NOW)
    credit.set_tariff(theirs, seller_id=other.id, prefix="+86138", price=Decimal("0.08"), now=NOW)
    accept(interface, "a")
    assert balances(interface, operator_id)[1] == 350
    with pytest.raises(Forbidden, match="its own prices"):
        credit.set_tariff(theirs, seller_id=operator_id, price=Decimal("0.09"), now=NOW)


@pytest.mark.django_db
def test_credit_is_added_once_for_a_key() -> None:
    interface, operator_id = paid("0.35")
    for _ in range(2):
        credit.add_credit(
            SYSTEM_ACTOR,
            operator_id=operator_id,
            customer_id=interface.customer_id,
            amount=Decimal("0.65"),
            key="second",
            now=NOW,
        )
    assert balances(interface, operator_id) == (10_000, 0, 0)


@pytest.mark.django_db(transaction=True)
def test_quota_and_credit_are_exact_though_many_send_at_once(database_url: str) -> None:
    """Two interfaces of one company on eight connections: each has a quota, both use one credit."""
    first, operator_id = paid("1.05", per_day_max=20)  # 30 messages
    second = opened("erp", "1065713", first.customer_id, paid_to=operator_id, per_day_max=14)

    async def send(link: asyncpg.Connection, interface: Interface, texts: Sequence[str]) -> list[str]:
        async with link.transaction():
            given = [Given(NUMBER, text) for text in texts]
            return codes(await plane.perform(link, door.accept(interface, given, now=NOW)))

    async def many() -> list[str]:
        links = [await asyncpg.connect(database_url) for _ in range(8)]
        try:
            batches = [
                send(link, first if place % 2 else second, [f"{place}.{one}" for one in range(7)])
                for place, link in enumerate(links)
            ]
            return [code for batch in await asyncio.gather(*batches) for code in batch]
        finally:
            for link in links:
                await link.close()

    said = Counter(asyncio.run(many()))
    assert (said["ok"], sum(said.values())) == (30, 56)
    by_interface = Counter(Message.objects.values_list("interface_id", flat=True))
    assert by_interface[first.id] <= 20
    assert by_interface[second.id] <= 14
    used = {one.key: one.used for one in Tally.objects.all()}
    assert used == {f"i{one.id}/2026-03-02": by_interface[one.id] for one in (first, second)}
    assert balances(first, operator_id) == (0, 10_500, 0)
    sent()
    receipts(*((id, place % 3 > 0) for place, id in enumerate(Message.objects.values_list("id", flat=True))))
    assert balances(first, operator_id) == (3500, 0, 7000)

"""The queue's verbs on a real database: who gets a message, when, and what is known of it afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from hotpot.conftest import make_party
from hotpot.pot.access.readers import as_system
from hotpot.pot.events.actions import perform
from hotpot.pot.events.steps import BY_INDEX
from hotpot.pot.messaging import actions, door, outward
from hotpot.pot.messaging import queue_statements as statements
from hotpot.pot.messaging.models import CarrierAccount, HeldReceipt, Message, MessagePart
from hotpot.pot.messaging.wire import (
    Handing,
    Interface,
    NoticePart,
    Outbound,
    Receipt,
    Submission,
    Submitted,
    TakenPart,
)
from hotpot.pot.party.models import Party

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
NUMBER = "+8613800138000"
LEASE = timedelta(seconds=60)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _system() -> Iterator[None]:
    with as_system():
        yield


@pytest.fixture
def carriers() -> None:
    for name in ("first", "second"):
        given = {"name": name, "protocol": "smpp", "port": 1, "login": "x", "password": "y", "host": "h"}
        actions.connect_carrier(given, now=NOW)


def queue(*numbers: str, **values: Any) -> list[int]:
    outbound = [Outbound(f"{place}/{number}", number, "hello") for place, number in enumerate(numbers)]
    ids = actions.send(outbound, now=NOW)
    if values:
        Message.objects.filter(pk__in=ids).update(**values)
    return ids


def claim(carrier: str = "first", *, now: datetime = NOW, limit: int = 10) -> list[Submission]:
    return perform(outward.claim(carrier, now=now, limit=limit, lease=LEASE))


def said(carrier: str, batch: list[Submission], *answers: Submitted, now: datetime = NOW) -> set[int]:
    return perform(outward.submitted(carrier, batch, answers, now=now))


def of(message_id: int) -> Message:
    return Message.objects.get(pk=message_id)


def receipt(ref: str, *, carrier: str = "first", delivered: bool = True, **given: Any) -> Receipt:
    return Receipt(
        carrier, ref, delivered, NOW + timedelta(minutes=1), "" if delivered else "UNDELIV", **given
    )


def settle(*receipts: Receipt) -> None:
    perform(outward.settle(receipts, now=NOW))


@pytest.mark.usefixtures("carriers")
def test_each_carrier_claims_its_own() -> None:
    [mine, other] = queue(NUMBER, NUMBER)
    Message.objects.filter(pk=other).update(carrier="second")
    assert [one.message_id for one in claim("first")] == [mine]
    assert [one.message_id for one in claim("second")] == [other]
    assert claim("first") == []
    assert of(mine).handed_at == NOW


@pytest.mark.usefixtures("carriers")
def test_priority_goes_first_and_what_is_not_due_waits() -> None:
    ids = queue(*[NUMBER] * 4)
    Message.objects.filter(pk=ids[0]).update(priority=-1)
    Message.objects.filter(pk=ids[2]).update(priority=1)
    Message.objects.filter(pk=ids[3]).update(due_at=NOW + timedelta(hours=1))
    assert [one.message_id for one in claim(limit=1)] == [ids[2]]
    assert [one.message_id for one in claim()] == [ids[1], ids[0]]
    later = [one.message_id for one in claim(now=NOW + timedelta(hours=1))]
    assert later[0] == ids[2]
    assert ids[3] in later


@pytest.mark.usefixtures("carriers")
def test_one_interfaces_flood_leaves_room_for_the_others() -> None:
    flood = queue(*[NUMBER] * 20, interface_id=7)
    [other] = actions.send([Outbound("other", NUMBER, "me too")], now=NOW)
    claimed = {one.message_id for one in claim(limit=10)}
    assert other in claimed
    assert len(claimed & set(flood)) == 5


@pytest.mark.usefixtures("carriers")
def test_a_claim_reads_a_batch_however_much_waits() -> None:
    """Neither what waits for others nor what is scheduled is looked at."""
    queue(*[NUMBER] * 3)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO messaging_message (direction, state, number, access_number, text, app_id, carrier,"
            " carrier_ref, error, attempts, created_at, due_at, expires_at, secret)"
            " SELECT 'out', 'queued', '+861390000' || n, '1069', 'x', '', name, '', '', 0, %s, %s, %s, false"
            " FROM generate_series(1, 3000) n, unnest(ARRAY['second', 'first']) AS name",
            [NOW, NOW + timedelta(hours=1), NOW + timedelta(hours=9)],
        )
        cursor.execute("ANALYZE messaging_message")
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(
            "EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) "
            + statements.CLAIM.replace("$1", f"'{NOW.isoformat()}'")
            .replace("$2", "'first'")
            .replace("$3", "10")
            .replace("$4", "true")
            .replace("$5", f"'{(NOW + LEASE).isoformat()}'")
        )
        [[[plan]]] = cursor.fetchall()
    assert plan["Plan"]["Actual Rows"] == 3
    touched = plan["Plan"]["Shared Hit Blocks"] + plan["Plan"]["Shared Read Blocks"]
    assert touched < 300, "6,000 rows wait in as many entries of the index"


@pytest.mark.parametrize("statement", [statements.SETTLE, statements.LOST])
def test_a_plan_made_while_there_are_few_messages_serves_many(statement: str) -> None:
    """Connections keep their plans: one that walks all messages of a carrier would get ever slower."""
    with connection.cursor() as cursor:
        for name, value in BY_INDEX.items():
            cursor.execute(f"SET LOCAL {name} = {value}")
        cursor.execute(f"PREPARE kept AS {statement}")
        given = {
            statements.SETTLE: "'first', array['r1'], array[true], array[''], array[now()]",
            statements.LOST: "'first', now() - interval '1 hour', now()",
        }[statement]
        cursor.execute(f"EXECUTE kept ({given})")
        cursor.execute(
            "INSERT INTO messaging_message (direction, state, number, access_number, text, app_id, carrier,"
            " carrier_ref, error, attempts, created_at, due_at, expires_at, secret)"
            " SELECT 'out', state, '+861390000' || n, '1069', 'x', '', 'first',"
            "        CASE state WHEN 'sent' THEN 'r' || n ELSE '' END, '', 0, now(), now(), now(), false"
            " FROM generate_series(1, 3000) n, unnest(ARRAY['sent', 'queued']) AS state"
        )
        cursor.execute(
            "INSERT INTO messaging_heldreceipt (carrier, carrier_ref, delivered, error, at, number,"
            " access_number, held_at)"
            " SELECT 'first', 'h' || n, true, '', now(), '+8613700000' || n, '', now()"
            " FROM generate_series(1, 20) n"
        )
        cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) EXECUTE kept ({given})")
        [[[plan]]] = cursor.fetchall()
        cursor.execute("DEALLOCATE kept")
    touched = plan["Plan"]["Shared Hit Blocks"] + plan["Plan"]["Shared Read Blocks"]
    assert touched < 200


@pytest.mark.usefixtures("carriers")
def test_who_refuses_what_another_may_take_is_passed_over() -> None:
    [message_id] = queue(NUMBER)
    batch = claim("first")
    said("first", batch, Submitted(message_id, error="no route", elsewhere=True))
    assert (of(message_id).state, of(message_id).carrier, of(message_id).tried) == (
        "queued",
        "second",
        ["first"],
    )
    batch = claim("second")
    assert batch[0].tried == ["first"]
    said("second", batch, Submitted(message_id, error="no route", elsewhere=True))
    assert (of(message_id).state, of(message_id).error) == ("failed", "no route")


@pytest.mark.usefixtures("carriers")
def test_a_refusal_of_the_message_itself_is_the_end() -> None:
    [message_id] = queue(NUMBER)
    said("first", claim(), Submitted(message_id, error="too long"))
    assert (of(message_id).state, of(message_id).tried) == ("failed", [])


@pytest.mark.usefixtures("carriers")
def test_without_an_answer_another_gets_it_only_after_the_wait() -> None:
    [message_id] = queue(NUMBER)
    said("first", claim(), Submitted(message_id, error="no answer", uncertain=True))
    assert claim("second") == []
    later = NOW + timedelta(seconds=61)
    assert [one.message_id for one in claim("second", now=later)] == [message_id]
    assert claim("first", now=later) == []


@pytest.mark.usefixtures("carriers")
def test_a_receipt_finds_the_message_that_was_never_answered_for() -> None:
    ids = queue(NUMBER, NUMBER, "+8613900139000")
    batch = claim()
    lost = [Submitted(one.message_id, error="no answer", uncertain=True) for one in batch]
    said("first", batch, *lost)
    known: dict[str, Any] = {"number": NUMBER, "access_number": of(ids[0]).access_number, "submitted_at": NOW}
    settle(receipt("r1", **known), receipt("r2", **{**known, "number": "+8613700000000"}))
    within = timedelta(seconds=10)
    adopted = outward.adopt("first", now=NOW + within * 2, answered_within=within, parts_of=lambda *_: 1)
    perform(adopted)
    assert [of(one).state for one in ids] == ["delivered", "queued", "queued"]
    assert of(ids[0]).carrier_ref == "r1"
    assert [one.carrier_ref for one in HeldReceipt.objects.all()] == ["r2"]


@pytest.mark.usefixtures("carriers")
def test_a_receipt_of_another_day_finds_nothing() -> None:
    [message_id] = queue(NUMBER)
    batch = claim()
    said("first", batch, Submitted(message_id, error="no answer", uncertain=True))
    old = NOW - timedelta(days=1)
    settle(receipt("r1", number=NUMBER, access_number=batch[0].access_number, submitted_at=old))
    within = timedelta(seconds=10)
    perform(outward.adopt("first", now=NOW + within * 2, answered_within=within, parts_of=lambda *_: 1))
    assert of(message_id).state == "queued"


def taken(message_id: int, *places: int, error: str = "", temporary: bool = False) -> Submitted:
    parts = tuple(TakenPart(place, f"p{place}") for place in places)
    return Submitted(message_id, error=error, temporary=temporary, total=3, parts=parts)


@pytest.mark.usefixtures("carriers")
def test_a_long_message_is_delivered_when_all_its_parts_are() -> None:
    [message_id] = queue(NUMBER)
    said("first", claim(), taken(message_id, 1, 2, 3))
    settle(receipt("p2"), receipt("p1"), receipt("p1"))
    assert of(message_id).state == "sent"
    settle(receipt("p3"))
    assert of(message_id).state == "delivered"
    settle(receipt("p3", delivered=False))
    assert of(message_id).state == "delivered"
    assert not HeldReceipt.objects.exists()


@pytest.mark.usefixtures("carriers")
def test_a_long_message_has_failed_when_one_part_has() -> None:
    [message_id] = queue(NUMBER)
    settle(receipt("p2", delivered=False))  # It overtook the answer.
    said("first", claim(), taken(message_id, 1, 2, 3))
    assert (of(message_id).state, of(message_id).error) == ("failed", "UNDELIV")
    settle(receipt("p1"))
    assert sorted(MessagePart.objects.values_list("place", "state")) == [
        (1, "delivered"),
        (2, "failed"),
        (3, "sent"),
    ]


@pytest.mark.usefixtures("carriers")
def test_only_missing_parts_go_again_and_to_nobody_else() -> None:
    [message_id] = queue(NUMBER)
    said("first", claim(), taken(message_id, 1, 3, error="too fast", temporary=True))
    [again] = claim(now=NOW + timedelta(minutes=1))
    assert again.taken == [1, 3]
    said("first", [again], Submitted(message_id, error="no answer", uncertain=True, total=3))
    assert (of(message_id).carrier, of(message_id).tried) == ("first", [])


@pytest.mark.usefixtures("carriers")
def test_what_waits_for_one_who_is_away_goes_to_another() -> None:
    ids = queue(NUMBER, NUMBER)
    Message.objects.filter(pk=ids[1]).update(due_at=NOW + timedelta(hours=1))
    assert perform(outward.waited_for()) == ["first"]
    assert perform(outward.give_to_others("first", now=NOW, limit=10)) == 1
    assert [of(one).carrier for one in ids] == ["second", "first"]
    CarrierAccount.objects.filter(name="first").delete()
    assert perform(outward.give_to_others("second", now=NOW, limit=10)) == 0, "nobody else is there"


def interface(customer: Party, **settings: Any) -> Interface:
    actions.open_interface(
        customer.pk, name="oa", kind="http", login="oa", password="p", access_number="1065712",
        settings_given=settings, now=NOW,
    )  # fmt: skip
    found = perform(door.by_login("oa"))
    assert found is not None
    return found[0]


def accept(given: Interface, *texts: str, handing: Handing | None = None) -> None:
    from hotpot.pot.messaging.wire import Given

    perform(door.accept(given, [Given(NUMBER, text) for text in texts], now=NOW, handing=handing))


def test_what_is_handed_on_is_stored_as_claimed() -> None:
    handing = Handing({"simulated": 2}, NOW + LEASE)
    accept(interface(make_party("customer")), "one", "two", "three", handing=handing)
    handed = handing.submissions["simulated"]
    assert [one.text for one in handed] == ["one", "two"]
    assert [one.text for one in claim("simulated")] == ["three"]
    said("simulated", handed, *(Submitted(one.message_id, ref=f"r{one.message_id}") for one in handed))
    assert Message.objects.filter(state="sent", attempts=1).count() == 2


@pytest.mark.parametrize("wanted", ["message", "part"])
def test_an_interface_is_told_of_parts_where_it_wants_that(wanted: str) -> None:
    given = interface(make_party("customer"), receipts=wanted)
    accept(given, "long")
    batch = claim("simulated")
    perform(outward.submitted("simulated", batch, [taken(batch[0].message_id, 1, 2, 3)], now=NOW))
    settle(*(receipt(f"p{place}", carrier="simulated", delivered=place != 2) for place in (1, 3, 2)))
    [notice] = perform(door.pending(given.id, limit=10))
    assert notice.state == "failed"
    parts = tuple(
        NoticePart(place, 3, "failed" if place == 2 else "delivered", "UNDELIV" if place == 2 else "")
        for place in (1, 2, 3)
    )
    assert notice.parts == (parts if wanted == "part" else ())

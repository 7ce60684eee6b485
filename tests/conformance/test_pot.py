"""The app's own record and storage, on the platform in memory and on the real one."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from hotpot.sdk.app import App
from hotpot.sdk.errors import Forbidden, Invalid
from hotpot.sdk.host import mind_the_clock
from hotpot.sdk.local import LocalPot
from hotpot.sdk.manifest import SCOPES, Manifest
from hotpot.sdk.platform import NewUsage, PlatformEvent, Pot, StoredFile
from hotpot.sdk.testing import AppHarness, MemoryPot
from tests.conformance.worlds import MANIFEST, MemoryWorld, World

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


def types(events: object) -> list[str]:
    assert isinstance(events, list)
    return [event.type for event in events]


def test_what_the_app_records_bears_its_name(world: World) -> None:
    li = world.hire("Li")
    world.pot.events.record(
        "claim.read",
        "claim/1",
        customer_id=li.customer_id,
        person_id=li.person_id,
        data={"pages": 2},
        concerns=[li.person_id],
    )
    assert list(world.told) == [("trial.claim.read", "claim/1", li.person_id)]


def test_usage_is_recorded_once_by_its_id(world: World) -> None:
    li = world.hire("Li")
    first = NewUsage("1", "mail.sent", li.number, {"bytes": 5})
    world.pot.usage.record([first, NewUsage("2", "mail.sent", "subscription:7")])
    world.pot.usage.record([first])
    world.pot.usage.record([])
    assert world.used == {"1": (li.number, {"bytes": 5}), "2": ("subscription:7", {})}


@pytest.mark.parametrize(
    ("id", "subject", "at"),
    [("", "+8613800138000", None), ("1", "13800138000", None), ("1", "+8613800138000", datetime(2026, 1, 1))],  # noqa: DTZ001
)
def test_usage_that_nobody_could_count_is_refused(id: str, subject: str, at: datetime | None) -> None:
    with pytest.raises(Invalid):
        NewUsage(id, "mail.sent", subject, at=at)


def test_documents_are_kept_found_and_forgotten(world: World) -> None:
    storage = world.pot.storage
    assert storage.get("notes", "1") is None
    storage.put("notes", "2", {"text": "second", "kind": "a", "pinned": True})
    storage.put("notes", "1", {"text": "first", "kind": "a", "size": 3})
    storage.put("notes", "3", {"text": "third", "kind": "b"})
    storage.put("other", "1", {"kind": "a"})
    assert storage.get("notes", "1") == {"text": "first", "kind": "a", "size": 3}
    assert [one["text"] for one in storage.find("notes", {"kind": "a"})] == ["first", "second"]
    assert [one["text"] for one in storage.find("notes", {"kind": "a", "pinned": True})] == ["second"]
    assert [one["text"] for one in storage.find("notes", {})] == ["first", "second", "third"]
    assert len(storage.find("notes", {}, limit=2)) == 2
    storage.put("notes", "1", {"text": "changed", "kind": "b"})
    storage.delete("notes", "3")
    storage.delete("notes", "never there")
    assert [one["text"] for one in storage.find("notes", {"kind": "b"})] == ["changed"]


def test_pages_of_documents_go_either_way(world: World) -> None:
    storage = world.pot.storage
    for key in "abcd":
        storage.put("notes", key, {"key": key, "kind": "x" if key != "c" else "y"})

    def keys(newest: bool, beyond: str | None, limit: int = 2) -> list[str]:
        found = storage.find("notes", {"kind": "x"}, newest=newest, beyond=beyond, limit=limit)
        return [one["key"] for one in found]

    assert keys(newest=False, beyond=None) == ["a", "b"]
    assert keys(newest=False, beyond="b") == ["d"]
    assert keys(newest=True, beyond=None) == ["d", "b"]
    assert keys(newest=True, beyond="b") == ["a"]
    assert (storage.count("notes", {"kind": "x"}), storage.count("notes", {}), storage.count("no", {})) == (
        3,
        4,
        0,
    )


def test_a_document_is_a_copy_and_may_be_held(world: World) -> None:
    storage = world.pot.storage
    note = {"lines": ["one"]}
    storage.put("notes", "1", note)
    note["lines"].append("two")
    assert storage.get("notes", "1", lock=True) == {"lines": ["one"]}
    assert storage.get("notes", "2", lock=True) is None


def test_numbers_of_a_series_follow_each_other(world: World) -> None:
    take = world.pot.storage.next_number
    assert [take("bills"), take("bills"), take("other"), take("bills")] == [1, 2, 1, 3]


def test_files_are_kept_as_they_came(world: World) -> None:
    storage = world.pot.storage
    paper = StoredFile("票据.pdf", "application/pdf", bytes(range(256)))
    assert storage.get_file("1/a") is None
    storage.put_file("1/a", StoredFile("old", "text/plain", b""))
    storage.put_file("1/a", paper)
    assert storage.get_file("1/a") == paper
    storage.delete_file("1/a")
    storage.delete_file("1/a")
    assert storage.get_file("1/a") is None


def test_a_link_is_of_one_person_to_one_page(world: World) -> None:
    li, han = world.hire("Li"), world.hire("Han")
    addresses = {
        world.pot.links.make(path, to=one, valid_for=HOUR) for one in (li, han) for path in ("/a", "/b")
    }
    assert len(addresses) == 4
    assert all("/apps/trial/by-link/" in one for one in addresses)


def test_what_is_due_is_done_piece_by_piece(world: World) -> None:
    app = App(replace(MANIFEST, pages=(), events=()))

    @app.on_clock
    def do_one(pot: Pot) -> bool:
        due = pot.storage.find("due", {}, limit=1)
        for one in due:
            pot.storage.delete("due", one["key"])
        return bool(due)

    for key in "abc":
        world.pot.storage.put("due", key, {"key": key})
    if isinstance(world, MemoryWorld):
        AppHarness(app, world).mind_the_clock()
    else:
        mind_the_clock(app, world.pot.now)
    assert world.pot.storage.count("due", {}) == 0


def test_what_the_manifest_does_not_ask_for_is_out_of_reach(world: World) -> None:
    modest = Manifest.parse(
        {
            "id": "modest",
            "name": "Modest",
            "icon": "check",
            "developer": "T",
            "functions": [{"id": "a", "name": "A"}],
        }
    )
    for pot in (MemoryPot(modest), LocalPot(modest, world.pot.now)):
        for scope in SCOPES:
            with pytest.raises(Forbidden, match=scope):
                getattr(pot, scope)
    assert set(MANIFEST.scopes) == set(SCOPES)


def test_seats_that_come_and_go_are_told(world: World) -> None:
    if isinstance(world, MemoryWorld):
        pytest.skip("in memory a seat is set by the test itself")
    li = world.hire("Li")
    world.take_seat(li)
    events: list[PlatformEvent] = list(world.take_events())
    assert types(events) == ["seat.assigned", "seat.ended"]
    assert {event.data["number"] for event in events} == {li.number}

"""Folders on a real disk and a real database, also when the process dies at any moment."""

from __future__ import annotations

import asyncio
import csv
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import pytest
from django.conf import settings
from django.db import connection

from hotpot.kernel.clock import SettableClock
from hotpot.kernel.errors import Refused as Hopeless
from hotpot.pot.access.readers import as_system
from hotpot.pot.connector.drop import engine, folder
from hotpot.pot.connector.drop.engine import Drop, seen_since
from hotpot.pot.connector.drop.folder import Folder, Mark, NoFolder, Results
from hotpot.pot.connector.models import Problem
from hotpot.pot.events.wire import SYSTEM_ACTOR, Actor
from hotpot.pot.messaging import actions
from hotpot.pot.messaging.gateway.desk import Desk, Unsure
from hotpot.pot.messaging.models import Interface, Message, Notice
from hotpot.pot.messaging.switch.interfaces import change_settings
from hotpot.pot.messaging.wire import Accepted, Given, Inbound, Refusal, Refused
from hotpot.pot.messaging.wire import Interface as Contract
from hotpot.pot.party.actions import register_party

NOW = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)
ACCESS_NUMBER = "1065712"
T = TypeVar("T")

pytestmark = pytest.mark.django_db(transaction=True)


async def aside(call: Callable[..., T], *given: Any) -> T:
    """Django in a thread of its own, which gives its connection back."""

    def called() -> T:
        try:
            with as_system():
                return call(*given)
        finally:
            connection.close()

    return await asyncio.to_thread(called)


@pytest.fixture
def interface() -> Interface:
    with as_system():
        customer = register_party(SYSTEM_ACTOR, kind="customer", name="Acme", owner=None, now=NOW)
        id = actions.open_interface(
            customer.id, name="Files", kind="drop", login="acme", password="p" * 30,
            access_number=ACCESS_NUMBER, now=NOW,
        )  # fmt: skip
        return Interface.objects.get(pk=id)


@pytest.fixture
def place(tmp_path: Path, interface: Interface) -> Folder:
    found = Folder(tmp_path / "drop" / interface.login)
    found.lay_out()
    return found


@asynccontextmanager
async def watching(url: str, place: Folder) -> AsyncIterator[tuple[Drop, Contract]]:
    desk = Desk(url, settings.SECRET_KEY, SettableClock(NOW))
    working = asyncio.create_task(desk.run(lambda: None))
    try:
        while "acme" not in desk.guests.by_login:
            await asyncio.sleep(0.01)
        yield Drop(desk, place.path.parent, settle_s=0.0), desk.guests.by_login["acme"].interface
    finally:
        working.cancel()
        await asyncio.gather(working, return_exceptions=True)


def table(count: int, first: int = 0) -> str:
    rows = [f"138{n:08d},text {n},{f'id{n}' if n % 3 == 0 else ''}" for n in range(first, first + count)]
    return "\n".join(["number,text,id", *rows]) + "\n"


def results(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def names(place: Path) -> list[str]:
    return sorted(one.name for one in place.iterdir())


def sent() -> list[tuple[int, str, str]]:
    return list(Message.objects.order_by("number").values_list("id", "number", "text"))


async def test_rows_become_messages_and_a_result_says_which(database_url: str, place: Folder) -> None:
    (place.inbox / "today.csv").write_text(table(3) + "999999999999999999,bad,\n13800138000,,\n")
    (place.inbox / "growing.csv.part").write_text("number,text\n")
    async with watching(database_url, place) as (drop, interface):
        await drop.work_off(interface)
    told = results(place.outbox / "today.csv.result.csv")
    rows = await aside(sent)
    assert [row["state"] for row in told] == ["accepted"] * 3 + ["refused"] * 2
    assert [(int(row["message_id"]), f"+86{row['number']}") for row in told[:3]] == [row[:2] for row in rows]
    assert [(row["row"], row["code"]) for row in told[3:]] == [("4", "20"), ("5", "30")]
    assert [row["id"] for row in told] == ["id0", "", "", "", ""]
    problems = await aside(lambda: {one.code: one.example for one in Problem.objects.all()})
    assert problems == {"bad_number": "999999999999999999", "bad_content": "13800138000"}
    assert (names(place.done), names(place.inbox), names(place.work)) == (
        ["today.csv"],
        ["growing.csv.part"],
        [],
    )


async def test_the_same_rows_again_are_the_same_messages(database_url: str, place: Folder) -> None:
    """A file that is dropped twice, and rows with ids of their own in another file."""
    async with watching(database_url, place) as (drop, interface):
        for name in ("a.csv", "a.csv", "b.csv"):
            (place.inbox / name).write_text(table(4))
            await drop.work_off(interface)
        (place.inbox / "c.csv").write_text("number,text,id\n13800000000,text 0,id0\n")
        await drop.work_off(interface)
    assert len(await aside(sent)) == 4
    assert names(place.outbox) == [
        "a.2.csv.result.csv", "a.csv.result.csv", "b.csv.result.csv", "c.csv.result.csv",
    ]  # fmt: skip
    told = [results(place.outbox / name) for name in names(place.outbox)]
    assert told[0] == told[1] == told[2]
    assert told[3][0]["message_id"] == told[0][0]["message_id"]


async def test_a_file_that_may_still_grow_waits(database_url: str, place: Folder) -> None:
    (place.inbox / "slow.csv").write_text(table(1))
    async with watching(database_url, place) as (drop, interface):
        await Drop(drop._desk, place.path.parent, settle_s=3600.0).work_off(interface)
        assert names(place.inbox) == ["slow.csv"]
        await drop.work_off(interface)
    assert names(place.done) == ["slow.csv"]


def test_what_changed_is_seen_anew() -> None:
    small, large = Mark(1, 1, 1), Mark(2, 2, 1)
    seen = seen_since({}, {"a": small, "b": small}, 10.0)
    assert seen == {"a": (small, 10.0), "b": (small, 10.0)}
    assert seen_since(seen, {"a": small, "b": large, "c": small}, 20.0) == {
        "a": (small, 10.0), "b": (large, 20.0), "c": (small, 20.0),
    }  # fmt: skip


async def test_bad_files_are_put_aside_with_their_reason(database_url: str, place: Folder) -> None:
    (place.inbox / "photo.xlsx").write_bytes(b"PK\x03\x04")
    (place.inbox / "empty.csv").write_text("number,text\n")
    (place.inbox / "torn.csv").write_text('number,text\n13800138000,fine\n13900139000,"' + "x\n" * 80_000)
    secret = place.path.parent / "secret"
    secret.write_text("number,text\n13800138000,secret\n")
    (place.inbox / "link.csv").symlink_to(secret)
    async with watching(database_url, place) as (drop, interface):
        await drop.work_off(interface)
    assert names(place.bad) == [
        "empty.csv", "empty.csv.reason.txt", "link.csv", "link.csv.reason.txt", "photo.xlsx",
        "photo.xlsx.reason.txt", "torn.csv", "torn.csv.reason.txt",
    ]  # fmt: skip
    assert "Line" in (place.bad / "torn.csv.reason.txt").read_text()
    assert names(place.outbox) == ["torn.csv.result.csv"]
    assert len(results(place.outbox / "torn.csv.result.csv")) == 1
    assert len(await aside(sent)) == 1


async def test_a_folder_that_leads_elsewhere_is_not_used(database_url: str, place: Folder) -> None:
    place.outbox.rmdir()
    place.outbox.symlink_to(place.path.parent, target_is_directory=True)
    async with watching(database_url, place) as (drop, interface):
        with pytest.raises(NoFolder, match="link"):
            await drop.work_off(interface)


async def test_one_process_works_in_a_folder(database_url: str, place: Folder) -> None:
    async with watching(database_url, place) as (drop, interface):
        with place.held(), pytest.raises(NoFolder, match="another process"):
            await drop.work_off(interface)
        await drop.work_off(interface)


async def test_files_of_a_suspended_interface_wait(database_url: str, place: Folder) -> None:
    await aside(lambda: Interface.objects.update(state="suspended"))
    (place.inbox / "a.csv").write_text(table(1))
    async with watching(database_url, place) as (drop, interface):
        await drop.work_off(interface)
    assert names(place.inbox) == ["a.csv"]


async def test_what_is_too_fast_or_unsure_is_tried_again(
    database_url: str, place: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "AGAIN_S", 0.01)
    (place.inbox / "a.csv").write_text(table(5))
    moods = iter(["unsure", "throttled"])
    async with watching(database_url, place) as (drop, interface):
        take = drop._desk.take

        async def moody(of: Contract, given: list[Given]) -> list[Accepted | Refused]:
            answers = await take(of, given)
            mood = next(moods, "")
            if mood == "unsure":
                raise Unsure("Nobody knows.")
            slow = Refused(Refusal.THROTTLED, "Slower.")
            return [slow if mood and place % 2 else one for place, one in enumerate(answers)]

        monkeypatch.setattr(drop._desk, "take", moody)
        await drop.work_off(interface)
    assert [row["state"] for row in results(place.outbox / "a.csv.result.csv")] == ["accepted"] * 5
    assert len(await aside(sent)) == 5


async def test_a_row_that_cannot_be_kept_is_refused_alone(
    database_url: str, place: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    (place.inbox / "a.csv").write_text(table(5))
    async with watching(database_url, place) as (drop, interface):
        take = drop._desk.take

        async def choking(of: Contract, given: list[Given]) -> list[Accepted | Refused]:
            if any(one.text == "text 3" for one in given):
                raise Hopeless("This could not be kept.")
            return await take(of, given)

        monkeypatch.setattr(drop._desk, "take", choking)
        await drop.work_off(interface)
    told = results(place.outbox / "a.csv.result.csv")
    assert [row["code"] for row in told] == ["0", "0", "0", "90", "0"]
    assert len(await aside(sent)) == 4


class Crash(BaseException):
    """As kill -9 ends a process: nothing runs afterwards."""


class Fuse:
    """Burns through at the nth step that leaves a mark outside of the process."""

    def __init__(self, steps: int, monkeypatch: pytest.MonkeyPatch) -> None:
        self.left = steps
        for owner, name in ((Path, "rename"), (Path, "unlink"), (folder, "_write")):
            monkeypatch.setattr(owner, name, self._around(getattr(owner, name)))
        for name in ("take", "perform"):
            monkeypatch.setattr(Desk, name, self._after(getattr(Desk, name)))
        monkeypatch.setattr(Results, "add", self._torn(Results.add))

    def burn(self) -> None:
        self.left -= 1
        if self.left == 0:
            raise Crash

    def _around(self, call: Callable[..., T]) -> Callable[..., T]:
        def called(*given: Any, **more: Any) -> T:
            self.burn()
            answer = call(*given, **more)
            self.burn()
            return answer

        return called

    def _after(self, call: Callable[..., Coroutine[Any, Any, T]]) -> Callable[..., Coroutine[Any, Any, T]]:
        """Committed, and nobody heard of it."""

        async def called(*given: Any) -> T:
            answer = await call(*given)
            self.burn()
            return answer

        return called

    def _torn(self, add: Callable[..., None]) -> Callable[..., None]:
        def called(results: Results, rows: Any) -> None:
            before = results._path.stat().st_size if results._path.exists() else 0
            add(results, rows)
            try:
                self.burn()
            except Crash:
                os.truncate(results._path, (before + results._path.stat().st_size) // 2)
                raise
            self.burn()

        return called


def two_replies() -> None:
    inbounds = [Inbound("sim", f"r{n}", "+8613800138000", ACCESS_NUMBER, f"reply {n}", NOW) for n in range(2)]
    actions.receive(inbounds, now=NOW)


async def test_a_crash_at_any_step_neither_doubles_nor_loses_a_row(
    database_url: str, interface: Interface, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "ROWS", 3)
    crashes, steps = 0, 0
    while crashes == steps:
        steps += 1
        place = Folder(tmp_path / str(steps) / "acme")
        place.lay_out()
        (place.inbox / "a.csv").write_text(table(7, first=steps * 100))
        (place.inbox / "b.txt").write_text("no table")
        await aside(Message.objects.all().delete)
        await aside(Notice.objects.all().delete)
        await aside(two_replies)
        async with watching(database_url, place) as (drop, contract):
            with monkeypatch.context() as fragile:
                Fuse(steps, fragile)
                try:
                    await drop.work_off(contract)
                except Crash:
                    crashes += 1
            await Drop(drop._desk, place.path.parent, settle_s=0.0).work_off(contract)
        rows = await aside(lambda: list(Message.objects.filter(direction="out").order_by("number")))
        assert len(rows) == 7
        told = results(place.outbox / "a.csv.result.csv")
        assert [int(row["message_id"]) for row in told] == [row.pk for row in rows]
        assert (names(place.done), names(place.bad), names(place.work), names(place.inbox)) == (
            ["a.csv"], ["b.txt", "b.txt.reason.txt"], [], [],
        )  # fmt: skip
        replies = [name for name in names(place.outbox) if name.startswith("replies")]
        assert [row["text"] for name in replies for row in results(place.outbox / name)] == [
            "reply 0",
            "reply 1",
        ]
        assert len(names(place.outbox)) == 2
        assert await aside(Notice.objects.count) == 0
    assert crashes > 20


async def test_receipts_and_replies_are_shown_in_the_asked_encoding(
    database_url: str, place: Folder, interface: Interface
) -> None:
    given = {"encoding": "gbk", "notices_every_s": "0"}
    await aside(
        lambda: change_settings(Actor(None, None, "cli"), interface_id=interface.pk, given=given, now=NOW)
    )
    (place.inbox / "a.csv").write_text("number,text,id\n13800138000,您好,A1\n")
    async with watching(database_url, place) as (drop, contract):
        await drop.work_off(contract)

        def settle() -> None:
            Message.objects.update(state="delivered", ended_at=NOW + timedelta(seconds=5))
            message = Message.objects.get()
            Notice.objects.create(interface_id=contract.id, message=message, kind="receipt")
            two_replies()

        await aside(settle)
        await drop.work_off(contract)
        await drop.work_off(contract)
    shown = [name for name in names(place.outbox) if not name.startswith("a.csv")]
    assert [name.partition("-")[0] for name in shown] == ["receipts", "replies"]
    receipts = (place.outbox / shown[0]).read_text(encoding="gbk").splitlines()
    assert receipts[0] == "notice,message_id,id,number,state,error,at"
    assert ",A1,+8613800138000,delivered,," in receipts[1]
    assert (place.outbox / "a.csv.result.csv").read_bytes().decode("gbk").splitlines()[1].startswith("1,A1,")


SCRIPT = """
import asyncio, sys
from datetime import UTC, datetime
from pathlib import Path
from hotpot.kernel.clock import SystemClock
from hotpot.pot.connector.drop.engine import Drop
from hotpot.pot.messaging.gateway.desk import Desk
import hotpot.pot.connector.drop.engine as engine
engine.ROWS = 5

async def main(url, secret, root):
    desk = Desk(url, secret, SystemClock())
    async with asyncio.TaskGroup() as group:
        group.create_task(desk.run(lambda: None))
        group.create_task(Drop(desk, Path(root), settle_s=0.1, look_s=0.05).run(lambda: None))

asyncio.run(main(*sys.argv[1:]))
"""


@pytest.mark.faults
async def test_killed_again_and_again_it_ends_with_each_row_once(database_url: str, place: Folder) -> None:
    count = 600
    (place.inbox / "many.csv").write_text(table(count))
    argv = [sys.executable, "-c", SCRIPT, database_url, settings.SECRET_KEY, str(place.path.parent)]
    result, partial = place.outbox / "many.csv.result.csv", place.work / "many.csv.result"
    until = time.monotonic() + 240
    for lines in (20, 150, 151, 400, None):  # None: it may go on to the end
        process = subprocess.Popen(argv)
        try:
            while not (result.exists() if lines is None else _lines(partial) >= lines):
                assert process.poll() is None, "it ended by itself"
                assert time.monotonic() < until, "it stands still"
                await asyncio.sleep(0.005)
        finally:
            os.kill(process.pid, signal.SIGKILL)
            process.wait()
    told = results(result)
    rows = await aside(sent)
    assert len(rows) == len(told) == count
    assert [int(row["message_id"]) for row in told] == [id for id, _number, _text in rows]


def _lines(path: Path) -> int:
    try:
        return path.read_bytes().count(b"\n")
    except FileNotFoundError:
        return 0

"""Looks into the folders of all interfaces of the kind "drop", and works off what lies there. No Django.

A row is one message however often its file is begun anew: its key says which row it is.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import islice
from pathlib import Path
from typing import NoReturn
from zoneinfo import ZoneInfo

import structlog

from hotpot.kernel.errors import Refused as RefusedByUs
from hotpot.pot.connector.drop import statements
from hotpot.pot.connector.drop.folder import Folder, Mark, NoFolder, Results
from hotpot.pot.connector.drop.reading import Source
from hotpot.pot.connector.drop.rules import (
    LOGIN,
    RECEIPT_HEADS,
    REPLY_HEADS,
    BadFile,
    Row,
    Unreadable,
    is_readable,
    result,
)
from hotpot.pot.connector.noting import note
from hotpot.pot.connector.problems import Met
from hotpot.pot.events.steps import Call, Steps
from hotpot.pot.messaging import door
from hotpot.pot.messaging.gateway.desk import Busy, Desk
from hotpot.pot.messaging.wire import Accepted, Given, Interface, Notice, Refusal, Refused

KIND = "drop"  # of the interfaces that come in here
ROWS = 500  # in one go
NOTICES = 5_000  # in one file
LOOK_S = 1.0
SETTLE_S = 5.0  # a file that hasn't changed for so long is whole
NOTICES_EVERY_S = 60.0  # an interface's setting "notices_every_s" may say another
AGAIN_S = 1.0
KEEP_DONE = timedelta(days=30)
ZONE = "Asia/Shanghai"  # of times without one; an interface's setting "time_zone" may say another

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class Watch:
    """What is known of one folder between two looks. Times are the loop's."""

    seen: dict[str, tuple[Mark, float]] = field(default_factory=dict)
    notices_due: float = 0.0
    trouble: str = ""


def seen_since(
    before: Mapping[str, tuple[Mark, float]], there: Mapping[str, Mark], now: float
) -> dict[str, tuple[Mark, float]]:
    """Since when each file is as it is now."""
    return {
        name: before[name] if name in before and before[name][0] == mark else (mark, now)
        for name, mark in there.items()
    }


class Drop:
    """`root` holds a folder for each login."""

    def __init__(self, desk: Desk, root: Path, *, settle_s: float = SETTLE_S, look_s: float = LOOK_S) -> None:
        self._desk = desk
        self._root = root
        self._settle_s = settle_s
        self._look_s = look_s
        self._watches: dict[int, Watch] = {}
        self._working: dict[int, asyncio.Task[None]] = {}

    async def run(self, beat: Callable[[], None]) -> NoReturn:
        """Until cancelled."""
        try:
            while True:
                beat()
                for guest in self._desk.guests.by_id.values():
                    if guest.interface.kind == KIND:
                        self._look(guest.interface)
                await asyncio.sleep(self._look_s)
        finally:
            working = list(self._working.values())
            for task in working:
                task.cancel()
            await asyncio.gather(*working, return_exceptions=True)

    def _look(self, interface: Interface) -> None:
        """A folder is worked off beside the others, one file after the other."""
        task = self._working.get(interface.id)
        if task is None or task.done():
            self._working[interface.id] = asyncio.create_task(self._safely(interface))

    async def _safely(self, interface: Interface) -> None:
        watch = self._watches.setdefault(interface.id, Watch())
        try:
            await self.work_off(interface)
            trouble = ""
        except (NoFolder, OSError, Busy) as error:
            trouble = str(error)
        except Exception as error:
            trouble = repr(error)
            if trouble != watch.trouble:
                log.exception("a folder can't be worked off", interface=interface.name)
        if trouble and trouble != watch.trouble:
            log.warning("a folder waits", interface=interface.name, reason=trouble)
        watch.trouble = trouble

    async def work_off(self, interface: Interface) -> None:
        """All that is there now. While an interface is suspended its files wait; what it is told is told."""
        if not LOGIN.fullmatch(interface.login):
            raise NoFolder(f"The login {interface.login!r} can't name a folder.")
        folder = Folder(self._root / interface.login)
        folder.lay_out()
        with folder.held():
            await self._work_off(interface, folder)

    async def _work_off(self, interface: Interface, folder: Folder) -> None:
        watch = self._watches.setdefault(interface.id, Watch())
        folder.publish()
        if interface.running:
            if (left := folder.claimed()) is not None:
                await self._take(interface, folder, left)
            watch.seen = seen_since(watch.seen, folder.dropped(), asyncio.get_running_loop().time())
            for name in self._whole(watch):
                await self._take(interface, folder, folder.claim(name))
        now = asyncio.get_running_loop().time()
        if now >= watch.notices_due:
            await self._tell(interface, folder)
            folder.forget_done(self._seconds() - KEEP_DONE.total_seconds())
            watch.notices_due = now + float(interface.settings.get("notices_every_s", NOTICES_EVERY_S))

    def _whole(self, watch: Watch) -> list[str]:
        """Those that haven't changed for a while, the oldest first."""
        until = asyncio.get_running_loop().time() - self._settle_s
        whole = [(mark.changed_ns, name) for name, (mark, since) in watch.seen.items() if since <= until]
        return [name for _changed_ns, name in sorted(whole)]

    # A file

    async def _take(self, interface: Interface, folder: Folder, path: Path) -> None:
        try:
            await self._take_rows(interface, path)
        except BadFile as bad:
            log.warning("a file is bad", interface=interface.name, file=path.name, reason=str(bad))
            folder.say_why(path, str(bad))
            await note(self._desk, interface, [Met("bad_file", str(bad), path.name)])
            folder.finish(path, self._seconds(), bad=True)
        else:
            folder.finish(path, self._seconds())

    def _seconds(self) -> float:
        return self._desk.clock.now().timestamp()

    async def _take_rows(self, interface: Interface, path: Path) -> None:
        """From the row on that has no result yet. Raises BadFile."""
        if not is_readable(path.name):
            raise BadFile("Only .csv, .tsv and .jsonl files are read.")
        source = await asyncio.to_thread(Source.of, path)
        results = await asyncio.to_thread(Results, path, _codec(interface))
        rows = source.rows(ZoneInfo(interface.settings.get("time_zone", ZONE)))
        await asyncio.to_thread(_pass_over, rows, results.rows)
        batch, broken = await asyncio.to_thread(_next, rows)
        while batch:
            answered = await self._answers(interface, batch)
            await asyncio.to_thread(results.add, [result(row, answer) for row, answer in answered])
            await note(self._desk, interface, [met for row, answer in answered if (met := _met(row, answer))])
            batch, broken = ([], broken) if broken else await asyncio.to_thread(_next, rows)
        if broken is not None:
            raise broken
        if not results.rows:
            raise BadFile("There is no row in it.")

    async def _answers(
        self, interface: Interface, rows: Sequence[Row]
    ) -> list[tuple[Row, Accepted | Refused | Unreadable]]:
        """What is refused for being too fast, or while nothing can be written, is tried until it isn't."""
        answers: dict[int, Accepted | Refused | Unreadable] = {
            row.place: row.meant for row in rows if isinstance(row.meant, Unreadable)
        }
        while left := [row for row in rows if row.place not in answers]:
            with suppress(Busy):
                answers |= await self._taken(interface, left)
            if len(answers) < len(rows):
                await asyncio.sleep(AGAIN_S)
        return [(row, answers[row.place]) for row in rows]

    async def _taken(
        self, interface: Interface, rows: Sequence[Row]
    ) -> dict[int, Accepted | Refused | Unreadable]:
        """Answers by place; none for a row that is to come again. A row that can't be kept is sought by
        halves, so that it doesn't hold up the others. Raises Busy."""
        given = [row.meant for row in rows if isinstance(row.meant, Given)]
        try:
            taken = await self._desk.take(interface, given)
        except Busy:
            raise
        except RefusedByUs as hopeless:
            if len(rows) == 1:
                return {rows[0].place: Unreadable(hopeless.sentence)}
            middle = len(rows) // 2
            first = await self._taken(interface, rows[:middle])
            return first | await self._taken(interface, rows[middle:])
        return {
            row.place: answer
            for row, answer in zip(rows, taken, strict=True)
            if not (isinstance(answer, Refused) and answer.code == Refusal.THROTTLED)
        }

    # Receipts and replies

    async def _tell(self, interface: Interface, folder: Folder) -> None:
        """Each notice in one file, once: a file is shown after the commit that says so, or taken back."""
        await self._show(interface, folder)
        while notices := await self._desk.perform(door.pending(interface.id, limit=NOTICES)):
            self._prepare(interface, folder, notices)
            await self._desk.perform(door.told([one.id for one in notices]))
            await self._show(interface, folder)

    def _prepare(self, interface: Interface, folder: Folder, notices: Sequence[Notice]) -> None:
        ids, codec = [one.id for one in notices], _codec(interface)
        receipts = [
            (one.id, one.message_id, one.client_ref, one.number, one.state, one.error, one.at.isoformat())
            for one in notices
            if one.kind == "receipt"
        ]
        replies = [
            (one.id, one.message_id, one.number, one.access_number, one.text, one.at.isoformat())
            for one in notices
            if one.kind == "reply"
        ]
        if receipts:
            folder.prepare("receipts", ids, RECEIPT_HEADS, receipts, codec)
        if replies:
            folder.prepare("replies", ids, REPLY_HEADS, replies, codec)

    async def _show(self, interface: Interface, folder: Folder) -> None:
        for prepared, last in list(folder.prepared()):
            if await self._desk.perform(_is_pending(last, interface.id)):
                prepared.unlink()
            else:
                folder.show(prepared)


def _met(row: Row, answer: Accepted | Refused | Unreadable) -> Met | None:
    """What the plug-in's page says of it; None of what was taken."""
    if isinstance(answer, Accepted):
        return None
    code = "unreadable_row" if isinstance(answer, Unreadable) else answer.code
    return Met(code, answer.reason, row.number or row.id)


def _next(rows: Iterator[Row]) -> tuple[list[Row], BadFile | None]:
    """The rows that can be read, and what ended the reading before there were enough."""
    found: list[Row] = []
    try:
        found.extend(islice(rows, ROWS))
    except BadFile as broken:
        return found, broken
    return found, None


def _pass_over(rows: Iterator[Row], count: int) -> None:
    next(islice(rows, count, count), None)


def _is_pending(notice_id: int, interface_id: int) -> Steps[bool]:
    rows = yield Call(statements.IS_PENDING, (notice_id, interface_id))
    return bool(rows)


def _codec(interface: Interface) -> str:
    """What files that they get back are written in: the interface's setting "encoding"."""
    return "gb18030" if str(interface.settings.get("encoding", "")).lower().startswith("gb") else "utf-8"

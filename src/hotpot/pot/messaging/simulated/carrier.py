"""The simulated network: takes messages, carries them to its phones, brings back what phones answer."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import asyncpg

from hotpot.kernel.clock import Clock
from hotpot.kernel.waiting import is_set_within
from hotpot.pot.messaging.carriers import CarrierAway
from hotpot.pot.messaging.simulated.rules import FATES, Fate, fate_of
from hotpot.pot.messaging.wire import Arrivals, Inbound, Receipt, Submission, Submitted

NAME = "simulated"
CHANNEL = "hotpot_air"  # PostgreSQL NOTIFY channel: a phone sent something
BATCH = 500
CONNECTIONS_MAX = 3
GOODBYE_S = 2.0
CONNECT_S = 5.0
ANSWER_S = 20.0
DATABASE_AWAY = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError)

# Takes messages for phones, each key once, and answers with the network's own references.
ACCEPT = """
WITH given AS (
    SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::timestamptz[],
                         $7::timestamptz[])
        AS one (key, number, access_number, text, error, at, taken_at)
), added AS (
    INSERT INTO messaging_airmessage (kind, key, number, access_number, text, error, at, taken_at)
    SELECT 'to_phone', key, number, access_number, text, error, at, taken_at FROM given
        ON CONFLICT (key) DO NOTHING
    RETURNING key, id
)
SELECT key, id FROM added
 UNION ALL
SELECT known.key, known.id FROM messaging_airmessage known WHERE known.key = ANY ($1::text[])
"""

# What reached a phone or left one, and wasn't told yet.
WAITING = """
SELECT id, kind, number, access_number, text, error, at
  FROM messaging_airmessage
 WHERE taken_at IS NULL AND at <= $1::timestamptz
 ORDER BY at, id
 LIMIT $2::bigint
"""

NEXT_AT = "SELECT min(at) FROM messaging_airmessage WHERE taken_at IS NULL"

TAKEN = "UPDATE messaging_airmessage SET taken_at = $1::timestamptz WHERE id = ANY ($2::bigint[])"


class SimulatedCarrier:
    """`delay` is how long a message takes to its phone. `fates` tells which numbers behave badly."""

    name = NAME
    room = BATCH
    away = ""
    may_repeat = True
    answers_within = timedelta(seconds=5)
    uncertain_for = timedelta(0)  # it takes a key once: to give it again does no harm

    def __init__(
        self,
        database_url: str,
        clock: Clock,
        *,
        delay: timedelta = timedelta(milliseconds=200),
        fates: Mapping[str, Fate] = FATES,
    ) -> None:
        self._url = database_url
        self._clock = clock
        self._delay = delay
        self._fates = fates
        self._stirred = asyncio.Event()
        self._answers: list[Submitted] = []
        self._pool: asyncpg.Pool | None = None
        self._ear: asyncpg.Connection | None = None

    async def connect(self) -> None:
        await self.close()
        try:
            self._pool = await asyncpg.create_pool(
                self._url, min_size=1, max_size=CONNECTIONS_MAX, timeout=CONNECT_S, command_timeout=ANSWER_S
            )
            self._ear = await asyncpg.connect(self._url, timeout=CONNECT_S)
            await self._ear.add_listener(CHANNEL, self._stir)
        except DATABASE_AWAY as error:
            await self.close()
            raise CarrierAway(str(error)) from error

    async def close(self) -> None:
        for held in (self._ear, self._pool):
            if held is not None:
                await _let_go(held)
        self._pool = self._ear = None

    def _stir(self, *_: object) -> None:
        self._stirred.set()

    def parts_of(self, text: str, alphabet: str) -> int:
        """Long messages travel whole here."""
        return 1

    async def submit(self, batch: Sequence[Submission]) -> None:
        fates = [fate_of(one.number, self._fates) for one in batch]
        taken = [(one, fate) for one, fate in zip(batch, fates, strict=True) if not fate.refuses(one.attempt)]
        answers = await self._accept(taken)
        answers += [
            Submitted(one.message_id, error=fate.refusal, temporary=fate.refusals is not None)
            for one, fate in zip(batch, fates, strict=True)
            if fate.refuses(one.attempt)
        ]
        self._answers += answers
        self._stirred.set()

    async def _accept(self, taken: Sequence[tuple[Submission, Fate]]) -> list[Submitted]:
        if not taken:
            return []
        now = self._clock.now()
        rows = await self._fetch(
            ACCEPT,
            [one.key for one, _ in taken],
            [one.number for one, _ in taken],
            [one.access_number for one, _ in taken],
            [one.text for one, _ in taken],
            [fate.failure for _, fate in taken],
            [now + self._delay + fate.delay for _, fate in taken],
            [now if fate.silent else None for _, fate in taken],
        )
        refs = {row["key"]: str(row["id"]) for row in rows}
        return [Submitted(one.message_id, ref=refs[one.key]) for one, _ in taken]

    async def arrivals(self, wait_s: float) -> Arrivals:
        self._stirred.clear()
        if (arrivals := await self._waiting()) or wait_s <= 0:
            return arrivals
        await is_set_within(self._stirred, await self._quiet_for(wait_s))
        return await self._waiting()

    async def _waiting(self) -> Arrivals:
        rows = await self._fetch(WAITING, self._clock.now(), BATCH)
        answers, self._answers = self._answers, []
        receipts = [
            Receipt(NAME, str(row["id"]), not row["error"], row["at"], row["error"])
            for row in rows
            if row["kind"] == "to_phone"
        ]
        inbounds = [
            Inbound(NAME, str(row["id"]), row["number"], row["access_number"], row["text"], row["at"])
            for row in rows
            if row["kind"] == "from_phone"
        ]
        return Arrivals(tuple(receipts), tuple(inbounds), answers=tuple(answers))

    async def _quiet_for(self, wait_s: float) -> float:
        """Seconds until something is due by itself."""
        [[at]] = await self._fetch(NEXT_AT)
        if not isinstance(at, datetime):
            return wait_s
        return min(wait_s, max(0.0, (at - self._clock.now()).total_seconds()))

    async def acknowledge(self, arrivals: Arrivals) -> None:
        if not arrivals.receipts and not arrivals.inbounds:
            return
        ids = [int(receipt.ref) for receipt in arrivals.receipts]
        ids += [int(inbound.ref) for inbound in arrivals.inbounds]
        await self._fetch(TAKEN, self._clock.now(), ids)

    async def _fetch(self, statement: str, *arguments: Any) -> Any:
        if self._pool is None:
            raise CarrierAway("not connected")
        try:
            return await self._pool.fetch(statement, *arguments)
        except DATABASE_AWAY as error:
            raise CarrierAway(str(error)) from error


async def _let_go(held: asyncpg.Connection | asyncpg.Pool) -> None:
    """Politely where the other side still listens."""
    try:
        await asyncio.wait_for(held.close(), GOODBYE_S)
    except DATABASE_AWAY:
        held.terminate()

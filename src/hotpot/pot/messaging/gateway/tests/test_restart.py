"""A database that is stopped, and then killed, under a gateway at work. Carrier and database are real."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import signal
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from hotpot.entry.config import OWNER_ROLE, embedded_url
from hotpot.entry.embedded import ADMIN_ROLE, Postgres, lay_out, postgres_bin
from hotpot.pot.messaging.accounts import Account
from hotpot.pot.messaging.gateway.tests.serving import Enterprise, a_listener, open_interface, until
from hotpot.pot.messaging.gateway.tests.test_http import aside
from hotpot.pot.messaging.gateway.tests.test_links import Client, a_submit
from hotpot.pot.messaging.gateway.tests.test_process import a_gateway, answered, connect_carrier
from hotpot.pot.messaging.talk import Report, Verdict
from hotpot.pot.messaging.tests.smsc import Smsc

BATCH = 20
CRM, CRM_NUMBER, CRM_PASSWORD = "crm", "1065713", "secret12"
PATIENCE_S = 120

pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True)]


class Database:
    """PostgreSQL as Hotpot brings it, at full durability."""

    def __init__(self, data: Path) -> None:
        self.url = embedded_url(data, OWNER_ROLE)
        self._data = data
        self._server = Postgres(data)
        self._process: subprocess.Popen[bytes] | None = None

    async def start(self) -> None:
        """Until it answers; after a kill, once the children of the one before are gone."""
        deadline = time.monotonic() + PATIENCE_S
        while not (self._process and self._process.poll() is None and self._server.is_ready()):
            assert time.monotonic() < deadline, self._server.log.read_text()
            if self._process is None or self._process.poll() is not None:
                self._server.prepare()
                launch = self._server.launch()
                with self._server.log.open("ab") as log:
                    self._process = subprocess.Popen(
                        launch.argv, stdout=log, stderr=log, **launch.popen_options()
                    )
            await asyncio.sleep(0.05)

    async def end(self, how: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(how)
            await asyncio.to_thread(self._process.wait, PATIENCE_S)

    async def fill(self, like: str) -> None:
        """With all that is in the database at that URL."""
        lay_out(self._data)
        await self.start()
        self._server.make_database()
        admin = urlsplit(like)._replace(netloc=f"{ADMIN_ROLE}@").geturl()
        ours = embedded_url(self._data, ADMIN_ROLE)
        dumped = subprocess.run([postgres_bin("pg_dump"), admin], check=True, capture_output=True)
        psql = [postgres_bin("psql"), "-qX1", "-v", "ON_ERROR_STOP=1", ours]
        done = subprocess.run(psql, input=dumped.stdout, check=False, capture_output=True)
        assert not done.returncode, done.stderr.decode()


@contextlib.asynccontextmanager
async def a_database(like: str) -> AsyncIterator[Database]:
    """In a folder of its own: pytest's is closed to PostgreSQL's account whenever another run begins."""
    with tempfile.TemporaryDirectory(prefix="hotpot-tests-") as folder:
        database = Database(Path(folder))
        try:
            await database.fill(like)
            yield database
        finally:
            await database.end(signal.SIGQUIT)


@contextlib.asynccontextmanager
async def a_carrier() -> AsyncIterator[Smsc]:
    smsc = Smsc()
    port = await smsc.listen()
    await aside(connect_carrier, port, answer_s=3, uncertain_s=5, zone="UTC", window=40)
    try:
        yield smsc
    finally:
        await smsc.close()


class Crm:
    """An enterprise that speaks SMPP and never sends a text twice."""

    def __init__(self, port: int) -> None:
        self._account = Account(
            name="us", protocol="smpp", login=CRM, password=CRM_PASSWORD, port=port, window=BATCH
        )
        self.acknowledged: dict[str, str] = {}  # text -> our id for it
        self.reports: list[Report] = []
        self.is_quiet = False

    async def keep_submitting(self) -> None:
        """Until cancelled."""
        texts = (f"crm {n}" for n in itertools.count())
        while True:
            client = Client(self._account)
            client.reports = self.reports
            with contextlib.suppress(OSError, TimeoutError):
                if await client.connect():
                    await self._submit(client, texts)
            await asyncio.sleep(0.1)

    async def _submit(self, client: Client, texts: Any) -> None:
        try:
            while not client.link.gone.done():
                batch = [] if self.is_quiet else list(itertools.islice(texts, BATCH))
                submits = [a_submit(text, number(text), source=CRM_NUMBER) for text in batch]
                for text, answer in zip(batch, await client.ask(*submits), strict=True):
                    if answer is not None and answer.verdict is Verdict.OK:
                        self.acknowledged[text] = answer.ref
                await asyncio.sleep(0.05)
        finally:
            client.link.end("the test is over")


def number(text: str) -> str:
    """One for each text."""
    kind, _, place = text.partition(" ")
    return f"+86{'138' if kind == 'crm' else '139'}{int(place):08}"


async def keep_sending(oa: Enterprise, acknowledged: set[str]) -> None:
    """By HTTP, each batch again under its keys until it is answered. Until cancelled."""
    for first in itertools.count(step=BATCH):
        texts = [f"oa {n}" for n in range(first, first + BATCH)]
        batch = [{"to": number(text), "text": text, "key": text, "ref": text} for text in texts]
        while (said := await answered(oa, batch)) is None:
            await asyncio.sleep(0.1)
        acknowledged |= set(itertools.compress(texts, ("id" in one for one in said)))
        await asyncio.sleep(0.05)


async def more(oa_has: set[str], crm: Crm) -> None:
    """Both are at work: each has some more acknowledged."""
    before = len(oa_has), len(crm.acknowledged)
    await until(
        lambda: len(oa_has) > before[0] + BATCH and len(crm.acknowledged) > before[1] + BATCH, PATIENCE_S
    )


async def test_a_database_that_restarts_costs_no_message_and_doubles_none(
    tmp_path: Path, database_url: str, settings: Any
) -> None:
    oa_has = set[str]()
    with a_listener() as listener:
        await aside(open_interface, webhook=listener.url)
        await aside(open_interface, "smpp", CRM, CRM_NUMBER, CRM_PASSWORD)
        async with (
            a_carrier() as smsc,
            a_database(database_url) as database,
            a_gateway(tmp_path, database.url, settings.SECRET_KEY) as gateway,
        ):
            crm = Crm(gateway.smpp_port)
            sending = asyncio.create_task(keep_sending(Enterprise(gateway.port), oa_has))
            submitting = asyncio.create_task(crm.keep_submitting())
            for how in (signal.SIGINT, signal.SIGKILL):  # stopped, killed
                await more(oa_has, crm)
                await database.end(how)
                await asyncio.sleep(0.5)
                await database.start()
            await more(oa_has, crm)
            sending.cancel()
            crm.is_quiet = True
            await asyncio.gather(sending, return_exceptions=True)
            await until(lambda: oa_has | set(crm.acknowledged) <= set(smsc.taken), PATIENCE_S)
            await until(lambda: oa_has <= {one["ref"] for one in listener.notices}, PATIENCE_S)
            await until(
                lambda: set(crm.acknowledged.values()) <= {one.ref for one in crm.reports}, PATIENCE_S
            )
            submitting.cancel()
            await asyncio.gather(submitting, return_exceptions=True)
            assert gateway.process is not None
            assert gateway.process.poll() is None, "it came back by itself"
    assert {text: count for text, count in smsc.taken.items() if count > 1} == {}
    assert {one["state"] for one in listener.notices} == {"delivered"}
    assert {one.stat for one in crm.reports} == {"DELIVRD"}

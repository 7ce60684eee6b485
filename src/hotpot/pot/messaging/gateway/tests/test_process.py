"""The gateway as a process of its own, between others' enterprises and others' carriers."""

from __future__ import annotations

import asyncio
import contextlib
import csv
import http.client
import io
import itertools
import lzma
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from hotpot.kernel.clock import SystemClock
from hotpot.pot.messaging import actions
from hotpot.pot.messaging.accounts import Account
from hotpot.pot.messaging.gateway.tests.serving import (
    ACCESS_NUMBER,
    Enterprise,
    a_listener,
    open_interface,
    until,
)
from hotpot.pot.messaging.gateway.tests.test_http import HELLO, aside
from hotpot.pot.messaging.link import Link
from hotpot.pot.messaging.models import Message
from hotpot.pot.messaging.server import Server
from hotpot.pot.messaging.session import Asked
from hotpot.pot.messaging.talk import Answer, Question, Report, Submit, Verdict
from hotpot.pot.messaging.tests.linking import free_port
from hotpot.pot.messaging.tests.test_npm_smpp import INSTALLED, a_peer, said
from hotpot.pot.messaging.text import Part, join

SHARED = Path(__file__).parents[7] / "shared/data/messages/nus_sms_zh.csv.xz"
CHINESE_MESSAGES = 31_465
BATCH = 100

pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True)]
needs_messages = pytest.mark.skipif(
    not SHARED.exists(), reason=f"needs {SHARED.name}, which is not part of this repository"
)
needs_npm = pytest.mark.skipif(not INSTALLED.exists(), reason="needs the npm package smpp: npm ci")


@dataclass
class Gateway:
    """The process; `kill` is at once, `start` until it answers."""

    env: dict[str, str]
    log: Path
    port: int
    smpp_port: int
    process: subprocess.Popen[bytes] | None = None

    async def start(self) -> None:
        with self.log.open("ab") as log:
            self.process = await asyncio.to_thread(
                subprocess.Popen,
                [sys.executable, "-m", "hotpot.entry.cli", "run", "gateway"],
                env=self.env,
                stdout=log,
                stderr=log,
            )
        async with asyncio.timeout(60):
            while not await self.is_ready():
                assert self.process.poll() is None, self.log.read_text()
                await asyncio.sleep(0.1)

    async def is_ready(self) -> bool:
        with contextlib.suppress(OSError):
            return (await Enterprise(self.port).ask("GET", "/healthz"))[0] == 200
        return False

    async def end(self, how: signal.Signals) -> None:
        assert self.process is not None
        self.process.send_signal(how)
        await asyncio.to_thread(self.process.wait, 30)


@contextlib.asynccontextmanager
async def a_gateway(folder: Path, database_url: str, secret_key: str) -> AsyncIterator[Gateway]:
    port, smpp = free_port(), free_port()
    kept = {name: value for name, value in os.environ.items() if not name.startswith("HOTPOT_")}
    env = kept | {
        "HOTPOT_DATA": str(folder / "data"),
        "HOTPOT_DATABASE_URL": database_url,
        "HOTPOT_SECRET_KEY": secret_key,
        "HOTPOT_GATEWAY_PORT": str(port),
        "HOTPOT_GATEWAY_LISTEN": f"smpp:{smpp}",
        "HOTPOT_INSIDE": "127.0.0.1",
    }
    gateway = Gateway(env, folder / "gateway.log", port, smpp)
    await gateway.start()
    try:
        yield gateway
    finally:
        await gateway.end(signal.SIGTERM)


def connect_carrier(port: int, **more: Any) -> None:
    given = {"name": "centre", "protocol": "smpp", "host": "127.0.0.1", "port": port, "login": "901234"}
    actions.connect_carrier({**given, "password": "secret", **more}, now=datetime.now(UTC))


class Centre:
    """A message centre that takes all, and reports each message as delivered."""

    def __init__(self) -> None:
        self.account_of = Account(
            name="hotpot",
            protocol="smpp",
            login="901234",
            password="secret",
            port=0,
            connections=9,
            window=500,
        )
        self.server = Server("smpp", self, SystemClock())
        self.taken: list[Submit] = []
        self._ids = itertools.count(1)

    async def account(self, login: str, address: str) -> Account | None:
        return self.account_of

    def denied(self, login: str, address: str) -> None:
        raise AssertionError("our own password is right")

    def came(self, account: Account) -> None:
        """It is there."""

    def submitted(self, link: Link, asked: Asked, submit: Submit) -> None:
        ref = str(next(self._ids))
        self.taken.append(submit)
        link.answer(asked, Answer(Verdict.OK, ref))
        link.pump()
        if submit.receipt:
            now = datetime.now(UTC)
            self.server.send(self.account_of, Report(ref, submit.numbers[0], submit.source, "DELIVRD", now))

    def inquired(self, link: Link, asked: Asked, question: Question) -> None:
        raise AssertionError("we ask no carrier")

    def texts(self) -> dict[str, set[str]]:
        """By the number: each message joined from its parts, however often it came."""
        whole: dict[str, set[str]] = {}
        longs: dict[tuple[str, int], dict[int, Part]] = {}
        for submit in self.taken:
            part = submit.part
            texts = whole.setdefault(submit.numbers[0], set())
            if part.concat is None:
                texts.add(join([part]))
                continue
            parts = longs.setdefault((submit.numbers[0], part.concat.ref), {})
            parts[part.concat.place] = part
            if len(parts) == part.concat.total:
                texts.add(join(list(parts.values())))
        return whole


@contextlib.asynccontextmanager
async def a_centre() -> AsyncIterator[tuple[Centre, int]]:
    centre = Centre()
    port = await centre.server.listen("127.0.0.1", 0)
    try:
        yield centre, port
    finally:
        await centre.server.close()


def real_messages() -> Iterator[str]:
    with lzma.open(SHARED) as packed:
        yield from (row["text"] for row in csv.DictReader(io.TextIOWrapper(packed, "utf-8", newline="")))


@pytest.mark.peer
@needs_npm
async def test_between_an_enterprise_and_a_centre_of_others(
    tmp_path: Path, database_url: str, settings: Any
) -> None:
    """The npm package smpp on both sides: two messages, one of five parts, their receipts and replies."""
    async with a_peer("centre") as centre:
        port = (await said(centre))["port"]
        await aside(connect_carrier, port, answer_ids="hex", receipt_ids="hex", zone="UTC")
        await aside(open_interface, "smpp", "901234", password="secret")
        async with (
            a_gateway(tmp_path, database_url, settings.SECRET_KEY) as gateway,
            a_peer("enterprise", str(gateway.smpp_port), ACCESS_NUMBER) as enterprise,
        ):
            assert await said(enterprise) == {"bound": 0}
            heard = [await said(enterprise) for _ in range(2)]
            ids = {one["id"] for one in heard if "receipt" not in one}
            while not ids <= {one["id"] for one in heard if one.get("receipt")}:
                heard.append(await said(enterprise))
                ids |= {one["id"] for one in heard if set(one) == {"id"}}
            assert len(ids) == 2
            while not any("收到 ok" in one.get("text", "") for one in heard):
                heard.append(await said(enterprise))
            taken = [await said(centre) for _ in range(6)]
            assert {one["source"] for one in taken} == {ACCESS_NUMBER}
            assert "您好, from npm" in {one["text"] for one in taken}
            assert "".join(one["text"] for one in taken if one["udh"]) == "长" * 300


async def test_killed_at_work_it_loses_nothing_it_acknowledged(
    tmp_path: Path, database_url: str, settings: Any
) -> None:
    with a_listener() as listener:
        await aside(open_interface, webhook=listener.url)
        async with a_centre() as (centre, port):
            await aside(connect_carrier, port, answer_s=2, uncertain_s=2)
            async with a_gateway(tmp_path, database_url, settings.SECRET_KEY) as gateway:
                acknowledged: set[str] = set()
                sender = asyncio.create_task(keep_sending(Enterprise(gateway.port), acknowledged))
                for kill in range(3):
                    await until(lambda kill=kill: len(centre.taken) > 150 * (kill + 1), 60)  # type: ignore[misc]
                    await gateway.end(signal.SIGKILL)
                    await gateway.start()
                sender.cancel()
                await asyncio.gather(sender, return_exceptions=True)
                assert len(acknowledged) >= BATCH
                assert await aside(keys_kept) >= acknowledged
                await until(lambda: seen(centre) >= acknowledged, 120)
                reported = {one["ref"] for one in listener.notices if one["state"] == "delivered"}
                assert reported <= await aside(keys_kept)


def keys_kept() -> set[str]:
    """Each once: keys are unique."""
    return {str(key).partition("/")[2] for key in Message.objects.values_list("key", flat=True)}


def seen(centre: Centre) -> set[str]:
    return set().union(*centre.texts().values()) if centre.taken else set()


async def keep_sending(oa: Enterprise, acknowledged: set[str]) -> None:
    """Batches, each again and again until it is answered. Until cancelled."""
    for number in itertools.count():
        keys = [f"{number}-{n}" for n in range(BATCH)]
        batch = [{**HELLO, "text": key, "key": key, "ref": key} for key in keys]
        while (answers := await answered(oa, batch)) is None:
            await asyncio.sleep(0.1)
        acknowledged |= set(itertools.compress(keys, ("id" in answer for answer in answers)))


async def answered(oa: Enterprise, batch: list[dict[str, Any]]) -> list[dict[str, Any]] | None:
    """None where it isn't known what became of it."""
    with contextlib.suppress(OSError, http.client.HTTPException):
        status, said = await oa.send(*batch)
        if status == 200:
            return list(said["messages"])
    return None


@needs_messages
async def test_real_messages_arrive_as_they_were_sent(
    tmp_path: Path, database_url: str, settings: Any
) -> None:
    await send_through(
        list(itertools.islice(real_messages(), 0, None, 100)), tmp_path, database_url, settings
    )


@needs_messages
@pytest.mark.soak
async def test_all_real_messages_arrive_as_they_were_sent(
    tmp_path: Path, database_url: str, settings: Any
) -> None:
    texts = list(real_messages())
    assert len(texts) == CHINESE_MESSAGES
    await send_through(texts, tmp_path, database_url, settings)


async def send_through(texts: list[str], tmp_path: Path, database_url: str, settings: Any) -> None:
    """Each to a number of its own, so that what arrived can be told apart."""
    numbered = {f"+8613{place:09}": text for place, text in enumerate(texts) if text.strip()}
    with a_listener() as listener:
        await aside(open_interface, webhook=listener.url)
        async with a_centre() as (centre, port):
            await aside(connect_carrier, port, window=200)
            async with a_gateway(tmp_path, database_url, settings.SECRET_KEY) as gateway:
                oa = Enterprise(gateway.port)
                given = [{"to": number, "text": text, "ref": number} for number, text in numbered.items()]
                for at in range(0, len(given), BATCH):
                    status, said = await oa.send(*given[at : at + BATCH])
                    assert status == 200
                    assert all("id" in answer for answer in said["messages"]), said
                await until(lambda: len(listener.notices) >= len(numbered), 900)
        assert {one["ref"] for one in listener.notices if one["state"] == "delivered"} == set(numbered)
        assert centre.texts() == {number: {text} for number, text in numbered.items()}

"""SMPP over TLS towards a carrier of others' making: nothing is said to whom it isn't meant for."""

from __future__ import annotations

import asyncio
import contextlib
import random
import ssl
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from hotpot.kernel.clock import SettableClock
from hotpot.pot.messaging import secure
from hotpot.pot.messaging.accounts import Account
from hotpot.pot.messaging.carriers import CarrierAway
from hotpot.pot.messaging.linked import LinkedCarrier
from hotpot.pot.messaging.tests.linking import NOW, arrive, submission
from hotpot.pot.messaging.tests.smsc import Smsc
from tests.mail.certificate import write_certificate


@pytest.fixture
def sha256(tmp_path: Path) -> str:
    """Of a certificate for 127.0.0.1, in the folder."""
    return write_certificate(tmp_path)


@pytest.fixture
async def smsc(tmp_path: Path, sha256: str) -> AsyncIterator[tuple[Smsc, int]]:
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(tmp_path / "cert.pem", tmp_path / "key.pem")
    one = Smsc()
    port = await one.listen(tls=tls)
    yield one, port
    await one.close()


@contextlib.asynccontextmanager
async def a_carrier(port: int, **given: object) -> AsyncIterator[LinkedCarrier]:
    account = Account(name="A", protocol="smpp", login="x", password="y", port=port, tls=True, **given)  # type: ignore[arg-type]
    carrier = LinkedCarrier(account, SettableClock(NOW), chance=random.Random(1))
    try:
        yield carrier
    finally:
        await carrier.close()


@pytest.fixture
def _vouched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """This system trusts that certificate."""
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "cert.pem"))
    secure._context.cache_clear()
    yield
    secure._context.cache_clear()


async def send_and_hear(carrier: LinkedCarrier) -> None:
    await carrier.connect()
    await carrier.submit([submission(1, "hello")])
    told = await arrive(carrier, 2)
    assert [one.error for one in told.answers] == [""]
    assert [one.ref for one in told.receipts] == [told.answers[0].ref]


@pytest.mark.parametrize("written", ["plain", "with colons"])
async def test_the_certificate_of_the_contract_is_trusted(
    written: str, smsc: tuple[Smsc, int], sha256: str
) -> None:
    given = sha256 if written == "plain" else ":".join(sha256[n : n + 2] for n in range(0, 64, 2)).upper()
    async with a_carrier(smsc[1], certificate=given) as carrier:
        await send_and_hear(carrier)
    assert smsc[0].taken == {"hello": 1}


@pytest.mark.usefixtures("_vouched")
async def test_who_is_vouched_for_is_trusted(smsc: tuple[Smsc, int]) -> None:
    async with a_carrier(smsc[1]) as carrier:
        await send_and_hear(carrier)


@pytest.mark.usefixtures("_vouched")
async def test_a_certificate_for_another_name_is_refused(smsc: tuple[Smsc, int]) -> None:
    async with a_carrier(smsc[1], host="localhost") as carrier:
        with pytest.raises(CarrierAway, match="nobody vouches for the certificate of localhost: Hostname"):
            await carrier.connect()


@pytest.mark.parametrize(
    ("certificate", "reason"),
    [
        ("", "nobody vouches for the certificate of 127.0.0.1: self-signed certificate"),
        ("ab" * 32, "127.0.0.1 shows another certificate than agreed: its SHA-256 is "),
    ],
)
async def test_another_certificate_is_refused_before_a_word_is_said(
    certificate: str, reason: str, smsc: tuple[Smsc, int], sha256: str
) -> None:
    async with a_carrier(smsc[1], certificate=certificate) as carrier:
        with pytest.raises(CarrierAway, match=reason) as refused:
            await carrier.connect()
    assert not certificate or str(refused.value).endswith(sha256)
    assert smsc[0].binds == 0


async def test_a_carrier_without_tls_is_said_to_have_none() -> None:
    """It answers what it can't read with generic_nack."""

    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(100)
        writer.write(bytes.fromhex("00000010800000000000000200000000"))
        await reader.read()
        writer.close()

    plain = await asyncio.start_server(refuse, "127.0.0.1", 0)
    port = plain.sockets[0].getsockname()[1]
    async with plain, a_carrier(port) as carrier:
        with pytest.raises(CarrierAway, match=rf"no TLS with 127\.0\.0\.1:{port}: "):
            await carrier.connect()

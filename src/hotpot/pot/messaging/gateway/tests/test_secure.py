"""SMPP over TLS towards enterprises."""

from __future__ import annotations

import ssl
from pathlib import Path
from typing import Any

import pytest

from hotpot.kernel.clock import SettableClock
from hotpot.kernel.errors import Refused
from hotpot.pot.messaging.gateway import run
from hotpot.pot.messaging.gateway.tests.serving import (
    NOW,
    PASSWORD,
    delivered,
    open_interface,
    serving,
    until,
)
from hotpot.pot.messaging.gateway.tests.test_http import aside, messages
from hotpot.pot.messaging.gateway.tests.test_links import Client, a_submit, an_account
from hotpot.pot.messaging.talk import Verdict
from hotpot.pot.messaging.tests.linking import free_port
from tests.mail.certificate import write_certificate

pytestmark = pytest.mark.django_db(transaction=True)


async def test_an_enterprise_is_served_inside_of_tls(
    tmp_path: Path, database_url: str, settings: Any
) -> None:
    write_certificate(tmp_path)
    both = tmp_path / "both.pem"
    both.write_bytes((tmp_path / "cert.pem").read_bytes() + (tmp_path / "key.pem").read_bytes())
    await aside(open_interface, "smpp", password=PASSWORD[:8])
    port, safe = free_port(), free_port()
    listen = {"smpp": port, "smpps": safe}
    async with serving(database_url, settings.SECRET_KEY, listen=listen, certificate=str(both)):
        trusting = ssl.create_default_context(cafile=str(tmp_path / "cert.pem"))
        client = Client(an_account("smpp", safe))
        assert await client.connect(trusting)
        [answer] = await client.submit(a_submit("您好"))
        assert answer.verdict is Verdict.OK
        [kept] = await aside(messages)
        await aside(delivered, kept.pk)
        await until(lambda: [one.ref for one in client.reports] == [answer.ref])
        client.link.leave()
        with pytest.raises(ssl.SSLCertVerificationError):
            await Client(an_account("smpp", safe)).connect(ssl.create_default_context())
        assert not await Client(an_account("smpp", safe)).connect(), "nothing is said to who speaks no TLS"
        beside = Client(an_account("smpp", port))
        assert await beside.connect()
        beside.link.leave()


@pytest.mark.parametrize("content", [None, b"", b"-----BEGIN CERTIFICATE-----\nno\n"])
async def test_a_certificate_that_is_none_is_named(
    content: bytes | None, tmp_path: Path, database_url: str, settings: Any
) -> None:
    path = tmp_path / "certificate.pem"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(Refused, match=r"one PEM file; HOTPOT_GATEWAY_CERTIFICATE is '.*certificate\.pem': "):
        await run.run_forever(
            database_url,
            settings.SECRET_KEY,
            SettableClock(NOW),
            host="127.0.0.1",
            port=free_port(),
            beat=lambda: None,
            listen={"smpps": free_port()},
            certificate=str(path),
        )

"""The process that takes mails and files in: one desk, the SMTP server, and the watch over the folders."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from hotpot.kernel.clock import Clock, SystemClock
from hotpot.pot.connector.drop.engine import Drop
from hotpot.pot.connector.smtp import tls
from hotpot.pot.connector.smtp.mails import Letterbox
from hotpot.pot.connector.smtp.server import listen
from hotpot.pot.messaging.gateway.desk import Desk


@dataclass(frozen=True, slots=True)
class Places:
    """Where mails and files come in. Without a `certificate` (PEM, its `key` beside or inside) we make one in
    `keys`. `drop` holds a folder for each login."""

    host: str
    port: int
    domain: str
    keys: Path
    certificate: str
    key: str
    drop: Path


async def run_forever(
    database_url: str, secret_key: str, clock: Clock, places: Places, *, beats: Sequence[Callable[[], None]]
) -> NoReturn:
    """Until cancelled. `beats`: the desk's and the watch's. Raises Refused for a bad certificate."""
    certificate = (
        Path(places.certificate)
        if places.certificate
        else tls.own_certificate(places.keys, places.domain, SystemClock().now())
    )
    context = tls.context(certificate, Path(places.key) if places.key else None)
    logging.getLogger("mail.log").setLevel(logging.ERROR)  # aiosmtpd notes each line, and whom it is for
    desk = Desk(database_url, secret_key, clock)
    letterbox = Letterbox(desk, places.domain, secret_key)
    server = await listen(letterbox, host=places.host, port=places.port, tls=context)
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(desk.run(beats[0]))
            group.create_task(Drop(desk, places.drop).run(beats[1]))
    finally:
        server.close()
    raise AssertionError("its tasks never end")

"""The gateway's life: desk, HTTP, listeners of the carriers' protocols and courier in one process."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable, Mapping, Sequence

from granian.constants import Interfaces
from granian.server.embed import Server

from hotpot.kernel.clock import Clock
from hotpot.kernel.errors import Refused
from hotpot.kernel.reach import PUBLIC_ONLY, Reach
from hotpot.pot.messaging.engine import Engine
from hotpot.pot.messaging.gateway.courier import Courier
from hotpot.pot.messaging.gateway.desk import Desk
from hotpot.pot.messaging.gateway.face import MakeFace, MakeTeller
from hotpot.pot.messaging.gateway.http.messages import Messages
from hotpot.pot.messaging.gateway.http.webhooks import Webhooks
from hotpot.pot.messaging.gateway.links.listeners import PROTOCOLS, Listener
from hotpot.pot.messaging.gateway.outward import Outward
from hotpot.pot.messaging.gateway.server import Gateway
from hotpot.pot.messaging.queue import Noticed

STOP_S = 5.0
SMPP_OVER_TLS = "smpps"


async def run_forever(
    database_url: str,
    secret_key: str,
    clock: Clock,
    *,
    host: str,
    port: int,
    beat: Callable[[], None],
    faces: Sequence[MakeFace] = (),
    tellers: Sequence[MakeTeller] = (),
    proxies: int = 0,
    reach: Reach = PUBLIC_ONLY,
    listen: Mapping[str, int] | None = None,
    certificate: str = "",
    carries: tuple[Callable[[Noticed], Engine], Callable[[], None]] | None = None,
) -> None:
    """Serves until cancelled; what was taken is still answered then.

    faces, tellers: those of rooms above. reach: where webhooks may lead.
    listen: carriers' protocols with their ports; "smpps" is SMPP over TLS, with `certificate` (PEM).
    carries: makes the engine that carries messages in this process, so that they go straight on; its beat.

    Raises Refused where the certificate can't be used.
    """
    tls = _tls(certificate) if SMPP_OVER_TLS in (listen or {}) else None
    desk = Desk(database_url, secret_key, clock, Outward(reach))
    listeners = {kind: Listener(kind, desk) for kind in PROTOCOLS}
    courier = Courier(desk, [make(desk) for make in (Webhooks, *tellers)] + [*listeners.values()])
    server = Server(
        Gateway(desk, [make(desk) for make in (Messages, *faces)], proxies=proxies),
        address=host,
        port=port,
        interface=Interfaces.RSGI,
        websockets=False,
        log_enabled=False,
    )
    serving = asyncio.create_task(server.serve())
    desk.engine = carries[0](courier.stir) if carries else None
    works = [desk.run(beat), courier.run(), *(one.keep_gathering() for one in listeners.values())]
    if desk.engine and carries:
        works.append(desk.engine.run_forever(beat=carries[1]))
    working = [asyncio.create_task(work) for work in works]
    try:
        for name, its_port in (listen or {}).items():
            if name == SMPP_OVER_TLS:
                await listeners["smpp"].listen(host, its_port, tls)
            else:
                await listeners[name].listen(host, its_port)
        await asyncio.wait({serving, *working}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        server.stop()  # type: ignore[no-untyped-call]
        await asyncio.wait({serving}, timeout=STOP_S)
        await asyncio.gather(*(one.close() for one in listeners.values()))
        for task in working:
            task.cancel()
        await asyncio.wait(working, timeout=STOP_S)
    for task in (serving, *working):
        if task.done() and not task.cancelled():
            task.result()


def _tls(certificate: str) -> ssl.SSLContext:
    """Raises Refused where the file can't be used."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    try:
        context.load_cert_chain(certificate)
    except OSError as error:  # ssl.SSLError is one
        raise Refused(
            f"SMPP over TLS needs a certificate and its key in one PEM file; HOTPOT_GATEWAY_CERTIFICATE "
            f"is {certificate!r}: {error.strerror or error}."
        ) from None
    return context

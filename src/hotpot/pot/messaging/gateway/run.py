"""The gateway's life: desk, HTTP, listeners of the carriers' protocols and courier in one process."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

from granian.constants import Interfaces
from granian.server.embed import Server

from hotpot.kernel.clock import Clock
from hotpot.pot.messaging.gateway.courier import Courier
from hotpot.pot.messaging.gateway.desk import Desk
from hotpot.pot.messaging.gateway.face import MakeFace, MakeTeller
from hotpot.pot.messaging.gateway.http.messages import Messages
from hotpot.pot.messaging.gateway.http.webhooks import Webhooks
from hotpot.pot.messaging.gateway.outward import Outward
from hotpot.pot.messaging.gateway.server import Gateway

STOP_S = 5.0


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
    inside: bool = False,
) -> None:
    """Serves until cancelled; what was taken is still answered then.

    faces, tellers: those of rooms above. inside: webhooks may lead into private networks.
    """
    desk = Desk(database_url, secret_key, clock, Outward(inside))
    courier = Courier(desk, [make(desk) for make in (Webhooks, *tellers)])
    server = Server(
        Gateway(desk, [make(desk) for make in (Messages, *faces)], proxies=proxies),
        address=host,
        port=port,
        interface=Interfaces.RSGI,
        websockets=False,
        log_enabled=False,
    )
    serving = asyncio.create_task(server.serve())
    working = [asyncio.create_task(desk.run(beat)), asyncio.create_task(courier.run())]
    try:
        await asyncio.wait({serving, *working}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        server.stop()  # type: ignore[no-untyped-call]
        await asyncio.wait({serving}, timeout=STOP_S)
        for task in working:
            task.cancel()
        await asyncio.wait(working, timeout=STOP_S)
    for task in (serving, *working):
        if task.done() and not task.cancelled():
            task.result()

"""What each Python process but the web does. `hotpot run NAME` comes here."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
from collections.abc import Coroutine
from functools import partial
from typing import Any

from hotpot.entry.config import Config
from hotpot.entry.heartbeat import beat, heartbeat, together


def engines() -> None:
    """The data plane: the record to NATS, notices to people.

    Without Django, on uvloop."""
    import uvloop

    uvloop.run(_until_told(_engines(Config.from_env())))


async def _engines(config: Config) -> None:
    from hotpot.pot.events import engine as relay
    from hotpot.pot.notification import engine as notification
    from hotpot.pot.notification.outgoing import outgoing

    relays, tells = together(partial(beat, "engines", config.data), 2)
    clock = config.clock()
    ways = outgoing(
        base_url=config.base_url,
        secret_key=config.secret_key,
        smtp_url=config.smtp_url,
        mail_from=config.mail_from,
        reply_domain=config.mail_domain,
    )
    async with asyncio.TaskGroup() as group:
        group.create_task(relay.run_forever(config.database_url, config.nats_url, beat=relays))
        group.create_task(notification.run_forever(config.database_url, ways, clock, beat=tells))


def intake() -> None:
    """Takes usage events over HTTP. Without Django, on uvloop."""
    import uvloop

    from hotpot.pot.metering import server

    config = Config.from_env()
    work = server.run_forever(
        config.database_url,
        config.clock(),
        host=os.environ.get("HOTPOT_HOST") or "127.0.0.1",
        port=config.usage_port,
        beat=partial(beat, "intake", config.data),
    )
    uvloop.run(_until_told(work))


def ledger() -> None:
    """Moves money over HTTP. Without Django, on uvloop."""
    import gc

    import uvloop

    from hotpot.pot.ledger import server

    gc.freeze()
    gc.set_threshold(50_000, 20, 50)  # A group's rows live until its commit.
    config = Config.from_env()
    work = server.run_forever(
        config.database_url,
        config.clock(),
        host=os.environ.get("HOTPOT_HOST") or "127.0.0.1",
        port=config.ledger_port,
        beat=partial(beat, "ledger", config.data),
    )
    uvloop.run(_until_told(work))


def gateway() -> None:
    """Takes enterprises' messages, carries all messages to carriers and back. Without Django, on uvloop."""
    import gc

    import uvloop

    from hotpot.pot.connector.cloud.face import Cloud, CloudPushes
    from hotpot.pot.connector.smtp.teller import MailsBack
    from hotpot.pot.connector.soap.face import Soap, SoapPushes
    from hotpot.pot.messaging.engine import Engine
    from hotpot.pot.messaging.gateway import run

    gc.freeze()
    gc.set_threshold(50_000, 20, 50)  # A batch's messages live until their commit.
    config = Config.from_env()
    clock = config.clock()
    takes, carries = together(partial(beat, "gateway", config.data), 2)
    engine = partial(Engine, config.database_url, config.secret_key, clock, home_url=config.base_url)
    work = run.run_forever(
        config.database_url,
        config.secret_key,
        clock,
        host=os.environ.get("HOTPOT_HOST") or "127.0.0.1",
        port=config.gateway_port,
        beat=takes,
        carries=(lambda noticed: engine(noticed=noticed), carries),
        faces=(Cloud, Soap),
        tellers=(
            CloudPushes,
            SoapPushes,
            partial(MailsBack, secret_key=config.secret_key, domain=config.smtp_domain),
        ),
        proxies=config.proxies,
        reach=config.reach,
        listen=config.gateway_listen,
        certificate=os.environ.get("HOTPOT_GATEWAY_CERTIFICATE", ""),
    )
    uvloop.run(_until_told(work))


def letterbox() -> None:
    """Takes enterprises' mails and dropped files, and people's answers by mail. Without Django, on uvloop."""
    import uvloop

    from hotpot.pot.connector import letterbox

    config = Config.from_env()
    work = letterbox.run_forever(
        config.database_url,
        config.secret_key,
        config.clock(),
        letterbox.Places(
            host=os.environ.get("HOTPOT_HOST") or "127.0.0.1",
            port=config.smtp_port,
            domain=config.smtp_domain,
            keys=config.data / "keys",
            certificate=os.environ.get("HOTPOT_SMTP_CERT", ""),
            key=os.environ.get("HOTPOT_SMTP_KEY", ""),
            drop=config.drop,
        ),
        beats=together(partial(beat, "letterbox", config.data), 2),
    )
    uvloop.run(_until_told(work))


async def _until_told(work: Coroutine[Any, Any, None]) -> None:
    """Runs it until SIGTERM or SIGINT, and then lets it put down what it holds."""
    task = asyncio.ensure_future(work)
    for sent in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(sent, task.cancel)
    await asyncio.gather(task, return_exceptions=True)
    if not task.cancelled() and (error := task.exception()) is not None:
        raise error


def worker() -> None:
    """Jobs that others put off: procrastinate's worker, which ends by itself on SIGTERM."""
    _django()
    asyncio.run(_worker())


async def _worker() -> None:
    from procrastinate.contrib.django import app

    connector = app.connector.get_worker_connector()  # type: ignore[attr-defined]
    with app.replace_connector(connector) as jobs:
        async with jobs.open_async():
            alive = asyncio.create_task(heartbeat("worker"))
            try:
                await jobs.run_worker_async(name="worker", listen_notify=True)
            finally:
                alive.cancel()


def connectors() -> None:
    """Looks at enterprises' systems, takes their tasks and writes decisions back; watches mailboxes."""
    _django()
    from django.conf import settings

    from hotpot.pot.connector import runner
    from hotpot.pot.connector.mailbox import watcher

    looks, watches = together(partial(beat, "connectors"), 2)
    clock = settings.HOTPOT_CLOCK
    # Should it end, the process beats no more, and is started again.
    threading.Thread(target=watcher.run_forever, args=[watches, clock], daemon=True).start()
    runner.run_forever(looks, clock)


def dishes() -> None:
    """Hands the record's events to the apps."""
    _django()
    from hotpot.entry.dishes import run_forever

    run_forever(beat=partial(beat, "dishes"))


def _django() -> None:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hotpot.entry.settings")
    django.setup()

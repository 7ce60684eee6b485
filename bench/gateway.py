"""How many messages a second go the whole way: from an enterprise to a carrier, and the receipt back.

Makes a pot of its own in a new folder, PostgreSQL with fsync and synchronous_commit on, and takes it away
again. The real process `gateway` takes messages, carries them to a centre and brings receipts back. The ends
(senders, webhook, carrier: _ends.py) are one lean process on the same machine; the carrier answers each
submit at once and reports each as delivered. Every acknowledged message must be seen once and reported once.

gateway.http_batch    POST of 500 messages, SMPP out, receipts by webhook
gateway.http_single   POST of one message, 64 connections, the same way on
gateway.smpp_cmpp     SMPP in, 2 connections with a window of 100, CMPP 3.0 out, receipts by SMPP
gateway.peak_mib      what the gateway and PostgreSQL hold together, at most
kannel.http_smpp      Kannel (bearerbox and smsbox, its store on disk) on the work of http_single; Kannel has
                      no batches. Receipts are called back one by one, as it does
"""

from __future__ import annotations

import asyncio
import gc
import json
import multiprocessing
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path

import click
import uvloop
from _ends import (
    CmppGateway,
    Result,
    Sending,
    SmppCentre,
    Tally,
    basic,
    dlr_url,
    measure,
    send_batches,
    send_by_smpp,
    send_singles,
    send_to_kannel,
    webhook,
)
from _memory import Memory

BATCH = 500
BATCH_CONNECTIONS = 4
SINGLE_CONNECTIONS = 64
SMPP_CONNECTIONS = 2
KANNEL_CONNECTIONS = 32
PASSWORD = "bench" * 8
MIB = 1024 * 1024
KINDS = ("http_batch", "http_single", "smpp_cmpp", "kannel")


@dataclass(frozen=True, slots=True)
class Ports:
    gateway: int
    smpp: int  # the gateway's listener
    smpp_centre: int
    cmpp_centre: int
    hook: int
    kannel: int

    @classmethod
    def after(cls, first: int) -> Ports:
        return cls(*range(first, first + 6))


# --- the ends, a process of their own -------------------------------------------------------------


async def _ends(kind: str, ports: Ports, seconds: float, ready: Connection) -> Result:
    tally = Tally()
    loop = asyncio.get_running_loop()
    hook = dlr_url(tally) if kind == "kannel" else webhook(tally)
    servers = [
        await loop.create_server(lambda: SmppCentre(tally), "127.0.0.1", ports.smpp_centre),
        await loop.create_server(lambda: CmppGateway(tally), "127.0.0.1", ports.cmpp_centre),
        await loop.create_server(hook, "127.0.0.1", ports.hook),
    ]
    ready.send(None)
    await asyncio.to_thread(ready.recv)
    gc.freeze()
    result = await measure(tally, seconds, _senders(kind, ports))
    for server in servers:
        server.close()
    return result


def _senders(kind: str, ports: Ports) -> list[Sending]:
    credentials = basic("http", PASSWORD)
    match kind:
        case "http_batch":
            return [_by(send_batches, ports.gateway, credentials, BATCH)] * BATCH_CONNECTIONS
        case "http_single":
            return [_by(send_singles, ports.gateway, credentials)] * SINGLE_CONNECTIONS
        case "kannel":
            return [_by(send_to_kannel, ports.kannel, ports.hook)] * KANNEL_CONNECTIONS
    return [_by(send_by_smpp, ports.smpp, "smpp", PASSWORD[:8], "10657121")] * SMPP_CONNECTIONS


def _by(send: Callable[..., object], *given: object) -> Sending:
    return lambda tally, until: send(tally, *given, until)  # type: ignore[return-value]


def ends(kind: str, ports: Ports, seconds: float, line: Connection) -> None:
    """Says when its servers listen, begins when it is told to, gives the result."""
    line.send(uvloop.run(_ends(kind, ports, seconds, line)))


def run_ends(kind: str, ports: Ports, seconds: float, prepare: Callable[[], object]) -> Result:
    spawn = multiprocessing.get_context("spawn")
    ours, theirs = spawn.Pipe()
    process = spawn.Process(target=ends, args=(kind, ports, seconds, theirs))
    process.start()
    try:
        ours.recv()
        prepare()
        ours.send(None)
        result: Result = ours.recv()
    finally:
        process.join(10)
    if result.complaint:
        raise click.ClickException(f"{kind}: {result.complaint}")
    return result


# --- a pot ----------------------------------------------------------------------------------------


@contextmanager
def pot(folder: Path, ports: Ports) -> Iterator[int]:
    """A database with two interfaces; its server's id."""
    from hotpot.entry.embedded import embedded_postgres

    os.environ |= {"HOTPOT_DATA": str(folder), "DJANGO_SETTINGS_MODULE": "hotpot.entry.settings"}
    with embedded_postgres(folder, by="hotpot bench") as url:
        import django

        django.setup()
        from hotpot.entry.schema import bring_up_to_date

        bring_up_to_date(url)
        open_interfaces(ports)
        yield int((folder / "postgres" / "postmaster.pid").read_text().split()[0])


def open_interfaces(ports: Ports) -> None:
    from django.conf import settings

    from hotpot.pot.messaging import actions
    from hotpot.pot.party.models import Party

    company = Party.objects.create(kind="customer", name="Bench", slug="bench")
    for login, password, access_number, settings_given in (
        ("http", PASSWORD, "10657120", {"webhook": f"http://127.0.0.1:{ports.hook}/"}),
        ("smpp", PASSWORD[:8], "10657121", {"window": 100}),
    ):
        actions.open_interface(
            company.pk, name=login, kind=login, login=login, password=password,
            access_number=access_number, settings_given=settings_given, now=settings.HOTPOT_CLOCK.now(),
        )  # fmt: skip


@contextmanager
def carrier(kind: str, ports: Ports) -> Iterator[None]:
    """All messages go to it."""
    from django.conf import settings

    from hotpot.pot.messaging import actions

    cmpp = kind == "smpp_cmpp"
    actions.connect_carrier(
        {
            "name": kind,
            "protocol": "cmpp3" if cmpp else "smpp",
            "host": "127.0.0.1",
            "port": ports.cmpp_centre if cmpp else ports.smpp_centre,
            "login": "901234",
            "password": "secret",
            "connections": 2,
            "window": 500,
        },
        now=settings.HOTPOT_CLOCK.now(),
    )
    yield
    actions.disconnect_carrier(kind, now=settings.HOTPOT_CLOCK.now())


@contextmanager
def gateway(ports: Ports) -> Iterator[int]:
    """The real process; its id once it answers."""
    process = subprocess.Popen(
        [sys.executable, "-m", "hotpot.entry.cli", "run", "gateway"],
        env={
            **os.environ,
            "HOTPOT_GATEWAY_PORT": str(ports.gateway),
            "HOTPOT_GATEWAY_LISTEN": f"smpp:{ports.smpp}",
            "HOTPOT_INSIDE": "127.0.0.1",
        },
    )
    try:
        asyncio.run(_ready(ports.gateway))
        yield process.pid
    finally:
        process.terminate()
        process.wait(20)


async def _ready(port: int) -> None:
    from hotpot.entry import health

    async with asyncio.timeout(30):
        while await health.web("127.0.0.1", port) != 200:
            await asyncio.sleep(0.1)
    await asyncio.sleep(3)  # The carrier's connections come with its first look.


def measure_ours(kind: str, ports: Ports, seconds: float, postmaster: int) -> tuple[Result, float]:
    """The result, and the peak in bytes."""
    memory = Memory([postmaster])
    with ExitStack() as running:

        def prepare() -> None:
            running.enter_context(carrier(kind, ports))
            memory.roots.append(running.enter_context(gateway(ports)))
            memory.start()

        result = run_ends(kind, ports, seconds, prepare)
        memory.stopping.set()
        memory.join()
    return result, memory.peak


# --- Kannel ---------------------------------------------------------------------------------------

KANNEL = """
group = core
admin-port = {admin}
admin-password = bench
smsbox-port = {box}
box-allow-ip = 127.0.0.1
store-type = spool
store-location = {folder}/spool
dlr-storage = internal
log-file = {folder}/bearerbox.log
log-level = 3

group = smsc
smsc = smpp
smsc-id = centre
host = 127.0.0.1
port = {centre}
transceiver-mode = true
smsc-username = bench
smsc-password = bench
system-type = "VMA"
max-pending-submits = 100

group = smsbox
bearerbox-host = 127.0.0.1
sendsms-port = {kannel}
log-file = {folder}/smsbox.log
log-level = 3

group = sendsms-user
username = bench
password = bench
max-messages = 1
"""


@contextmanager
def kannel(folder: Path, ports: Ports) -> Iterator[None]:
    (folder / "spool").mkdir()
    file = folder / "kannel.conf"
    file.write_text(
        KANNEL.format(
            folder=folder,
            admin=ports.kannel + 1,
            box=ports.kannel + 2,
            centre=ports.smpp_centre,
            kannel=ports.kannel,
        )
    )
    processes = []
    try:
        for name in ("bearerbox", "smsbox"):
            argv = [f"/usr/sbin/{name}", str(file)]
            processes.append(subprocess.Popen(argv, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))
            time.sleep(1)  # It says nothing when it listens.
        asyncio.run(_listens(ports.kannel))
        yield
    finally:
        for process in reversed(processes):
            process.terminate()
            process.wait(20)


async def _listens(port: int) -> None:
    async with asyncio.timeout(30):
        while True:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                await asyncio.sleep(0.1)
            else:
                writer.close()
                return


def measure_kannel(ports: Ports, seconds: float) -> Result:
    with tempfile.TemporaryDirectory(prefix="hotpot-bench-") as folder, ExitStack() as running:
        prepare = partial(running.enter_context, kannel(Path(folder), ports))
        return run_ends("kannel", ports, seconds, prepare)


@click.command()
@click.option("--seconds", default=60.0, show_default=True, help="How long each load lasts.")
@click.option("--port", default=18420, show_default=True, help="The first of nine free ports.")
@click.option("--only", multiple=True, type=click.Choice(KINDS), help="Only these.")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON row a figure.")
def main(seconds: float, port: int, only: Sequence[str], as_json: bool) -> None:
    """Carry messages as fast as they go the whole way."""
    ports = Ports.after(port)
    ours = [kind for kind in KINDS if kind != "kannel" and (not only or kind in only)]
    if ours:
        peak = 0.0
        with (
            tempfile.TemporaryDirectory(prefix="hotpot-bench-") as folder,
            pot(Path(folder) / "data", ports) as postmaster,
        ):
            for kind in ours:
                result, held = measure_ours(kind, ports, seconds, postmaster)
                peak = max(peak, held)
                rate = round(result.messages / result.seconds)
                tell(f"gateway.{kind}.messages_per_s", rate, "1/s", as_json)
        tell("gateway.peak_mib", round(peak / MIB), "MiB", as_json)
    if (not only or "kannel" in only) and shutil.which("/usr/sbin/bearerbox"):
        result = measure_kannel(ports, seconds)
        tell("kannel.http_smpp.messages_per_s", round(result.messages / result.seconds), "1/s", as_json)


def tell(name: str, value: float, unit: str, as_json: bool) -> None:
    machine = f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"
    if as_json:
        click.echo(json.dumps({"name": name, "value": value, "unit": unit, "machine": machine}))
    else:
        click.echo(f"{name:<36} {value:>12,} {unit}")


if __name__ == "__main__":
    main()

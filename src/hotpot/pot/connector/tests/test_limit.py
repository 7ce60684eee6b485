"""A database that stalls or drips is given up in time, whatever the driver waits for."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest

from hotpot.pot.connector.enterprise import Enterprise
from hotpot.pot.connector.limit import Limit
from hotpot.pot.connector.trouble import Away, Trouble

WAIT_S = 60.0  # generous: without a limit nothing would ever end
Behave = Callable[[socket.socket, threading.Event], None]


def stalls_after_login(line: socket.socket, over: threading.Event) -> None:
    """A PostgreSQL that lets anybody in, and never answers a query."""
    while True:
        size = struct.unpack("!i", line.recv(4, socket.MSG_WAITALL))[0]
        (code,) = struct.unpack("!i", line.recv(size - 4, socket.MSG_WAITALL)[:4])
        if code == 196_608:  # version 3.0; before it, encryption may be asked for
            break
        line.sendall(b"N")
    line.sendall(b"R" + struct.pack("!ii", 8, 0) + b"Z" + struct.pack("!i", 5) + b"I")
    over.wait(WAIT_S)


def drips(line: socket.socket, over: threading.Event) -> None:
    """A MySQL whose greeting takes for ever: each byte comes before the driver gives up."""
    line.sendall(struct.pack("<I", 60_000))  # so many bytes, the first of a conversation
    while not over.wait(0.1):
        line.sendall(b"\n")


@pytest.fixture
def over() -> Iterator[threading.Event]:
    event = threading.Event()
    yield event
    event.set()


def listening(behave: Behave, over: threading.Event) -> int:
    """The port of a peer for one line."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        line, _ = listener.accept()
        with listener, line, suppress(OSError):  # The other end left, as it should.
            behave(line, over)

    threading.Thread(target=serve, daemon=True).start()
    port: int = listener.getsockname()[1]
    return port


@pytest.mark.parametrize(
    ("scheme", "behave"), [("postgresql", stalls_after_login), ("mysql", drips)], ids=["stalls", "drips"]
)
def test_a_database_is_given_up_in_time(scheme: str, behave: Behave, over: threading.Event) -> None:
    enterprise = Enterprise(f"{scheme}://u:p@127.0.0.1:{listening(behave, over)}/office", within_s=1)
    told: list[Trouble] = []

    def ask() -> None:
        try:
            enterprise.tables()
        except Trouble as trouble:
            told.append(trouble)
        finally:
            enterprise.close()

    asking = threading.Thread(target=ask, daemon=True)
    asking.start()
    asking.join(WAIT_S)
    assert not asking.is_alive()
    (trouble,) = told
    assert isinstance(trouble, Away)
    assert "takes longer than 1 seconds to answer" in str(trouble)


def test_lines_that_come_late_are_cut_and_others_left() -> None:
    ours, theirs = socket.socketpair()
    late, lates = socket.socketpair()
    limit, ended = Limit(0.01), Limit(600)
    ended.begin()
    with ours, theirs, late, lates:
        theirs.settimeout(WAIT_S)
        lates.settimeout(WAIT_S)
        limit.hold(ours.fileno())
        ended.hold(lates.fileno())
        ended.end()
        limit.begin()
        assert theirs.recv(1) == b""
        assert limit.is_over
        limit.hold(late.fileno())
        assert lates.recv(1) == b""
        limit.end()
    assert not ended.is_over

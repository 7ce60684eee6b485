"""HTTP requests of ours to enterprises' addresses, which must not lead back into this network.

One POST, no redirects. The name is looked up once and the connection goes to an address that was checked, so
that a second look-up can't change it. It stands on asyncio's streams: the
data plane has no HTTP client among its libraries.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from urllib.parse import SplitResult, urlsplit

from hotpot.kernel.errors import Invalid
from hotpot.kernel.reach import PUBLIC_ONLY, Reach

TIMEOUT_S = 10.0
HEAD_BYTES_MAX = 64 * 1024
PORTS = {"http": 80, "https": 443}


class BadAddress(Invalid):
    """An address that nothing is sent to."""

    code = "bad_address"


@dataclass(frozen=True, slots=True)
class Answer:
    """`headers` by their names in small letters."""

    status: int
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Outward:
    """`reach`: where addresses may lead."""

    reach: Reach = PUBLIC_ONLY

    def check(self, url: str) -> SplitResult:
        """Raises BadAddress where an address can't be one; whether it leads inside, the look-up tells."""
        try:
            parts = urlsplit(url)
            port = parts.port
            (parts.hostname or "").encode("idna")  # fails on a label over 63 characters (RFC 1035, 2.3.4)
        except ValueError:
            raise BadAddress(f"{url!r} is no address.") from None
        if parts.scheme not in PORTS or not parts.hostname or port == 0:
            raise BadAddress(f"{url!r} is no address: write https://host/path.")
        if parts.username or parts.password:
            raise BadAddress("Leave the user and password out of the address.")
        if not url.isascii() or any(sign.isspace() for sign in url):
            raise BadAddress(f"{url!r} has characters that an address can't have.")
        return parts

    async def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> int:
        """The answer's status. Raises BadAddress, OSError (ssl.SSLError is one) and TimeoutError."""
        return (await self.ask(url, body, headers)).status

    async def ask(self, url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        """Raises BadAddress, OSError (ssl.SSLError is one) and TimeoutError."""
        parts = self.check(url)
        async with asyncio.timeout(TIMEOUT_S):
            reader, writer = await self._connect(parts)
            try:
                writer.write(_request(parts, body, headers))
                return await _answer(reader)
            finally:
                writer.close()
                with contextlib.suppress(OSError):
                    await writer.wait_closed()

    async def _connect(self, parts: SplitResult) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        host, port = parts.hostname or "", parts.port or PORTS[parts.scheme]
        address = await self.look_up(host, port)
        secure = parts.scheme == "https"
        return await asyncio.open_connection(
            address,
            port,
            limit=HEAD_BYTES_MAX,
            ssl=_trusting() if secure else None,
            server_hostname=host if secure else None,
        )

    async def look_up(self, host: str, port: int) -> str:
        """An address of it that a connection may go to. Raises BadAddress, OSError."""
        loop = asyncio.get_running_loop()
        found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        addresses = [str(one[4][0]) for one in found]
        if not all(self.reach.leads(address) for address in addresses):
            raise BadAddress(
                f"{host} leads into a private network. The operator may allow it: HOTPOT_INSIDE."
            )
        return addresses[0]


OUTSIDE_ONLY = Outward()


@cache
def _trusting() -> ssl.SSLContext:
    """One for all connections: to read all authorities takes some 50 ms, in which nobody is served."""
    return ssl.create_default_context()


def _request(parts: SplitResult, body: bytes, headers: Mapping[str, str]) -> bytes:
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    host = parts.netloc
    lines = [f"POST {target} HTTP/1.1", f"Host: {host}", "Connection: close", f"Content-Length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode() + body


async def _answer(reader: asyncio.StreamReader) -> Answer:
    """Its head; what else it says is of no interest."""
    try:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    except (asyncio.IncompleteReadError, asyncio.LimitOverrunError):
        raise ConnectionError("the other end gave no answer that is HTTP") from None
    first, *lines = head.split("\r\n")
    version, _, rest = first.partition(" ")
    if not version.startswith("HTTP/1.") or not rest[:3].isdecimal():
        raise ConnectionError("the other end gave no answer that is HTTP")
    fields = (line.partition(":") for line in lines if ":" in line)
    return Answer(int(rest[:3]), {name.strip().lower(): value.strip() for name, _, value in fields})

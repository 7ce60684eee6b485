"""What answers HTTP in the gateway, and what tells interfaces their notices. A room above may bring its own.

The gateway is given makers of faces and tellers when it starts; each is made once, with the desk.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from hotpot.pot.messaging.gateway.desk import Desk
from hotpot.pot.messaging.wire import Interface, Notice

JSON = "application/json"


@dataclass(frozen=True, slots=True)
class Request:
    """`headers` by their names in small letters; `address` is the caller's, behind the proxies we know."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes
    address: str


@dataclass(frozen=True, slots=True)
class Response:
    status: int
    body: bytes = b""
    kind: str = JSON
    headers: Sequence[tuple[str, str]] = ()


class Face(Protocol):
    @property
    def paths(self) -> Collection[str]:
        """The addresses that it answers; one that ends with "/" stands for all below it."""
        ...

    async def call(self, request: Request) -> Response:
        """kernel.errors.Refused that it raises is answered as a problem in JSON."""
        ...


class Teller(Protocol):
    """How interfaces of one kind are told. The courier calls it, in order, again after ever longer pauses."""

    @property
    def kind(self) -> str:
        """models.Interface.kind."""
        ...

    def listens(self, interface: Interface) -> bool:
        """Whether somebody is there to be told. Else its notices wait: for a connection, or to be fetched."""
        ...

    async def tell(self, interface: Interface, notices: Sequence[Notice]) -> Collection[int]:
        """The ids of those that the other end has now; the rest comes again. May raise: none is told then."""
        ...


MakeFace = Callable[[Desk], Face]
MakeTeller = Callable[[Desk], Teller]

"""Who is let in: passwords, network addresses, and patience with those who guess. Pure but for its memory."""

from __future__ import annotations

import hmac
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from ipaddress import ip_address, ip_network

from hotpot.kernel.errors import Forbidden, Refused, TooMany

FREE_TRIES = 5
FIRST_PAUSE_S = 1.0
LONGEST_PAUSE_S = 300.0
REMEMBERED_MAX = 10_000  # pairs of a login and an address


class Unknown(Refused):
    """No interface has this login and password."""

    code = "unknown"
    status = 401


class WrongAddress(Forbidden):
    code = "address"


@dataclass(slots=True)
class _Guesses:
    count: int = 0
    until: float = 0.0


@dataclass(slots=True)
class Patience:
    """Slows down wrong passwords of one login from one address; others who use that login aren't touched.

    Times are seconds of a clock that never goes back.
    """

    _guesses: OrderedDict[tuple[str, str], _Guesses] = field(default_factory=OrderedDict)

    def check(self, login: str, address: str, now: float) -> None:
        """Raises TooMany while it has to wait."""
        found = self._guesses.get((login, address))
        if found is not None and found.until > now:
            raise TooMany(
                f"There were too many wrong passwords. Try again in {found.until - now:.0f} s.",
                code="locked",
            )

    def failed(self, login: str, address: str, now: float) -> None:
        key = (login, address)
        found = self._guesses.setdefault(key, _Guesses())
        self._guesses.move_to_end(key)
        found.count += 1
        if (beyond := found.count - FREE_TRIES) >= 0:
            found.until = now + min(FIRST_PAUSE_S * 2.0 ** min(beyond, 16), LONGEST_PAUSE_S)
        while len(self._guesses) > REMEMBERED_MAX:
            self._guesses.popitem(last=False)

    def succeeded(self, login: str, address: str) -> None:
        self._guesses.pop((login, address), None)


def same(given: str, right: str) -> bool:
    """Takes as long for a wrong one as for the right one."""
    return hmac.compare_digest(given.encode(errors="replace"), right.encode())


def is_near(address: str, networks: Sequence[str]) -> bool:
    """Whether it is in one of the networks (CIDR or single addresses); in none of none is anybody."""
    return not networks or _in_one(address, networks)


def _in_one(address: str, networks: Iterable[str]) -> bool:
    try:
        caller = ip_address(address)
    except ValueError:
        return False
    mapped = getattr(caller, "ipv4_mapped", None)
    return any((mapped or caller) in ip_network(network, strict=False) for network in networks)

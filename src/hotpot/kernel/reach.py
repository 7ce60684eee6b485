"""Where connections of ours may lead when somebody else gave the address, and whether one comes from here."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from hotpot.kernel.errors import Refused

LOOPBACK = ("127.0.0.1", "::1")
_NAT64 = IPv6Network("64:ff9b::/96")  # RFC 6052, 2.1: its last 32 bits are an IPv4 address


@dataclass(frozen=True, slots=True)
class Reach:
    """Into the public network, and into those of our own `networks` that the operator allows."""

    networks: tuple[IPv4Network | IPv6Network, ...] = ()

    @classmethod
    def of(cls, text: str) -> Reach:
        """Of "10.20.0.0/16,192.168.7.5". Raises Refused."""
        try:
            return cls(tuple(ip_network(one) for one in map(str.strip, text.split(",")) if one))
        except ValueError as error:
            raise Refused(f"{error}. Write networks and servers like 10.20.0.0/16,192.168.7.5.") from None

    def allows(self, address: str) -> bool:
        """Whether the operator names it. Raises ValueError where it is no IP address."""
        found = _plain(address)
        return any(found in network for network in self.networks)

    def leads(self, address: str) -> bool:
        """Whether a connection may go there. Raises ValueError where it is no IP address."""
        return is_public(address) or self.allows(address)


PUBLIC_ONLY = Reach()
EVERYWHERE = Reach((IPv4Network("0.0.0.0/0"), IPv6Network("::/0")))  # for a demo and for tests


def is_public(address: str) -> bool:
    """Whether an IP address is one of the public network. Raises ValueError for none."""
    found = _plain(address)
    if isinstance(found, IPv6Address) and found.is_site_local:
        return False
    return found.is_global and not found.is_multicast


def comes_from_here(client: str, headers: Container[str]) -> bool:
    """Whether this machine sent a request itself, through no proxy. `client` is "host:port"; `headers` are
    named in small letters."""
    return client.rpartition(":")[0].strip("[]") in LOOPBACK and "x-forwarded-for" not in headers


def _plain(address: str) -> IPv4Address | IPv6Address:
    """An IPv6 address that stands for an IPv4 one is that one: both lead to the same machine."""
    found = ip_address(address.partition("%")[0])
    if isinstance(found, IPv4Address):
        return found
    inner = found.ipv4_mapped or found.sixtofour
    if inner is None and found in _NAT64:
        inner = IPv4Address(int(found) & 0xFFFFFFFF)
    return inner or found

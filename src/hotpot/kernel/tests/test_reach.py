"""What others give us as an address leads into the public network, or where the operator allows it."""

from __future__ import annotations

import pytest

from hotpot.kernel.errors import Refused
from hotpot.kernel.reach import EVERYWHERE, Reach, comes_from_here, is_public

INSIDE = [
    "127.0.0.1", "0.0.0.1", "10.0.0.5", "172.16.3.4", "192.168.1.1", "100.64.0.1", "169.254.169.254",
    "224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1%eth0", "fd00::5", "fec0::1", "ff02::1",
    "::ffff:10.0.0.5", "64:ff9b::a00:5", "2002:a00:5::1",
]  # fmt: skip


@pytest.mark.parametrize("address", INSIDE)
def test_an_address_of_our_own_network_is_refused_in_every_way_of_writing(address: str) -> None:
    assert not is_public(address)
    assert not Reach().leads(address)
    assert EVERYWHERE.leads(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "2001:4860:4860::8888", "::ffff:8.8.8.8", "64:ff9b::808:808"])
def test_the_public_network_is_open(address: str) -> None:
    assert Reach().leads(address)
    assert not Reach().allows(address)


def test_the_operator_allows_networks_and_single_servers() -> None:
    reach = Reach.of(" 10.20.0.0/16, 192.168.7.5 ,fd00:1::/32,")
    for address in ("10.20.3.4", "::ffff:10.20.3.4", "192.168.7.5", "fd00:1::9"):
        assert reach.leads(address)
    for address in ("10.21.0.1", "192.168.7.6", "fd00:2::9", "127.0.0.1"):
        assert not reach.leads(address)


@pytest.mark.parametrize("text", ["mail.corp.example", "10.20.0.0/33", "10.20.3.4/16"])
def test_what_is_no_network_is_refused(text: str) -> None:
    with pytest.raises(Refused, match=r"like 10\.20\.0\.0/16"):
        Reach.of(text)


@pytest.mark.parametrize(
    ("client", "headers", "near"),
    [
        ("127.0.0.1:5000", {}, True),
        ("[::1]:5000", {"host": "pot.example"}, True),
        ("127.0.0.1:5000", {"x-forwarded-for": "203.0.113.9"}, False),
        ("203.0.113.9:127", {}, False),
    ],
)
def test_a_request_comes_from_here_or_by_way_of_a_proxy(
    client: str, headers: dict[str, str], near: bool
) -> None:
    assert comes_from_here(client, headers) is near

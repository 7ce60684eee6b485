"""Who is let in, and how long somebody who guesses has to wait."""

from __future__ import annotations

import pytest

from hotpot.kernel.errors import TooMany
from hotpot.pot.messaging.gateway.guard import (
    FREE_TRIES,
    LONGEST_PAUSE_S,
    REMEMBERED_MAX,
    Patience,
    is_near,
    same,
)


def test_who_guesses_waits_longer_each_time_and_nobody_else_does() -> None:
    patience = Patience()
    for _ in range(FREE_TRIES):
        patience.check("oa", "192.0.2.1", 0)
        patience.failed("oa", "192.0.2.1", 0)
    with pytest.raises(TooMany, match="1 s"):
        patience.check("oa", "192.0.2.1", 0)
    patience.check("oa", "192.0.2.2", 0)
    patience.check("oa", "192.0.2.1", 1)
    for _ in range(20):
        patience.failed("oa", "192.0.2.1", 1)
    with pytest.raises(TooMany):
        patience.check("oa", "192.0.2.1", LONGEST_PAUSE_S)
    patience.check("oa", "192.0.2.1", 1 + LONGEST_PAUSE_S)
    patience.succeeded("oa", "192.0.2.1")
    patience.failed("oa", "192.0.2.1", 2)
    patience.check("oa", "192.0.2.1", 2)


def test_guesses_are_forgotten_before_they_fill_memory() -> None:
    patience = Patience()
    for n in range(REMEMBERED_MAX + FREE_TRIES):
        for _ in range(FREE_TRIES):
            patience.failed(str(n), "", 0)
    patience.check("0", "", 0)
    with pytest.raises(TooMany):
        patience.check(str(REMEMBERED_MAX), "", 0)


@pytest.mark.parametrize(
    ("address", "networks", "near"),
    [
        ("192.0.2.7", [], True),
        ("192.0.2.7", ["192.0.2.0/24"], True),
        ("192.0.2.7", ["192.0.2.8"], False),
        ("::ffff:192.0.2.7", ["192.0.2.7/32"], True),
        ("2001:db8::1", ["192.0.2.0/24", "2001:db8::/32"], True),
        ("", ["192.0.2.0/24"], False),
    ],
)
def test_networks(address: str, networks: list[str], near: bool) -> None:
    assert is_near(address, networks) is near


def test_passwords_are_compared_as_they_are() -> None:
    assert same("pässword", "pässword")
    assert not same("", "x")
    assert not same("\ud800", "x")

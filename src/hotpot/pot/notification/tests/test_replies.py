from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotpot.pot.notification.replies import (
    BadReplyAddress,
    ReplyTo,
    is_reply_address,
    read_reply_address,
    reply_address,
)

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
KEY = "the installation's"
LATER = NOW + timedelta(days=7)
asks = st.integers(1, 2**48 - 1)
persons = st.integers(1, 2**40 - 1)


def made(ask_id: int = 17, person_id: int = 42, expires_at: datetime = LATER) -> str:
    return reply_address(ask_id, person_id, expires_at=expires_at, secret=KEY, domain="mail.example")


def read(address: str, *, secret: str = KEY, now: datetime = NOW) -> ReplyTo:
    return read_reply_address(address, secret=secret, domain="mail.example", now=now)


@given(ask_id=asks, person_id=persons, shout=st.booleans())
def test_what_was_written_is_read_whatever_a_server_does_to_its_case(
    ask_id: int, person_id: int, shout: bool
) -> None:
    address = made(ask_id, person_id)
    assert len(address.partition("@")[0]) <= 64
    assert read(address.upper() if shout else address) == ReplyTo(ask_id, person_id)


@given(place=st.integers(6, 54), letter=st.sampled_from("abcdefghijklmnopqrstuvwxyz234567"))
def test_one_changed_letter_is_noticed(place: int, letter: str) -> None:
    address = made()
    changed = address[:place] + letter + address[place + 1 :]
    if changed != address:
        with pytest.raises(BadReplyAddress):
            read(changed)


@given(token=st.text(max_size=80))
def test_anything_else_is_refused_with_a_sentence(token: str) -> None:
    with pytest.raises(BadReplyAddress):
        read(f"reply+{token}@mail.example")


def test_another_key_and_another_time_are_refused() -> None:
    with pytest.raises(BadReplyAddress):
        read(made(), secret="another")
    read(made(), now=LATER - timedelta(seconds=1))
    with pytest.raises(BadReplyAddress, match="no longer open"):
        read(made(), now=LATER)


def test_other_addresses_are_not_ours() -> None:
    assert is_reply_address(made(), domain="MAIL.example")
    assert not is_reply_address("info@mail.example", domain="mail.example")
    assert not is_reply_address(made(), domain="other.example")

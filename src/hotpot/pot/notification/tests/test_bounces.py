import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotpot.pot.notification.bounces import BadReturnPath, Bounce, ReturnPath, read_return_path, return_path

KEY = "the installation's"


def made(notice_id: int = 17, address: str = "li@example.com") -> str:
    return return_path(notice_id, address, secret=KEY, domain="mail.example")


def read(path: str, *, secret: str = KEY) -> ReturnPath:
    return read_return_path(path, secret=secret, domain="mail.example")


@given(notice_id=st.integers(1, 2**48 - 1), shout=st.booleans())
def test_what_was_written_is_read_whatever_a_server_does_to_its_case(notice_id: int, shout: bool) -> None:
    path = made(notice_id)
    assert len(path.partition("@")[0]) <= 64
    found = read(path.upper() if shout else path)
    assert found.notice_id == notice_id
    assert found.is_of("Li@Example.com")
    assert not found.is_of("han@example.com")


@given(place=st.integers(7, 54), letter=st.sampled_from("abcdefghijklmnopqrstuvwxyz234567"))
def test_one_changed_letter_is_noticed(place: int, letter: str) -> None:
    path = made()
    changed = path[:place] + letter + path[place + 1 :]
    if changed != path:
        with pytest.raises(BadReturnPath):
            read(changed)


@given(token=st.text(max_size=80))
def test_anything_else_is_refused_with_a_sentence(token: str) -> None:
    with pytest.raises(BadReturnPath, match="not one of ours"):
        read(f"bounce+{token}@mail.example")


def test_another_key_another_domain_and_a_question_s_address_are_refused() -> None:
    for path, secret in (
        (made(), "another"),
        (made().replace("mail.example", "evil.example"), KEY),
        (made().replace("bounce+", "reply+"), KEY),
    ):
        with pytest.raises(BadReturnPath):
            read(path, secret=secret)


@pytest.mark.parametrize(
    ("status", "blames"),
    [
        ("5.0.0", True), ("5.1.1", True), ("5.2.2", True), ("5.4.4", True), ("5.5.0", True),
        ("5.3.4", False), ("5.6.0", False), ("5.7.1", False), ("5.7.26", False), ("4.2.2", False),
    ],
)  # fmt: skip
def test_an_address_is_blamed_for_what_is_its_own_and_for_good(status: str, blames: bool) -> None:
    assert Bounce(status).blames_address is blames

"""Texts to phones and back: alphabets, parts, headers."""

from __future__ import annotations

import csv
import io
import lzma
import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotpot.pot.messaging.layout import Broken, Unfit
from hotpot.pot.messaging.text import (
    OCTETS_MAX,
    Alphabet,
    Concat,
    Part,
    alphabet_for,
    decode,
    encode,
    header_of,
    join,
    part_from,
    split,
)

SHARED = Path(__file__).parents[6] / "shared/data/messages/nus_sms_zh.csv.xz"
CHINESE_MESSAGES = 31_465
SAMPLE = [
    "您的验证码是 824193，5分钟内有效。",
    "[银行]尾号1234的卡支出￥1,280.00元，余额€0.5~",
    "老師，媽咪話想買盒月餅比你，你要傳統定冰皮？",
    "会议改到下午3:00，请携带《合同》副本；谢谢！",
    "Hello {world} [ok] ~ ^ | \\ €",
    "Ünïcödé ñ à la Åse",
    "😀👨‍👩‍👧‍👦 family" * 20,
    "",
    "\n\r\n",
    "·—…「」〈〉①㈱㎡",
    "长" * 300,
    "a" * 160,
    "a" * 161,
    "{" * 80,
    "{" * 81,
    "你" * 70,
    "你" * 71,
]
SMPP = (Alphabet.GSM7, Alphabet.UCS2)
CHINA = (Alphabet.ASCII, Alphabet.UCS2)


def over_the_air(text: str, known: tuple[Alphabet, ...], ref: int, *, wide: bool = False) -> str:
    """Encoded, split, each part written and read again, in disorder joined."""
    alphabet = alphabet_for(text, known)
    parts = split(text, alphabet, ref=ref, wide=wide)
    arrived = []
    for part in parts:
        header = header_of(part)
        assert octets_on_air(part) + len(header) <= OCTETS_MAX
        arrived.append(part_from(header + part.data, alphabet, has_header=bool(header)))
    assert arrived == parts
    random.Random(ref).shuffle(arrived)
    return join(arrived)


def octets_on_air(part: Part) -> int:
    """GSM-7 travels packed: eight septets in seven octets, after a header filled up to a septet."""
    if part.alphabet not in (Alphabet.GSM7, Alphabet.ASCII):
        return len(part.data)
    septets = len(encode(decode(part.data, part.alphabet), Alphabet.GSM7))
    return (septets * 7 + 7) // 8


@pytest.mark.parametrize("text", SAMPLE)
@pytest.mark.parametrize("known", [SMPP, CHINA, (Alphabet.GBK, Alphabet.UCS2), (Alphabet.LATIN1,)])
def test_a_text_arrives_as_it_was(text: str, known: tuple[Alphabet, ...]) -> None:
    for wide in (False, True):
        assert over_the_air(text, known, 7, wide=wide) == text


@given(text=st.text(max_size=700), known=st.sampled_from([SMPP, CHINA, (Alphabet.GBK,), (Alphabet.LATIN1,)]))
def test_any_text_arrives_as_it_was(text: str, known: tuple[Alphabet, ...]) -> None:
    assert over_the_air(text, known, 300) == text


def real_messages() -> Iterator[str]:
    with lzma.open(SHARED) as packed:
        yield from (row["text"] for row in csv.DictReader(io.TextIOWrapper(packed, "utf-8", newline="")))


@pytest.mark.skipif(not SHARED.exists(), reason=f"needs {SHARED.name}, which is not part of this repository")
def test_real_chinese_messages_arrive_as_they_were() -> None:
    count = 0
    for count, text in enumerate(real_messages(), 1):
        assert over_the_air(text, CHINA, count) == text
        assert over_the_air(text, SMPP, count, wide=True) == text
        assert over_the_air(text, (Alphabet.GBK,), count) == text
    assert count == CHINESE_MESSAGES


@pytest.mark.parametrize(
    ("text", "alphabet", "lengths"),
    [
        ("a" * 160, Alphabet.GSM7, [160]),
        ("a" * 161, Alphabet.GSM7, [153, 8]),
        ("€" * 80, Alphabet.GSM7, [160]),  # each takes two septets
        ("€" * 81, Alphabet.GSM7, [152, 10]),  # and none is cut: 153 septets hold 76
        ("a" * 161, Alphabet.ASCII, [153, 8]),
        ("[" * 81, Alphabet.ASCII, [76, 5]),
        ("你" * 70, Alphabet.UCS2, [140]),
        ("你" * 71, Alphabet.UCS2, [134, 8]),
        ("😀" * 36, Alphabet.UCS2, [132, 12]),  # four octets each: 33 fit beside the header
        ("你" * 71, Alphabet.GBK, [134, 8]),
        ("ab" * 141, Alphabet.BINARY, [134, 7]),
    ],
)
def test_parts_are_as_long_as_the_air_allows(text: str, alphabet: Alphabet, lengths: list[int]) -> None:
    assert [len(part.data) for part in split(text, alphabet, ref=1)] == lengths


def test_sixteen_bits_of_reference_leave_less_room() -> None:
    parts = split("a" * 161, Alphabet.GSM7, ref=0x1_2345, wide=True)
    assert [len(part.data) for part in parts] == [152, 9]
    assert parts[0].concat == Concat(0x2345, 2, 1, wide=True)
    assert header_of(parts[1]).hex() == "06080423450202"
    assert header_of(split("a" * 161, Alphabet.GSM7, ref=0x123)[0]).hex() == "050003230201"


def test_more_than_255_parts_are_refused() -> None:
    assert len(split("你" * 67 * 255, Alphabet.UCS2, ref=1)) == 255
    with pytest.raises(Unfit, match="256 parts"):
        split("你" * (67 * 255 + 1), Alphabet.UCS2, ref=1)


def test_the_alphabet_is_the_first_that_has_all() -> None:
    assert alphabet_for("Ünï{", SMPP) is Alphabet.UCS2
    assert alphabet_for("Ü{€", SMPP) is Alphabet.GSM7
    assert alphabet_for("a{b", CHINA) is Alphabet.ASCII
    assert alphabet_for("a`b", CHINA) is Alphabet.UCS2  # ASCII has it, the radio hasn't
    assert alphabet_for("短信", (Alphabet.ASCII, Alphabet.GBK)) is Alphabet.GBK


@pytest.mark.parametrize("alphabet", [Alphabet.GSM7, Alphabet.ASCII, Alphabet.LATIN1, Alphabet.GBK])
def test_a_missing_character_is_named(alphabet: Alphabet) -> None:
    with pytest.raises(Unfit):
        encode("ok 😀", alphabet)
    with pytest.raises(Unfit, match="hexadecimal"):
        encode("xyz", Alphabet.BINARY)


def test_every_character_of_gbk_comes_back() -> None:
    for code in range(0x80, 0x10000):
        try:
            data = encode(chr(code), Alphabet.GBK)
        except Unfit:
            continue
        assert decode(data, Alphabet.GBK) == chr(code)


@given(data=st.binary(max_size=200), alphabet=st.sampled_from(Alphabet), header=st.booleans())
def test_any_bytes_are_read_or_refused(data: bytes, alphabet: Alphabet, header: bool) -> None:
    try:
        part = part_from(data, alphabet, has_header=header)
    except Broken:
        return
    assert isinstance(join([part]), str)


@pytest.mark.parametrize("data", ["", "05", "0500030102", "05000301020148"[:8], "03000501"])
def test_a_header_that_is_none_is_refused(data: str) -> None:
    with pytest.raises(Broken, match="user data header"):
        part_from(bytes.fromhex(data), Alphabet.UCS2, has_header=True)


def test_other_elements_of_a_header_are_kept() -> None:
    part = part_from(bytes.fromhex("0b0504158a00000003a50201") + b"hello", Alphabet.BINARY, has_header=True)
    assert part.concat == Concat(0xA5, 2, 1)
    assert part.elements.hex() == "0504158a0000"
    assert header_of(part).hex() == "0b0003a50201" + "0504158a0000"


def test_a_part_that_cannot_be_is_a_message_of_its_own() -> None:
    for place in ("00", "03"):
        part = part_from(bytes.fromhex("050003a502" + place) + b"hello", Alphabet.ASCII, has_header=True)
        assert part.concat is None


def test_characters_that_senders_cut_are_joined() -> None:
    data = "😀😀".encode("utf-16-be")
    parts = [Part(data[:6], Alphabet.UCS2, Concat(1, 2, 1)), Part(data[6:], Alphabet.UCS2, Concat(1, 2, 2))]
    assert join(reversed_list := parts[::-1]) == "😀😀"
    assert reversed_list[0].concat == Concat(1, 2, 2)

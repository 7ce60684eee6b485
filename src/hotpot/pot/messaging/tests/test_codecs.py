"""Every protocol's frames: what is written is read the same; what is broken is refused with a reason."""

from __future__ import annotations

import contextlib
import random
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotpot.pot.messaging.cmpp import codec as cmpp
from hotpot.pot.messaging.layout import Broken, Codec, Frames, Lenient, Packet, Unfit
from hotpot.pot.messaging.sgip import codec as sgip
from hotpot.pot.messaging.smgp import codec as smgp
from hotpot.pot.messaging.smpp import codec as smpp
from hotpot.pot.messaging.tests.frames import CODECS, Maker

QUICK = 4_000  # frames a protocol version, five of them
MANY = 1_000_000

every_protocol = pytest.mark.parametrize("name", CODECS)


@every_protocol
@given(seed=st.integers(0, 2**32))
def test_what_is_written_is_read(name: str, seed: int) -> None:
    codec = CODECS[name]
    packet = Maker(random.Random(seed)).packet(codec)
    frame = codec.encode(packet)
    assert int.from_bytes(frame[:4], "big") == len(frame)
    read = codec.decode(frame)
    assert read == packet
    assert type(read.body) is type(packet.body)


def feed_broken_frames(codec: Codec, count: int, seed: int) -> tuple[int, int]:
    """How many were read and how many refused. Raises whatever the codec should not."""
    maker = Maker(random.Random(seed))
    sound = [codec.encode(maker.packet(codec)) for _ in range(500)]
    lenient = {layout.kind for layout in codec.layouts.values() if isinstance(layout, Lenient)}
    read = refused = 0
    for _ in range(count):
        frame = maker.spoilt(maker.chance.choice(sound))
        try:
            packet = codec.decode(frame)
        except Broken as error:
            refused += bool(error.reason)
        else:
            read += 1
            if maker.chance.random() < 0.01 and type(packet.body) not in lenient:
                assert codec.decode(codec.encode(packet)) == packet
    return read, refused


@every_protocol
def test_broken_frames_are_refused(name: str) -> None:
    read, refused = feed_broken_frames(CODECS[name], QUICK, seed=1)
    assert read + refused == QUICK
    assert refused > QUICK / 10
    assert read > QUICK / 20


@pytest.mark.soak
@every_protocol
def test_a_million_broken_frames_are_refused(name: str) -> None:
    read, refused = feed_broken_frames(CODECS[name], MANY, seed=2)
    assert read + refused == MANY


@given(st.binary(max_size=300))
def test_any_bytes_are_cut_into_frames_or_refused(data: bytes) -> None:
    for frames in (cmpp.frames(), sgip.frames(), smgp.frames(), smpp.frames()):
        with contextlib.suppress(Broken):
            for frame in frames.feed(data):
                assert int.from_bytes(frame[:4], "big") == len(frame)


@every_protocol
@given(seed=st.integers(0, 2**32), cuts=st.lists(st.integers(1, 60), min_size=1))
def test_frames_are_whole_however_the_line_cuts_them(name: str, seed: int, cuts: list[int]) -> None:
    codec = CODECS[name]
    maker = Maker(random.Random(seed))
    sent = [codec.encode(maker.packet(codec)) for _ in range(5)]
    stream, frames, found = b"".join(sent), Frames(codec.header.size, 100_000), []
    while stream:
        cut = cuts[len(stream) % len(cuts)]
        found += list(frames.feed(stream[:cut]))
        stream = stream[cut:]
    assert found == sent


def test_a_frame_of_an_impossible_length_ends_the_stream_after_those_before_it() -> None:
    sound = cmpp.CODECS[cmpp.V20].encode(Packet(1, cmpp.ActiveTest()))
    cut = cmpp.frames().feed(sound + b"\xff" * 12)
    assert next(cut) == sound
    with pytest.raises(Broken, match="a frame of 4294967295 bytes; 12 to 4096 are possible") as caught:
        next(cut)
    assert caught.value.lost


@pytest.mark.parametrize(
    ("codec", "frame", "reason"),
    [
        (cmpp.CODECS[cmpp.V20], "0000000c00000099 00000001", "command 0x00000099 is unknown"),
        (cmpp.CODECS[cmpp.V20], "0000000d0000000800000001 00", "1 bytes after the end of ActiveTest"),
        (cmpp.CODECS[cmpp.V20], "0000000f00000007 00000001 000000", "Cancel: the body ends before msg_id"),
        (cmpp.CODECS[cmpp.V30], "00000010000000080000", "10 bytes; a header has 12"),
        (cmpp.CODECS[cmpp.V30], "00000010 00000008 00000001", "a frame of 12 bytes says that it has 16"),
        (
            smgp.CODEC,
            "00000015 00000007 00000001 3230323631303035 01",
            "Query: the body ends before query_code",
        ),
        (
            smgp.CODEC,
            f"00000027 00000007 00000001 3230323631303035 {'00' * 19}",
            "8 bytes after the end of Query",
        ),
        (
            smgp.CODEC,
            f"0000001f 00000007 00000001 3230ff3631303035 {'00' * 11}",
            "query_time: 3230ff3631303035 is",
        ),
        (smgp.CODEC, f"0000003f 80000007 00000001 {'00' * 51}", "QueryResp: the body ends before reserve"),
        (smpp.CODEC, "00000014 00000003 00000000 00000001 41414141", "message_id: a text has no end"),
        (smpp.CODEC, "00000014 80000004 00000000 00000001 41ff4200", "message_id: 41ff42 is not ASCII"),
        (
            smpp.CODEC,
            "00000016 80000009 00000000 00000001 4100 0210 0005",
            "tlvs: optional parameter 0x0210 of 5 bytes has only 0",
        ),
    ],
)
def test_a_refusal_says_what_is_wrong(codec: Codec, frame: str, reason: str) -> None:
    with pytest.raises(Broken, match=re.escape(reason)):
        codec.decode(bytes.fromhex(frame))


def test_a_broken_frame_says_which_it_was() -> None:
    with pytest.raises(Broken) as caught:
        sgip.CODEC.decode(bytes.fromhex("00000014 00000063 00000001 00000002 00000003"))
    assert (caught.value.command, caught.value.sequence) == (0x63, sgip.sequence_of(1, 2, 3))


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (cmpp.Submit(dest_terminal_id=(), msg_content=b""), "dest_terminal_id: 0 numbers; 1 to 100 fit"),
        (cmpp.Submit(dest_terminal_id=("1" * 33,), msg_content=b""), "33 characters; 32 fit"),
        (cmpp.Submit(dest_terminal_id=("1",), msg_content=bytes(256)), "msg_content: 256 bytes; 255 fit"),
        (cmpp.Submit(dest_terminal_id=("1",), msg_content=b"", src_id="１"), "src_id: '１' is not ASCII"),
        (cmpp.Submit(dest_terminal_id=("1",), msg_content=b"", pk_total=256), "Submit: "),
        (cmpp.SubmitResp(msg_id=-1), "SubmitResp: "),
    ],
)
def test_a_value_that_no_field_can_hold_is_refused(body: cmpp.Submit, reason: str) -> None:
    with pytest.raises(Unfit, match=re.escape(reason)):
        cmpp.CODECS[cmpp.V30].encode(Packet(1, body))


def test_reports_of_both_lengths_are_read_under_both_versions() -> None:
    report = cmpp.Report(
        msg_id=7, stat="DELIVRD", submit_time="2610051200", done_time="2610051201", dest_terminal_id="1380000"
    )
    for version, length in ((cmpp.V20, 60), (cmpp.V30, 71)):
        content = cmpp.write_report(report, version)
        assert len(content) == length
        assert cmpp.read_report(content) == report
    with pytest.raises(Broken, match="a report of 61 bytes"):
        cmpp.read_report(bytes(61))


def test_answers_of_the_other_version_are_read() -> None:
    old, new = cmpp.CODECS[cmpp.V20], cmpp.CODECS[cmpp.V30]
    for body in (
        cmpp.ConnectResp(status=3, authenticator_ismg=bytes(16)),
        cmpp.SubmitResp(msg_id=9, result=8),
    ):
        assert new.decode(old.encode(Packet(1, body))) == Packet(1, body)
        assert old.decode(new.encode(Packet(1, body))) == Packet(1, body)


def test_an_smpp_answer_that_refuses_needs_no_body() -> None:
    refused = Packet(3, smpp.SubmitSmResp(), smpp.ESME_RTHROTTLED)
    frame = smpp.CODEC.encode(refused)
    assert frame.hex() == "00000010800000040000005800000003"
    assert smpp.CODEC.decode(frame) == refused


def test_smgp_reports_are_read_however_their_words_are_written() -> None:
    report = smgp.Report(
        msg_id=bytes.fromhex("02100110051200000001"),
        submit_date="2610051200",
        done_date="2610051201",
        stat="UNDELIV",
        err="001",
        txt=b"x".ljust(20),
    )
    content = smgp.write_report(report)
    assert len(content) == 122
    assert smgp.read_report(content) == report
    spelled = content.replace(b"submit date", b"Submit_Date").replace(b"text", b"Txt")
    assert smgp.read_report(spelled) == report
    with pytest.raises(Broken):
        smgp.read_report(b"id:" + bytes(40))

"""Wireshark as a judge of what we write. It knows SMPP and the fields of CMPP 3.0, not those of 2.0."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from hotpot.kernel.clock import SettableClock
from hotpot.pot.messaging.accounts import Account, Protocol
from hotpot.pot.messaging.cmpp import codec as cmpp
from hotpot.pot.messaging.dialects import speak
from hotpot.pot.messaging.layout import Packet, Pdu
from hotpot.pot.messaging.smpp import codec as smpp
from hotpot.pot.messaging.smpp.destinations import Destination
from hotpot.pot.messaging.talk import (
    Answer,
    Counted,
    Deliver,
    Dialect,
    Found,
    Leave,
    Probe,
    Report,
    Submit,
    Verdict,
    Way,
)
from hotpot.pot.messaging.tests import pcap
from hotpot.pot.messaging.text import Alphabet, Part, split

pytestmark = [
    pytest.mark.peer,
    pytest.mark.skipif(not shutil.which("tshark"), reason="needs tshark (Debian: tshark)"),
]

NOW = datetime(2026, 10, 5, 8, 0, tzinfo=UTC)
PHONE = "+8613800138000"
TEXT = "尊敬的客户，您的账单已出。" * 10


def dialect(protocol: Protocol, *, client: bool = True) -> Dialect:
    account = Account(
        name="A", protocol=protocol, login="901234", password="secret", port=7890, service="HELP"
    )
    return speak(account, SettableClock(NOW), client=client)


def frames(said: Dialect, bodies: Sequence[Pdu]) -> list[bytes]:
    return [said.codec.encode(Packet(place, body)) for place, body in enumerate(bodies, 1)]


def talk(protocol: Protocol) -> list[bytes]:
    """A whole conversation, both sides."""
    ours, theirs = dialect(protocol), dialect(protocol, client=False)
    login = Packet(1, ours.login(Way.BOTH))
    theirs.hear(login)
    theirs.admits(login, "secret")
    welcome = theirs.welcome(login, Answer(Verdict.OK))
    parts = [*split(TEXT, Alphabet.UCS2, ref=9), Part(bytes(range(140)), Alphabet.BINARY)]
    parts.append(Part(b"Hello", ours.alphabets[0], flash=True))
    expires = NOW + timedelta(hours=48)
    submits = [
        Packet(n, ours.say(Submit("10690000", (PHONE,), part, receipt=True, expires_at=expires)))
        for n, part in enumerate(parts, 2)
    ]
    answers = [theirs.answer(one, Answer(Verdict.OK, "7000001")) for one in submits]
    answers.append(theirs.answer(submits[0], Answer(Verdict.THROTTLED)))
    delivers = [
        Packet(20, theirs.say(Deliver(PHONE, "10690000", parts[0], "17"))),
        Packet(21, theirs.say(Report("7000001", PHONE, "10690000", "DELIVRD", NOW))),
    ]
    answers += [ours.answer(one, Answer(Verdict.OK)) for one in delivers]
    probe, leave = Packet(30, ours.say(Probe())), Packet(31, ours.say(Leave()))
    answers += [theirs.answer(one, Answer(Verdict.OK)) for one in (probe, leave)]
    packets = [login, welcome, *submits, *delivers, probe, leave, *(one for one in answers if one)]
    assert len(packets) == 2 + len(parts) * 2 + 1 + 4 + 4
    return [ours.codec.encode(packet) for packet in packets]


def judged(path: Path, port: int, layer: str, sent: Sequence[bytes]) -> list[dict[str, Any]]:
    """Each frame's fields as tshark names them. Fails on anything that it complains of."""
    pcap.write(path, port, sent)
    base = ["tshark", "-r", str(path), "-d", f"tcp.port=={port},{layer}", "-o", "tcp.check_checksum:FALSE"]
    complaints = _run([*base, "-Y", "_ws.malformed || _ws.expert.severity >= 6291456 || _ws.short"])
    assert complaints == ""
    decoded = json.loads(_run([*base, "-T", "json", "-Y", layer, "--no-duplicate-keys"]))
    return [_flat(one["_source"]["layers"][layer]) for one in decoded]


def _run(command: Sequence[str]) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stdout.strip()


def _flat(tree: Any) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in tree.items():
        for branch in [
            one for one in (value if isinstance(value, list) else [value]) if isinstance(one, dict)
        ]:
            found |= _flat(branch)
        found.setdefault(name, value)
    return found


@pytest.mark.parametrize("protocol", ["cmpp3", "smpp"])
def test_a_whole_talk_is_read_without_a_complaint(protocol: Protocol, tmp_path: Path) -> None:
    layer, port = ("smpp", 2775) if protocol == "smpp" else ("cmpp", 7890)
    sent = talk(protocol)
    read = judged(tmp_path / "talk.pcap", port, layer, sent)
    assert len(read) == len(sent)
    length = "smpp.command_length" if layer == "smpp" else "cmpp.Total_Length"
    assert [int(one[length]) for one in read] == [len(frame) for frame in sent]


def test_the_fields_of_a_cmpp_submit_are_read_as_meant(tmp_path: Path) -> None:
    said = dialect("cmpp3")
    [first, *_] = split(TEXT, Alphabet.UCS2, ref=9)
    sent = frames(said, [said.login(Way.BOTH), said.say(Submit("10690000", (PHONE,), first, receipt=True))])
    connect, submit = judged(tmp_path / "one.pcap", 7890, "cmpp", sent)
    assert connect["cmpp.connect.Source_Addr"] == "901234"
    assert connect["cmpp.connect.Timestamp"] == "10/05 16:00:00"
    assert connect["cmpp.Version"] == "03.00"
    assert submit["cmpp.submit.Src_Id"] == "10690000"
    assert submit["cmpp.Dest_terminal_Id"] == "13800138000"
    assert submit["cmpp.Servicd_Id"] == "HELP"
    assert (submit["cmpp.submit.Pk_total"], submit["cmpp.submit.Pk_number"]) == ("2", "1")
    assert (submit["cmpp.TP_udhi"], submit["cmpp.Msg_Fmt"]) == ("1", "8")
    assert submit["cmpp.submit.Registered_Delivery"] in ("1", "True")
    assert int(submit["cmpp.Msg_Length"]) == 140


def test_the_fields_of_smpp_are_read_as_meant(tmp_path: Path) -> None:
    said = dialect("smpp")
    submit = said.say(
        Submit("10690000", (PHONE,), Part("你好".encode("utf-16-be"), Alphabet.UCS2), receipt=True)
    )
    report = said.say(Report("7000001", PHONE, "10690000", "UNDELIV", NOW, error="012"))
    multi = smpp.SubmitMulti(
        source_addr="1069",
        dest_address=(
            Destination("13800138000", 1, 1),
            Destination(list_name="friends"),
        ),
        short_message=b"hi",
    )
    sent = frames(said, [submit, report, multi, smpp.QuerySm(message_id="7"), smpp.CancelSm(message_id="7")])
    sent.append(said.codec.encode(Packet(9, smpp.SubmitSmResp(), smpp.ESME_RTHROTTLED)))
    one, told, many, *_, refused = judged(tmp_path / "one.pcap", 2775, "smpp", sent)
    assert one["smpp.destination_addr"] == "13800138000"
    assert one["smpp.data_coding"] == "0x08"
    assert one["smpp.message"].replace(":", "") == "你好".encode("utf-16-be").hex()
    assert told["smpp.receipted_message_id"] == "7000001"
    assert told["smpp.message_state"] == "5"
    assert many["smpp.source_addr"] == "1069"
    assert int(refused["smpp.command_status"], 16) == 0x58


def test_cmpp_queries_and_cancels_are_known_to_it(tmp_path: Path) -> None:
    said = dialect("cmpp2")
    bodies = [
        cmpp.Query(time="20261005"),
        cmpp.QueryResp(time="20261005"),
        cmpp.Cancel(msg_id=7),
        cmpp.CancelResp(),
    ]
    assert len(judged(tmp_path / "other.pcap", 7890, "cmpp", frames(said, bodies))) == 4


def test_what_smpp_answers_to_questions_is_read_as_meant(tmp_path: Path) -> None:
    server = dialect("smpp", client=False)
    asked = [smpp.QuerySm(message_id="7"), smpp.QuerySm(message_id="8"), smpp.CancelSm(message_id="7")]
    answers = [
        server.answer(Packet(1, asked[0]), Answer(Verdict.OK, found=Found("UNDELIV", NOW, "21"))),
        server.answer(Packet(2, asked[1]), Answer(Verdict.UNKNOWN)),
        server.answer(Packet(3, asked[2]), Answer(Verdict.REFUSED)),
        server.answer(Packet(4, smpp.ReplaceSm(message_id="7")), Answer(Verdict.UNSUPPORTED)),
    ]
    sent = [server.codec.encode(one) for one in answers if one]
    found, *refused = judged(tmp_path / "asked.pcap", 2775, "smpp", sent)
    assert (found["smpp.message_id"], found["smpp.message_state"]) == ("7", "5")
    assert int(found["smpp.error_code"], 0) == 21
    assert [int(one["smpp.command_status"], 16) for one in refused] == [0x0C, 0x11, 0x13]


def test_what_cmpp_answers_to_questions_is_known_to_it(tmp_path: Path) -> None:
    server = dialect("cmpp3", client=False)
    answers = [
        server.answer(Packet(1, cmpp.Query(time="20261005")), Answer(Verdict.OK, found=Counted(5, 3, 1, 1))),
        server.answer(Packet(2, cmpp.Cancel(msg_id=7)), Answer(Verdict.OK)),
    ]
    sent = [server.codec.encode(one) for one in answers if one]
    assert len(judged(tmp_path / "asked.pcap", 7890, "cmpp", sent)) == len(answers) == 2

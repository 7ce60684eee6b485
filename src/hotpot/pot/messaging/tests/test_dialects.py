"""What protocols share and what they write in many ways: numbers, times, receipts, ids."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from hotpot.kernel.clock import SettableClock
from hotpot.pot.messaging.accounts import Account, Protocol
from hotpot.pot.messaging.cmpp import codec as cmpp
from hotpot.pot.messaging.cmpp import session as cmpp_session
from hotpot.pot.messaging.dialects import speak
from hotpot.pot.messaging.layout import Broken, Packet, Pdu
from hotpot.pot.messaging.sgip import codec as sgip
from hotpot.pot.messaging.sgip import session as sgip_session
from hotpot.pot.messaging.smgp import codec as smgp
from hotpot.pot.messaging.smgp import session as smgp_session
from hotpot.pot.messaging.smpp import codec as smpp
from hotpot.pot.messaging.smpp import session as smpp_session
from hotpot.pot.messaging.smpp.destinations import Destination
from hotpot.pot.messaging.smpp.session import canonical
from hotpot.pot.messaging.talk import (
    Answer,
    Count,
    Counted,
    Deliver,
    Dialect,
    Report,
    Submit,
    Unheard,
    Verdict,
    is_flash,
)
from hotpot.pot.messaging.tests.linking import every_protocol
from hotpot.pot.messaging.text import Alphabet, Part
from hotpot.pot.messaging.wire import Refusal

NOW = datetime(2026, 10, 5, 8, 0, tzinfo=UTC)


def dialect(protocol: Protocol = "smpp", **given: object) -> Dialect:
    account = Account(name="A", protocol=protocol, login="901234", password="secret", port=1)
    return speak(msgspec.structs.replace(account, **given), SettableClock(NOW), client=True)


@pytest.mark.parametrize(
    ("written", "national", "number"),
    [
        ("13800138000", True, "+8613800138000"),
        ("8613800138000", True, "+8613800138000"),
        ("+8613800138000", True, "+8613800138000"),
        ("008613800138000", True, "+8613800138000"),
        ("447700900123", False, "+447700900123"),
        ("10086", True, "10086"),
        ("Hotpot", False, "Hotpot"),
    ],
)
def test_numbers_become_e164(written: str, national: bool, number: str) -> None:
    assert dialect(national=national).inward(written) == number


def test_numbers_are_written_as_the_contract_says() -> None:
    assert dialect(national=True).outward("+8613800138000") == "13800138000"
    assert dialect(national=False).outward("+8613800138000") == "8613800138000"
    assert dialect(national=True).outward("+447700900123") == "447700900123"


@pytest.mark.parametrize(
    ("zone", "written"),
    [
        ("Asia/Shanghai", "261005160000032+"),
        ("UTC", "261005080000000+"),
        ("America/St_Johns", "261005053000010-"),  # two hours and a half behind
    ],
)
def test_times_have_their_zone(zone: str, written: str) -> None:
    said = dialect(zone=zone)
    assert said.absolute(NOW) == written
    assert said.from_absolute(written) == NOW


def test_times_may_be_relative_or_nothing_or_nonsense() -> None:
    said = dialect()
    assert said.from_absolute("") is None
    assert said.absolute(None) == ""
    assert said.from_absolute("000002030000000R") == NOW + timedelta(days=2, hours=3)
    for nonsense in ("261305160000032+", "26100516", "x" * 16, "2610051600000xx+", "99R"):
        with pytest.raises(Broken, match="is no time"):
            said.from_absolute(nonsense)


DAYS: dict[Protocol, Callable[[str, int, str], Pdu]] = {
    "cmpp2": lambda day, kind, code: cmpp.Query(time=day, query_type=kind, query_code=code),
    "cmpp3": lambda day, kind, code: cmpp.Query(time=day, query_type=kind, query_code=code),
    "smgp": lambda day, kind, code: smgp.Query(query_time=day, query_type=kind, query_code=code),
}
every_counting_protocol = pytest.mark.parametrize("protocol", DAYS)


@every_counting_protocol
@pytest.mark.parametrize(
    ("zone", "day", "since", "hours"),
    [
        ("Asia/Shanghai", "20261005", datetime(2026, 10, 4, 16, tzinfo=UTC), 24),
        ("America/New_York", "20261101", datetime(2026, 11, 1, 4, tzinfo=UTC), 25),  # clocks go back
    ],
)
def test_a_day_is_counted_in_the_links_own_zone(
    protocol: Protocol, zone: str, day: str, since: datetime, hours: int
) -> None:
    said = dialect(protocol, zone=zone)
    until = since + timedelta(hours=hours)
    assert said.hear(Packet(1, DAYS[protocol](day, 0, "HELP"))) == Count(since, until)
    assert said.hear(Packet(1, DAYS[protocol](day, 1, "HELP"))) == Count(since, until, "HELP")


@every_counting_protocol
@pytest.mark.parametrize("day", ["", "20261305", "2026105", "202610 5", "00010101", "99991231", "today..."])
def test_what_is_no_day_is_refused(protocol: Protocol, day: str) -> None:
    with pytest.raises(Broken, match=f"'{day}' is no day"):
        dialect(protocol).hear(Packet(1, DAYS[protocol](day, 0, "")))


@every_counting_protocol
def test_a_count_has_no_answer_but_numbers(protocol: Protocol) -> None:
    """The answer has no status: who hears none asks again."""
    asked = Packet(7, DAYS[protocol]("20261005", 1, "HELP"))
    said = dialect(protocol)
    counted = Counted(given=21, passed=13, waiting=5, failed=3, told=2, untold=1)
    answer = said.answer(asked, Answer(Verdict.OK, found=counted))
    assert answer is not None
    assert answer.sequence == 7
    body, question = (msgspec.structs.asdict(one.body) for one in (answer, asked))
    sums = {"mt_tl_msg": 21, "mt_tl_usr": 21, "mt_scs": 13, "mt_wt": 5, "mt_fl": 3, "mo_scs": 2, "mo_wt": 1}
    assert {name: value for name, value in body.items() if name[:3] in ("mt_", "mo_")} == {**sums, "mo_fl": 0}
    assert [body[name] for name in question if name != "reserve"] == [*question.values()][:3]
    assert said.answer(asked, Answer(Verdict.UNSUPPORTED)) is not None
    assert [said.answer(asked, Answer(one)) for one in (Verdict.THROTTLED, Verdict.BUSY)] == [None, None]
    assert said.hear(answer) == Answer(Verdict.OK)


@every_protocol
def test_codings_are_read_by_their_bits(protocol: Protocol) -> None:
    said = dialect(protocol)
    plain = said.alphabets[0]
    assert [said.alphabet(coding) for coding in (0, 4, 8, 0x10, 0x14, 0x18, 0xF0, 0xF4)] == [
        plain,
        Alphabet.BINARY,
        Alphabet.UCS2,
        plain,
        Alphabet.BINARY,
        Alphabet.UCS2,
        plain,
        Alphabet.BINARY,
    ]
    assert [is_flash(coding) for coding in (0, 8, 0x10, 0x18, 0xF0, 0x12)] == [
        False,
        False,
        True,
        True,
        True,
        False,
    ]
    if protocol != "smpp":
        assert said.alphabet(15) is Alphabet.GBK
        forgetful = said.part("短信".encode("gbk"), 0, has_header=False)
        assert forgetful == Part("短信".encode("gbk"), Alphabet.GBK)


@pytest.mark.parametrize(
    ("content", "tlvs", "stat", "error"),
    [
        (
            "id:7 sub:001 dlvrd:001 submit date:2610051600 done date:2610051602 stat:DELIVRD err:000 text:x",
            (),
            "DELIVRD",
            "",
        ),
        (
            "id:007 sub:1 submit date:261005160000 done date:261005160200 stat:UNDELIV err:01A Text:",
            (),
            "UNDELIV",
            "01A",
        ),
        ("ID: 7 Done date:2610051602 Stat: Expired", (), "EXPIRED", ""),
        ("", ((smpp.RECEIPTED_MESSAGE_ID, b"7\0"), (smpp.MESSAGE_STATE, b"\5")), "UNDELIV", ""),
        (
            "id:other stat:DELIVRD",
            ((smpp.RECEIPTED_MESSAGE_ID, b"7"), (smpp.MESSAGE_STATE, b"\2")),
            "DELIVRD",
            "",
        ),
    ],
)
def test_receipts_are_read_as_centres_write_them(
    content: str, tlvs: tuple[tuple[int, bytes], ...], stat: str, error: str
) -> None:
    deliver = smpp.DeliverSm(
        source_addr="13800138000",
        destination_addr="1069",
        esm_class=smpp.ESM_RECEIPT,
        short_message=content.encode(),
        tlvs=tlvs,
    )
    report = dialect().hear(Packet(1, deliver))
    assert isinstance(report, Report)
    assert (report.ref, report.stat, report.error, report.final) == ("7", stat, error, True)
    assert report.at == (datetime(2026, 10, 5, 8, 2, tzinfo=UTC) if "date" in content else NOW)


def test_a_receipt_of_nothing_is_refused() -> None:
    deliver = smpp.DeliverSm(destination_addr="1069", esm_class=smpp.ESM_RECEIPT, short_message=b"hello")
    with pytest.raises(Broken, match="without the id"):
        dialect().hear(Packet(1, deliver))


@pytest.mark.parametrize(
    ("ref", "written", "one"),
    [
        ("0000ABCD", "text", "abcd"),
        ("0000ABCD", "hex", "43981"),
        ("43981", "decimal", "43981"),
        ("not a number", "hex", "not a number"),
        ("000", "text", "0"),
        ("", "text", ""),
    ],
)
def test_ids_have_one_form(ref: str, written: str, one: str) -> None:
    assert canonical(ref, written) == one


def test_many_numbers_of_one_submit_are_heard() -> None:
    multi = smpp.SubmitMulti(
        dest_address=(Destination("13800138000"), Destination("13800138001")),
        short_message=b"hi",
    )
    heard = dialect().hear(Packet(1, multi))
    assert isinstance(heard, Submit)
    assert heard.numbers == ("+8613800138000", "+8613800138001")
    with pytest.raises(Broken, match="distribution lists"):
        dialect().hear(Packet(1, smpp.SubmitMulti(dest_address=(Destination(list_name="all"),))))


def test_verdicts_that_may_pass() -> None:
    assert [one for one in Verdict if one.temporary] == [Verdict.THROTTLED, Verdict.BUSY]


def told_in_the_guide() -> dict[str, list[int]]:
    """By refusal: its codes in SMPP, CMPP, SGIP and SMGP."""
    guide = Path(__file__).resolve().parents[5] / "docs/guides/gateway.md"
    rows = re.findall(r"^\|[^|]*\|([^|]*`[^|]*)\|(.*)\|$", guide.read_text(encoding="utf-8"), re.MULTILINE)
    return {
        name: [int(code, 0) for code in codes.split("|")]
        for names, codes in rows
        if re.fullmatch(r" 0x\w+ (\| \d+ ){3}", codes)
        for name in re.findall(r"`(\w+)`", names)
    }


def test_the_guide_tells_every_refusal_by_its_code_in_each_protocol() -> None:
    maps = [one._REFUSALS for one in (smpp_session, cmpp_session, sgip_session, smgp_session)]
    assert told_in_the_guide() == {one.value: [codes[one] for codes in maps] for one in Refusal}


def test_smgps_own_codes_take_no_published_one() -> None:
    """Enterprises show the words of its table, where 64 to 71 are about routes between gateways."""
    own = {code for code in smgp_session._REFUSALS.values() if code not in smgp_session.STATUSES}
    assert min(own) > 127
    assert smgp_session._REFUSALS[Refusal.QUOTA] == 75


@pytest.mark.parametrize("status", [32, 33, 39, 40, 43, 46, 49, 58, 73, 74, 75, 76])
def test_what_an_smgp_contract_doesnt_allow_may_go_by_another_carrier(status: int) -> None:
    heard = dialect("smgp").hear(Packet(1, smgp.SubmitResp(status=status)))
    assert isinstance(heard, Answer)
    assert heard.verdict is Verdict.UNSERVED
    assert "says no more" not in heard.reason


def test_sgip_writes_numbers_with_their_country() -> None:
    said = dialect("sgip")
    part = Part(b"x", Alphabet.ASCII)
    ref = "7".zfill(24)
    assert said.outward("+447700900123") == "447700900123"
    for word in (
        Submit("1069", ("+8613800138000",), part),
        Deliver("+8613800138000", "1069", part, ref),
        Report(ref, "+8613800138000", "1069", "DELIVRD", NOW),
    ):
        written = said.say(word).user_number  # type: ignore[attr-defined]
        assert written in ("8613800138000", ("8613800138000",))
    for found in ("8613800138000", "13800138000"):  # some gateways leave it out
        assert said.inward(found) == "+8613800138000"


@pytest.mark.parametrize(("flag", "receipt"), [(0, True), (1, True), (2, False)])
def test_sgips_receipts_are_wanted_for_failures_at_least(flag: int, receipt: bool) -> None:
    """0, the published default, asks for one where a message comes to nothing."""
    submit = sgip.Submit(
        sp_number="1069", user_number=("8613800138000",), report_flag=flag, message_content=b"x"
    )
    heard = dialect("sgip").hear(Packet(1, submit))
    assert isinstance(heard, Submit)
    assert heard.receipt is receipt


def test_sgips_monthly_fee_reaches_no_phone() -> None:
    said = dialect("sgip")
    fee = sgip.Submit(sp_number="1069", user_number=("8613800138000",), report_flag=3, message_content=b"fee")
    assert said.hear(Packet(1, fee)) == Unheard()
    answer = said.answer(Packet(1, fee), Answer(Verdict.UNSUPPORTED))
    assert answer == Packet(1, sgip.SubmitResp(result=5))


def test_enough_messages_to_a_number_is_no_request_to_slow_down() -> None:
    """Who is told to slow down waits with all others."""
    for protocol in (smpp_session, cmpp_session, sgip_session, smgp_session):
        assert protocol._REFUSALS[Refusal.TOO_OFTEN] != protocol._REFUSALS[Refusal.THROTTLED]


@pytest.mark.parametrize("version", [cmpp.V20, cmpp.V30], ids=["60 bytes", "71 bytes"])
@pytest.mark.parametrize("protocol", ["cmpp2", "cmpp3"])
def test_receipts_of_both_lengths_are_heard_in_both_versions(protocol: Protocol, version: int) -> None:
    report = cmpp.Report(
        msg_id=7, stat="DELIVRD", done_time="2610051601", dest_terminal_id="13800138000", smsc_sequence=3
    )
    deliver = cmpp.Deliver(
        msg_id=8,
        dest_id="1069",
        src_terminal_id="13800138000",
        registered_delivery=1,
        msg_content=cmpp.write_report(report, version),
    )
    codec = dialect(protocol).codec
    word = dialect(protocol).hear(codec.decode(codec.encode(Packet(1, deliver))))
    at = NOW + timedelta(minutes=1)
    assert word == Report("7", "+8613800138000", "1069", "DELIVRD", at)

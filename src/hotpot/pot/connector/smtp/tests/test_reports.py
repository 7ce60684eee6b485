"""Reports as mail servers write them, and as they come broken."""

from __future__ import annotations

import tarfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotpot.pot.connector.smtp.reports import bounce_of
from hotpot.pot.notification.bounces import Bounce

REPORTS = Path(__file__).parent / "reports"
FIXTURES = Path(__file__).parents[7] / "shared/data/mail/parser_fixtures.tar.xz"
NAMES = sorted(one.name for one in REPORTS.glob("*.eml"))

UNKNOWN = "550 5.1.1 <li@example.com>: Recipient address rejected: User unknown in virtual mailbox table"
NOT_FOUND = "550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup"
SPF = "550 5.7.23 The message was rejected because of Sender Policy Framework violation"


def report(name: str) -> bytes:
    return (REPORTS / name).read_bytes()


@pytest.mark.parametrize(
    ("name", "bounce", "blames"),
    [
        ("postfix_failed.eml", Bounce("5.1.1", UNKNOWN), True),
        ("exim_failed.eml", Bounce("5.1.1", "550 5.1.1 No such user"), True),
        ("exchange_failed.eml", Bounce("5.1.10", NOT_FOUND), True),
        ("exchange_policy.eml", Bounce("5.7.23", SPF), False),
        (
            "postfix_gave_up.eml",
            Bounce("4.4.1", "connect to mx.example.com[192.0.2.25]:25: Connection timed out"),
            False,
        ),
        ("postfix_delayed.eml", None, False),
        ("holiday.eml", None, False),
        ("read_receipt.eml", None, False),
    ],
)
def test_what_a_server_gave_up_is_known_with_its_reason(
    name: str, bounce: Bounce | None, blames: bool
) -> None:
    for mail in (report(name), report(name).replace(b"\n", b"\r\n")):
        assert bounce_of(mail) == bounce
    assert bool(bounce and bounce.blames_address) is blames


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ("Action: failed", "5.0.0"),
        ("Action: failed (no such user)\nStatus: 5.1.1 (bad destination)", "5.1.1"),
        ("Action: failed\nDiagnostic-Code: smtp; 554 delivery error: no mailbox here", "5.0.0"),
        ("Action: failed\nDiagnostic-Code: smtp; 452 try later", "4.0.0"),
        ("Status: 5.2.1", "5.2.1"),
        ("Status: 4.2.2", None),
        ("Action: relayed\nStatus: 2.0.0", None),
        ("Action: expanded\nStatus: 2.0.0", None),
        ("Status: 15.1.1.2", None),
        ("Action: failed\nStatus: 4.4.7\n\nAction: failed\nStatus: 5.1.1", "5.1.1"),
        ("Action: delivered\nStatus: 2.1.5\n\nAction: failed\nStatus: 5.1.1", "5.1.1"),
    ],
)
def test_reports_that_leave_things_out(fields: str, status: str | None) -> None:
    mail = (
        "MIME-Version: 1.0\nContent-Type: multipart/report; boundary=b\n\n--b\n\nNo.\n"
        f"--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx\n\n{fields}\n\n--b--\n"
    )
    found = bounce_of(mail.encode())
    assert (found.status if found else None) == status


def test_a_status_of_the_mail_that_is_quoted_is_not_the_reports_own() -> None:
    quoted = report("postfix_failed.eml")
    outer = (
        b"MIME-Version: 1.0\nContent-Type: multipart/report; boundary=outer\n\n--outer\n"
        b"Content-Type: message/rfc822\n\n" + quoted + b"\n--outer--\n"
    )
    assert bounce_of(outer) is None


@pytest.mark.skipif(not FIXTURES.exists(), reason="the mails of other programs' tests are not here")
def test_real_reports() -> None:
    found: dict[str, Bounce | None] = {}
    with tarfile.open(FIXTURES) as archive:
        for member in archive:
            if member.isfile():
                taken = archive.extractfile(member)
                assert taken is not None
                found[Path(member.name).name] = bounce_of(taken.read())
    statuses = {name: one.status for name, one in found.items() if one is not None}
    assert statuses == {
        "multi_address_bounce1.eml": "5.1.1",
        "multi_address_bounce2.eml": "5.1.1",
        "multipart_report_multiple_status.eml": "5.3.0",
        "report_530.eml": "5.3.0",
    }


@given(st.sampled_from(NAMES), st.lists(st.tuples(st.integers(0, 4000), st.binary(max_size=8)), max_size=8))
def test_no_broken_report_raises(name: str, changes: list[tuple[int, bytes]]) -> None:
    mail = bytearray(report(name))
    for place, given_ in changes:
        mail[place : place + len(given_)] = given_
    found = bounce_of(bytes(mail))
    assert found is None or found.status[1] == "."
    assert found is None or "\0" not in found.reason


def test_a_report_in_a_report_without_end_raises_nothing() -> None:
    deep = b"".join(
        b"Content-Type: multipart/report; boundary=b%d\n\n--b%d\n" % (depth, depth) for depth in range(3000)
    )
    assert bounce_of(deep) is None

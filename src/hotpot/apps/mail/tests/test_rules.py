"""Which mail is told how, and what an answer begins with."""

from __future__ import annotations

from datetime import UTC, datetime, time
from itertools import product
from typing import Any

import pytest

from hotpot.apps.mail.quoting import start
from hotpot.apps.mail.rules import Rule, next_hour, outcome
from hotpot.sdk.errors import Invalid
from hotpot.sdk.mail import Correspondent, Mail

NOON = datetime(2026, 11, 2, 4, 0, tzinfo=UTC)  # in Shanghai
ZONE = "Asia/Shanghai"
CHEN = Correspondent("Chen Bo", "chen@partner.example")
LI = Correspondent("Li, Lei", "li@corp.example")
WANG = Correspondent("", "wang@corp.example")


def mail(**changed: Any) -> Mail:
    values: dict[str, Any] = {
        "id": 1, "mailbox_id": 1, "person_id": 1, "customer_id": 1, "folder": "INBOX", "sender": CHEN,
        "reply_to": (), "to": (LI,), "cc": (), "subject": "Order 7", "snippet": "", "at": NOON,
        "seen": False, "answered": False, "has_attachments": False,
    }  # fmt: skip
    return Mail(**{**values, **changed})


def rule(**parts: Any) -> Rule:
    return Rule(**{"id": 1, "person_id": 1, "outcome": "silent", **parts})


@pytest.mark.parametrize(
    ("parts", "fits"),
    [
        ({"sender": "PARTNER.example"}, True),
        ({"sender": "chen"}, True),
        ({"sender": "li@"}, False),
        ({"subject": "order"}, True),
        ({"subject": "order", "sender": "nobody"}, False),
        ({"folder": "Orders"}, False),
        ({"start": time(11), "until": time(13)}, True),
        ({"start": time(22), "until": time(7)}, False),
        ({"start": time(11), "until": time(12)}, False),
        ({"start": time(9), "until": time(9)}, True),
    ],
)
def test_a_rule_fits_when_all_of_its_parts_do(parts: dict[str, Any], fits: bool) -> None:
    assert rule(**parts).fits(mail(), time(12)) is fits
    assert outcome([rule(**parts)], mail(), NOON, ZONE) == ("silent" if fits else "notify")


def test_the_first_rule_that_fits_decides() -> None:
    rules = [rule(sender="chen", outcome="urgent"), rule(subject="order")]
    assert outcome(rules, mail(), NOON, ZONE) == "urgent"
    assert outcome(rules[::-1], mail(), NOON, ZONE) == "silent"


@pytest.mark.parametrize("parts", [{}, {"start": time(9)}, {"until": time(9)}, {"sender": "x" * 201}])
def test_a_rule_that_can_not_be_meant_is_refused(parts: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        rule(**parts)


def test_hours_and_their_complement_share_the_day() -> None:
    moments = [time(hour, minute) for hour in range(0, 24, 3) for minute in (0, 59)]
    for start_, until in product(moments, moments):
        if start_ != until:
            inside, outside = rule(start=start_, until=until), rule(start=until, until=start_)
            assert all(inside.fits(mail(), at) is not outside.fits(mail(), at) for at in moments)


def test_a_digest_is_due_at_the_next_full_hour() -> None:
    assert next_hour(NOON) == datetime(2026, 11, 2, 5, 0, tzinfo=UTC)
    assert next_hour(NOON.replace(minute=59)) == datetime(2026, 11, 2, 5, 0, tzinfo=UTC)


def test_an_answer_goes_to_whom_the_sender_names() -> None:
    office = Correspondent("", "office@partner.example")
    begun = start(mail(reply_to=(office,)), "Hello.\n\nBo", "reply", own=LI.address, time_zone=ZONE)
    assert (begun.to, begun.cc, begun.subject) == ("office@partner.example", "", "Re: Order 7")
    assert begun.quoted == "\n\nOn 2026-11-02 12:00 Chen Bo wrote:\n> Hello.\n>\n> Bo"


def test_an_answer_to_all_goes_to_each_once_and_not_to_oneself() -> None:
    to_all = mail(
        to=(LI, WANG), cc=(Correspondent("", "CHEN@partner.example"), Correspondent("Ok", "ok@x.example"))
    )
    begun = start(to_all, "", "all", own="LI@corp.example", time_zone=ZONE)
    assert begun.to == '"Chen Bo" <chen@partner.example>, wang@corp.example'
    assert begun.cc == '"Ok" <ok@x.example>'


@pytest.mark.parametrize(
    "subject", ["Re: Order 7", "RE: Fwd: Order 7", "回复：Order 7", "Re[2]: AW: Order 7"]
)
def test_one_mark_of_an_answer_is_enough(subject: str) -> None:
    assert start(mail(subject=subject), "", "reply", own="", time_zone=ZONE).subject == "Re: Order 7"
    assert start(mail(subject=subject), "", "forward", own="", time_zone=ZONE).subject == "Fwd: Order 7"


def test_what_is_passed_on_says_whose_it_was() -> None:
    begun = start(mail(to=(LI,)), "Text", "forward", own=LI.address, time_zone=ZONE)
    assert begun.to == ""
    assert 'From: "Chen Bo" <chen@partner.example>' in begun.quoted
    assert 'To: "Li, Lei" <li@corp.example>' in begun.quoted
    assert begun.quoted.endswith("\n\nText")

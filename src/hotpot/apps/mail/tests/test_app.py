"""The app on the platform in memory: connected, told, read, answered."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from hotpot.apps.mail import store
from hotpot.apps.mail.app import app
from hotpot.sdk.app import Answer, Badge, File, Page, Redirect, Upload
from hotpot.sdk.errors import Forbidden, Invalid, NoSeat, NotFound
from hotpot.sdk.mail import Correspondent, Mailbox, MailSettings, Server
from hotpot.sdk.platform import Member, StoredFile
from hotpot.sdk.testing import AppHarness, MemoryPot

CHEN = Correspondent("Chen Bo", "chen@partner.example")
FORM = {
    "address": "li@corp.example", "login": "li", "password": "secret",
    "incoming_host": "imap.corp.example", "incoming_port": "993", "incoming_security": "tls",
    "outgoing_host": "smtp.corp.example", "outgoing_port": "465", "outgoing_security": "tls",
}  # fmt: skip


class Office:
    def __init__(self) -> None:
        self.pot = MemoryPot(app.manifest)
        self.harness = AppHarness(app, self.pot)
        self.get, self.post = self.harness.get, self.harness.post
        self.li = self.pot.add_member("Li Lei", seat=True)
        self.han = self.pot.add_member("Han Meimei", seat=True, manages=True)

    def connect(self, member: Member | None = None) -> Mailbox:
        self.post("/mailboxes/new", by=member or self.li, **FORM)
        (box,) = self.pot.mail.mailboxes((member or self.li).person_id)
        return box

    def rule(self, **parts: str) -> None:
        self.post("/rules/new", by=self.li, **{"outcome": "notify", **parts})

    def said(self) -> list[str]:
        return [one.text for one in self.pot.outbox]


@pytest.fixture
def office() -> Office:
    return Office()


def page(answer: Answer) -> dict[str, Any]:
    assert isinstance(answer, Page)
    return dict(answer.context)


def notice(answer: Answer) -> str:
    assert isinstance(answer, Redirect)
    return answer.notice


# Connecting


def test_the_usual_settings_are_suggested(office: Office) -> None:
    assert page(office.get("/", by=office.li))["boxes"] == []
    shown = page(office.get("/mailboxes/new", by=office.li, address="li@qq.com"))
    assert shown["given"]["incoming_host"] == "imap.qq.com"
    assert (shown["known"], "code" in str(shown["hint"])) == (True, True)
    guessed = page(office.get("/mailboxes/new", by=office.li, address=" li@Corp.example "))
    assert (guessed["given"]["incoming_host"], guessed["known"]) == ("imap.corp.example", False)
    assert page(office.get("/mailboxes/new", by=office.li, address="nobody"))["problem"]


def test_what_is_wrong_is_said_on_the_form_which_keeps_the_rest(office: Office) -> None:
    office.pot.mail.refusing = "imap.corp.example does not take this name and password: NO"
    shown = page(office.post("/mailboxes/new", by=office.li, **FORM))
    assert shown["problem"] == "imap.corp.example does not take this name and password: NO"
    assert (shown["given"]["login"], shown["where"]) == ("li", "incoming")
    for broken in ({"address": "li"}, {"password": ""}, {"incoming_port": "0"}, {"outgoing_host": "a b"}):
        assert page(office.post("/mailboxes/new", by=office.li, **{**FORM, **broken}))["problem"]
    assert office.pot.mail.mailboxes(office.li.person_id) == []


def test_a_manager_connects_for_a_colleague_and_reads_nothing(office: Office) -> None:
    whose = f"{office.li.customer_id}.{office.li.person_id}"
    told = office.post("/mailboxes/new", by=office.han, **FORM, whose=whose)
    assert notice(told) == "li@corp.example is connected for Li Lei."
    (box,) = office.pot.mail.mailboxes(office.li.person_id)
    mail = office.pot.mail.deliver(box, "Salary", sender=CHEN)
    assert page(office.get("/", by=office.han))["mails"] == []
    with pytest.raises(NotFound):
        office.get(f"/mails/{mail.id}", by=office.han)
    with pytest.raises(NotFound):
        office.get(f"/mailboxes/{box.id}", by=office.han)


def test_nobody_else_connects_for_a_colleague(office: Office) -> None:
    whose = f"{office.han.customer_id}.{office.han.person_id}"
    shown = page(office.post("/mailboxes/new", by=office.li, **FORM, whose=whose))
    assert shown["problem"] == "Choose whose mailbox this is."
    server = Server("imap.corp.example", 993)
    with pytest.raises(Forbidden):
        office.pot.mail.connect(
            MailSettings("li@corp.example", "li", "secret", server, server),
            person_id=office.han.person_id, customer_id=office.han.customer_id, by=office.li.person_id,
        )  # fmt: skip


def test_folders_are_chosen_and_a_mailbox_is_forgotten(office: Office) -> None:
    box = office.connect()
    office.post(f"/mailboxes/{box.id}/folders", by=office.li, folder1="on")
    assert office.pot.mail.mailboxes(office.li.person_id)[0].watched == ("INBOX", "Orders")
    office.pot.mail.deliver(box, "One", sender=CHEN)
    office.post(f"/mailboxes/{box.id}/end", by=office.li)
    assert page(office.get("/", by=office.li))["mails"] == []


def test_without_a_seat_there_is_no_mail(office: Office) -> None:
    box = office.connect()
    office.pot.take_seat(office.li)
    office.pot.mail.deliver(box, "One", sender=CHEN)
    office.harness.deliver()
    assert office.said() == []
    with pytest.raises(NoSeat):
        office.get("/", by=office.li)


# Being told


def test_new_mail_is_told_once(office: Office) -> None:
    box = office.connect()
    mail = office.pot.mail.deliver(box, "Order 7", sender=CHEN)
    events = office.pot.take_events()
    app.handle(office.pot, events)
    app.handle(office.pot, events)
    assert office.said() == ["Mail from Chen Bo: Order 7"]
    assert office.pot.outbox[0].key == f"mail:{mail.id}"


def test_rules_say_which_mails_are_told(office: Office) -> None:
    box = office.connect()
    office.rule(sender="newsletter@", outcome="silent")
    office.rule(folder="Orders", outcome="silent")
    news = Correspondent("", "newsletter@partner.example")
    office.pot.mail.deliver(box, "Sale!", sender=news)
    office.pot.mail.deliver(box, "Order 8", sender=CHEN, folder="Orders")
    office.pot.mail.deliver(box, "Lunch", sender=CHEN)
    office.harness.deliver()
    assert office.said() == ["Mail from Chen Bo: Lunch"]


def test_a_digest_is_told_at_the_full_hour_once(office: Office) -> None:
    box = office.connect()
    office.rule(sender="chen", outcome="digest")
    for subject in ("One", "Two"):
        office.pot.mail.deliver(box, subject, sender=CHEN)
    read = office.pot.mail.deliver(box, "Read meanwhile", sender=CHEN)
    office.harness.deliver()
    office.harness.mind_the_clock()
    assert office.said() == []
    office.get(f"/mails/{read.id}", by=office.li)
    office.pot.move_clock(timedelta(hours=1))
    office.harness.mind_the_clock()
    office.harness.mind_the_clock()
    assert office.said() == ["2 mails came: Chen Bo: One; Chen Bo: Two"]


def test_a_digest_of_many_leaves_nobody_out(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "HELD_AT_ONCE", 2)
    box = office.connect()
    office.rule(sender="chen", outcome="digest")
    for number in range(5):
        office.pot.mail.deliver(box, f"No. {number}", sender=CHEN)
    office.harness.deliver()
    office.pot.move_clock(timedelta(hours=1))
    office.harness.mind_the_clock()
    assert office.said() == ["5 mails came: Chen Bo: No. 2; Chen Bo: No. 3; Chen Bo: No. 4"]


def test_a_flood_is_one_message(office: Office) -> None:
    box = office.connect()
    for number in range(8):
        office.pot.mail.deliver(box, f"No. {number}", sender=CHEN)
    office.harness.deliver()
    assert office.said() == ["8 new mails, among them Chen Bo: No. 5; Chen Bo: No. 6; Chen Bo: No. 7"]


def test_a_mailbox_that_needs_its_person_says_so(office: Office) -> None:
    box = office.connect()
    office.pot.mail.breaks(box, "The password is wrong.")
    office.harness.deliver()
    assert office.said() == [
        "Your mailbox li@corp.example needs you: The password is wrong. Open Mail on your phone."
    ]
    assert page(office.get("/", by=office.li))["troubled"]


def test_rules_are_ordered_changed_and_removed(office: Office) -> None:
    office.rule(sender="a", outcome="silent")
    office.rule(sender="b", outcome="urgent", start="22:00", until="07:00")
    first, second = page(office.get("/rules", by=office.li))["rules"]
    assert second["when"] == "from “b”, 22:00 to 07:00"
    office.post(f"/rules/{second['id']}/up", by=office.li)
    assert page(office.get("/rules", by=office.li))["rules"][0]["when"] == second["when"]
    office.post(f"/rules/{first['id']}", by=office.li, sender="c", outcome="silent")
    office.post(f"/rules/{second['id']}/end", by=office.li)
    assert [one["when"] for one in page(office.get("/rules", by=office.li))["rules"]] == ["from “c”"]
    with pytest.raises(NotFound):
        office.get(f"/rules/{first['id']}", by=office.han)
    assert page(office.post("/rules/new", by=office.li, outcome="silent"))["problem"]


# Reading and writing


def test_reading_marks_as_read_and_gives_files(office: Office) -> None:
    box = office.connect()
    plan = StoredFile("plan.pdf", "application/pdf", b"%PDF")
    mail = office.pot.mail.deliver(
        box, "Plan", sender=CHEN, text="See here.", html='<p onclick="x()">See <b>here</b>.</p>', files=[plan]
    )
    assert office.get("/badge", by=office.li) == Badge(1)
    shown = page(office.get(f"/mails/{mail.id}", by=office.li))
    assert (shown["content"].html, shown["plain"]) == ("<p>See <b>here</b>.</p>", False)
    assert page(office.get(f"/mails/{mail.id}", by=office.li, plain="1"))["plain"]
    assert office.get("/badge", by=office.li) == Badge(0)
    assert office.get(f"/mails/{mail.id}/files/1", by=office.li) == File(
        "plan.pdf", "application/pdf", b"%PDF"
    )
    with pytest.raises(NotFound):
        office.get(f"/mails/{mail.id}/files/2", by=office.li)


def test_what_is_shown_can_be_marked_as_read(office: Office) -> None:
    box = office.connect()
    ids = [office.pot.mail.deliver(box, f"No. {n}", sender=CHEN).id for n in range(3)]
    office.post("/read-all", by=office.li, mails=f"{ids[0]},{ids[1]},x,")
    assert [one.seen for one in page(office.get("/", by=office.li))["mails"]] == [False, True, True]
    assert [one.subject for one in page(office.get("/", by=office.li, q="no. 1 CHEN"))["mails"]] == ["No. 1"]


def test_an_answer_quotes_and_goes_once(office: Office) -> None:
    box = office.connect()
    mail = office.pot.mail.deliver(box, "Price?", sender=CHEN, text="How much?")
    given = page(office.get(f"/mails/{mail.id}/answer", by=office.li))
    form = {**given["given"], "key": given["key"], "text": "12 yuan." + given["given"]["text"]}
    told = office.post("/write", by=office.li, **form)
    assert notice(told) == "On its way to chen@partner.example."
    office.post("/write", by=office.li, **form)
    (letter,) = office.pot.mail.sent.values()
    assert (letter.subject, letter.answers) == ("Re: Price?", mail.id)
    assert letter.text.startswith("12 yuan.\n\nOn ")
    assert page(office.get("/", by=office.li))["mails"][0].answered


def test_a_mistyped_address_loses_nothing(office: Office) -> None:
    box = office.connect()
    form = {"mailbox": str(box.id), "key": "k", "to": "chen@", "subject": "Hello", "text": "Long text"}
    shown = page(office.post("/write", by=office.li, **form))
    assert "chen@" in shown["problem"]
    assert (shown["given"]["text"], shown["key"]) == ("Long text", "k")


def test_files_go_along(office: Office) -> None:
    box = office.connect()
    files = {"files": [Upload("a.txt", "text/plain", b"a")]}
    form = {"mailbox": str(box.id), "key": "k", "to": "chen@partner.example", "subject": "s", "text": "t"}
    office.harness.upload("/write", files, by=office.li, **form)
    assert office.pot.mail.sent["k"].files == [StoredFile("a.txt", "text/plain", b"a")]


def test_a_letter_that_failed_is_told_and_tried_again(office: Office) -> None:
    box = office.connect()
    form = {"mailbox": str(box.id), "key": "k", "to": "chen@partner.example", "subject": "Offer", "text": "t"}
    office.post("/write", by=office.li, **form)
    (letter,) = page(office.get("/letters", by=office.li))["letters"]
    office.pot.mail.letter_fails(letter, "No such user.")
    office.harness.deliver()
    assert office.said() == ["Your letter could not be sent: Offer. No such user."]
    office.post(f"/letters/{letter.id}/again", by=office.li)
    assert page(office.get("/letters", by=office.li))["letters"][0].state == "waiting"


def test_nobody_writes_without_a_mailbox_or_from_anothers(office: Office) -> None:
    with pytest.raises(NotFound):
        office.get("/write", by=office.li)
    box = office.connect()
    with pytest.raises(NotFound):
        office.post("/write", by=office.han, mailbox=str(box.id), key="k", to="a@b.example", text="t")
    with pytest.raises(Invalid):
        office.post("/sign-in", by=office.li, address="x")

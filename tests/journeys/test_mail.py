"""A member connects the company's own mailbox on the phone, is told of a mail, reads and answers it."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.stack import Stack, until
from tests.journeys.test_business import Journey
from tests.mail.dovecot import DOVECOT, MISSING, PASSWORD, Dovecot
from tests.mail.smtp import PostOffice

pytestmark = [pytest.mark.journey, pytest.mark.peer]

APP = "/apps/mail"
PATIENCE_MS = 40_000
MAIL = """From: =?gb2312?B?s8KyqQ==?= <chen@partner.example>
To: li@corp.example
Subject: Price of 40 =?utf-8?B?5bq354uX?=
Message-ID: <price@partner.example>
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=x

--x
Content-Type: text/html; charset=utf-8

<p>How much for <b>forty</b>?</p><script>document.title = "taken over"</script>
<img src="https://partner.example/seen.gif">
--x
Content-Type: text/plain; name=list.txt
Content-Disposition: attachment; filename=list.txt

forty
--x--
"""


@pytest.fixture
def post_office() -> Iterator[PostOffice]:
    office = PostOffice(asks_login=True)
    office.start()
    yield office
    office.stop()


@pytest.fixture
def dovecot() -> Iterator[Dovecot]:
    if DOVECOT is None:
        pytest.skip(MISSING)
    server = Dovecot()
    server.start()
    yield server
    server.remove()


def test_a_mail_is_told_read_and_answered(
    stack: Stack, browser: Browser, dovecot: Dovecot, post_office: PostOffice
) -> None:
    journey = Journey(stack, browser, "phone")
    member = opened(stack)
    address = dovecot.add("li")
    with journey.page_of(member) as page:
        connect(page, address, dovecot, post_office)
        dovecot.deliver(address, MAIL.replace("\n", "\r\n").encode(), at=stack.clock.now())
        # It comes by itself, without a reload.
        mail = page.locator("#mails .item.unread")
        expect(mail).to_contain_text("Price of 40 康狗", timeout=PATIENCE_MS)
        expect(mail).to_contain_text("陈博")
        assert page.evaluate("document.documentElement.scrollWidth") <= journey.width
        with journey.handset_of(member) as handset:
            told = handset.locator(".handset .theirs").filter(has_text="Price of 40 康狗")
            expect(told).to_contain_text("陈博", timeout=PATIENCE_MS)
        mail.click()
        read(page)
        answer(page)
    until(lambda: bool(post_office.taken), "the letter reaches the server")
    (letter,) = post_office.taken
    assert letter.recipients == ["chen@partner.example"]
    assert b"In-Reply-To: <price@partner.example>" in letter.content
    until(lambda: bool(dovecot.files(address, "Sent")), "a copy is kept among what was sent")
    until(lambda: _flags(dovecot, address) >= {"S", "R"}, "the mail is marked as read and answered")


def opened(stack: Stack) -> str:
    """The member's number."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.journeys.opening_mail"],
        env=stack.env, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return str(json.loads(done.stdout)["member"])


def connect(page: Page, address: str, dovecot: Dovecot, post_office: PostOffice) -> None:
    page.goto(f"{APP}/")
    page.get_by_role("link", name="Connect a mailbox").click()
    page.get_by_label("Mail address").fill(address)
    page.get_by_role("button", name="Go on").click()
    expect(page.locator("#incoming_host")).to_have_value("imap.corp.example")
    page.locator("#incoming_host").fill("127.0.0.1")
    page.locator("#incoming_port").fill(str(dovecot.tls_port))
    page.locator("#outgoing_host").fill("127.0.0.1")
    page.locator("#outgoing_port").fill(str(post_office.port))
    page.locator("#outgoing_security").select_option("none")
    page.get_by_label("Password").fill("a guess")
    page.get_by_role("button", name="Try it and connect").click()
    shown = bytes.fromhex(dovecot.pin).hex(":").upper()
    expect(page.locator("code")).to_have_text(f"SHA-256 {shown}")  # Nobody vouches for it: its owner may.
    page.get_by_label("Password").fill("a guess")
    page.get_by_role("button", name="Trust it and connect").click()
    expect(page.get_by_role("alert")).to_contain_text("does not take this name and password")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Try it and connect").click()
    expect(page.get_by_text(f"{address} is connected.")).to_be_visible()
    expect(page.get_by_text("No mail", exact=True)).to_be_visible(timeout=PATIENCE_MS)


def read(page: Page) -> None:
    expect(page.locator(".letter")).to_contain_text("How much for forty?", timeout=PATIENCE_MS)
    assert page.title() != "taken over"
    assert page.locator(".letter script, .letter img").count() == 0
    with page.expect_download() as download:
        page.get_by_role("link", name=re.compile("list.txt")).click()
    assert download.value.path().read_bytes().strip() == b"forty"


def answer(page: Page) -> None:
    page.get_by_role("link", name="Reply", exact=True).click()
    expect(page.get_by_label("Subject")).to_have_value("Re: Price of 40 康狗")
    text = page.get_by_label("Text")
    expect(text).to_have_value(re.compile("> How much for forty"))
    text.fill("12 yuan each.\n" + text.input_value())
    page.get_by_role("button", name="Send").click()
    expect(page.locator("#letters .item").first).to_contain_text("Sent", timeout=PATIENCE_MS)


def _flags(dovecot: Dovecot, address: str) -> set[str]:
    (file,) = dovecot.files(address)
    return set(file.name.rpartition("2,")[2])

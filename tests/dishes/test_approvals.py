"""The pages as HTML, on the real platform: each renders, in both languages, and does its work by forms."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from hotpot.conftest import NOW, make_membership, signed_in_client
from hotpot.entry.dishes import dispatch_once
from hotpot.kernel.clock import SettableClock
from hotpot.pot.messaging.models import Message
from hotpot.pot.party.models import Member
from hotpot.sdk.tests.test_host import Office

BASE = "/apps/approvals"
pytestmark = pytest.mark.django_db


class Company(Office):
    """Li manages the company and heads its department; Wu applies."""

    def __init__(self) -> None:
        super().__init__()
        make_membership(self.market.customer, self.li.person)
        self.give_seat(self.wu)
        self.manager, self.clerk = (signed_in_client(one.person) for one in (self.li, self.wu))

    def post(self, client: Client, path: str, **form: Any) -> str:
        """Where it leads, in the app."""
        response = client.post(f"{BASE}{path}", form)
        assert response.status_code == 302, response.content.decode()[:3000]
        return str(response["Location"]).removeprefix(BASE)

    def page(self, client: Client, path: str, language: str = "en") -> str:
        client.cookies["hotpot_language"] = language
        response = client.get(f"{BASE}{path}", headers={"Accept-Language": language})
        assert response.status_code == 200, (path, response.status_code, response.content.decode()[:3000])
        return response.content.decode()

    def published(self) -> str:
        """The number of a form for expenses."""
        form = self.post(self.manager, "/design", start="expenses").rpartition("/")[2]
        self.post(self.manager, "/heads", **{f"head.{self.market.department.id}": self.li.person_id})
        self.post(self.manager, f"/design/{form}", do="publish")
        return form

    def sent(self, form: str) -> str:
        draft = self.post(self.clerk, f"/start/{form}")
        paper = SimpleUploadedFile("<票据>.html", b"<script>alert(1)</script>", "text/html")
        return self.post(
            self.clerk, draft, do="send", f1="Train <b>to</b> Wuhan", f2="318.50", f4=paper,
            **{"f3.0.c1": "2026-11-02", "f3.0.c2": "ticket", "f3.0.c3": "318.50"},
        )  # fmt: skip


@pytest.fixture
def company(fixed_clock: SettableClock) -> Company:
    fixed_clock.move_to(NOW)
    return Company()


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_page_renders(company: Company, language: str) -> None:
    form = company.published()
    draft = company.post(company.clerk, f"/start/{form}")
    one = company.sent(form)
    designer = (
        "",
        "/preview",
        "/fields/new",
        "/fields/f3",
        "/fields/f3?kind=choice",
        "/steps/new",
        "/steps/s1",
    )
    deeds = ("", "/transfer", "/add", "/copy", "/back", "/print")
    for path in (
        *(f"/design/{form}{more}" for more in designer),
        *(f"{one}{more}" for more in deeds),
        *("/design", "/heads", "/statistics", "/", "/new", "/mine", "/deputy"),
    ):
        company.page(company.manager, path, language)
    for path in ("/", "/new", "/mine", "/mine?copied=1", draft, f"{draft}?check=1", one, "/home-card"):
        company.page(company.clerk, path, language)


def test_a_request_is_shown_escaped_with_its_files_as_downloads(company: Company) -> None:
    one = company.sent(company.published())
    text = company.page(company.manager, one)
    assert "Train &lt;b&gt;to&lt;/b&gt; Wuhan" in text
    assert "318.50" in text
    (link,) = re.findall(rf'href="{BASE}(/files/\d+/\d+)"', text)
    file = company.manager.get(f"{BASE}{link}")
    assert file.content == b"<script>alert(1)</script>"
    assert file["Content-Disposition"].startswith("attachment")


def test_the_signed_link_decides_without_signing_in(company: Company) -> None:
    company.sent(company.published())
    message = Message.objects.filter(direction="out", number=company.li.person.number).latest("id")
    (address,) = re.findall(r"https?://[^/]+(/\S+)", message.text)
    anybody = Client(enforce_csrf_checks=True)
    shown = anybody.get(address)
    assert shown["Referrer-Policy"] == "same-origin"
    assert "no-store" in shown["Cache-Control"]
    token, *_rest = re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', shown.content.decode())
    assert anybody.post(address, {"verdict": "approved"}).status_code == 403
    done = anybody.post(address, {"verdict": "approved", "csrfmiddlewaretoken": token})
    assert "Approved." in done.content.decode()
    again = anybody.post(address, {"verdict": "rejected", "csrfmiddlewaretoken": token})
    assert "any more" in again.content.decode()
    assert anybody.get(f"{address}x").status_code == 403
    assert anybody.get(f"{BASE}/").status_code == 302


def test_time_limits_pass_on_the_platform_s_clock(company: Company, fixed_clock: SettableClock) -> None:
    form = company.published()
    company.post(
        company.manager, f"/design/{form}/steps/s1", name="Head", who="head", sign="all", hours="1",
        on_timeout="reject",
    )  # fmt: skip
    company.post(company.manager, f"/design/{form}", do="publish")
    one = company.sent(form)
    fixed_clock.move_to(NOW.replace(hour=NOW.hour + 2))
    dispatch_once(fixed_clock)
    assert "time was up" in company.page(company.clerk, one)


def test_who_has_left_sees_nothing(company: Company) -> None:
    one = company.sent(company.published())
    Member.objects.filter(id=company.li.id).update(left_on=NOW.date())
    assert company.manager.get(f"{BASE}{one}").status_code == 404


def test_too_large_a_file_is_refused(company: Company) -> None:
    form = company.published()
    draft = company.post(company.clerk, f"/start/{form}")
    large = SimpleUploadedFile("large.bin", b"x" * (10 * 1024 * 1024 + 1))
    response = company.clerk.post(f"{BASE}{draft}", {"do": "send", "f4": large})
    assert response.status_code == 422
    assert "too large" in response.content.decode()

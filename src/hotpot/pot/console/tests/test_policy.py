"""No page breaks the Content-Security-Policy that it is sent with, as a real browser judges it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client, override_settings
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from pytest_django.live_server_helper import LiveServer

from hotpot.conftest import make_market, signed_in_client
from hotpot.pot.identity.models import Person

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
OPEN_PAGES = ("/", "/sign-in/", "/sign-in/password/", "/design/", "/design/phone/", "/offline/", "/nowhere/")
OWN_PAGES = ("/home/", "/account/", "/account/passkeys/add/", "/connectors/")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    program = shutil.which("chromium") or shutil.which("google-chrome")
    if program is None:
        pytest.skip("no browser: install chromium")
    # Playwright keeps an event loop in this thread, which Django would otherwise refuse to share.
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        launched = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        yield launched
        launched.close()


@pytest.fixture
def context(browser: Browser, live_server: LiveServer) -> Iterator[BrowserContext]:
    context = browser.new_context(base_url=live_server.url, locale="en", service_workers="block")
    context.route("**/live", lambda route: route.abort())  # A test server has no streams.
    with override_settings(HOTPOT_DEMO=True):
        yield context
    context.close()


class Watched:
    """A page, and what the browser held against it."""

    def __init__(self, context: BrowserContext) -> None:
        self.page: Page = context.new_page()
        self.held: list[str] = []
        self.page.on("console", self._hear)

    def _hear(self, message: Any) -> None:
        if "Content Security Policy" in message.text:
            self.held.append(f"{self.page.url}: {message.text}")

    def visit(self, path: str) -> None:
        self.page.goto(path)
        self.page.wait_for_load_state("networkidle")
        for chart in self.page.locator("[data-chart] .chart-canvas").all():
            chart.hover()
            self.page.wait_for_timeout(100)


def sign_in(context: BrowserContext, url: str, person: Person) -> None:
    kept = signed_in_client(person).cookies["hotpot_session"].value
    context.add_cookies([{"name": "hotpot_session", "value": kept, "url": url}])


def test_pages_that_are_open_to_all(context: BrowserContext) -> None:
    watched = Watched(context)
    for path in OPEN_PAGES:
        watched.visit(path)
    assert watched.held == []


@pytest.mark.parametrize("who", ["operator", "customer"])
def test_pages_of_a_party(context: BrowserContext, live_server: LiveServer, who: str) -> None:
    market = make_market()
    sign_in(context, live_server.url, getattr(market, f"{who}_owner"))
    watched = Watched(context)
    watched.visit("/console/")
    rail = watched.page.locator("nav.rail a").all()
    paths = {link.get_attribute("href") or "/" for link in rail}
    assert len(paths) > 4
    for path in [*sorted(paths), *OWN_PAGES]:
        watched.visit(path)
    assert watched.held == []


def test_the_browser_would_have_told(context: BrowserContext) -> None:
    watched = Watched(context)
    watched.visit("/offline/")
    watched.page.evaluate("document.body.setAttribute('style', 'color: red')")
    watched.page.wait_for_timeout(100)
    assert len(watched.held) == 1


@pytest.mark.parametrize("path", ["/", "/nowhere/", "/api/v1/me"])
def test_every_answer_carries_it(client: Client, path: str) -> None:
    policy = client.get(path).headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy

"""A passkey from its making to its end, in a browser with an authenticator of its own."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from playwright.sync_api import Browser, Page, expect, sync_playwright
from pytest_django.live_server_helper import LiveServer

from hotpot.conftest import make_person
from hotpot.pot.identity.queries import trail_of
from hotpot.pot.messaging.models import Message

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
NUMBER = "+8613912345678"
AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


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
def page(browser: Browser, live_server: LiveServer) -> Iterator[Page]:
    """On `localhost`: an address in digits is no name that a passkey could be for."""
    url = live_server.url.replace("127.0.0.1", "localhost")
    context = browser.new_context(base_url=url, locale="en", service_workers="block")
    context.route("**/live", lambda route: route.abort())  # A test server has no streams.
    page = context.new_page()
    devtools = context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    yield page
    context.close()


def sign_in_by_code(page: Page) -> None:
    page.goto("/sign-in/")
    page.get_by_label("Phone number").fill(NUMBER)
    page.get_by_role("button", name="Send me a code").click()
    page.wait_for_url("**/sign-in/code/")
    found = re.search(r"\d{6}", Message.objects.filter(number=NUMBER).latest("id").text)
    assert found
    page.get_by_label("Code").fill(found[0])
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/home/")


def sign_out(page: Page) -> None:
    page.goto("/account/")
    page.get_by_role("button", name="Sign out", exact=True).first.click()
    page.wait_for_url("**/")


def test_a_passkey_is_made_used_and_removed(page: Page) -> None:
    cache.clear()
    person = make_person(NUMBER, name="Lin Yue")
    sign_in_by_code(page)

    page.goto("/account/passkeys/add/")
    page.get_by_label("Name of this device").fill("My laptop")
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_text("The passkey is added")).to_be_visible()
    expect(page.locator("#passkeys").get_by_text("My laptop")).to_be_visible()
    assert Authenticator.objects.get(user=person).wrap().is_passwordless

    sign_out(page)
    page.goto("/sign-in/")
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url("**/home/")

    page.goto("/account/")
    page.locator("#passkeys").get_by_role("link", name="Remove").click()
    expect(page.get_by_role("heading", name="Is it you?")).to_be_visible()
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_text("“My laptop” can no longer sign in")).to_be_visible()
    page.get_by_role("button", name="Remove it").click()
    page.wait_for_url(re.compile("/account/"))
    expect(page.locator("#passkeys").get_by_text("My laptop")).to_have_count(0)
    assert not Authenticator.objects.filter(user=person).exists()

    sign_out(page)
    page.goto("/sign-in/")
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    assert "/home/" not in page.url
    told = list(trail_of(person).order_by("id").values_list("what", flat=True))
    assert told[0] == "code_sent"
    assert {"signed_in", "passkey_added", "passkey_removed"} <= set(told)
    assert told.count("signed_in") == 2

"""What only a browser can tell: filter as you type, more rows, kept columns, undo."""

import re
from collections.abc import Iterator

import pytest
from django.test import override_settings
from playwright.sync_api import Browser, Page, expect, sync_playwright
from pytest_django.live_server_helper import LiveServer

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    # Playwright keeps an event loop in this thread, which Django would otherwise refuse to share.
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser, live_server: LiveServer) -> Iterator[Page]:
    context = browser.new_context(base_url=live_server.url, locale="en", service_workers="block")
    with override_settings(HOTPOT_DEMO=True):
        yield context.new_page()
    context.close()


def test_a_table_filters_as_one_types_and_grows_on_demand(page: Page) -> None:
    page.goto("/design/")
    rows = page.locator("#table-customers tbody tr")
    expect(rows).to_have_count(50)
    page.get_by_text("Show more").click()
    expect(rows).to_have_count(72)
    page.get_by_label("Filter").fill("tea bayu")
    expect(rows).to_have_count(8)
    assert "customers-q=tea" in page.url


def test_chosen_columns_are_kept(page: Page) -> None:
    page.goto("/design/")
    contact = page.locator("td[data-col=number]").first
    expect(contact).to_be_hidden()
    page.get_by_text("Columns").click()
    page.get_by_label("Contact").check()
    page.reload()
    expect(contact).to_be_visible()


def test_a_decision_can_be_undone_and_what_was_typed_is_kept(page: Page) -> None:
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    page.goto("/design/phone/")
    page.get_by_label("Comment").fill("Too dear")
    page.reload()
    expect(page.get_by_label("Comment")).to_have_value("Too dear")
    page.get_by_role("button", name="Approve").click()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Approved.", exact=True)).to_have_count(0)
    assert sent == []


@pytest.mark.parametrize("path", ["/design/", "/design/phone/", "/design/trouble/404/"])
def test_nothing_is_wider_than_the_smallest_phone(page: Page, path: str) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(path)
    assert page.evaluate("document.documentElement.scrollWidth") == 360


def test_a_refused_form_is_gone_on_with_at_what_was_wrong(page: Page) -> None:
    page.goto("/sign-in/")
    page.get_by_label("Phone number").fill("12")
    page.get_by_label("Phone number").press("Enter")
    expect(page.get_by_label("Phone number")).to_be_focused()
    expect(page.get_by_label("Phone number")).to_have_accessible_description(re.compile("has too few"))
    page.goto("/sign-in/password/")
    page.locator("[name=login]").fill("+8613800000001")
    page.locator("[name=password]").fill("not this one")
    page.locator("[name=password]").press("Enter")
    expect(page.get_by_role("alert")).to_be_focused()

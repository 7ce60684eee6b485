"""A small company's own flow, in a browser: laid down, asked for, decided on a page and by a signed link."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.stack import Stack
from tests.journeys.test_business import UNDO_MS, Journey, onboard_and_order

pytestmark = pytest.mark.journey

APP = "/apps/approvals"


class SmallCompany(Journey):
    """On the phone, with numbers of its own."""

    def __init__(self, stack: Stack, browser: Browser) -> None:
        super().__init__(stack, browser, "phone")
        self.company, self.slug = "Corner Bakery", "corner-bakery"
        self.owner, self.head, self.clerk = (f"+861390013810{n}" for n in (1, 2, 3))


def test_a_small_company_decides_by_its_own_flow(stack: Stack, browser: Browser, tmp_path: Path) -> None:
    journey = SmallCompany(stack, browser)
    bring_in_people(journey, onboard_and_order(journey), tmp_path)
    lay_down_expenses(journey)
    ask_for(journey, "Flour")
    decide_on_the_page(journey, "Flour")
    ask_for(journey, "Sugar")
    decide_by_the_link(journey)
    with journey.page_of(journey.clerk) as page:
        page.goto(f"{APP}/mine")
        expect(page.locator("#mine .item").filter(has_text="Approved")).to_have_count(2)
        page.get_by_role("link", name=re.compile("Flour")).click()
        expect(page.locator("#task")).to_contain_text("Wu Lan approved it")
    with journey.page_of(journey.owner) as page:
        page.goto(f"{APP}/statistics")
        expect(page.locator("table.plain").filter(has_text="Head of department").last).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= journey.width


def bring_in_people(journey: Journey, subscription: str, folder: Path) -> None:
    """The owner too is among the company's people."""
    file = folder / "people.csv"
    file.write_text(
        f"number,name,department\n{journey.owner},Zhou Min,Office\n{journey.head},Wu Lan,Sales\n"
        f"{journey.clerk},He Jun,Sales\n"
    )
    with journey.page_of(journey.owner) as page:
        page.goto(f"{subscription}seats/")
        page.get_by_role("link", name="A CSV file").click()
        page.get_by_label("CSV file").set_input_files(file)
        page.get_by_role("button", name="Give the seats").click()
        expect(page.get_by_text("Finished", exact=True)).to_be_visible(timeout=20_000)


def lay_down_expenses(journey: Journey) -> None:
    with journey.page_of(journey.owner) as page:
        page.goto(f"{APP}/mine")
        page.get_by_role("link", name="Forms and flows").click()
        page.get_by_role("link", name="Heads of departments").first.click()
        page.get_by_label("Sales").select_option(label="Wu Lan · Sales")
        page.get_by_role("button", name="Save").click()
        page.goto(f"{APP}/design")
        page.get_by_role("button", name="Expenses").click()
        page.get_by_role("link", name="Add a field").click()
        page.get_by_label("Name", exact=True).fill("Project")
        page.get_by_label("Kind", exact=True).select_option("choice")
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_text("needs 1 to 50 options")).to_be_visible()  # It says so, and stays.
        page.get_by_label("Options, one a line").fill("Bakery\nCafé")
        page.get_by_label("It must be filled in").uncheck()
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_role("link", name=re.compile("Project"))).to_be_visible()
        page.get_by_role("button", name="Publish").click()
        expect(page.get_by_text("Version 1 in use", exact=False).first).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= journey.width


def ask_for(journey: Journey, what: str) -> None:
    with journey.page_of(journey.clerk) as page:
        page.goto(f"{APP}/new")
        page.get_by_role("button", name="Start Expenses").click()
        page.get_by_label("What for").fill(what)
        page.get_by_role("button", name="Send", exact=True).click()
        expect(page.get_by_text("Fill this in.")).to_be_visible()
        page.get_by_label(re.compile("^Total")).fill("88.50")
        page.get_by_label(re.compile("^Receipts")).set_input_files(
            {"name": "receipt.txt", "mimeType": "text/plain", "buffer": b"88.50"}
        )
        page.get_by_role("button", name="Send", exact=True).click()
        expect(page.get_by_text("It waits for Wu Lan.")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= journey.width


def decide_on_the_page(journey: Journey, what: str) -> None:
    with journey.page_of(journey.head) as page:
        page.goto("/home/")
        page.get_by_role("link", name=re.compile(what)).first.click(timeout=20_000)
        expect(page.get_by_text("88.50 CNY").first).to_be_visible()
        page.get_by_role("button", name="Approve", exact=True).click()
        expect(page.get_by_text(f"Approved: Expenses · {what}")).to_be_visible(timeout=UNDO_MS)


def decide_by_the_link(journey: Journey) -> None:
    """In a browser that nobody signed in, in the language of the link's person."""
    with journey.handset_of(journey.head) as page:
        newest = page.locator(".handset .theirs").last
        expect(newest).to_contain_text("Sugar", timeout=15_000)
        (address,) = re.findall(r"https?://\S+", newest.inner_text())
        page.goto(address)
        decide = page.locator("button[value=approved]")
        decide.click()
        expect(page.locator(".note.good")).to_be_visible()
        page.goto(address)
        expect(page.locator("#task")).to_contain_text("Sugar")
        expect(decide).to_have_count(0)

"""The whole business once around, as its people do it: in a browser, at a desk and on a phone.

An integrator brings in a company and orders approvals; the company gives seats; its office's claims reach
the phones; one is approved on a page, one by a message; the operator closes the month; the integrator
reads what it is paid, down to the seat.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from hotpot.kernel.money import Money
from hotpot.kernel.period import Month
from tests.journeys.office import Office
from tests.journeys.stack import Stack, until

pytestmark = pytest.mark.journey

SHAPES = {"desk": (1440, 900, "01"), "phone": (360, 740, "02")}
UNDO_MS = 12_000


class Journey:
    """What all steps know. Numbers end with the shape's, so that two journeys share a stack."""

    def __init__(self, stack: Stack, browser: Browser, shape: str) -> None:
        self.stack, self.browser = stack, browser
        self.width, self.height, tail = SHAPES[shape]
        self.company = f"Tea Works {shape}"
        self.slug = f"tea-works-{shape}"
        self.owner, self.head, self.clerk = (f"+86139001380{n}{tail[1]}" for n in (1, 2, 3))

    @contextmanager
    def page_of(self, number: str) -> Iterator[Page]:
        """A browser of somebody, who signed in by the code on their phone, once."""
        context = self.browser.new_context(
            base_url=self.stack.url, locale="en", service_workers="block",
            viewport={"width": self.width, "height": self.height},
        )  # fmt: skip
        page = context.new_page()
        if number in self.stack.signed_in:
            context.add_cookies(self.stack.signed_in[number])
        else:
            self.sign_in(page, number)
        yield page
        context.close()

    def sign_in(self, page: Page, number: str) -> None:
        page.goto("/sign-in/")
        page.get_by_label("phone").fill(number)
        page.get_by_role("button", name="Send me a code").click()
        page.get_by_label("code").fill(self.code_sent_to(number))
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url(re.compile("/(home|console)/"))
        self.stack.signed_in[number] = page.context.cookies()

    @contextmanager
    def handset_of(self, number: str) -> Iterator[Page]:
        context = self.browser.new_context(base_url=self.stack.url, locale="en", service_workers="block")
        page = context.new_page()
        page.goto(f"/handset/?number={number.replace('+', '%2B')}")
        yield page
        context.close()

    def code_sent_to(self, number: str) -> str:
        with self.handset_of(number) as page:
            newest = page.locator(".handset .theirs").last
            expect(newest).to_contain_text(re.compile(r"\d{6}"), timeout=15_000)
            return str(re.findall(r"\d{6}", newest.inner_text())[0])


@pytest.mark.parametrize("shape", SHAPES)
def test_the_whole_business_once_around(stack: Stack, browser: Browser, tmp_path: Path, shape: str) -> None:
    journey = Journey(stack, browser, shape)
    began = stack.clock.now()
    subscription = onboard_and_order(journey)
    give_seats(journey, subscription, tmp_path)
    office = Office(tmp_path, shape)
    office.claim("Train to Chengdu", journey.head, "318.50")
    office.claim("Printer paper", journey.clerk, "96.00")
    stack.command("connector", "run", str(office.connector), "--customer", journey.slug, "--once")
    with journey.page_of(journey.owner) as tasks:
        tasks.goto("/console/customer/tasks/")
        open_tasks = tasks.locator("#figures .figure").first
        expect(open_tasks).to_contain_text("2", timeout=20_000)
        approve_on_the_phone(journey, office)
        approve_by_message(journey, office)
        # It changed while one looked, without a reload.
        expect(open_tasks).to_contain_text("0", timeout=20_000)
        tasks.locator(".tabs").get_by_role("link", name="Ended").click()
        expect(tasks.locator("#table-tasks tbody tr")).to_have_count(2)
    stack.leap_to_next_month()
    month = Month.of(began.date())
    days = month.days - began.day + 1
    close_the_month(journey, month)
    # 15.00 a full month and seat are split 10.00 + 5.00; the days before the order are free.
    read_the_statement(journey, month, Money(500 * days * 3 // month.days, "CNY"))


def onboard_and_order(journey: Journey) -> str:
    """The address of the subscription's page."""
    with journey.page_of(journey.stack.market["integrator"]) as page:
        page.goto("/console/")
        page.get_by_role("link", name="Bring in a company").click()
        page.get_by_label("Company", exact=True).fill(journey.company)
        page.get_by_label("Its owner here").fill("Zhou Min")
        page.get_by_label("The owner's phone number").fill(journey.owner)
        page.get_by_role("button", name="Bring it in").click()
        expect(page.get_by_role("heading", name=journey.company, level=1)).to_be_visible()
        page.get_by_role("link", name="Order an app").click()
        expect(page.get_by_label("App and offer")).to_contain_text("15.00 CNY a seat and month")
        page.get_by_role("button", name="Order it").click()
        expect(page.get_by_role("heading", name="Give seats", level=1)).to_be_visible()
        return page.url.removesuffix("seats/")


def give_seats(journey: Journey, subscription: str, folder: Path) -> None:
    with journey.page_of(journey.owner) as page:
        page.goto(f"{subscription}seats/")
        page.get_by_label("Or any phone number").fill(journey.owner)
        page.get_by_role("button", name="Give the seat").click()
        expect(page.get_by_text("1 new seat.")).to_be_visible()
        page.get_by_role("link", name="Give seats").first.click()
        page.get_by_role("link", name="A CSV file").click()
        file = folder / "seats.csv"
        file.write_text(
            f"number,name,department\n{journey.head},Wu Lan,Sales\n{journey.clerk},He Jun,Sales\nnobody,,\n"
        )
        page.get_by_label("CSV file").set_input_files(file)
        page.get_by_role("button", name="Give the seats").click()
        expect(page.get_by_text("Finished", exact=True)).to_be_visible(timeout=20_000)
        expect(page.locator("#table-problems")).to_contain_text("nobody")
        page.get_by_role("link", name="To the seats").click()
        expect(page.locator("#table-seats tbody tr")).to_have_count(3)
        assert page.evaluate("document.documentElement.scrollWidth") <= journey.width


def approve_on_the_phone(journey: Journey, office: Office) -> None:
    with journey.page_of(journey.head) as page:
        page.goto("/home/")
        page.get_by_role("link", name=re.compile("Train to Chengdu")).first.click(timeout=20_000)
        expect(page.get_by_text("318.50 CNY")).to_be_visible()
        page.get_by_role("button", name="Approve", exact=True).click()
        expect(page.get_by_role("button", name="Undo")).to_be_visible()
        until(lambda: office.status("Train to Chengdu") == "agreed", "the claim is agreed over there")


def approve_by_message(journey: Journey, office: Office) -> None:
    with journey.handset_of(journey.clerk) as page:
        expect(page.locator(".handset .theirs").last).to_contain_text("Printer paper", timeout=20_000)
        page.get_by_role("button", name="2", exact=True).click()
        until(lambda: office.status("Printer paper") == "declined", "the claim is declined over there")


def close_the_month(journey: Journey, month: Month) -> None:
    with journey.page_of(journey.stack.market["finance"]) as page:
        page.goto("/console/operator/close/")
        page.get_by_role("link", name=str(month)).click()
        page.get_by_role("button", name="What would it book?").first.click()
        page.get_by_role("dialog").get_by_role("button", name="Reckon it now").click()
        expect(page.locator("#table-bills")).to_contain_text(journey.company, timeout=60_000)
        page.goto(f"/console/operator/close/{month}/")
        page.get_by_role("button", name="Close the month").first.click()
        page.get_by_role("dialog").get_by_role("button", name="Close the month").click()
        expect(page.locator("h1 .chip")).to_have_text("Closed", timeout=60_000)
        expect(page.locator("#table-bills")).to_contain_text(journey.company)
        page.goto("/console/operator/books/check/")
        expect(page.get_by_text("The books are right")).to_be_visible()


def read_the_statement(journey: Journey, month: Month, expected: Money) -> None:
    with journey.page_of(journey.stack.market["integrator"]) as page:
        page.goto("/console/statements/")
        page.locator("#table-statements tbody tr").filter(has_text=str(month)).get_by_role("link").click()
        line = page.get_by_role("row").filter(has_text=journey.company)
        expect(line).to_contain_text(str(expected))
        line.get_by_role("link").last.click()
        expect(page.locator("tbody tr")).to_have_count(3)

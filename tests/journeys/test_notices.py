"""A member turns notices on, and one appears on the phone: the page, the service worker, and the way back.

A browser of a test reaches no push service, so the last part of a push's way is gone by the browser's own
developer tools: they hand the service worker what the service would have.
"""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Worker, expect

from tests.journeys.stack import Stack
from tests.journeys.test_business import Journey

pytestmark = pytest.mark.journey

P256DH = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
TELL = """
([url, p256dh]) => fetch(url, {
  method: "POST",
  headers: {
    "Content-Type": "application/json",
    "X-CSRFToken": document.querySelector("[name=csrfmiddlewaretoken]").value,
  },
  body: JSON.stringify({
    endpoint: "https://push.invalid/send/1", keys: { p256dh, auth: "BTBZMqHH6r4Tts7J_aSIgg" },
  }),
}).then((answer) => answer.status)
"""
SHOWN = """
async () => (await (await navigator.serviceWorker.ready).getNotifications()).map(({ title, body, tag }) =>
  ({ title, body, tag }))
"""
# A window may be brought to the front after a person's click only, and this one is a test's.
CLICK = """
async () => {
  WindowClient.prototype.focus = function () { return Promise.resolve(this); };
  const [notification] = await self.registration.getNotifications();
  self.dispatchEvent(new NotificationEvent("notificationclick", { notification }));
}
"""


def test_a_notice_appears_on_the_phone_and_leads_to_its_page(stack: Stack, browser: Browser) -> None:
    journey = Journey(stack, browser, "phone")
    number = stack.market["integrator"]
    with journey.page_of(number):
        pass  # Whoever it is has signed in by now.
    context = browser.new_context(
        base_url=stack.url, locale="en", viewport={"width": journey.width, "height": journey.height}
    )
    try:
        context.grant_permissions(["notifications"], origin=stack.url)
        context.add_cookies(stack.signed_in[number])
        page = context.new_page()
        page.goto("/me/notifications/")
        expect(page.locator("#push-on")).to_be_enabled()
        assert page.evaluate("document.documentElement.scrollWidth") <= journey.width
        assert page.evaluate(TELL, ["/me/notifications/browsers/", P256DH]) == 204
        page.reload()
        expect(page.get_by_label("Push").first).to_be_checked()
        page.get_by_role("button", name="Send me a trial").click()
        page.goto("/messages/")
        path = page.get_by_role("link", name="Open", exact=True).first.get_attribute("href")
        assert path is not None
        deliver(context, page, stack.url, pushed(path))
        expect(page.locator("#found .item").first).to_contain_text("Delivered", timeout=20_000)
        [notice] = page.evaluate(SHOWN)
        assert notice["body"] == "This is a trial."
        deliver(context, page, stack.url, pushed(path))
        page.wait_for_timeout(200)
        assert len(page.evaluate(SHOWN)) == 1  # Once more is the same one.
        worker_of(context).evaluate(CLICK)
        page.wait_for_url("**/me/notifications/")
    finally:
        context.close()


def pushed(path: str) -> dict[str, str]:
    tag = re.findall(r"[0-9a-f-]{36}", path)[0]
    return {
        "title": "Hotpot", "body": "This is a trial.", "tag": tag, "lang": "en", "url": path,
        "shown": f"{path}shown/",
    }  # fmt: skip


def deliver(context: BrowserContext, page: Page, origin: str, said: dict[str, str]) -> None:
    """What a push service would have handed to this browser."""
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    tools = context.new_cdp_session(page)
    registrations: list[str] = []
    tools.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda event: registrations.extend(one["registrationId"] for one in event["registrations"]),
    )
    tools.send("ServiceWorker.enable")
    for _look in range(200):
        if not registrations:
            page.wait_for_timeout(50)
    tools.send(
        "ServiceWorker.deliverPushMessage",
        {"origin": origin, "registrationId": registrations[0], "data": json.dumps(said)},
    )
    tools.detach()


def worker_of(context: BrowserContext) -> Worker:
    found = context.service_workers
    return found[0] if found else context.wait_for_event("serviceworker")

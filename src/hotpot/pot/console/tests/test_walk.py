"""From each role's start page, every link leads somewhere; and no page asks the database in a loop."""

from __future__ import annotations

import re
from collections import Counter, deque
from datetime import date
from html import unescape
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from hotpot.conftest import NOW, Market, make_certification, make_market, make_party, signed_in_client
from hotpot.kernel.money import Money
from hotpot.kernel.period import Month
from hotpot.pot.catalog import actions as catalog
from hotpot.pot.catalog.pricing import Pricing
from hotpot.pot.close.actions import close_month
from hotpot.pot.events.wire import SYSTEM_ACTOR
from hotpot.pot.identity.models import Person
from hotpot.pot.subscription import actions as subscription

pytestmark = pytest.mark.django_db(transaction=True)

MANIFEST = {
    "id": "approvals",
    "name": "Approvals",
    "name_zh": "审批",
    "summary": "Decide on the phone.",
    "functions": [{"id": "decide", "name": "Decide"}],
}
# All of a request: 8 are the middleware's and the frame's, and the heaviest page takes 27. A loop is met as
# soon as it asks for 18 rows.
QUERIES_MAX = 45
PAGES_MAX = 400
HREF = re.compile(r'(?:href|hx-get)="([^"]+)"')
ROWS = re.compile(r'<tbody id="table-([^"]+)-rows"')
# Of bank accounts and tokens no file is made; what waits, is open or offered is a short way to another page.
WITHOUT_CSV = {"accounts", "tokens", "certifications", "fitting", "offers", "open"}
ID = re.compile(r'<[a-z][^>]*\sid="([^"]+)"')


@pytest.fixture
def market(fixed_clock: Any) -> Market:
    """A market that has closed September: every list has a row."""
    market = make_market(developer_bp=1_000)
    catalog.register_app(actor=SYSTEM_ACTOR, developer_id=market.developer.id, manifest=MANIFEST, now=NOW)
    catalog.list_app(actor=SYSTEM_ACTOR, app_id="approvals", now=NOW)
    offer = catalog.make_offer(
        actor=SYSTEM_ACTOR,
        operator_id=market.operator.id,
        app_id="approvals",
        name="Standard",
        price=Pricing.monthly(Money(1500, "CNY")),
        starts_on=date(2026, 1, 1),
        now=NOW,
    )
    held = subscription.place_order(
        actor=SYSTEM_ACTOR,
        customer_id=market.customer.id,
        offer_id=offer.id,
        starts_on=date(2026, 10, 15),
        key="walk",
        integrator_id=market.integrator.id,
        now=NOW,
    )
    subscription.assign_seats(
        actor=SYSTEM_ACTOR,
        subscription_id=held.id,
        member_ids=[member.id for member in market.members],
        starts_on=date(2026, 10, 15),
        now=NOW,
    )
    make_certification(market.operator, make_party("integrator", "Newcomer"), state="applied")
    fixed_clock.move_to(NOW.replace(month=11))
    (figures,) = close_month(Month(2026, 10), operator_ids=[market.operator.id], now=NOW.replace(month=11))
    assert figures.state == "done", figures.problem
    return market


def walk(client: Client, start: str) -> dict[str, int]:
    """Address -> how many queries it took, of all pages that can be reached by links."""
    asked: dict[str, int] = {}
    waiting = deque([start])
    while waiting and len(asked) < PAGES_MAX:
        url = waiting.popleft()
        if url in asked:
            continue
        with CaptureQueriesContext(
            connection,
        ) as queries:
            response = client.get(url)
        asked[url] = len(queries)
        assert response.status_code in (200, 302), f"{url} answers {response.status_code}"
        if response.status_code == 302:
            waiting.append(urljoin(url, response.headers["Location"]))
        elif "export=csv" in url:
            assert response.headers["Content-Type"].startswith("text/csv"), f"{url} is no CSV"
        elif response.headers["Content-Type"].startswith("text/html"):
            html = response.content.decode()
            twice = [id for id, times in Counter(ID.findall(html)).items() if times > 1]
            assert not twice, f"on {url} a label, a button or a link finds another {twice} first"
            shut = [name for name in ROWS.findall(html) if f"{name}-export=csv" not in html]
            assert set(shut) <= WITHOUT_CSV, f"on {url} nobody can take away {shut}"
            waiting.extend(links(url, html))
    return asked


def links(url: str, html: str) -> list[str]:
    found = [urljoin(url, unescape(link).partition("#")[0]) for link in HREF.findall(html)]
    kept = [link for link in found if not urlsplit(link).netloc and link.startswith("/console/")]
    # One sort, one page more and one filter of each table are enough.
    return [link for link in kept if "-sort=" not in link or "sort=" not in url]


@pytest.mark.parametrize("who", ["operator", "integrator", "customer", "developer"])
def test_every_link_leads_somewhere_and_no_page_asks_in_a_loop(market: Market, who: str) -> None:
    owner: Person = getattr(market, f"{who}_owner")
    asked = walk(signed_in_client(owner), "/console/")
    assert len(asked) > 15
    heavy = {url: count for url, count in asked.items() if count > QUERIES_MAX}
    assert not heavy

"""The developer's page of usage."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse_lazy

from hotpot.conftest import make_membership, make_party, signed_in_client
from hotpot.kernel.clock import SettableClock
from hotpot.pot.identity.models import AccessToken
from hotpot.pot.metering.intake import judge
from hotpot.pot.metering.known import Known
from hotpot.pot.metering.models import Meter, Refusal, Segment, Source, Tally
from hotpot.pot.metering.tests.market import Metered, make_metered
from hotpot.pot.metering.tests.samples import KINDS, NOW, SOURCE, event, request

PAGE = reverse_lazy("console:developer:usage")
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fixed_clock")]


@pytest.fixture
def metered(db: None) -> Metered:
    return make_metered()


def arrive(metered: Metered) -> None:
    segment = judge([request(event("e-17"))], KINDS, Known(), next_event=1, now=NOW).segment
    assert segment is not None
    Segment.objects.create(
        first_event=1, last_event=1, received_at=NOW, oldest_us=segment.oldest_us,
        newest_us=segment.newest_us, keys=segment.keys, events=segment.events, usage=segment.usage,
    )  # fmt: skip
    Tally.objects.create(meter=metered.sent, day=date(2026, 10, 15), events=1234, quantity=Decimal(1))
    Refusal.objects.create(
        party_id=metered.developer.id, code="subject", day=date(2026, 10, 15), events=7, last_at=NOW,
        last_source=SOURCE, last_type="mail.sent", last_event="e-18", last_message="Write +86.",
    )  # fmt: skip


def test_an_empty_page_says_what_to_do(metered: Metered) -> None:
    Meter.objects.all().delete()
    text = signed_in_client(metered.owner).get(PAGE).content.decode()
    assert "No meter yet" in text
    assert "No event yet" in text


def test_it_shows_what_was_counted_what_came_and_what_was_refused(metered: Metered) -> None:
    arrive(metered)
    text = signed_in_client(metered.owner).get(PAGE).content.decode()
    for word in ("1,234", "e-17", "e-18", "Write +86.", SOURCE):
        assert word in text
    exported = signed_in_client(metered.owner).get(f"{PAGE}?events-export=csv")
    assert "+8613800138000" not in text + exported.content.decode()  # Numbers of people are masked.


def test_another_developer_sees_nothing_of_it(metered: Metered) -> None:
    arrive(metered)
    stranger = make_membership(make_party("developer")).person
    text = signed_in_client(stranger).get(PAGE).content.decode()
    for word in ("1,234", "e-17", "e-18", SOURCE):
        assert word not in text


def test_sources_meters_and_tokens_are_made_on_it(metered: Metered, fixed_clock: SettableClock) -> None:
    client = signed_in_client(metered.owner)
    client.post(f"{PAGE}sources/", {"app": "mail", "uri": "https://b.example"})
    client.post(
        f"{PAGE}meters/",
        {"app": "mail", "code": "gb", "event_type": "data.used", "aggregation": "sum", "field": "bytes",
         "unit": "GB", "exponent": "-9"},
    )  # fmt: skip
    source, meter = Source.objects.get(uri="https://b.example"), Meter.objects.get(code="gb")
    assert (meter.aggregation, meter.exponent) == ("sum", -9)
    shown = client.post(f"{PAGE}tokens/", {"name": "GGSN", "source": source.id})
    assert re.search(r"hp_[\w-]{40,}", shown.content.decode())
    assert shown.headers["Cache-Control"] == "no-store"
    assert AccessToken.objects.get(name="GGSN").scopes == ["usage:https://b.example"]
    client.post(f"{PAGE}meters/{meter.id}/end/")
    meter.refresh_from_db()
    assert meter.ended_at == NOW

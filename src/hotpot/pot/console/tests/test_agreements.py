"""Agreements of every model, as they are typed."""

from __future__ import annotations

from typing import Any

import pytest

from hotpot.conftest import Market, make_party, signed_in_client
from hotpot.pot.party.models import Agreement
from hotpot.pot.party.terms import Costs, Intro, Percent, PerUnit, Step, Tiers

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fixed_clock")]
FROM = {"starts_on": "2026-11-01"}
FIRST = {"intro_months": "3", "intro_percent": "50"}
TEN = Step(share_bp=1000, up_to_minor=100_000)


@pytest.fixture
def market(make_market: Any) -> Market:
    found: Market = make_market()
    return found


@pytest.mark.parametrize(
    ("typed", "terms"),
    [
        (
            {"way": "share", "percent": "20", "withholding_percent": "6"},
            Percent(share_bp=2000, withholding_bp=600),
        ),
        (
            {"way": "fixed", "fixed": "5", "guarantee": "100", "cap": "900", "says": "kept"},
            PerUnit(unit_micro=500_000_000, guarantee_minor=10_000, cap_minor=90_000, kept=True),
        ),
        (
            {"way": "tiers", "steps": "10 % up to 1,000\n15 %", "months": "12", "kinds": "fee"},
            Tiers(
                steps=(Step(share_bp=1000, up_to_minor=100_000), Step(share_bp=1500)),
                months=12,
                kinds=("fee",),
            ),
        ),
        (
            {
                "way": "share",
                "percent": "10",
                "cost_percent": "2.5",
                "intro_months": "3",
                "intro_percent": "50",
            },
            Percent(share_bp=1000, costs=Costs(bp=250), intro=Intro(months=3, share_bp=5000)),
        ),
    ],
)
def test_terms_of_every_model_are_written(market: Market, typed: dict[str, str], terms: Any) -> None:
    data = typed | FROM | {"partner": market.developer.id}
    answer = signed_in_client(market.operator_owner).post("/console/operator/agreements/new/", data)
    assert answer.status_code == 302, answer.content.decode()
    assert Agreement.objects.get(partner=market.developer).versions.get().terms == terms


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"way": "tiers", "steps": "ten per cent"}, "is not a step"),
        ({"way": "tiers", "steps": "10 % up to 1000"}, "without an end"),
        ({"way": "share"}, "Fill this in"),
        ({"way": "share", "percent": "10", "guarantee": "5", "cap": "4"}, "below the guarantee"),
    ],
)
def test_what_makes_no_sense_is_said(market: Market, typed: dict[str, str], said: str) -> None:
    data = typed | FROM | {"partner": market.developer.id}
    answer = signed_in_client(market.operator_owner).post("/console/operator/agreements/new/", data)
    assert answer.status_code == 422
    assert said in answer.content.decode()


def test_an_integrator_passes_a_share_on(market: Market) -> None:
    sub, owner = make_party("integrator"), signed_in_client(market.integrator_owner)
    data = {"operator": market.operator.id, "partner": sub.id, "way": "share", "percent": "40"} | FROM
    assert owner.post("/console/agreements/pass-on/", data).status_code == 302
    held = Agreement.objects.get(partner=sub)
    assert (held.payer, held.versions.get().terms) == (market.integrator, Percent(share_bp=4000, of="share"))
    assert "of the payer" in owner.get("/console/agreements/").content.decode()
    answer = owner.post(
        f"/console/agreements/{held.id}/terms/", {"way": "fixed", "fixed": "1", "starts_on": "2026-12-01"}
    )
    assert answer.status_code == 302
    assert "1.00 CNY a seat" in owner.get(f"/console/agreements/{held.id}/").content.decode()


def test_terms_are_tried_from_the_form(market: Market) -> None:
    typed = {"way": "share", "percent": "20", "partner": str(market.developer.id)} | FROM
    shown = (
        signed_in_client(market.operator_owner)
        .get("/console/operator/agreements/tried/", typed)
        .content.decode()
    )
    assert "20 % of the charge" in shown
    assert "No month is closed yet" in shown

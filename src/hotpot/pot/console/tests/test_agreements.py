"""Agreements of every model, as they are typed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from hotpot.conftest import NOW, Market, make_agreement, make_membership, make_party, signed_in_client
from hotpot.kernel.errors import Refused
from hotpot.pot.close import simulation, trials
from hotpot.pot.close.models_trials import TermsTrial
from hotpot.pot.party.models import Agreement
from hotpot.pot.party.terms import Costs, Intro, Percent, PerUnit, Step, Tiers

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fixed_clock")]
FROM = {"starts_on": "2026-11-01"}
FIRST = {"intro_months": "3", "intro_percent": "50"}


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


TRY = {"way": "share", "percent": "20"} | FROM
TRIED = "/console/operator/agreements/tried/"


def test_terms_are_tried_from_the_form_by_a_job(market: Market) -> None:
    owner = signed_in_client(market.operator_owner)
    typed = TRY | {"partner": str(market.developer.id)}
    offered = owner.get("/console/operator/agreements/split/", typed).content.decode()
    assert f'formaction="{TRIED}"' in offered
    answer = owner.post(TRIED, typed)
    trial = TermsTrial.objects.get()
    assert answer["Location"] == f"{TRIED}{trial.id}/"
    waiting = owner.get(answer["Location"]).content.decode()
    for words in ("20 % of the charge", "Waits for its turn", "every 1s"):
        assert words in waiting
    TermsTrial.objects.update(state="running", done_bp=5_000)
    assert "50 %" in owner.get(answer["Location"]).content.decode()
    trials.carry_out(trial.id, now=NOW)
    shown = owner.get(answer["Location"]).content.decode()
    assert "No month is closed yet" in shown
    assert "every 1s" not in shown


def test_new_terms_are_tried_for_the_app_and_company_of_their_agreement(market: Market) -> None:
    held = make_agreement(market.operator, market.developer)
    Agreement.objects.filter(id=held.id).update(customer=market.customer)
    owner = signed_in_client(market.operator_owner)
    assert owner.post(f"{TRIED}?agreement={held.id}", TRY).status_code == 302
    trial = TermsTrial.objects.get()
    assert (trial.partner, trial.customer, trial.app) == (market.developer, market.customer, None)
    owner.post(f"{TRIED}?agreement={held.id}", TRY)
    trial.refresh_from_db()
    assert (trial.state, trial.problem) == ("failed", "Another trial of yours took its place.")
    owner.post(f"{TRIED}?agreement={held.id}", TRY)
    assert sorted(TermsTrial.objects.values_list("state", flat=True)) == ["failed", "waiting"]


def test_terms_that_are_not_whole_are_not_tried(market: Market) -> None:
    owner = signed_in_client(market.operator_owner)
    wrong: list[dict[str, str]] = [
        TRY | {"partner": str(market.developer.id), "percent": ""}, TRY,
        TRY | {"partner": str(market.customer.id)}, TRY | {"partner": str(market.developer.id), "app": "no"},
    ]  # fmt: skip
    for typed in wrong:
        assert owner.post(TRIED, typed).status_code in (404, 422), typed
    assert not TermsTrial.objects.exists()


def test_a_trial_that_fails_says_why(market: Market, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_args: Any, **_values: Any) -> None:
        raise Refused("A tier has no end.")

    monkeypatch.setattr(simulation, "simulate", refuse)
    owner = signed_in_client(market.operator_owner)
    url = owner.post(TRIED, TRY | {"partner": str(market.developer.id)})["Location"]
    trials.carry_out(TermsTrial.objects.get().id, now=NOW)
    assert "A tier has no end." in owner.get(url).content.decode()


def test_a_trial_that_another_replaces_while_it_is_reckoned_ends(
    market: Market, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner = signed_in_client(market.operator_owner)
    typed = TRY | {"partner": str(market.developer.id)}
    url = owner.post(TRIED, typed)["Location"]
    first = TermsTrial.objects.get()

    def begin(_proposal: Any, *, tell: Callable[[int], None]) -> None:
        owner.post(TRIED, typed)
        tell(1_000)
        raise AssertionError("It went on for nobody.")

    monkeypatch.setattr(simulation, "simulate", begin)
    trials.carry_out(first.id, now=NOW)
    shown = owner.get(url).content.decode()
    assert "Another trial of yours took its place." in shown
    assert "every 1s" not in shown


def test_a_trial_is_its_operator_s(market: Market) -> None:
    url = signed_in_client(market.operator_owner).post(TRIED, TRY | {"partner": str(market.developer.id)})
    other = make_party("operator")
    for person in (make_membership(other).person, market.developer_owner, market.integrator_owner):
        assert signed_in_client(person).get(url["Location"]).status_code in (403, 404)
    viewer = make_membership(market.operator, role="viewer").person
    assert signed_in_client(viewer).post(TRIED, TRY | {"partner": market.developer.id}).status_code == 403

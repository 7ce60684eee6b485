"""What moves money, asked for in full by strangers and by who has the wrong role: nothing comes of it.

The walk over every address (test_strangers) sends empty forms; these are filled in as the owner would.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from hotpot.conftest import NOW, Market, make_market, make_membership, make_party, signed_in_client
from hotpot.kernel.money import Money
from hotpot.kernel.period import Month
from hotpot.pot.catalog.actions import store_price
from hotpot.pot.catalog.models import Offer
from hotpot.pot.catalog.pricing import Coupon, Fee, Item, Pricing
from hotpot.pot.events.wire import Actor
from hotpot.pot.payment import actions
from hotpot.pot.payment.models import Chargeback, Payment
from hotpot.pot.payment.tests.business import Business, make_bill, make_business
from hotpot.pot.rating.models import Trial
from hotpot.pot.rating.trials import ask_trial
from hotpot.pot.settlement.models import Dispute, Statement
from hotpot.pot.subscription.models import Redemption
from tests.access.test_strangers import addresses

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fixed_clock")]
PRICE = {"items-TOTAL_FORMS": 1, "items-0-kind": "fee", "items-0-code": "seats", "items-0-amount": "20"}
REASON = {"reason": "Because", "amount": "40", "key": "k"}


@dataclass(frozen=True, slots=True)
class Things:
    business: Business
    payment: Payment
    trial: Trial
    statement: Statement

    @property
    def asked(self) -> Mapping[str, tuple[str, dict[str, Any]]]:
        """What the owner would send, and to where."""
        offer, held = self.trial.offer_id, self.business.subscription.id
        return {
            "charge back": (reverse("console:charge_back", args=[self.payment.id]), REASON),
            "try a price": (reverse("console:operator:price_simulation", args=[offer]), PRICE),
            "set a price": (
                reverse("console:operator:price", args=[offer]), PRICE | {"starts_on": "2026-12-01"},
            ),
            "redeem": (reverse("console:subscription_redeem", args=[held]), {"code": "WELCOME"}),
            "dispute": (
                reverse("settlement:open_dispute", args=[self.statement.id]), {"words": "Too little"},
            ),
        }  # fmt: skip

    @property
    def shown(self) -> list[str]:
        return [
            reverse("console:payment", args=[self.payment.id]),
            reverse("console:operator:price_simulated", args=[self.trial.offer_id, self.trial.id]),
            reverse("settlement:statement", args=[self.statement.id]),
        ]

    def nothing_came_of_it(self) -> bool:
        made = (Chargeback, Redemption, Dispute)
        return not any(model.objects.exists() for model in made) and Trial.objects.count() == 1


@pytest.fixture
def things() -> Things:
    business = make_business()
    market = business.market
    make_bill(business)
    payment = actions.pay(
        actor=business.payer, operator_id=market.operator.id, customer_id=market.customer.id,
        amount=Money(10_600, "CNY"), by="rehearsal", key="k", now=NOW,
    )  # fmt: skip
    actions.start(payment.id, now=NOW)
    offer = Offer.objects.get(id=business.subscription.offer_id)
    coupon = Item("welcome", Coupon(rate_bp=5_000, redeem="WELCOME"))
    store_price(offer, Pricing("CNY", (Item("seats", Fee(amount_minor=1_500)), coupon)), date(2026, 2, 1))
    trial = ask_trial(
        Actor(market.operator_owner.id, market.operator.id, "page"), offer=offer,
        price=Pricing.monthly(Money(2_000, "CNY")), month=Month(2026, 9), now=NOW,
    )  # fmt: skip
    statement = Statement.objects.create(
        operator=market.operator, partner=market.integrator, period=date(2026, 9, 1), currency="CNY",
        number=1, total_minor=500, issued_at=NOW,
    )  # fmt: skip
    return Things(business, payment, trial, statement)


def clients(market: Market) -> dict[str, Client]:
    """Each kind of party."""
    owners = {
        "operator": market.operator_owner, "integrator": market.integrator_owner,
        "developer": market.developer_owner, "customer": market.customer_owner,
        "member": market.members[0].person,
    }  # fmt: skip
    return {name: signed_in_client(person) for name, person in owners.items()}


def require_refused(things: Things, who: str, client: Client, names: list[str]) -> None:
    for name in names:
        url, sent = things.asked[name]
        answer = client.post(url, sent)
        assert answer.status_code in (302, 403, 404), (who, name, answer.status_code)
        if answer.status_code == 302:
            assert answer["Location"].startswith("/sign-in/"), (who, name, answer["Location"])
        assert things.nothing_came_of_it(), (who, name)


def test_nobody_does_it_for_others(things: Things) -> None:
    strangers = clients(make_market()) | {"anonymous": Client()}
    sub = make_party("integrator")
    strangers["another partner of the operator"] = signed_in_client(make_membership(sub).person)
    for who, client in strangers.items():
        require_refused(things, who, client, list(things.asked))
        for url in things.shown:
            assert client.get(url).status_code in (302, 403, 404), (who, url)


def test_the_other_side_does_not_either(things: Things) -> None:
    """The company's own people don't take their payment back, its partners set no price, and so on."""
    sides = clients(things.business.market)
    not_theirs = {
        "operator": ["dispute"],
        "integrator": ["charge back", "try a price", "set a price"],
        "developer": ["charge back", "try a price", "set a price", "redeem", "dispute"],
        "customer": ["charge back", "try a price", "set a price", "dispute"],
        "member": list(things.asked),
    }
    for who, names in not_theirs.items():
        require_refused(things, who, sides[who], names)


@pytest.mark.parametrize(
    ("kind", "names"),
    [("operator", ["charge back", "try a price", "set a price"]), ("customer", ["redeem"]),
     ("integrator", ["dispute", "redeem"])],
)  # fmt: skip
def test_who_may_only_look_does_nothing(things: Things, kind: str, names: list[str]) -> None:
    party = getattr(things.business.market, kind)
    viewer = signed_in_client(make_membership(party, role="viewer").person)
    require_refused(things, f"viewer of the {kind}", viewer, names)


def test_the_owners_do_it(things: Things) -> None:
    """Else the refusals above would prove nothing."""
    sides = clients(things.business.market)
    for name, who in {"charge back": "operator", "redeem": "customer", "dispute": "integrator"}.items():
        url, sent = things.asked[name]
        assert sides[who].post(url, sent).status_code == 302, name
    assert sides["operator"].post(*things.asked["try a price"]).status_code == 200
    assert sides["operator"].post(*things.asked["set a price"]).status_code == 302
    assert (Chargeback.objects.count(), Redemption.objects.count(), Dispute.objects.count()) == (1, 1, 1)


def test_the_walk_passes_them_all() -> None:
    routes = {address.route for address in addresses() if "POST" in address.methods}
    for ending in ("<int:payment_id>/charge-back/", "price/simulation/<int:trial_id>/", "<int:id>/dispute/",
                   "<int:subscription_id>/redeem/"):  # fmt: skip
        assert any(route.endswith(ending) for route in routes), ending

"""Roles, certification, onboarding, agreements and numbers."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotpot.conftest import NOW
from hotpot.kernel.errors import Conflict, Forbidden, Invalid
from hotpot.kernel.money import Money
from hotpot.kernel.msisdn import Msisdn
from hotpot.pot.events.models import EventRow
from hotpot.pot.events.wire import SYSTEM_ACTOR, Actor
from hotpot.pot.party import actions, queries, rules
from hotpot.pot.party.models import Membership, NumberRange
from hotpot.pot.party.rules import Right, Share
from hotpot.pot.party.terms import Percent, PerUnit

BOSS = Msisdn.parse("+8613912340001")
DAY = date(2026, 10, 15)


@pytest.mark.parametrize(
    ("role", "rights"),
    [
        ("owner", {"look", "run", "money", "roles"}),
        ("manager", {"look", "run"}),
        ("finance", {"look", "money"}),
        ("viewer", {"look"}),
        (None, set()),
    ],
)
def test_each_role_has_its_rights(role: str | None, rights: set[str]) -> None:
    assert {right.value for right in Right if rules.may(role, right)} == rights


@pytest.mark.django_db
class TestCertification:
    def test_it_moves_step_by_step_and_each_step_keeps_who_and_why(
        self, make_party: Any, make_membership: Any
    ) -> None:
        operator, integrator = make_party("operator"), make_party("integrator")
        boss, applicant = make_membership(operator).person, make_membership(integrator).person
        pair: dict[str, Any] = {"operator": operator, "integrator": integrator, "now": NOW}
        actions.apply_for_certification(Actor(applicant.id), **pair)
        actions.review_certification(Actor(boss.id), **pair)
        certification = actions.certify(Actor(boss.id), **pair)
        actions.suspend_certification(Actor(boss.id), **pair, reason="Unpaid")
        assert not queries.is_certified(operator.id, integrator.id)
        actions.resume_certification(Actor(boss.id), **pair)
        assert queries.is_certified(operator.id, integrator.id)
        steps = [(one.state, one.person_id, one.reason) for one in queries.steps_of(certification.id)][::-1]
        assert steps == [
            ("applied", applicant.id, ""),
            ("reviewing", boss.id, ""),
            ("certified", boss.id, ""),
            ("suspended", boss.id, "Unpaid"),
            ("certified", boss.id, ""),
        ]
        types = EventRow.objects.filter(type__startswith="party.certification").order_by("sequence")
        assert [one.type.rpartition(".")[2] for one in types] == [
            "applied", "reviewing", "certified", "suspended", "resumed",
        ]  # fmt: skip

    def test_only_the_operators_staff_decide(self, make_party: Any, make_membership: Any) -> None:
        operator, integrator = make_party("operator"), make_party("integrator")
        applicant = make_membership(integrator).person
        viewer = make_membership(operator, role="viewer").person
        pair: dict[str, Any] = {"operator": operator, "integrator": integrator, "now": NOW}
        actions.apply_for_certification(Actor(applicant.id), **pair)
        for person in (applicant, viewer):
            with pytest.raises(Forbidden):
                actions.certify(Actor(person.id), **pair)

    def test_wrong_steps_are_refused_with_a_way_on(self, make_party: Any) -> None:
        pair: dict[str, Any] = {
            "operator": make_party("operator"),
            "integrator": make_party("integrator"),
            "now": NOW,
        }
        with pytest.raises(Conflict, match="apply first"):
            actions.certify(SYSTEM_ACTOR, **pair)
        actions.apply_for_certification(SYSTEM_ACTOR, **pair)
        with pytest.raises(Invalid, match="Say why"):
            actions.refuse_certification(SYSTEM_ACTOR, **pair, reason=" ")
        actions.refuse_certification(SYSTEM_ACTOR, **pair, reason="No licence")
        with pytest.raises(Conflict, match="apply again"):
            actions.certify(SYSTEM_ACTOR, **pair)
        actions.apply_for_certification(SYSTEM_ACTOR, **pair)

    def test_a_suspended_one_is_resumed_not_certified_anew(self, make_market: Any) -> None:
        market = make_market()
        pair: dict[str, Any] = {"operator": market.operator, "integrator": market.integrator, "now": NOW}
        actions.suspend_certification(SYSTEM_ACTOR, **pair, reason="x")
        with pytest.raises(Conflict, match="moved on"):
            actions.certify(SYSTEM_ACTOR, **pair)


@pytest.mark.django_db
class TestOnboarding:
    def test_a_certified_integrator_brings_a_company_in(self, make_market: Any) -> None:
        market = make_market()
        engagement = actions.onboard_customer(
            Actor(market.integrator_owner.id),
            operator=market.operator,
            integrator=market.integrator,
            name="Yangtze Freight",
            owner_number=BOSS,
            owner_name="Boss",
            now=NOW,
        )
        owner = Membership.objects.get(party=engagement.customer)
        assert (owner.person.number, owner.role) == (BOSS.e164, "owner")
        assert engagement.starts_on == DAY
        assert engagement.customer in queries.customers_of(market.integrator.id, day=DAY)
        event = EventRow.objects.get(type="party.customer.onboarded")
        assert set(event.party_ids) >= {engagement.customer_id, market.operator.id, market.integrator.id}

    def test_one_without_certificate_may_not(
        self, make_market: Any, make_party: Any, make_membership: Any
    ) -> None:
        market = make_market()
        other = make_party("integrator", "Newcomer")
        with pytest.raises(Forbidden, match="Newcomer is not certified"):
            actions.onboard_customer(
                Actor(make_membership(other).person.id),
                operator=market.operator,
                integrator=other,
                name="X",
                owner_number=BOSS,
                owner_name="",
                now=NOW,
            )

    def test_names_in_chinese_and_twice_get_slugs_of_their_own(self, make_person: Any) -> None:
        founder = make_person()
        found = [
            actions.register_party(
                Actor(founder.id), kind="developer", name=name, owner=founder, now=NOW
            ).slug
            for name in ("重庆火锅", "重庆火锅", "Hot Pot")
        ]
        assert found == ["developer", "developer-2", "hot-pot"]
        with pytest.raises(Forbidden):
            actions.register_party(Actor(founder.id), kind="operator", name="Me", owner=founder, now=NOW)


@pytest.mark.django_db
class TestRoles:
    def test_the_last_owner_stays(self, make_market: Any) -> None:
        market = make_market()
        boss = market.customer_owner
        with pytest.raises(Conflict, match="last owner"):
            actions.revoke_role(Actor(boss.id), party=market.customer, person_id=boss.id, now=NOW)
        with pytest.raises(Conflict, match="last owner"):
            actions.grant_role(
                Actor(boss.id), party=market.customer, number=Msisdn(boss.number), role="viewer", now=NOW
            )
        actions.grant_role(Actor(boss.id), party=market.customer, number=BOSS, role="owner", now=NOW)
        actions.revoke_role(Actor(boss.id), party=market.customer, person_id=boss.id, now=NOW)
        assert queries.role_in(boss.id, market.customer.id) is None

    def test_only_owners_give_roles_and_twice_is_once(self, make_market: Any, make_membership: Any) -> None:
        market = make_market()
        manager = make_membership(market.customer, role="manager").person
        with pytest.raises(Forbidden, match="Only an owner"):
            actions.grant_role(Actor(manager.id), party=market.customer, number=BOSS, role="owner", now=NOW)
        boss = Actor(market.customer_owner.id)
        for _ in range(2):
            actions.grant_role(boss, party=market.customer, number=BOSS, role="finance", now=NOW)
        assert EventRow.objects.filter(type="party.role.granted").count() == 1


@pytest.mark.django_db
class TestAgreements:
    def test_terms_follow_the_day_and_the_app(self, make_market: Any) -> None:
        market = make_market()
        boss = Actor(market.operator_owner.id)
        developer = market.developer
        actions.sign_agreement(
            boss,
            operator=market.operator,
            partner=developer,
            terms=Percent(share_bp=1000),
            starts_on=date(2026, 1, 1),
            now=NOW,
        )
        own = actions.sign_agreement(
            boss,
            operator=market.operator,
            partner=developer,
            app_id="mail",
            terms=PerUnit.a_seat(Money(200, "CNY")),
            starts_on=date(2026, 3, 1),
            now=NOW,
        )
        actions.add_terms(
            boss,
            agreement=own.agreement,
            terms=Percent(share_bp=500),
            starts_on=date(2026, 11, 1),
            now=NOW,
        )

        def terms(app: str, day: date) -> Any:
            found = queries.terms_in_force(market.operator.id, developer.id, app, day)
            return found and found.terms

        assert terms("stock", DAY) == Percent(share_bp=1000)
        assert terms("mail", date(2026, 2, 1)) == Percent(share_bp=1000)
        assert terms("mail", DAY) == PerUnit(unit_micro=200_000_000)
        assert terms("mail", date(2026, 11, 1)) == Percent(share_bp=500)
        assert terms("mail", date(2025, 12, 31)) is None

    def test_partners_together_never_get_more_than_the_charge(self, make_market: Any) -> None:
        market = make_market(developer_bp=6000)
        boss = Actor(market.operator_owner.id)
        held = queries.agreements_of(market.integrator.id).get()
        november: dict[str, Any] = {"agreement": held, "starts_on": date(2026, 11, 1), "now": NOW}
        with pytest.raises(Invalid, match="120 %"):
            actions.add_terms(boss, **november, terms=Percent(share_bp=6000))
        actions.add_terms(boss, **november, terms=Percent(share_bp=4000))

    def test_terms_that_make_no_sense_are_refused(self, make_market: Any) -> None:
        market = make_market()
        boss = Actor(market.operator_owner.id)
        held = queries.agreements_of(market.integrator.id).get()
        november: dict[str, Any] = {"agreement": held, "starts_on": date(2026, 11, 1), "now": NOW}
        percent = Percent(share_bp=1)
        with pytest.raises(Invalid, match="share of the charge"):
            actions.add_terms(boss, **november, terms=Percent(share_bp=1, of="share"))
        with pytest.raises(Invalid, match="between 0 and 100 %"):
            actions.add_terms(boss, **november, terms=Percent(share_bp=10_001))
        with pytest.raises(Invalid, match="month that is over"):
            actions.add_terms(boss, **november | {"starts_on": date(2026, 9, 30)}, terms=percent)
        with pytest.raises(Forbidden):
            actions.add_terms(Actor(market.integrator_owner.id), **november, terms=percent)
        free = actions.add_terms(boss, **november, terms=PerUnit(unit_micro=0))
        assert (free.terms, free.currency) == (PerUnit(unit_micro=0), "CNY")

    def test_a_share_is_passed_on_by_whom_it_is_paid_to_and_never_back(self, make_market: Any) -> None:
        market, other, third = make_market(), make_market(), make_market()
        boss, half = Actor(market.integrator_owner.id), Percent(share_bp=5000, of="share")
        fresh: dict[str, Any] = {"operator": market.operator, "starts_on": DAY, "now": NOW, "terms": half}
        with pytest.raises(Forbidden):
            actions.sign_agreement(boss, **fresh, payer=other.integrator, partner=third.integrator)
        with pytest.raises(Invalid, match="signs first"):
            actions.sign_agreement(SYSTEM_ACTOR, **fresh, payer=other.integrator, partner=third.integrator)
        actions.sign_agreement(boss, **fresh, payer=market.integrator, partner=other.integrator)
        with pytest.raises(Invalid, match="never back"):
            actions.sign_agreement(SYSTEM_ACTOR, **fresh, payer=other.integrator, partner=market.integrator)
        actions.sign_agreement(SYSTEM_ACTOR, **fresh, payer=other.integrator, partner=third.integrator)
        with pytest.raises(Invalid, match="2 times at most"):
            actions.sign_agreement(SYSTEM_ACTOR, **fresh, payer=third.integrator, partner=third.developer)


@given(
    st.lists(
        st.builds(
            Share,
            partner_id=st.integers(1, 4),
            partner_kind=st.just(""),
            app_id=st.sampled_from([None, "a", "b"]),
            starts_on=st.dates(date(2026, 1, 1), date(2026, 1, 9)),
            share_bp=st.integers(0, 10_000),
        ),
        max_size=6,
        unique_by=lambda one: (one.partner_id, one.app_id, one.starts_on),
    )
)
def test_whatever_passes_pays_out_no_more_than_the_charge(shares: list[Share]) -> None:
    """Against a reckoning by hand: each partner's own terms for the app, else its general ones."""
    shares = [
        replace(one, partner_kind="integrator" if one.partner_id % 2 else "developer") for one in shares
    ]
    try:
        rules.check_sum(shares, date(2026, 1, 1))
    except Invalid:
        passes = False
    else:
        passes = True

    def owed(partner: int, app: str, day: date) -> int:
        for wanted in (app, None):
            mine = [s for s in shares if (s.partner_id, s.app_id) == (partner, wanted) and s.starts_on <= day]
            if mine:
                return max(mine, key=lambda s: s.starts_on).share_bp
        return 0

    worst = max(
        owed(integrator, app, date(2026, 1, day)) + owed(developer, app, date(2026, 1, day))
        for integrator in (1, 3)
        for developer in (2, 4)
        for app in ("a", "b", "any other")
        for day in range(1, 10)
    )
    assert passes == (worst <= 10_000)


@pytest.mark.django_db
def test_a_number_belongs_to_its_longest_range_unless_it_was_ported(
    make_market: Any, make_party: Any
) -> None:
    market = make_market()
    wide, narrow = make_party("operator"), make_party("operator")
    NumberRange.objects.create(prefix="+86139", operator=wide)
    NumberRange.objects.create(prefix="+861391", operator=narrow)
    assert queries.operator_of(Msisdn("+8613912340001")) == narrow
    assert queries.operator_of(Msisdn("+8613922340001")) == wide
    assert queries.operator_of(Msisdn("+4930123456")) is None
    boss = Actor(market.operator_owner.id)
    for _ in range(2):
        actions.port_number(boss, number=Msisdn("+8613912340001"), operator=market.operator, now=NOW)
    assert queries.operator_of(Msisdn("+8613912340001")) == market.operator
    event = EventRow.objects.get(type="party.number.ported")
    assert set(event.party_ids) == {market.operator.id, narrow.id}
    with pytest.raises(Forbidden):
        actions.port_number(boss, number=Msisdn("+8613912340002"), operator=wide, now=NOW)

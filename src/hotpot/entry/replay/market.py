"""The business around the office: who sells, brings, builds and uses the app, and at what price."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zlib import crc32
from zoneinfo import ZoneInfo

from hotpot.apps.approvals.app import app as approvals
from hotpot.entry.replay.log import Case, Log
from hotpot.entry.replay.office import Staff
from hotpot.kernel.money import Money
from hotpot.kernel.msisdn import Msisdn
from hotpot.kernel.period import local_day
from hotpot.pot.catalog.actions import list_app, make_offer
from hotpot.pot.catalog.pricing import Pricing
from hotpot.pot.events.wire import SYSTEM_ACTOR
from hotpot.pot.party import actions as party
from hotpot.pot.party.models import Party
from hotpot.pot.party.terms import Percent, PerUnit
from hotpot.pot.subscription.actions import place_order
from hotpot.pot.subscription.models import Subscription
from hotpot.sdk.host import register

ZONE = ZoneInfo("Europe/Amsterdam")
PLACE: Mapping[str, str] = {"country": "NL", "currency": "EUR", "time_zone": ZONE.key}

# The book's example, in the log's own currency: a fee of 15, of which the integrator has 5 a seat.
# The developer has a fifth, the operator what is left.
FEE = Money.of(15, "EUR")
INTEGRATOR_FIXED = Money.of(5, "EUR")
DEVELOPER_BP = 2_000

# How many people share a role; the log names roles only.
DESKS: Mapping[str, int] = {
    "SUPERVISOR": 40,
    "BUDGET OWNER": 16,
    "ADMINISTRATION": 8,
    "PRE_APPROVER": 8,
    "EMPLOYEE": 60,
    "DIRECTOR": 2,
}
DESKS_OF_OTHERS = 2


@dataclass(frozen=True, slots=True)
class Market:
    operator: Party
    integrator: Party
    developer: Party
    customer: Party
    subscription: Subscription


def staff_for(log: Log) -> dict[str, list[Staff]]:
    """Role -> the people at its desks, with numbers of their own."""
    roles = sorted({role for case in log.cases for role, _ in case.decisions})
    staff: dict[str, list[Staff]] = {}
    hired = 0
    for role in roles:
        for desk in range(1, DESKS.get(role, DESKS_OF_OTHERS) + 1):
            hired += 1
            word = role.replace("_", " ").title()
            person = Staff(f"s{hired:04d}", f"{word} {desk}", f"+316{20_000_100 + hired}", role, word)
            staff.setdefault(role, []).append(person)
    return staff


def approver_of(staff: Mapping[str, Sequence[Staff]], case: Case, role: str) -> Staff:
    """The same case meets the same person in a role each time."""
    desks = staff[role]
    return desks[crc32(f"{case.id}/{role}".encode()) % len(desks)]


def answers_by_message(step: str) -> bool:
    """Half of the decisions, chosen by the step's name, so that every run chooses the same."""
    return crc32(step.encode()) % 2 == 0


def open_market(now: datetime) -> Market:
    operator = party.register_party(
        SYSTEM_ACTOR, kind="operator", name="Polder Mobile", owner=None, now=now, **PLACE
    )
    integrator = party.register_party(
        SYSTEM_ACTOR, kind="integrator", name="Dijk Integration", owner=None, now=now, **PLACE
    )
    developer = party.register_party(
        SYSTEM_ACTOR, kind="developer", name="Hotpot", owner=None, now=now, **PLACE
    )
    party.apply_for_certification(SYSTEM_ACTOR, operator=operator, integrator=integrator, now=now)
    party.review_certification(SYSTEM_ACTOR, operator=operator, integrator=integrator, now=now)
    party.certify(SYSTEM_ACTOR, operator=operator, integrator=integrator, now=now)
    day = local_day(now, ZONE)
    party.sign_agreement(
        SYSTEM_ACTOR,
        operator=operator,
        partner=integrator,
        terms=PerUnit.a_seat(INTEGRATOR_FIXED),
        starts_on=day,
        now=now,
    )
    party.sign_agreement(
        SYSTEM_ACTOR,
        operator=operator,
        partner=developer,
        terms=Percent(share_bp=DEVELOPER_BP),
        starts_on=day,
        now=now,
    )
    customer = party.onboard_customer(
        SYSTEM_ACTOR,
        operator=operator,
        integrator=integrator,
        name="University",
        owner_number=Msisdn("+31620000100"),
        owner_name="Office manager",
        now=now,
    ).customer
    return Market(
        operator, integrator, developer, customer, _subscribe(operator, integrator, developer, customer, now)
    )


def _subscribe(
    operator: Party, integrator: Party, developer: Party, customer: Party, now: datetime
) -> Subscription:
    day = local_day(now, ZONE)
    app = register(approvals, actor=SYSTEM_ACTOR, developer_id=developer.id, now=now)
    list_app(actor=SYSTEM_ACTOR, app_id=app.id, now=now)
    offer = make_offer(
        actor=SYSTEM_ACTOR,
        operator_id=operator.id,
        app_id=app.id,
        name="Approvals",
        price=Pricing.monthly(FEE),
        starts_on=day,
        now=now,
    )
    return place_order(
        actor=SYSTEM_ACTOR,
        customer_id=customer.id,
        offer_id=offer.id,
        integrator_id=integrator.id,
        starts_on=day,
        key="replay",
        now=now,
    )


def begins_at(log: Log) -> datetime:
    """The day before the first event: a day to set everything up."""
    return min(case.events[0].at for case in log.cases) - timedelta(days=1)

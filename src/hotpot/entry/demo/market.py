"""Opens the market: parties and their people, certifications, agreements, the catalogue, the companies."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random

from hotpot.apps.approvals.app import app as approvals
from hotpot.apps.mail.app import app as mail
from hotpot.entry.demo import cast
from hotpot.entry.demo.office import CHIEF, HEAD, STAFF, Clerk, Office, connector_config
from hotpot.entry.demo.people import Registry, Somebody
from hotpot.entry.demo.prices import offer_messages, plans, set_papers
from hotpot.kernel.clock import SettableClock
from hotpot.kernel.msisdn import Msisdn
from hotpot.pot.catalog.actions import list_app, make_offer
from hotpot.pot.catalog.models import Offer
from hotpot.pot.catalog.pricing import Pricing
from hotpot.pot.connector import actions as connectors
from hotpot.pot.connector.models import Connector
from hotpot.pot.events.wire import SYSTEM_ACTOR, Actor
from hotpot.pot.identity.actions import change_profile
from hotpot.pot.identity.models import Person
from hotpot.pot.party import actions as party
from hotpot.pot.party.models import Engagement, Membership, Party
from hotpot.pot.party.wire import DirectoryDepartment, DirectoryMember
from hotpot.sdk.host import register

STAFF_ROLES = (Membership.Role.OWNER, Membership.Role.MANAGER, Membership.Role.FINANCE)


@dataclass(frozen=True, slots=True)
class Company:
    """One customer, how it is served, and its people, the chief first."""

    spec: cast.CompanySpec
    party: Party
    operator: Party
    integrator: Party | None
    clerks: tuple[Clerk, ...]
    office: Office | None

    @property
    def numbers(self) -> list[str]:
        return [clerk.phone for clerk in self.clerks]

    @property
    def staff_numbers(self) -> list[str]:
        """Of those who decide nothing: they may come and go."""
        return [clerk.phone for clerk in self.clerks if clerk.position == STAFF]


class Market:
    """Everybody by name, while the demo is made."""

    def __init__(self, random: Random, clock: SettableClock, folder: Path, first_day: date) -> None:
        self.random, self.clock, self.folder, self.first_day = random, clock, folder, first_day
        self.registry = Registry(random)
        self.parties: dict[str, Party] = {}
        self.staff: dict[tuple[str, str], Person] = {}  # party and role
        self.offers: dict[tuple[str, cast.Plan], Offer] = {}
        self.companies: list[Company] = []

    def manager_of(self, name: str) -> Actor:
        """Who does a party's daily business, at a page."""
        return self._of(name, Membership.Role.MANAGER)

    def finance_of(self, name: str) -> Actor:
        """Who handles a party's money, at a page."""
        return self._of(name, Membership.Role.FINANCE)

    def owner_of(self, name: str) -> Actor:
        return self._of(name, Membership.Role.OWNER)

    def _of(self, name: str, role: str) -> Actor:
        return Actor(self.staff[name, role].id, self.parties[name].id, "page")

    def open(self) -> None:
        for spec in cast.OPERATORS:
            self._operator(spec)
        for partner, kind in (
            *((one, "integrator") for one in cast.INTEGRATORS),
            *((one, "developer") for one in cast.DEVELOPERS),
        ):
            self._partner(partner, kind)
        self._certify()
        self._sign()
        self._fill_catalogue()
        for company in cast.COMPANIES:
            self.companies.append(self._company(company))

    # --- parties ----------------------------------------------------------------------------------

    def _operator(self, spec: cast.OperatorSpec) -> None:
        operator = party.register_party(
            SYSTEM_ACTOR, kind="operator", name=spec.name, name_zh=spec.name_zh, owner=None,
            country=spec.country, currency=spec.currency, time_zone=spec.time_zone, now=self.clock.now(),
        )  # fmt: skip
        party.assign_range(SYSTEM_ACTOR, operator=operator, prefix=spec.prefix, now=self.clock.now())
        self._staff(operator, spec)
        set_papers(self.finance_of(spec.name), operator, spec, self.first_day, self.clock.now())

    def _partner(self, spec: cast.PartnerSpec, kind: str) -> None:
        partner = party.register_party(
            SYSTEM_ACTOR, kind=kind, name=spec.name, name_zh=spec.name_zh, owner=None, now=self.clock.now()
        )
        self._staff(partner, cast.OPERATORS[0])

    def _staff(self, employer: Party, operator: cast.OperatorSpec) -> None:
        self.parties[employer.name] = employer
        people = [self._somebody(operator) for _ in STAFF_ROLES]
        self._grant(employer, people, operator)

    def _grant(self, employer: Party, people: Sequence[Somebody], operator: cast.OperatorSpec) -> None:
        now = self.clock.now()
        for role, one in zip(STAFF_ROLES, people, strict=True):
            membership = party.grant_role(
                SYSTEM_ACTOR, party=employer, number=Msisdn(one.number), name=one.name, role=role, now=now
            )
            if operator.english:
                _speaks_english(membership.person, now)
            self.staff[employer.name, role] = membership.person

    def _somebody(self, operator: cast.OperatorSpec) -> Somebody:
        return self.registry.person(operator.prefix, operator.digits, english=operator.english)

    def _certify(self) -> None:
        reasons = iter(("Two reference projects, three engineers.", "Support desk around the clock.") * 4)
        for integrator, operators in cast.CERTIFIED.items():
            for operator in operators:
                self._step(party.apply_for_certification, integrator, operator, next(reasons))
                self._step(party.review_certification, operator, operator, "Papers are complete.", integrator)
                self._step(party.certify, operator, operator, "Visited and tested.", integrator)
        operator, integrator = cast.UNDER_REVIEW
        self._step(party.apply_for_certification, integrator, operator, "Restaurants are our trade.")
        self._step(
            party.review_certification, operator, operator, "Waiting for the second reference.", integrator
        )

    def _step(self, verb: object, by: str, operator: str, reason: str, integrator: str = "") -> None:
        assert callable(verb)
        self.clock.move_to(self.clock.now() + timedelta(hours=3))
        verb(
            self.manager_of(by),
            operator=self.parties[operator],
            integrator=self.parties[integrator or by],
            reason=reason,
            now=self.clock.now(),
        )

    def _sign(self) -> None:
        for terms in cast.TERMS:
            party.sign_agreement(
                self.manager_of(terms.operator),
                operator=self.parties[terms.operator],
                partner=self.parties[terms.partner],
                terms=terms.model,
                starts_on=self.first_day,
                now=self.clock.now(),
            )

    def _fill_catalogue(self) -> None:
        now = self.clock.now()
        maker = self.manager_of(cast.HOTPOT_APPS)
        app = register(approvals, actor=maker, developer_id=self.parties[cast.HOTPOT_APPS].id, now=now)
        list_app(actor=maker, app_id=app.id, now=now)
        offer_messages(actor=maker, app_id=app.id, now=now)
        for spec in cast.OPERATORS:
            for plan, name, name_zh, price in plans(spec):
                self.offers[spec.name, plan] = make_offer(
                    actor=self.manager_of(spec.name), operator_id=self.parties[spec.name].id, app_id=app.id,
                    name=name, name_zh=name_zh, price=price, starts_on=self.first_day, now=now,
                )  # fmt: skip
        self._offer_mail(maker)

    def _offer_mail(self, maker: Actor) -> None:
        """Nobody has ordered it yet: whoever looks around may, and connect a mailbox of their own."""
        now = self.clock.now()
        app = register(mail, actor=maker, developer_id=self.parties[cast.HOTPOT_APPS].id, now=now)
        list_app(actor=maker, app_id=app.id, now=now)
        for spec in cast.OPERATORS:
            make_offer(
                actor=self.manager_of(spec.name), operator_id=self.parties[spec.name].id, app_id=app.id,
                name="Mail", name_zh="手机邮箱", price=Pricing.monthly(spec.team), starts_on=self.first_day,
                now=now,
            )  # fmt: skip

    # --- companies --------------------------------------------------------------------------------

    def _company(self, spec: cast.CompanySpec) -> Company:
        operator_spec = next(one for one in cast.OPERATORS if one.name == spec.operator)
        operator = self.parties[spec.operator]
        integrator = self.parties[spec.integrator] if spec.integrator else None
        clerks = self._clerks(spec, operator_spec)
        engagement = party.onboard_customer(
            self.manager_of(spec.integrator or spec.operator),
            operator=operator,
            integrator=integrator,
            name=spec.name,
            name_zh=spec.name_zh,
            owner_number=Msisdn(clerks[0].phone),
            owner_name=clerks[0].name,
            starts_on=self.first_day,
            now=self.clock.now(),
        )
        self.parties[spec.name] = engagement.customer
        self._grant(engagement.customer, [Somebody(c.name, c.phone) for c in clerks[:3]], operator_spec)
        office = Office(self.folder / "office" / f"{spec.office}.sqlite") if spec.office else None
        company = Company(spec, engagement.customer, operator, integrator, clerks, office)
        if office is None:
            self._directory(company)
        else:
            self._connect(company, office, engagement)
        return company

    def _clerks(self, spec: cast.CompanySpec, operator: cast.OperatorSpec) -> tuple[Clerk, ...]:
        """The chief, a head for each department, and staff by turns."""
        clerks = []
        for n in range(spec.people):
            one = self._somebody(operator)
            department = spec.departments[(n - 1) % len(spec.departments)]
            position = CHIEF if n == 0 else HEAD if n <= len(spec.departments) else STAFF
            clerks.append(Clerk(f"u{n + 1:03}", one.name, one.number, department, position))
        return tuple(clerks)

    def _directory(self, company: Company) -> None:
        ids = {name: f"d{n}" for n, name in enumerate(company.spec.departments, start=1)}
        party.sync_directory(
            SYSTEM_ACTOR,
            customer=company.party,
            departments=[DirectoryDepartment(id_, name) for name, id_ in ids.items()],
            members=[
                DirectoryMember(one.id, one.name, one.phone, ids[one.department], (one.position,))
                for one in company.clerks
            ],
            now=self.clock.now(),
        )
        self._set_languages(company)

    def _connect(self, company: Company, office: Office, engagement: Engagement) -> None:
        """The integrator connects the office; its people come in by the connector's first look."""
        from hotpot.pot.connector.runner import poll_once

        office.found(company.spec.departments, company.clerks)
        by = self.manager_of(company.spec.integrator or company.spec.operator)
        connector = connectors.create(
            by, customer=company.party, integrator=engagement.integrator, name="OA", address=office.address,
            config=tomllib.loads(connector_config(company.party.time_zone)), now=self.clock.now(),
        )  # fmt: skip
        connectors.start(by, connector=connector, now=self.clock.now())
        poll_once(connector.id, self.clock.now())
        self._set_languages(company)

    def _set_languages(self, company: Company) -> None:
        if company.party.country == "CN":
            return
        for person in Person.objects.filter(number__in=company.numbers):
            _speaks_english(person, self.clock.now())


def _speaks_english(person: Person, now: datetime) -> None:
    change_profile(Actor(person.id, None, "page"), person=person, name=person.name, language="en", now=now)


def connectors_of(companies: Sequence[Company]) -> Mapping[str, Connector]:
    """Company -> the connector of its office."""
    found = Connector.objects.filter(customer__in=[one.party for one in companies])
    return {one.customer.name: one for one in found.select_related("customer")}

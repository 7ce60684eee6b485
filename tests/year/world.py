"""The market of a year, made from a seed through the verbs of the rooms: who trades, at which prices and
terms, in which zones and currencies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from random import Random

from hotpot.kernel.clock import SettableClock
from hotpot.kernel.money import Money
from hotpot.kernel.msisdn import Msisdn
from hotpot.pot.billing.tax_rates import set_tax_rate
from hotpot.pot.catalog import actions as catalog
from hotpot.pot.catalog.models import App, Offer
from hotpot.pot.catalog.pricing import Pricing
from hotpot.pot.events.wire import SYSTEM_ACTOR
from hotpot.pot.metering import actions as metering
from hotpot.pot.party import actions as party
from hotpot.pot.party.invoicing import Details, write_invoice_details
from hotpot.pot.party.models import Party
from hotpot.pot.party.terms import MICRO, Costs, Intro, Model, Percent, PerUnit, Step, Tiers
from hotpot.pot.payment.dunning import set_policy
from hotpot.pot.payment.owed import Sides
from hotpot.pot.settlement.payouts import write_account
from tests.year.prices import KINDS_IN_TURN, Asked, pricing

IBAN = "DE89 3704 0044 0532 0130 00"
# From the last place on earth where a day begins to the first, two of them with daylight saving time.
ZONES = (
    "Pacific/Honolulu", "Pacific/Kiritimati", "Europe/Amsterdam", "America/New_York", "Asia/Shanghai",
    "Asia/Kathmandu", "Australia/Lord_Howe",
)  # fmt: skip
DUNNING = (
    {"after_days": -3, "act": "remind"},
    {"after_days": 5, "act": "remind"},
    {"after_days": 12, "act": "suspend"},
)
APPS = ("mail", "stock", "fleet")
# code, event type, aggregation, field
METERS = (
    ("messages", "message.sent", "count", ""),
    ("minutes", "call.ended", "sum", "minutes"),
    ("sales", "sale.made", "sum", "amount"),
    ("peak", "line.seen", "max", "peak"),
    ("level", "line.seen", "last", "level"),
    ("people", "line.seen", "unique", "who"),
)


@dataclass(frozen=True, slots=True)
class Country:
    """`unit` is about what a seat costs a month, in minor units. `taxes`: class -> basis points."""

    name: str
    code: str
    currency: str
    zone: str
    unit: int
    taxes: dict[str, int]
    inclusive: bool


COUNTRIES = (
    Country("Yuzhou", "CN", "CNY", "Asia/Shanghai", 1500, {"standard": 600, "reduced": 300}, inclusive=False),
    Country("Gulf", "KW", "KWD", "Asia/Kuwait", 1250, {"standard": 500}, inclusive=True),
    Country("Setouchi", "JP", "JPY", "Asia/Tokyo", 290, {"standard": 1000, "reduced": 800}, inclusive=True),
)


@dataclass(slots=True)
class Customer:
    party: Party
    operator: Party
    integrator: Party | None
    numbers: list[str]

    @property
    def sides(self) -> Sides:
        return Sides(self.operator.id, self.party.id, self.operator.currency)


@dataclass(slots=True)
class World:
    """`size` is how many customers an operator has at the beginning; `countries` how many operators."""

    random: Random
    clock: SettableClock
    countries: int
    size: int
    operators: list[Party] = field(default_factory=list)
    integrators: list[Party] = field(default_factory=list)
    developers: list[Party] = field(default_factory=list)
    apps: list[App] = field(default_factory=list)
    offers: list[Offer] = field(default_factory=list)
    customers: list[Customer] = field(default_factory=list)

    @property
    def now(self) -> datetime:
        return self.clock.now()

    @property
    def today(self) -> date:
        return self.now.date()

    def unit(self, operator: Party) -> int:
        return next(one.unit for one in COUNTRIES if one.currency == operator.currency)

    def open(self) -> None:
        for country in COUNTRIES[: self.countries]:
            self._open_operator(country)
        self.integrators = [self._partner("integrator", f"Integrator {n}") for n in range(3)]
        self.developers = [self._partner("developer", f"Developer {n}") for n in range(2)]
        self.apps = [self._app(word, self.developers[n % 2]) for n, word in enumerate(APPS)]
        for operator in self.operators:
            self._certify(operator)
            self._sign(operator)
            self._offer_all(operator)
            for _one in range(self.size):
                self.add_customer(operator)

    # --- parties ----------------------------------------------------------------------------------

    def _open_operator(self, country: Country) -> None:
        operator = party.register_party(
            SYSTEM_ACTOR, kind="operator", name=country.name, owner=None, country=country.code,
            currency=country.currency, time_zone=country.zone, now=self.now,
        )  # fmt: skip
        details = Details(legal_name=country.name, bank_account=IBAN, bank_bic="COBADEFFXXX")
        write_invoice_details(actor=SYSTEM_ACTOR, party=operator, details=details, now=self.now)
        for tax_class, rate_bp in country.taxes.items():
            set_tax_rate(
                actor=SYSTEM_ACTOR, operator=operator, place=country.code, tax_class=tax_class,
                starts_on=self.today, rate_bp=rate_bp, inclusive=country.inclusive, now=self.now,
            )  # fmt: skip
        set_policy(actor=SYSTEM_ACTOR, operator=operator, days_to_pay=10, steps=DUNNING, now=self.now)
        self.operators.append(operator)

    def _partner(self, kind: str, name: str) -> Party:
        partner = party.register_party(SYSTEM_ACTOR, kind=kind, name=name, owner=None, now=self.now)
        write_account(SYSTEM_ACTOR, party=partner, holder=name, number=IBAN, now=self.now)
        return partner

    def _certify(self, operator: Party) -> None:
        for integrator in self.integrators:
            party.apply_for_certification(
                SYSTEM_ACTOR, operator=operator, integrator=integrator, reason="Here we are.", now=self.now
            )
            party.certify(SYSTEM_ACTOR, operator=operator, integrator=integrator, now=self.now)

    def add_customer(self, operator: Party) -> Customer:
        """In some zone of the earth; some of them write where they are taxed, or that they aren't."""
        serial = len(self.customers)
        integrator = self.random.choice([None, *self.integrators[:2]])
        engagement = party.onboard_customer(
            SYSTEM_ACTOR, operator=operator, integrator=integrator, name=f"Company {serial}",
            owner_number=Msisdn(f"+8619700{serial:06d}"), owner_name=f"Owner {serial}", now=self.now,
        )  # fmt: skip
        # By no verb: a company is where its operator is, until somebody at the pot says otherwise.
        Party.objects.filter(id=engagement.customer_id).update(time_zone=ZONES[serial % len(ZONES)])
        customer = Customer(
            party=Party.objects.get(id=engagement.customer_id),
            operator=operator,
            integrator=integrator,
            numbers=[f"+86198{serial:04d}{n:04d}" for n in range(12)],
        )
        if serial % 3 == 2:
            status = self.random.choice(["exempt", "reverse_charge"])
            details = Details(legal_name=customer.party.name, tax_number="T1", tax_status=status)
            write_invoice_details(actor=SYSTEM_ACTOR, party=customer.party, details=details, now=self.now)
        self.customers.append(customer)
        return customer

    # --- what is sold -----------------------------------------------------------------------------

    def _app(self, word: str, developer: Party) -> App:
        manifest = {"id": word, "name": word.title(), "functions": [{"id": "use", "name": "Use"}]}
        app = catalog.register_app(
            actor=SYSTEM_ACTOR, developer_id=developer.id, manifest=manifest, now=self.now
        )
        metering.add_source(actor=SYSTEM_ACTOR, app_id=app.id, uri=source_of(app), now=self.now)
        for code, type_, aggregation, name in METERS:
            metering.make_meter(
                actor=SYSTEM_ACTOR, app_id=app.id, code=code, event_type=type_, aggregation=aggregation,
                field=name, unit="unit", now=self.now,
            )  # fmt: skip
        return catalog.list_app(actor=SYSTEM_ACTOR, app_id=app.id, now=self.now)

    def _offer_all(self, operator: Party) -> None:
        for app in self.apps:
            for level in ("Basic", "Plus"):
                self.offers.append(self._offer(operator, app, level))

    def _offer(self, operator: Party, app: App, level: str) -> Offer:
        kind = KINDS_IN_TURN[len(self.offers) % len(KINDS_IN_TURN)]
        return catalog.make_offer(
            actor=SYSTEM_ACTOR, operator_id=operator.id, app_id=app.id, name=f"{app.name} {level}",
            price=self.price(operator, app, kind), starts_on=date(2027, 1, 1), now=self.now,
        )  # fmt: skip

    def price(self, operator: Party, app: App, kind: str) -> Pricing:
        others = tuple(one.id for one in self.apps if one.id != app.id)
        return pricing(self.random, Asked(operator.currency, self.unit(operator), others), kind)

    # --- who is paid ------------------------------------------------------------------------------

    def _sign(self, operator: Party) -> None:
        """Two integrators and two developers by the operator; the third integrator by the first one."""
        direct = [*self.integrators[:2], *self.developers]
        for number, partner in enumerate(direct):
            self._sign_one(operator, operator, partner, self.terms(operator, number + operator.id))
        passed_on = self.random.choice(
            [Percent(share_bp=4_000, of="share"), Percent(share_bp=700, withholding_bp=500)]
        )
        self._sign_one(operator, self.integrators[0], self.integrators[2], passed_on)

    def _sign_one(self, operator: Party, payer: Party, partner: Party, terms: Model) -> None:
        party.sign_agreement(
            SYSTEM_ACTOR, operator=operator, payer=payer, partner=partner, terms=terms,
            starts_on=date(2027, 1, 1), now=self.now,
        )  # fmt: skip

    def terms(self, operator: Party, turn: int) -> Model:
        """Each model and each of its options, in turn; the highest sum of two partners stays below all."""
        models = models_of(self.random, Money(self.unit(operator), operator.currency))
        return models[turn % len(models)]


def models_of(random: Random, unit: Money) -> Sequence[Model]:
    return (
        PerUnit.a_seat(Money(unit.minor // 3, unit.currency)),
        PerUnit(
            unit_micro=unit.minor * MICRO // 4, intro=Intro(months=2, unit_micro=unit.minor * MICRO // 10),
            rest="partner", bad_debts="shared",
        ),
        Percent(
            share_bp=random.randint(500, 3_000), costs=Costs(bp=500, unit_micro=unit.minor * MICRO // 200),
            guarantee_minor=unit.minor * 20, withholding_bp=1_000,
        ),
        Percent(share_bp=random.randint(500, 3_000), gross=True, cap_minor=unit.minor * 15),
        Percent(
            share_bp=7_000, kept=True, intro=Intro(months=3, share_bp=8_000, of="agreement"),
            bad_debts="shared", rest="nearest",
        ),
        Tiers(
            steps=(
                Step(share_bp=1_000, up_to_minor=unit.minor * 10),
                Step(share_bp=2_000, up_to_minor=unit.minor * 60),
                Step(share_bp=3_000),
            ),
            months=3, withholding_bp=700,
        ),
        PerUnit(unit_micro=unit.minor * MICRO // 3, kept=True, kinds=("fee",), gross=True),
    )  # fmt: skip


def source_of(app: App) -> str:
    return f"https://{app.id}.example/usage"

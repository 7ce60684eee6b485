"""A month of business, day by day, by the verbs that pages call and the paths that messages take."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from random import Random

from django.db import transaction

from hotpot.apps.approvals.app import app as approvals
from hotpot.entry.demo import cast
from hotpot.entry.demo.market import Company, Market, connectors_of
from hotpot.entry.demo.usage import messages, send
from hotpot.entry.dishes import dispatch_once
from hotpot.kernel.clock import SettableClock
from hotpot.kernel.errors import Refused
from hotpot.kernel.msisdn import Msisdn
from hotpot.kernel.period import Month
from hotpot.pot.connector.models import Connector, Task
from hotpot.pot.connector.queries import assignees
from hotpot.pot.connector.runner import poll_once
from hotpot.pot.events.wire import Actor
from hotpot.pot.messaging.engine import run_once
from hotpot.pot.messaging.models import Ask
from hotpot.pot.messaging.simulated.phones import answer_all
from hotpot.pot.party import actions as party
from hotpot.pot.party.models import Membership
from hotpot.pot.subscription import actions
from hotpot.pot.subscription.models import Subscription
from hotpot.sdk.local import LocalPot
from hotpot.sdk.platform import NewDecision, Verdict

# The day's two moments: morning in China, then morning in California.
MORNINGS = {"CN": time(2, 0, tzinfo=UTC), "US": time(17, 0, tzinfo=UTC)}
ANSWERS: dict[str, dict[Verdict, tuple[str, ...]]] = {
    "CN": {"approved": ("1", "1 同意", "同意", "1"), "rejected": ("2 缺发票", "2", "拒绝 金额不符")},
    "US": {"approved": ("1", "1 fine", "yes", "1"), "rejected": ("2 no receipt", "2 too dear", "no")},
}
COMMENTS: dict[str, dict[Verdict, tuple[str, ...]]] = {
    "CN": {"approved": ("", "", "已核对"), "rejected": ("请补发票", "超出预算")},
    "US": {"approved": ("", "", "Checked."), "rejected": ("Receipt is missing.", "Over budget.")},
}
HAND_OVER = {"CN": "我在出差，请代为处理", "US": "I am travelling, please take this one."}
TRANSFER_ON, PRICE_ON = 14, 20


class Play:
    """Moves the clock through the month and has everybody do what they do that day."""

    def __init__(self, market: Market, month: Month, database_url: str) -> None:
        self.market, self.month, self.database_url = market, month, database_url
        self.random: Random = market.random
        self.clock: SettableClock = market.clock
        self.subscriptions: dict[str, Subscription] = {}
        self.connectors: dict[str, Connector] = {}

    def run(self, progress: Callable[[int, int], None]) -> None:
        self.connectors = dict(connectors_of(self.market.companies))
        for day in (date(self.month.year, self.month.month, n) for n in range(1, self.month.days + 1)):
            for country, morning in MORNINGS.items():
                self.clock.move_to(datetime.combine(day, morning))
                ours = [one for one in self.market.companies if one.party.country == country]
                for company in ours:
                    self._business(company, day)
                self._offices([one for one in ours if one.office is not None], day)
            progress(day.day, self.month.days)
        self._report_messages()

    # --- orders and seats -------------------------------------------------------------------------

    def _business(self, company: Company, day: date) -> None:
        if day.day == company.spec.orders_on:
            self._order(company, day)
        elif company.spec.name in self.subscriptions:
            self._seats(company, day)
            self._events(company, day)

    def _by(self, company: Company) -> Actor:
        return self.market.manager_of(company.spec.name)

    def _order(self, company: Company, day: date) -> None:
        """By the integrator where there is one. The larger part of the people get seats at once."""
        subscription = actions.place_order(
            actor=self.market.manager_of(company.spec.integrator or company.spec.name),
            customer_id=company.party.id,
            offer_id=self.market.offers[company.spec.operator, company.spec.plan].id,
            integrator_id=None if company.integrator is None else company.integrator.id,
            starts_on=day,
            key=f"demo/{company.spec.name}",
            now=self.clock.now(),
        )
        self.subscriptions[company.spec.name] = subscription
        staff = company.staff_numbers
        deciders = [number for number in company.numbers if number not in staff]
        self._assign(company, deciders + staff[: len(staff) * 3 // 4], day)

    def _assign(self, company: Company, numbers: Sequence[str], day: date) -> None:
        if numbers:
            actions.assign_seats(
                actor=self._by(company),
                subscription_id=self.subscriptions[company.spec.name].id,
                numbers=numbers,
                starts_on=day,
                now=self.clock.now(),
            )

    def _seats(self, company: Company, day: date) -> None:
        """Now and then somebody gets a seat or gives it back."""
        if day.weekday() >= 5 or self.random.random() > 0.22:
            return
        staff = company.staff_numbers
        if self.random.random() < 0.65:
            self._assign(company, self.random.sample(staff, min(2, len(staff))), day)
            return
        actions.end_seats(
            actor=self._by(company),
            subscription_id=self.subscriptions[company.spec.name].id,
            numbers=self.random.sample(staff, 1),
            ends_on=day + timedelta(days=1),
            now=self.clock.now(),
        )

    def _events(self, company: Company, day: date) -> None:
        """What happens once: a suspension, another offer, a number that changes its operator."""
        subscription, now = self.subscriptions[company.spec.name], self.clock.now()
        if (company.spec.name, day.day) == (cast.TEA, 12):
            actions.suspend(
                actor=self._by(company), subscription_id=subscription.id, starts_on=day,
                ends_on=day + timedelta(days=6), reason="春茶歇业盘点", now=now,
            )  # fmt: skip
        elif (company.spec.name, day.day) == (cast.MACHINERY, 16):
            self.subscriptions[company.spec.name] = actions.change_offer(
                actor=self._by(company), subscription_id=subscription.id,
                offer_id=self.market.offers[cast.CHUANYU, "team"].id, starts_on=day, key="demo/change",
                now=now,
            )  # fmt: skip
        elif (company.spec.name, day.day) == (cast.MACHINERY, 18):
            party.port_number(
                self.market.manager_of(cast.LUJIANG),
                number=Msisdn(company.staff_numbers[0]),
                operator=self.market.parties[cast.LUJIANG],
                now=now,
            )

    def _report_messages(self) -> None:
        """The app tells the intake whom it wrote to: those who pay by message are charged for it."""
        told = [
            event
            for company in self.market.companies
            if company.spec.plan == "messages"
            for event in messages(self.random, company.staff_numbers, self.month, company.spec.orders_on)
        ]
        send(self.database_url, self.clock, self.market.offers[cast.CHUANYU, "messages"].app, told)

    # --- the offices ------------------------------------------------------------------------------

    def _offices(self, companies: Sequence[Company], day: date) -> None:
        """Papers come in, people are asked, most of them answer, the office goes on."""
        if not companies or day.weekday() >= 5 or day.day == 1:
            return
        for company in companies:
            assert company.office is not None
            company.office.submit(
                self.random, self.random.randint(3, 6), self.clock.now(), company.party.time_zone
            )
        self.ask(companies)
        self.clock.move_to(self.clock.now() + timedelta(minutes=50))
        for company in companies:
            self._decide(company, last=day >= self.month.last_day - timedelta(days=2), day=day)
        run_once(self.database_url, self.clock)
        self._deliver()
        for company in companies:
            self._poll(company, read=False)
            assert company.office is not None
            company.office.go_on()

    def ask(self, companies: Sequence[Company]) -> None:
        for company in companies:
            self._poll(company)
        self._deliver()

    def _poll(self, company: Company, *, read: bool = True) -> None:
        result = poll_once(self.connectors[company.spec.name].id, self.clock.now(), read=read)
        if result.problem or result.unreadable:
            raise Refused(f"The demo's office {company.spec.name} could not be read: {result}")

    def _deliver(self) -> None:
        """Apps hear what happened, and what they have to say reaches the phones."""
        dispatch_once(self.clock)
        run_once(self.database_url, self.clock)

    def _decide(self, company: Company, *, last: bool, day: date) -> None:
        """Half by message, half on the page; some let it lie until tomorrow."""
        connector = self.connectors[company.spec.name]
        waiting = list(Task.objects.filter(connector=connector, state=Task.State.OPEN).order_by("id"))
        who = assignees([task.id for task in waiting])
        if day.day == TRANSFER_ON and waiting:
            self._hand_over(company, waiting.pop(), who)
        questions = _questions([task.id for task in waiting])
        answers: list[tuple[str, str, str]] = []
        decisions: list[NewDecision] = []
        for task in waiting:
            person_id = min(who[task.id])
            verdict: Verdict = "rejected" if self.random.random() < 0.14 else "approved"
            way = self.random.random()
            if way < 0.18 and not last:
                continue
            if way < 0.6 and (ask := questions.get(task.id)) is not None:
                text = self.random.choice(ANSWERS[company.party.country][verdict])
                answers.append((ask.number, ask.access_number, text))
            else:
                comment = self.random.choice(COMMENTS[company.party.country][verdict])
                decisions.append(NewDecision(task.id, person_id, verdict, comment, "page"))
        answer_all(answers, now=self.clock.now())
        with transaction.atomic():
            LocalPot(approvals.manifest, self.clock.now()).tasks.decide(decisions)

    def _hand_over(self, company: Company, task: Task, who: object) -> None:
        """An approver who is away passes a paper on to the company's owner, or the owner to the manager."""
        assert isinstance(who, dict)
        person_id = min(who[task.id])
        roles = (Membership.Role.OWNER, Membership.Role.MANAGER)
        others = Membership.objects.filter(party=company.party, role__in=roles).exclude(person_id=person_id)
        with transaction.atomic():
            LocalPot(approvals.manifest, self.clock.now()).tasks.transfer(
                task.id,
                person_id=person_id,
                to_person_id=others.order_by("id")[0].person_id,
                comment=HAND_OVER[company.party.country],
            )


def _questions(task_ids: Sequence[int]) -> dict[int, Ask]:
    """Task -> the message that asks about it and waits for an answer."""
    references = {f"task/{task_id}": task_id for task_id in task_ids}
    asks = Ask.objects.filter(app_id=approvals.id, reference__in=references, closed_at=None).order_by("id")
    return {references[ask.reference]: ask for ask in asks}

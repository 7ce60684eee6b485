"""Close a month: book what should be charged, billed, shared and stated, less what is booked already.

One transaction an operator: a close that ends half-way has booked nothing, and one that is repeated books
nothing more.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.db import connection, transaction
from django.db.models import QuerySet, Sum
from django.utils.translation import gettext as _

from hotpot.kernel.errors import Conflict, Refused
from hotpot.kernel.money import Money
from hotpot.kernel.period import Month
from hotpot.pot.billing.models import Bill
from hotpot.pot.catalog.models import App
from hotpot.pot.close.models import CloseRun, Outcome
from hotpot.pot.close.rules import DONE_BP, Amount, CloseFigures, EngineName, Step
from hotpot.pot.events.wire import SYSTEM_ACTOR, Actor
from hotpot.pot.party.models import Party
from hotpot.pot.settlement.models import Statement

if TYPE_CHECKING:
    from hotpot.pot.close.reckoned import Reckoned

Progress = Callable[[str, Step, int], None]  # the operator's slug, what begins, how far in basis points


@dataclass(frozen=True, slots=True)
class Order:
    """What is asked for: a month, of all customers or of one, on which engine; dry or for good."""

    month: Month
    now: datetime
    actor: Actor = SYSTEM_ACTOR
    customer_id: int | None = None
    engine: EngineName = EngineName.DUCKDB
    dry_run: bool = False


def close_month(
    month: Month,
    *,
    operator_ids: Sequence[int] | None = None,
    customer_id: int | None = None,
    engine: EngineName = EngineName.DUCKDB,
    dry_run: bool = False,
    actor: Actor = SYSTEM_ACTOR,
    now: datetime,
    progress: Progress | None = None,
) -> list[CloseFigures]:
    """Closes the month of these operators, or of all, one after the other; of one customer if it is named.

    What is refused is told in the figures of that operator (`state`, `problem`); the others go on.
    A dry run reckons the same and leaves no row. Runs as the owner of the tables, except a dry run.
    """
    operators = Party.objects.filter(kind=Party.Kind.OPERATOR).order_by("id")
    if operator_ids is not None:
        operators = operators.filter(id__in=operator_ids)
    order = Order(month, now, actor, customer_id, engine, dry_run)
    return [_close(operator, order, progress) for operator in operators]


def _close(operator: Party, order: Order, progress: Progress | None) -> CloseFigures:
    with nullcontext(True) if order.dry_run else _alone(operator.id) as alone:
        if not alone:
            problem = _("Another close of %(operator)s is running. Wait until it is done.")
            return _refused(operator, order, problem % {"operator": operator.name})
        run = None if order.dry_run else _start(operator, order)
        return _carry_out(operator, order, run, _teller(operator, run, progress))


def try_month(month: Month, *, operator_id: int, actor: Actor, now: datetime) -> CloseFigures:
    """A dry run that is kept for its readers: its progress and sums in CloseRun, each paper in Outcome."""
    operator = Party.objects.get(id=operator_id)
    order = Order(month, now, actor, dry_run=True)
    run = _start(operator, order)
    figures = _carry_out(operator, order, run, _teller(operator, run, None))
    _keep_outcomes(run, figures)
    return figures


def _carry_out(operator: Party, order: Order, run: CloseRun | None, tell: _Tell) -> CloseFigures:
    try:
        figures = _reckon_and_book(operator, order, run, tell)
    except Refused as refusal:
        figures = _refused(operator, order, refusal.sentence)
    except Exception as error:
        _end(run, CloseRun.State.FAILED, order.now, problem=f"{type(error).__name__}: {error}")
        raise
    _end(run, CloseRun.State(figures.state), order.now, figures)
    return figures


def _keep_outcomes(run: CloseRun, figures: CloseFigures) -> None:
    """Beside each new paper, what the party's papers of the month come to already."""
    month = {"operator_id": run.operator_id, "period": run.period}
    papers = (
        (Outcome.Paper.BILL, figures.bills, _totals(Bill.objects.filter(**month), "customer_id")),
        (
            Outcome.Paper.STATEMENT,
            figures.statements,
            _totals(Statement.objects.filter(**month), "partner_id"),
        ),
    )
    Outcome.objects.bulk_create(
        [
            Outcome(
                run=run, paper=paper, party_id=one.party_id, currency=one.currency, minor=one.minor,
                booked_minor=booked.get((one.party_id, one.currency), 0),
            )
            for paper, amounts, booked in papers
            for one in amounts
        ],
        batch_size=5_000,
    )  # fmt: skip


def _totals(papers: QuerySet[Any], side: str) -> dict[tuple[int, str], int]:
    rows = papers.values_list(side, "currency").annotate(sum=Sum("total_minor")).order_by()
    return {(party, currency): minor for party, currency, minor in rows}


def _reckon_and_book(operator: Party, order: Order, run: CloseRun | None, tell: _Tell) -> CloseFigures:
    # Ibis and DuckDB are imported by the first close, not by every process.
    from hotpot.pot.close import booking, inputs, reckoned, tables
    from hotpot.pot.close.engines import open_engine
    from hotpot.pot.close.scope import find_scope

    began = time.perf_counter()
    if not order.dry_run:
        _require_ended(operator, order)
    tell(Step.READING)
    with open_engine(order.engine) as engine:
        with _one_snapshot():
            scope = find_scope(operator.id, order.customer_id, order.month)
            inputs.read(engine, scope, now=order.now)
        reserve = reckoned.reserve_nothing() if order.dry_run else tables.reserve
        plan = reckoned.reckon(engine, scope, reserve=reserve, tell=tell)
        if run is not None and not order.dry_run:
            tell(Step.BOOKING)
            with transaction.atomic():
                booking.book(plan, operator=operator, month=order.month, actor=order.actor, now=order.now)
                CloseRun.objects.filter(id=run.id).update(state=CloseRun.State.DONE, received=scope.received)
        tell(Step.DONE)
        return _figures(plan, operator, order, time.perf_counter() - began)


_Tell = Callable[[Step], None]


def _teller(operator: Party, run: CloseRun | None, progress: Progress | None) -> _Tell:
    """Steps are told between transactions, so that the console sees them while the close runs."""

    def tell(step: Step) -> None:
        if run is not None and step is not Step.DONE:
            CloseRun.objects.filter(id=run.id).update(step=step, done_bp=DONE_BP[step])
        if progress is not None:
            progress(operator.slug, step, DONE_BP[step])

    return tell


@contextmanager
def _alone(operator_id: int) -> Iterator[bool]:
    """One close of an operator at a time. The lock ends with the connection: a killed close leaves none."""
    name = f"hotpot.close:{operator_id}"
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", [name])
        got = bool(cursor.fetchone()[0])
    try:
        yield got
    finally:
        if got and not connection.needs_rollback:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", [name])


@contextmanager
def _one_snapshot() -> Iterator[None]:
    """All that is read is of one moment. Inside a caller's transaction that is the caller's to choose."""
    outermost = not connection.in_atomic_block
    with transaction.atomic():
        with connection.cursor() as cursor:
            if outermost:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            cursor.execute("SET LOCAL work_mem = '256MB'")
        yield


def _start(operator: Party, order: Order) -> CloseRun:
    """A run that was killed is still called running; we hold the lock, so it isn't.

    A dry run takes the place of the month's older ones.
    """
    runs = CloseRun.objects.filter(operator=operator, dry_run=order.dry_run)
    with transaction.atomic():
        if order.dry_run:
            runs.filter(period=order.month.first_day).delete()
        else:
            runs.filter(state=CloseRun.State.RUNNING).update(
                state=CloseRun.State.FAILED,
                finished_at=order.now,
                problem="The process ended before the close did. Nothing was booked; close again.",
            )
        return CloseRun.objects.create(
            operator=operator,
            customer_id=order.customer_id,
            period=order.month.first_day,
            dry_run=order.dry_run,
            engine=order.engine,
            step=Step.READING,
            started_by_id=order.actor.person_id,
            started_at=order.now,
        )


def _end(
    run: CloseRun | None,
    state: CloseRun.State,
    now: datetime,
    figures: CloseFigures | None = None,
    problem: str = "",
) -> None:
    if run is None or connection.needs_rollback:
        return
    done = state == CloseRun.State.DONE
    CloseRun.objects.filter(id=run.id).update(
        state=state,
        finished_at=now,
        problem=figures.problem if figures else problem,
        figures=_kept(figures) if figures else {},
        **({"step": Step.DONE, "done_bp": DONE_BP[Step.DONE]} if done else {}),
    )


def _kept(figures: CloseFigures) -> dict[str, object]:
    """Sums and warnings; bills and statements have rows of their own."""
    return {
        "sums": [asdict(sums) for sums in figures.sums],
        "warnings": list(figures.warnings),
        "seconds": round(figures.seconds, 3),
    }


def _require_ended(operator: Party, order: Order) -> None:
    """A month ends when it has ended where each customer is."""
    customers = Party.objects.filter(
        subscriptions__operator=operator, subscriptions__starts_on__lte=order.month.last_day
    )
    if order.customer_id is not None:
        customers = customers.filter(id=order.customer_id)
    for party in [operator, *customers.order_by("time_zone", "id").distinct("time_zone")]:
        ends_at = order.month.ends_at(ZoneInfo(party.time_zone))
        if ends_at > order.now:
            sentence = _(
                "%(month)s has not ended for %(party)s: it ends at %(when)s UTC. "
                "Close it then, or use a dry run to look ahead."
            )
            when = f"{ends_at:%Y-%m-%d %H:%M}"
            raise Conflict(sentence % {"month": order.month, "party": party, "when": when}, code="not_ended")


def _refused(operator: Party, order: Order, problem: str) -> CloseFigures:
    state = CloseRun.State.REFUSED.value
    return CloseFigures(operator.id, operator.slug, str(order.month), order.dry_run, state, problem)


def _figures(plan: Reckoned, operator: Party, order: Order, seconds: float) -> CloseFigures:
    from hotpot.pot.close.reckoned import sums

    bills = plan.bills.to_pylist()
    statements = plan.statements.to_pylist()
    unpaid = plan.engine.table("without_terms").to_pylist()
    names = dict(
        Party.objects.filter(
            id__in={row["customer"] for row in bills}
            | {row["partner"] for row in statements}
            | {row["partner"] for row in unpaid}
        ).values_list("id", "name")
    )
    return CloseFigures(
        operator.id,
        operator.slug,
        str(order.month),
        order.dry_run,
        CloseRun.State.DONE.value,
        sums=sums(plan),
        bills=tuple(_amount(row, row["customer"], names) for row in bills),
        statements=tuple(_amount(row, row["partner"], names) for row in statements),
        warnings=_warnings(unpaid, names, operator),
        seconds=seconds,
    )


def _amount(row: dict[str, object], party_id: int, names: dict[int, str]) -> Amount:
    return Amount(party_id, names.get(party_id, ""), int(str(row["total_minor"])), str(row["currency"]))


def _warnings(unpaid: list[dict[str, Any]], names: dict[int, str], operator: Party) -> tuple[str, ...]:
    apps = dict(App.objects.filter(id__in={row["app"] for row in unpaid}).values_list("id", "name"))
    sentence = _(
        "No agreement of %(operator)s with %(partner)s for %(app)s is in force on %(day)s: "
        "%(partner)s gets no share of %(charged)s."
    )
    return tuple(
        sentence
        % {
            "operator": operator.name,
            "partner": names.get(row["partner"], ""),
            "app": apps.get(row["app"], row["app"]),
            "day": date(1970, 1, 1) + timedelta(days=row["period"]),
            "charged": Money(row["charged_minor"], row["currency"]),
        }
        for row in unpaid
    )

from __future__ import annotations

import contextlib
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from hotpot.entry.commands import platform

if TYPE_CHECKING:
    from hotpot.pot.close.actions import Progress
    from hotpot.pot.close.rules import CloseFigures

# Column of the sums -> how the table calls it.
COUNTS = {"seats": "Seats", "charges": "Charges", "bills": "Bills", "statements": "Statements"}
AMOUNTS = {"charged_minor": "Charged", "operator_minor": "Operator", "partners_minor": "Partners"}


@click.command()
@click.argument("month")
@click.option("--dry-run", is_flag=True, help="Show what would be booked; book nothing.")
@click.option("--operator", "slug", help="Close this operator only (its slug).")
@click.option("--customer", "customer_id", type=int, help="Close this customer's month only (its id).")
@click.option("--engine", type=click.Choice(["duckdb", "spark"]), default="duckdb", help="Where plans run.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def close(
    month: str, dry_run: bool, slug: str | None, customer_id: int | None, engine: str, as_json: bool
) -> None:
    """Close MONTH (like 2026-10): charges, bills, shares, postings and statements.

    Closing again books only what is missing. Exits with 2 where a close was refused.
    """
    from hotpot.kernel.period import Month

    wanted = Month.parse(month)
    with platform():
        found = _close(wanted, dry_run, slug, customer_id, engine, quiet=as_json)
        _print_json(found) if as_json else _print_tables(found)
    sys.exit(2 if any(figures.problem for figures in found) else 0)


def _close(
    month: Any, dry_run: bool, slug: str | None, customer_id: int | None, engine: str, *, quiet: bool
) -> list[CloseFigures]:
    from django.conf import settings

    from hotpot.pot.close.actions import close_month
    from hotpot.pot.close.rules import EngineName
    from hotpot.pot.events.wire import Actor

    with _progress(quiet=quiet) as progress:
        return close_month(
            month,
            operator_ids=None if slug is None else [_operator(slug)],
            customer_id=customer_id,
            engine=EngineName(engine),
            dry_run=dry_run,
            actor=Actor(way="cli"),
            now=settings.HOTPOT_CLOCK.now(),
            progress=progress,
        )


def _operator(slug: str) -> int:
    from hotpot.kernel.errors import NotFound
    from hotpot.pot.party.models import Party

    operators = dict(Party.objects.filter(kind=Party.Kind.OPERATOR).values_list("slug", "id"))
    if slug not in operators:
        known = ", ".join(sorted(operators)) or "none"
        raise NotFound(f"There is no operator “{slug}”. There are: {known}.")
    return operators[slug]


@contextlib.contextmanager
def _progress(*, quiet: bool) -> Iterator[Progress | None]:
    """A bar an operator, on a terminal only."""
    if quiet or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import Progress as Bar

    with Bar(console=Console(stderr=True)) as bar:
        tasks: dict[str, Any] = {}

        def show(operator: str, step: str, done_bp: int) -> None:
            if operator not in tasks:
                tasks[operator] = bar.add_task(operator, total=10_000)
            bar.update(tasks[operator], completed=done_bp, description=f"{operator}: {step}")

        yield show


def _print_json(found: Sequence[CloseFigures]) -> None:
    click.echo(json.dumps([asdict(figures) for figures in found], ensure_ascii=False))


def _print_tables(found: Sequence[CloseFigures]) -> None:
    from rich.console import Console

    # A pipe has no width of its own; on a narrow terminal amounts are folded, never cut.
    console = Console() if sys.stdout.isatty() else Console(width=160)
    if not found:
        console.print("There is no operator yet, so there is nothing to close.")
    for figures in found:
        _print_one(console, figures)


def _print_one(console: Any, figures: CloseFigures) -> None:
    from rich.markup import escape

    if figures.problem:
        console.print(f"[red]{escape(figures.operator)}: {escape(figures.problem)}[/red]")
        return
    console.print(_sums(figures) if figures.sums else f"{_head(figures)}: nothing to book")
    if figures.dry_run and figures.bills:
        console.print(_amounts("Bills that would be written", "Customer", figures.bills))
    if figures.dry_run and figures.statements:
        console.print(_amounts("Statements that would be written", "Partner", figures.statements))
    for warning in figures.warnings:
        console.print(f"[yellow]{escape(warning)}[/yellow]")


def _head(figures: CloseFigures) -> str:
    return f"{figures.operator} {figures.month}"


def _sums(figures: CloseFigures) -> Any:
    from rich.table import Table

    from hotpot.kernel.money import Money

    said = "would be booked, nothing is" if figures.dry_run else "booked"
    table = Table(title=f"{_head(figures)}: {said} ({figures.seconds:.2f} s)")
    table.add_column("Currency")
    for head in (*COUNTS.values(), *AMOUNTS.values()):
        table.add_column(head, justify="right", overflow="fold")
    for sums in figures.sums:
        counts = [f"{getattr(sums, name):,}" for name in COUNTS]
        amounts = [f"{Money(getattr(sums, name), sums.currency).major:,f}" for name in AMOUNTS]
        table.add_row(sums.currency, *counts, *amounts)
    return table


def _amounts(title: str, head: str, amounts: Sequence[Any]) -> Any:
    from rich.table import Table

    from hotpot.kernel.money import Money

    table = Table(title=title)
    table.add_column(head)
    table.add_column("Amount", justify="right")
    for amount in amounts:
        table.add_row(amount.party, str(Money(amount.minor, amount.currency)))
    return table

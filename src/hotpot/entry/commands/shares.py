from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from hotpot.entry.commands import platform

if TYPE_CHECKING:
    from hotpot.pot.close.rules_trials import Proposal, Tried


@click.group()
def shares() -> None:
    """Share revenue with partners."""


@shares.command()
@click.option("--operator", required=True, help="The operator's short name.")
@click.option("--partner", required=True, help="Who would be paid.")
@click.option("--payer", help="Who would pay, if not the operator.")
@click.option("--app", help="For one app only.")
@click.option("--customer", help="For one company only.")
@click.option("--terms", required=True, help='As JSON: {"model": "percent", "share_bp": 2500}')
@click.option("--currency", help="Of the amounts in the terms; the operator's own by default.")
@click.option(
    "--month", "months", multiple=True, help="A closed month, like 2026-09; several times for several."
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def simulate(months: tuple[str, ...], as_json: bool, **asked: str | None) -> None:
    """Say what terms would have paid in past months, beside what was paid. Nothing is signed."""
    with platform():
        from hotpot.kernel.period import Month
        from hotpot.pot.close.simulation import simulate as tried

        found = tried(_proposal(asked), [Month.parse(month) for month in months])
    _print_json(found) if as_json else _print_table(found)


def _proposal(asked: dict[str, str | None]) -> Proposal:
    from hotpot.pot.access.readers import as_system
    from hotpot.pot.close.rules_trials import Proposal
    from hotpot.pot.party.models import Party
    from hotpot.pot.party.terms import read

    def party(name: str) -> Any:
        slug = asked[name]
        with as_system():
            found = Party.objects.filter(slug=slug).first()
        if found is None:
            raise click.BadParameter(f"There is no party called {slug!r} here.", param_hint=f"--{name}")
        return found

    operator = party("operator")
    payer = party("payer") if asked["payer"] else operator
    customer = party("customer") if asked["customer"] else None
    terms = read(json.loads(asked["terms"] or ""))
    currency = (asked["currency"] or operator.currency) if terms.priced else None
    return Proposal(
        operator.id, payer.id, party("partner").id, terms, currency, asked["app"],
        customer.id if customer else None,
    )  # fmt: skip


def _print_json(found: list[Tried]) -> None:
    rows = [asdict(one) | {"month": str(one.month), "more_minor": one.more_minor} for one in found]
    click.echo(json.dumps(rows, ensure_ascii=False))


def _print_table(found: list[Tried]) -> None:
    from rich.console import Console
    from rich.table import Table

    from hotpot.kernel.money import Money

    if not found:
        click.echo("No month is closed yet, so there is nothing to try it on.")
        return
    table = Table("Month", "Party", box=None)
    for head in ("Was", "Would have been", "More"):
        table.add_column(head, justify="right")
    for one in found:
        amounts = (one.was_minor, one.would_minor, one.more_minor)
        cells = (str(Money(minor, one.currency)) for minor in amounts)
        table.add_row(str(one.month), one.party, *cells)
    Console().print(table)

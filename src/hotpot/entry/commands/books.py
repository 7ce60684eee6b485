from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import click

from hotpot.entry.commands import platform

if TYPE_CHECKING:
    from hotpot.pot.close.books import Books, Finding

# Column -> how the table calls it. Amounts are shown in the currency's major unit.
AMOUNTS = {
    "charged_minor": "Charges",
    "billed_minor": "Bills",
    "tax_minor": "of which tax",
    "receivable_minor": "Receivables",
    "stated_minor": "Statements",
    "payable_minor": "Payables",
}


@click.group()
def books() -> None:
    """Prove that the books are right."""


@books.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def check(as_json: bool) -> None:
    """Check every entry, balance, bill, share and statement; exit with 1 and the rows that are wrong."""
    with platform():
        from hotpot.pot.close.books import check_books

        found = check_books()
    _print_json(found) if as_json else _print_table(found)
    sys.exit(0 if found.right else 1)


def _print_json(found: Books) -> None:
    findings = [
        {
            "check": one.check.name,
            "rule": one.check.rule,
            "count": one.count,
            "rows": list(one.rows),
        }
        for one in found.findings
    ]
    said = {
        "right": found.right,
        "ledger": found.ledger,
        "figures": list(found.figures),
        "findings": findings,
    }
    click.echo(json.dumps(said, default=str, ensure_ascii=False))


def _print_table(found: Books) -> None:
    from rich.console import Console

    from hotpot.pot.close.books import CHECKS

    # A pipe has no width of its own; on a narrow terminal amounts are folded, never cut.
    console = Console() if sys.stdout.isatty() else Console(width=200)
    console.print(_figures(found.figures))
    for finding in found.findings:
        console.print(_offending(finding))
    said = ", ".join(f"{count:,} {name.replace('_', ' ')}" for name, count in found.ledger.items())
    console.print(f"Ledger: {said}.")
    wrong = len(found.findings)
    if wrong:
        console.print(f"[red]The books are wrong: {wrong} of {len(CHECKS)} checks failed.[/red]")
    else:
        console.print(f"[green]The books are right: all {len(CHECKS)} checks passed.[/green]")


def _figures(figures: Iterable[Mapping[str, Any]]) -> Any:
    from rich.table import Table

    from hotpot.kernel.money import Money

    table = Table(title="Per operator and month")
    for head in ("Month", "Operator", "Currency"):
        table.add_column(head)
    for head in AMOUNTS.values():
        table.add_column(head, justify="right", overflow="fold")
    for row in figures:
        amounts = [f"{Money(row[name], row['currency']).major:,f}" for name in AMOUNTS]
        table.add_row(f"{row['period']:%Y-%m}", row["operator"], row["currency"], *amounts)
    return table


def _offending(finding: Finding) -> Any:
    from rich.markup import escape
    from rich.table import Table

    table = Table(title=f"[red]{escape(finding.check.rule)}[/red]", caption=f"{finding.count:,} rows")
    for name in finding.rows[0]:
        table.add_column(name)
    for row in finding.rows:
        table.add_row(*(escape(str(value)) for value in row.values()))
    return table

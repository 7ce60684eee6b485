from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from hotpot.entry.commands import platform

if TYPE_CHECKING:
    from hotpot.pot.rating.simulation import Simulated


@click.group()
def price() -> None:
    """Explain amounts; try new prices on a month that is over."""


@price.command()
@click.argument("subscription", type=int)
@click.argument("month")
@click.option("--item", help="Only the price item of this code.")
@click.option("--number", help="Only this phone number's seat.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def explain(subscription: int, month: str, item: str | None, number: str | None, as_json: bool) -> None:
    """How each amount of SUBSCRIPTION (its id) in MONTH (like 2026-10) comes about, to the single event."""
    from hotpot.kernel.period import Month

    wanted = Month.parse(month)
    with platform():
        found = [
            row
            for row in _explained(subscription, wanted)
            if (item is None or row["item"] == item) and (number is None or row["number"] == number)
        ]
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    for row in found:
        click.secho(" · ".join(filter(None, (row["item"], row["number"], row["amount"]))), bold=True)
        for sentence in row["steps"]:
            click.echo(f"  {sentence}")
    if not found:
        click.echo("Nothing is charged.")


@price.command()
@click.argument("offer", type=int)
@click.argument("month")
@click.argument("price_file", type=click.File(), metavar="PRICE")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def simulate(offer: int, month: str, price_file: Any, as_json: bool) -> None:
    """What PRICE would have brought for OFFER (its id) in MONTH, by customer, beside what was booked.

    PRICE is a file, or - for standard input: {"currency": "CNY", "items": [{"code": "seats", "kind": "fee",
    "params": {"amount_minor": 1500}}]}. docs/guides/prices.md lists kinds and params.
    """
    from hotpot.kernel.period import Month

    wanted = Month.parse(month)
    with platform():
        found = _simulated(offer, wanted, json.load(price_file))
        _print(found, as_json)


def _explained(subscription_id: int, month: Any) -> list[dict[str, Any]]:
    from hotpot.kernel.errors import NotFound
    from hotpot.kernel.money import Money
    from hotpot.pot.rating.queries import explain as reckon
    from hotpot.pot.rating.sentences import said
    from hotpot.pot.subscription.models import Subscription

    held = Subscription.objects.filter(id=subscription_id).first()
    if held is None:
        raise NotFound("There is no subscription %(id)s.", id=subscription_id)
    explained = reckon(held, month)
    numbers = {seat.id: seat.number for seat in explained.held.seats}
    return [
        {
            "item": explained.items[row.item].code,
            "number": numbers.get(row.seat or 0, ""),
            "amount": str(Money(row.amount_minor, row.currency)),
            "steps": [said(step, row.currency) for step in row.steps],
        }
        for row in explained.rows
    ]


def _simulated(offer_id: int, month: Any, written: dict[str, Any]) -> list[Simulated]:
    from hotpot.kernel.errors import NotFound
    from hotpot.pot.catalog.models import Offer
    from hotpot.pot.catalog.pricing import Pricing
    from hotpot.pot.rating.simulation import simulate as reckon

    offer = Offer.objects.filter(id=offer_id).first()
    if offer is None:
        raise NotFound("There is no offer %(id)s.", id=offer_id)
    return reckon(offer, Pricing.read(written), month)


def _print(found: list[Simulated], as_json: bool) -> None:
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    from hotpot.kernel.money import Money

    if as_json:
        click.echo(
            json.dumps(
                [
                    {
                        "customer": one.customer, "new_minor": one.new_minor,
                        "booked_minor": one.booked_minor, "difference_minor": one.difference_minor,
                        "currency": one.currency,
                    }
                    for one in found
                ],
                ensure_ascii=False,
            )
        )  # fmt: skip
        return
    table = Table("Customer", "New price", "Booked", "Difference")
    for one in found:
        amounts = (one.new_minor, one.booked_minor, one.difference_minor)
        table.add_row(escape(one.customer), *(str(Money(minor, one.currency)) for minor in amounts))
    Console().print(table)

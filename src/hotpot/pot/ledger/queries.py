"""Look into accounts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, F, Func, Q, Sum, TextField, Value
from django.db.models.functions import Coalesce

from hotpot.kernel.errors import NotFound
from hotpot.pot.ledger.models import Account, Movement

# Codes of an operator's accounts are "operator:<id>:<kind>:...".
KIND = Func(F("code"), Value(":"), Value(3), function="split_part", output_field=TextField())


@dataclass(frozen=True, slots=True)
class Balance:
    """In the asset's unit; `available` is what may still be taken where the account has a least."""

    code: str
    asset: str
    balance: int
    held: int
    least: int | None

    @property
    def available(self) -> int | None:
        return None if self.least is None else self.balance - self.held - self.least


@dataclass(frozen=True, slots=True)
class Line:
    """One movement and the balance after it. `entry_id` is None for a transfer."""

    entry_id: int | None
    key: str
    memo: str
    time: datetime
    amount: int
    balance: int


@dataclass(frozen=True, slots=True)
class AccountStatement:
    """`opening` + the lines' amounts = `closing`."""

    account: Account
    opening: int
    lines: Sequence[Line]

    @property
    def closing(self) -> int:
        return self.lines[-1].balance if self.lines else self.opening


def balance(code: str) -> Balance:
    """Raises NotFound for an account that isn't open."""
    account = _account(code)
    return Balance(code, account.asset, account.balance, account.held, account.least)


def statement_of_account(
    code: str, *, since: datetime | None = None, until: datetime | None = None
) -> AccountStatement:
    """Postings and transfers in the order in which they happened, from `since` up to and without `until`."""
    account = _account(code)
    movements = Movement.objects.filter(account=account)
    opening = 0
    if since is not None:
        opening = movements.filter(time__lt=since).aggregate(sum=Sum("amount"))["sum"] or 0
        movements = movements.filter(time__gte=since)
    if until is not None:
        movements = movements.filter(time__lt=until)
    lines, running = [], int(opening)
    for one in movements.order_by("time", "id"):
        running += one.amount
        lines.append(Line(one.entry_id, one.key, one.memo, one.time, one.amount, running))
    return AccountStatement(account, int(opening), lines)


def _account(code: str) -> Account:
    account = Account.objects.filter(code=code).first()
    if account is None:
        raise NotFound(f"There is no account {code}.", code="unknown_account")
    return account


@dataclass(frozen=True, slots=True)
class KindBalance:
    """All accounts of one kind and asset in a party's books: `debits` and `credits` are both positive."""

    kind: str  # the third word of their codes: "receivable"
    asset: str
    accounts: int
    debits: int
    credits: int


def balances_by_kind(party_id: int) -> list[KindBalance]:
    """The trial balance: per asset, the debits of all kinds equal their credits."""
    rows = (
        Account.objects.filter(party_id=party_id)
        .annotate(kind=KIND)
        .values_list("kind", "asset")
        .annotate(
            accounts=Count("id"),
            debits=Coalesce(Sum("balance", filter=Q(balance__gt=0)), 0),
            credits=Coalesce(Sum("balance", filter=Q(balance__lt=0)), 0),
        )
        .order_by("asset", "kind")
    )
    return [
        KindBalance(kind, asset, accounts, int(debits), -int(credits))
        for kind, asset, accounts, debits, credits in rows
    ]


def trial_balance(party_id: int) -> dict[str, tuple[int, int]]:
    """Asset -> sums of the debit and of the credit balances in a party's books, both positive."""
    rows = (
        Account.objects.filter(party_id=party_id)
        .values_list("asset")
        .annotate(
            debits=Coalesce(Sum("balance", filter=Q(balance__gt=0)), 0),
            credits=Coalesce(Sum("balance", filter=Q(balance__lt=0)), 0),
        )
        .order_by("asset")
    )
    return {asset: (int(debits), -int(credits)) for asset, debits, credits in rows}

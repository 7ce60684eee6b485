"""Entries as values: balanced when made, or not made at all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from hotpot.kernel.errors import Conflict, Invalid
from hotpot.kernel.money import Money

# The key of the transfer that a posted hold becomes; plain transfers may not use it.
HOLD_PREFIX = "hold:"


class Unbalanced(Invalid):
    code = "unbalanced"


class KeyTaken(Conflict):
    """The key was used for something else; a retry repeats its content exactly."""

    code = "key_taken"


class NotEnough(Conflict):
    code = "not_enough"


@dataclass(frozen=True, slots=True, order=True)
class Posting:
    """`amount` in the asset's unit (minor units for money): a debit is positive, a credit negative."""

    account: str  # its code
    amount: int
    asset: str

    def __post_init__(self) -> None:
        if type(self.amount) is not int or self.amount == 0:
            raise Invalid(f"A posting on {self.account} needs a whole amount other than zero.")

    def __neg__(self) -> Posting:
        return Posting(self.account, -self.amount, self.asset)


def debit(account: str, amount: Money) -> Posting:
    return Posting(account, amount.minor, amount.currency)


def credit(account: str, amount: Money) -> Posting:
    return Posting(account, -amount.minor, amount.currency)


@dataclass(frozen=True, slots=True)
class Entry:
    """Booked whole or not at all. A retry carries the same key, so it books nothing new."""

    key: str
    memo: str
    time: datetime  # when it happened
    postings: tuple[Posting, ...]

    def __post_init__(self) -> None:
        if not self.postings:
            raise Unbalanced(f"The entry {self.key} has no postings.")
        for asset, off in sums(self.postings).items():
            if off:
                raise Unbalanced(f"The entry {self.key} is off by {off} {asset}: debits must equal credits.")

    @property
    def content(self) -> tuple[str, tuple[Posting, ...]]:
        """What a retry must repeat. The time is the first one's: a retry comes later by nature."""
        return self.memo, tuple(sorted(self.postings))

    def reversed(self, *, key: str, memo: str, time: datetime) -> Entry:
        return Entry(key, memo, time, tuple(-posting for posting in self.postings))


def sums(postings: Iterable[Posting]) -> dict[str, int]:
    """Per asset; all zero where they balance."""
    found: dict[str, int] = defaultdict(int)
    for posting in postings:
        found[posting.asset] += posting.amount
    return dict(found)


def distinct(entries: Iterable[Entry]) -> list[Entry]:
    """Each key once, in the order of keys: two batches then never wait for each other.

    Raises KeyTaken where one key comes with two contents.
    """
    known: dict[str, Entry] = {}
    for entry in entries:
        require_same(known.setdefault(entry.key, entry), entry)
    return [known[key] for key in sorted(known)]


def require_same(first: Entry, again: Entry) -> None:
    if first.content != again.content:
        raise KeyTaken(
            f"The key {again.key} is taken by another entry (“{first.memo}”). "
            "Repeat that entry exactly, or use a new key."
        )

"""Verbs of the ledger: open accounts, book and reverse entries; hold, post, void.

Each verb is one transaction (a savepoint within its caller's) and harmless to repeat: its key answers
the first result again. The ledger records no events: the verb that books tells of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, connection, transaction

from hotpot.kernel.errors import Conflict, Invalid, NotFound
from hotpot.pot.events.actions import perform
from hotpot.pot.ledger import models, rules, steps
from hotpot.pot.ledger.rules import Entry, KeyTaken, NotEnough, Posting

# One statement for all entries of a batch; what is known already is left out.
ADD_ENTRIES = """
INSERT INTO ledger_entry (key, memo, time, reverses_id)
SELECT key, memo, time, reverses_id
  FROM unnest(%(keys)s::text[], %(memos)s::text[], %(times)s::timestamptz[], %(reverses)s::bigint[])
       AS new(key, memo, time, reverses_id)
    ON CONFLICT (key) DO NOTHING
RETURNING key, id
"""
# One statement for all postings of a batch: the trigger judges and books them together.
ADD_POSTINGS = """
INSERT INTO ledger_posting (entry_id, account_id, amount)
SELECT * FROM unnest(%(entries)s::bigint[], %(accounts)s::bigint[], %(amounts)s::bigint[])
"""
KNOWN_ENTRIES = """
SELECT entry.key, entry.id, entry.memo, entry.time, account.code, posting.amount, account.asset
  FROM ledger_entry AS entry
  JOIN ledger_posting AS posting ON posting.entry_id = entry.id
  JOIN ledger_account AS account ON account.id = posting.account_id
 WHERE entry.key = ANY (%(keys)s)
"""
EXPIRE_BATCH = 1000


@dataclass(frozen=True, slots=True)
class NewAccount:
    """See models.Account. `least` is in the asset's unit."""

    code: str
    asset: str
    party_id: int | None = None
    counterparty_id: int | None = None
    least: int | None = None


@dataclass(frozen=True, slots=True)
class Booked:
    """`fresh` is False where the key was booked before."""

    id: int
    key: str
    fresh: bool


@transaction.atomic
def open_accounts(accounts: Iterable[NewAccount], *, now: datetime) -> dict[str, int]:
    """Ids by code. An account that is open already stays as it is.

    Raises Conflict where a code is open for another asset or party.
    """
    wanted = {account.code: account for account in sorted(accounts, key=lambda account: account.code)}
    found = _accounts_of(wanted)
    models.Account.objects.bulk_create(
        [
            models.Account(
                code=account.code, asset=account.asset, party_id=account.party_id,
                counterparty_id=account.counterparty_id, least=account.least, opened_at=now,
            )
            for account in wanted.values() if account.code not in found
        ],
        ignore_conflicts=True,
    )  # fmt: skip
    found = _accounts_of(wanted)
    for account in wanted.values():
        _require_same_account(found[account.code], account)
    return {code: account.id for code, account in found.items()}


def open_account(account: NewAccount, *, now: datetime) -> int:
    """Its id."""
    return open_accounts([account], now=now)[account.code]


@transaction.atomic
def book(entries: Iterable[Entry]) -> list[Booked]:
    """Books all of them or none, and answers in the order of their keys.

    Raises NotFound for an account that isn't open, Invalid for another asset than the account's,
    KeyTaken where a key was used for another content, NotEnough where an account would fall below its least.
    """
    batch = rules.distinct(entries)
    fresh = _add_entries(batch)
    known = _require_known([entry for entry in batch if entry.key not in fresh])
    _add_postings([(fresh[entry.key], entry) for entry in batch if entry.key in fresh])
    return [Booked((fresh | known)[entry.key], entry.key, entry.key in fresh) for entry in batch]


@transaction.atomic
def reverse(key: str, *, memo: str, time: datetime) -> Booked:
    """Undoes an entry by its mirror image, once, under the key "reversal:<key>".

    Raises NotFound for an unknown key.
    """
    found = _known_entries([key]).get(key)
    if found is None:
        raise NotFound(f"There is no entry with the key {key}.")
    entry_id, entry = found
    mirror = entry.reversed(key=f"reversal:{key}", memo=memo, time=time)
    fresh = _add_entries([mirror], reverses={mirror.key: entry_id})
    if not fresh:
        return Booked(_require_known([mirror])[mirror.key], mirror.key, fresh=False)
    _add_postings([(fresh[mirror.key], mirror)])
    return Booked(fresh[mirror.key], mirror.key, fresh=True)


@transaction.atomic
def hold(
    *,
    key: str,
    source: str,
    target: str,
    amount: int,
    memo: str,
    now: datetime,
    expires_at: datetime | None = None,
) -> models.Hold:
    """Sets `amount` (in the asset's unit) aside on the account `source` for `target`.

    Raises NotFound, Invalid, KeyTaken and NotEnough as `book` does.
    """
    if amount <= 0:
        raise Invalid("An amount to hold is greater than zero.")
    if expires_at is not None and expires_at <= now:
        raise Invalid("A hold expires later than it is made. Give a later time.")
    accounts = _require_accounts([source, target])
    if source == target:
        raise Invalid("A hold is for another account. Choose two accounts.")
    if accounts[source].asset != accounts[target].asset:
        raise Invalid(f"{source} and {target} hold different assets. Choose two accounts of one asset.")
    _lock(accounts.values())
    new = models.Hold(
        key=key, source=accounts[source], target=accounts[target], amount=amount, memo=memo,
        made_at=now, expires_at=expires_at,
    )  # fmt: skip
    with _telling_not_enough():
        models.Hold.objects.bulk_create([new], ignore_conflicts=True)
    made = models.Hold.objects.get(key=key)
    if (made.source_id, made.target_id, made.amount, made.memo) != (
        new.source_id,
        new.target_id,
        amount,
        memo,
    ):
        raise KeyTaken(f"The key {key} is taken by another hold (“{made.memo}”). Use a new key.")
    return made


@transaction.atomic
def post_hold(key: str, *, now: datetime, amount: int | None = None) -> Booked:
    """Moves the amount held, or a part of it, from source to target; the rest is free again.

    Raises NotFound, Conflict for a hold that was voided or has expired, KeyTaken for one that was posted
    with another amount.
    """
    held = _locked_hold(key)
    wanted = held.amount if amount is None else amount
    if not 0 < wanted <= held.amount:
        raise Invalid(f"Of the hold {key} an amount from 1 to {held.amount} can be posted.")
    fresh = held.state != models.Hold.State.POSTED
    if fresh:
        _require_open(held, now)
        held.posted = wanted
        _end(held, models.Hold.State.POSTED, now)
    elif held.posted != wanted:
        raise KeyTaken(f"The hold {key} was posted with {held.posted}. Repeat that amount exactly.")
    made = models.Transfer.objects.get(key=f"{rules.HOLD_PREFIX}{key}")
    return Booked(made.id, made.key, fresh)


@transaction.atomic
def void_hold(key: str, *, now: datetime) -> models.Hold:
    """Frees what was held. Raises NotFound, or Conflict for a hold that was posted."""
    held = _locked_hold(key)
    if held.state == models.Hold.State.POSTED:
        raise Conflict(f"The hold {key} was posted already. Reverse its entry to undo it.")
    if held.state == models.Hold.State.OPEN:
        _end(held, models.Hold.State.VOIDED, now)
    return held


@transaction.atomic
def expire_holds(*, now: datetime) -> int:
    """Frees all holds whose time has come; answers how many."""
    expired = 0
    while ended := perform(steps.expire_holds(now=now, limit=EXPIRE_BATCH)):
        expired += ended
    return expired


def _add_entries(entries: Sequence[Entry], reverses: Mapping[str, int] | None = None) -> dict[str, int]:
    """Ids of those that are new, by key. Waits for another transaction that books the same key."""
    if not entries:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            ADD_ENTRIES,
            {
                "keys": [entry.key for entry in entries],
                "memos": [entry.memo for entry in entries],
                "times": [entry.time for entry in entries],
                "reverses": [(reverses or {}).get(entry.key) for entry in entries],
            },
        )
        return dict(cursor.fetchall())


def _add_postings(entries: Sequence[tuple[int, Entry]]) -> None:
    lines = [(entry_id, posting) for entry_id, entry in entries for posting in entry.postings]
    if not lines:
        return
    accounts = _require_accounts({posting.account for _, posting in lines})
    for _, posting in lines:
        _require_asset(accounts[posting.account], posting)
    with _telling_not_enough(), connection.cursor() as cursor:
        cursor.execute(
            ADD_POSTINGS,
            {
                "entries": [entry_id for entry_id, _ in lines],
                "accounts": [accounts[posting.account].id for _, posting in lines],
                "amounts": [posting.amount for _, posting in lines],
            },
        )


def _require_known(entries: Sequence[Entry]) -> dict[str, int]:
    """Ids by key of entries booked before. Raises KeyTaken where the content differs."""
    if not entries:
        return {}
    known = _known_entries([entry.key for entry in entries])
    for entry in entries:
        rules.require_same(known[entry.key][1], entry)
    return {key: entry_id for key, (entry_id, _) in known.items()}


def _known_entries(keys: Sequence[str]) -> dict[str, tuple[int, Entry]]:
    heads: dict[str, tuple[int, str, datetime]] = {}
    postings: dict[str, list[Posting]] = {}
    with connection.cursor() as cursor:
        cursor.execute(KNOWN_ENTRIES, {"keys": list(keys)})
        for key, entry_id, memo, time, account, amount, asset in cursor.fetchall():
            heads[key] = (entry_id, memo, time)
            postings.setdefault(key, []).append(Posting(account, amount, asset))
    return {
        key: (entry_id, Entry(key, memo, time, tuple(postings[key])))
        for key, (entry_id, memo, time) in heads.items()
    }


def _accounts_of(codes: Iterable[str]) -> dict[str, models.Account]:
    return {account.code: account for account in models.Account.objects.filter(code__in=list(codes))}


def _require_accounts(codes: Iterable[str]) -> dict[str, models.Account]:
    wanted = set(codes)
    found = _accounts_of(wanted)
    if missing := wanted - found.keys():
        raise NotFound(f"There is no account {min(missing)}. Open it first.", code="unknown_account")
    return found


def _require_asset(account: models.Account, posting: Posting) -> None:
    if account.asset != posting.asset:
        raise Invalid(f"{account.code} holds {account.asset}, not {posting.asset}.", code="wrong_asset")


def _require_same_account(found: models.Account, wanted: NewAccount) -> None:
    if (found.asset, found.party_id, found.counterparty_id) != (
        wanted.asset,
        wanted.party_id,
        wanted.counterparty_id,
    ):
        raise Conflict(f"The account {wanted.code} is open already, for another asset or party.")


def _locked_hold(key: str) -> models.Hold:
    """Its accounts first, then the hold: as whoever else writes here does."""
    holds = models.Hold.objects.select_related("source", "target").filter(key=key)
    held = holds.first()
    if held is None:
        raise NotFound(f"There is no hold with the key {key}.")
    _lock([held.source, held.target])
    return holds.select_for_update(of=("self",)).get()


def _lock(accounts: Iterable[models.Account]) -> None:
    """In the order of their ids, so that nobody waits in a ring; before any key or hold is touched."""
    ids = [account.id for account in accounts]
    list(models.Account.objects.filter(id__in=ids).order_by("id").select_for_update(no_key=True))


def _require_open(held: models.Hold, now: datetime) -> None:
    if held.state == models.Hold.State.VOIDED:
        raise Conflict(f"The hold {held.key} was voided or has expired. Make a new one.", code="hold_ended")
    if held.expires_at is not None and held.expires_at <= now:
        raise Conflict(f"The hold {held.key} has expired. Make a new one.", code="hold_expired")


def _end(held: models.Hold, state: models.Hold.State, now: datetime) -> None:
    held.state, held.ended_at = state, now
    held.save(update_fields=["state", "ended_at", "posted"])


@contextmanager
def _telling_not_enough() -> Iterator[None]:
    """The database refuses to let an account fall below its least; here it becomes a sentence."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if "not_below_least" in str(error):
            raise NotEnough("There is not enough on the account. Top it up, or ask for less.") from error
        raise

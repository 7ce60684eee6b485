"""A batch of commands, decided one after the other against the accounts they touch. Pure: no I/O.

The engine locks the accounts, has the batch decided here, writes what came of it and commits; answers are
given after that. See docs/decisions/ledger-engine.md.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from hotpot.pot.ledger.rules import HOLD_PREFIX
from hotpot.pot.ledger.wire import Answer, AnyCommand, Done, Hold, Post, Refusal, Transfer, Void

AMOUNT_MAX = 10**15
BALANCE_MAX = 2**63 - 1  # PostgreSQL's bigint, the same below zero
KEY_CHARACTERS_MAX = 200
MEMO_CHARACTERS_MAX = 500
EXPIRES_IN_S_MAX = 366 * 24 * 3600

OPEN, POSTED, VOIDED = "open", "posted", "voided"

# key, source's id, target's id, amount, memo, time: as in the table.
TransferRow = Sequence[Any]


@dataclass(slots=True)
class Account:
    """`party_id` is whose books it stands in. `balance`, `held` and `least` move; the rest stays."""

    id: int
    code: str
    asset: str
    party_id: int | None
    least: int | None = None
    balance: int = 0
    held: int = 0


@dataclass(slots=True)
class Held:
    """A hold as it stands, in the order of the table's columns."""

    key: str
    source_id: int
    target_id: int
    amount: int
    memo: str
    made_at: datetime
    expires_at: datetime | None
    state: str = OPEN
    ended_at: datetime | None = None
    posted: int | None = None


class Batch:
    """Decides commands; `new_transfers`, `new_holds` and `ended` (by key) are what is to be written.

    accounts: by code, each that a command names and that is open.
    by_id: those and the accounts of `holds`.
    transfers, holds: by key, each that a command names and that is known.
    """

    def __init__(
        self,
        accounts: Mapping[str, Account],
        by_id: Mapping[int, Account],
        transfers: MutableMapping[str, TransferRow],
        holds: MutableMapping[str, Held],
        now: datetime,
    ) -> None:
        self.transfers = transfers
        self.holds = holds
        self.new_transfers: list[TransferRow] = []
        self.new_holds: list[Held] = []
        self.ended: dict[str, Held] = {}
        self._accounts = accounts
        self._by_id = by_id
        self.now = now
        self._journal: list[Callable[[], None]] | None = None  # in a chain: how to undo what was done

    @property
    def is_empty(self) -> bool:
        return not (self.new_transfers or self.new_holds or self.ended)

    def decide(self, commands: Sequence[AnyCommand], books: int | None = None) -> list[Answer]:
        """One answer a command, in their order.

        `books` is the party whose accounts and keys they may name; None is the platform itself.
        """
        prefix = key_prefix(books)
        answers: list[Answer] = []
        chain: list[AnyCommand] = []
        for command in commands:
            if command.linked or chain:
                chain.append(command)
                if not command.linked:
                    answers += self._chain(chain, prefix, books)
                    chain = []
            else:
                answers.append(self._one(command, prefix, books))
        answers += [_OPEN_CHAIN] * len(chain)
        return answers

    def _one(self, command: AnyCommand, prefix: str, books: int | None) -> Answer:
        match command:
            case Transfer():
                return self._transfer(command, prefix, books)
            case Hold():
                return self._hold(command, prefix, books)
            case Post():
                return self._post(command, prefix)
            case Void():
                return self._void(command, prefix)

    def _chain(self, chain: Sequence[AnyCommand], prefix: str, books: int | None) -> list[Answer]:
        self._journal = []
        answers: list[Answer] = []
        for command in chain:
            answers.append(self._one(command, prefix, books))
            if isinstance(answers[-1], Refusal):
                break
        journal, self._journal = self._journal, None
        why = _why_not_together(answers)
        if why is None:
            return answers
        for undo in reversed(journal):
            undo()
        at = len(answers) - 1 if isinstance(answers[-1], Refusal) else None
        return [answers[-1] if index == at else why for index in range(len(chain))]

    def _transfer(self, command: Transfer, prefix: str, books: int | None) -> Answer:
        source, target = self._accounts.get(command.source), self._accounts.get(command.target)
        key, amount = prefix + command.key, command.amount
        if source is None or target is None:
            return _unknown(command, source)
        if refusal := _misfit(command, source, target, books):
            return refusal
        known = self.transfers.get(key)
        if known is not None:
            return _repeated(command, source, target, known)
        if refusal := _unmovable(source, target, amount):
            return refusal
        source.balance -= amount
        target.balance += amount
        row = (key, source.id, target.id, amount, command.memo, self.now)
        self.transfers[key] = row
        self.new_transfers.append(row)
        if self._journal is not None:
            self._journal.append(partial(self._undo_transfer, key, source, target, amount))
        return Done(amount, self.now, True)

    def _undo_transfer(self, key: str, source: Account, target: Account, amount: int) -> None:
        source.balance += amount
        target.balance -= amount
        del self.transfers[key]
        self.new_transfers.pop()

    def _hold(self, command: Hold, prefix: str, books: int | None) -> Answer:
        source, target = self._accounts.get(command.source), self._accounts.get(command.target)
        key, amount = prefix + command.key, command.amount
        if source is None or target is None:
            return _unknown(command, source)
        if refusal := _misfit(command, source, target, books):
            return refusal
        known = self.holds.get(key)
        if known is not None:
            return _held_again(command, source, target, known)
        expires_in_s = command.expires_in_s
        if expires_in_s is not None and not 0 < expires_in_s <= EXPIRES_IN_S_MAX:
            return Refusal("invalid", f"A hold expires in 1 to {EXPIRES_IN_S_MAX} seconds.")
        if refusal := _unmovable(source, target, amount):
            return refusal
        source.held += amount
        expires_at = None if expires_in_s is None else self.now + timedelta(seconds=expires_in_s)
        made = Held(key, source.id, target.id, amount, command.memo, self.now, expires_at)
        self.holds[key] = made
        self.new_holds.append(made)
        if self._journal is not None:
            self._journal.append(partial(self._undo_hold, source, made))
        return Done(amount, self.now, True, expires_at)

    def _undo_hold(self, source: Account, made: Held) -> None:
        source.held -= made.amount
        del self.holds[made.key]
        self.new_holds.pop()

    def _post(self, command: Post, prefix: str) -> Answer:
        held = self.holds.get(prefix + command.hold)
        if held is None:
            return _no_hold(command.hold)
        amount = held.amount if command.amount is None else command.amount
        if not 0 < amount <= held.amount:
            return Refusal(
                "invalid", f"Of the hold {command.hold} an amount from 1 to {held.amount} can be posted."
            )
        if held.state == POSTED:
            return _posted_again(command.hold, held, amount)
        if held.state == VOIDED or _is_over(held, self.now):
            return _ended(command.hold, held)
        target = self._by_id[held.target_id]
        if target.balance + amount > BALANCE_MAX:
            return _TOO_MUCH
        self._end(held, POSTED, amount)
        return Done(amount, self.now, True)

    def _void(self, command: Void, prefix: str) -> Answer:
        held = self.holds.get(prefix + command.hold)
        if held is None:
            return _no_hold(command.hold)
        if held.state == POSTED:
            return Refusal(
                "hold_ended", f"The hold {command.hold} was posted already. Move the amount back instead."
            )
        if held.ended_at is not None:
            return Done(held.amount, held.ended_at, False)
        self._end(held, VOIDED, 0)
        return Done(held.amount, self.now, True)

    def _end(self, held: Held, state: str, amount: int) -> None:
        source, target = self._by_id[held.source_id], self._by_id[held.target_id]
        source.held -= held.amount
        source.balance -= amount
        target.balance += amount
        held.state, held.ended_at, held.posted = state, self.now, amount or None
        self.ended[held.key] = held
        if self._journal is not None:
            self._journal.append(partial(self._undo_end, held, source, target, amount))

    def _undo_end(self, held: Held, source: Account, target: Account, amount: int) -> None:
        source.held += held.amount
        source.balance += amount
        target.balance -= amount
        held.state, held.ended_at, held.posted = OPEN, None, None
        del self.ended[held.key]


def key_prefix(books: int | None) -> str:
    """Each party's keys are its own: nobody can take another's, or learn that it was taken."""
    return "" if books is None else f"{books}/"


def _why_not_together(answers: Sequence[Answer]) -> Refusal | None:
    if isinstance(answers[-1], Refusal):
        return Refusal("linked", f"Another command of its chain was refused: {answers[-1].message}")
    if len({answer.fresh for answer in answers if isinstance(answer, Done)}) > 1:
        return Refusal(
            "key_taken", "A part of this chain was done before, outside of it. Use new keys for all of it."
        )
    return None


def _misfit(command: Transfer | Hold, source: Account, target: Account, books: int | None) -> Refusal | None:
    if books is not None and (source.party_id != books or target.party_id != books):
        return _unknown(command, source if source.party_id == books else None)
    if source.asset != command.asset or target.asset != command.asset:
        off = source if source.asset != command.asset else target
        return Refusal("wrong_asset", f"{off.code} holds {off.asset}, not {command.asset}.")
    key, memo = command.key, command.memo
    if not key or len(key) > KEY_CHARACTERS_MAX or "\0" in key or key.startswith(HOLD_PREFIX):
        return Refusal(
            "invalid", f"A key has 1 to {KEY_CHARACTERS_MAX} characters and doesn't begin with {HOLD_PREFIX}."
        )
    if memo and (len(memo) > MEMO_CHARACTERS_MAX or "\0" in memo):
        return Refusal("invalid", f"A memo has at most {MEMO_CHARACTERS_MAX} characters.")
    return None


def _unmovable(source: Account, target: Account, amount: int) -> Refusal | None:
    if not 0 < amount <= AMOUNT_MAX:
        return Refusal("invalid", f"An amount is a whole number from 1 to {AMOUNT_MAX}.")
    if source is target:
        return Refusal("invalid", "An amount moves between two accounts. Choose another one.")
    left = source.balance - source.held - amount
    if source.least is not None and left < source.least:
        return Refusal(
            "not_enough",
            f"There is not enough on {source.code}: {source.balance - source.held - source.least} "
            f"{source.asset} are available. Top it up, or ask for less.",
        )
    if left < -BALANCE_MAX or target.balance + amount > BALANCE_MAX:
        return _TOO_MUCH
    return None


def _repeated(command: Transfer, source: Account, target: Account, known: TransferRow) -> Answer:
    _key, source_id, target_id, amount, memo, time = known
    if (source_id, target_id, amount, memo) != (source.id, target.id, command.amount, command.memo):
        return _taken(command.key, "transfer", memo)
    return Done(amount, time, False)


def _held_again(command: Hold, source: Account, target: Account, known: Held) -> Answer:
    lasts = None if known.expires_at is None else (known.expires_at - known.made_at) // timedelta(seconds=1)
    if (known.source_id, known.target_id, known.amount, known.memo, lasts) != (
        source.id,
        target.id,
        command.amount,
        command.memo,
        command.expires_in_s,
    ):
        return _taken(command.key, "hold", known.memo)
    return Done(known.amount, known.made_at, False, known.expires_at)


def _posted_again(key: str, held: Held, amount: int) -> Answer:
    if held.posted != amount or held.ended_at is None:
        return Refusal(
            "key_taken", f"The hold {key} was posted with {held.posted}. Repeat that amount exactly."
        )
    return Done(amount, held.ended_at, False)


def _taken(key: str, what: str, memo: str) -> Refusal:
    return Refusal(
        "key_taken",
        f"The key {key} is taken by another {what} (“{memo}”). Repeat it exactly, or use a new key.",
    )


def _unknown(command: Transfer | Hold, source: Account | None) -> Refusal:
    """Not there, or in another party's books: the two are not told apart."""
    code = command.source if source is None else command.target
    return Refusal("unknown_account", f"There is no account {code} in these books. Open it first.")


def _no_hold(key: str) -> Refusal:
    return Refusal("unknown_hold", f"There is no hold with the key {key}.")


def _is_over(held: Held, at: datetime) -> bool:
    return held.expires_at is not None and held.expires_at <= at


def _ended(key: str, held: Held) -> Refusal:
    if held.ended_at is None or _is_over(held, held.ended_at):
        return Refusal("hold_expired", f"The hold {key} has expired. Make a new one.")
    return Refusal("hold_ended", f"The hold {key} was voided. Make a new one.")


_OPEN_CHAIN = Refusal("linked", "The last command of a batch can't be linked: there is nothing after it.")
_TOO_MUCH = Refusal("too_much", "A balance would leave the range that can be counted. Use another account.")

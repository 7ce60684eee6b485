"""Decisions of a batch: case by case, and against a model that keeps nothing but lists."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotpot.pot.ledger.batch import AMOUNT_MAX, BALANCE_MAX, Account, Batch, Held
from hotpot.pot.ledger.rules import HOLD_PREFIX
from hotpot.pot.ledger.wire import Answer, AnyCommand, Done, Hold, Post, Refusal, Transfer, Void

NOW = datetime(2026, 10, 15, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
OVERDRAFT = 25


class Books:
    """Accounts that several batches touch, one after the other, as the engine has them decided."""

    def __init__(self) -> None:
        accounts = [
            Account(1, "bank", "CNY", None),
            Account(2, "wallet", "CNY", 7, least=0),
            Account(3, "shop", "CNY", 7, least=0),
            Account(4, "data", "bytes", 7),
            Account(5, "theirs", "CNY", 8),
            Account(6, "credit", "CNY", 7, least=-OVERDRAFT),
        ]
        self.accounts = {account.code: account for account in accounts}
        self.by_id = {account.id: account for account in accounts}
        self.transfers: dict[str, Sequence[Any]] = {}
        self.holds: dict[str, Held] = {}
        self.last = self.batch()

    def batch(self, now: datetime = NOW) -> Batch:
        return Batch(self.accounts, self.by_id, self.transfers, self.holds, now)

    def decide(
        self, *commands: AnyCommand, books: int | None = None, now: datetime = NOW
    ) -> list[Done | str]:
        """Refusals by their codes."""
        self.last = self.batch(now)
        return [said(answer) for answer in self.last.decide(commands, books)]

    def standing(self) -> dict[str, tuple[int, int]]:
        return {
            code: (one.balance, one.held) for code, one in self.accounts.items() if one.balance or one.held
        }


def said(answer: Answer) -> Done | str:
    return answer.code if isinstance(answer, Refusal) else answer


def move(key: str, source: str, target: str, amount: int, **more: Any) -> Transfer:
    return Transfer(key=key, source=source, target=target, amount=amount, **{"asset": "CNY"} | more)


def hold(key: str, source: str, target: str, amount: int, **more: Any) -> Hold:
    return Hold(key=key, source=source, target=target, amount=amount, **{"asset": "CNY"} | more)


@pytest.fixture
def books() -> Books:
    books = Books()
    assert isinstance(books.decide(move("fund", "bank", "wallet", 100))[0], Done)
    return books


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (move("x", "nowhere", "shop", 5), "unknown_account"),
        (move("x", "wallet", "nowhere", 5), "unknown_account"),
        (move("x", "wallet", "data", 5), "wrong_asset"),
        (move("x", "wallet", "shop", 5, asset="USD"), "wrong_asset"),
        (move("x", "wallet", "shop", 101), "not_enough"),
        (hold("x", "wallet", "shop", 101), "not_enough"),
        (move("x", "wallet", "shop", 0), "invalid"),
        (move("x", "bank", "shop", AMOUNT_MAX + 1), "invalid"),
        (move("x", "bank", "bank", 5), "invalid"),
        (move("", "bank", "shop", 5), "invalid"),
        (move("k" * 201, "bank", "shop", 5), "invalid"),
        (move("a\0b", "bank", "shop", 5), "invalid"),
        (move(HOLD_PREFIX + "x", "bank", "shop", 5), "invalid"),
        (move("x", "bank", "shop", 5, memo="\0"), "invalid"),
        (move("fund", "bank", "wallet", 99), "key_taken"),
        (move("fund", "bank", "shop", 100), "key_taken"),
        (hold("x", "wallet", "shop", 5, expires_in_s=0), "invalid"),
        (Post(hold="none"), "unknown_hold"),
        (Void(hold="none"), "unknown_hold"),
    ],
)
def test_what_is_refused_moves_nothing(books: Books, command: AnyCommand, code: str) -> None:
    before = books.standing()
    assert books.decide(command) == [code]
    assert books.standing() == before
    assert books.last.is_empty


def test_a_retry_is_answered_as_the_first_time(books: Books) -> None:
    first = books.decide(hold("h", "wallet", "shop", 60, expires_in_s=60), Post(hold="h", amount=50))
    again = books.decide(
        hold("h", "wallet", "shop", 60, expires_in_s=60), Post(hold="h", amount=50), now=LATER
    )
    assert first == [Done(60, NOW, True, NOW + timedelta(seconds=60)), Done(50, NOW, True)]
    assert again == [Done(60, NOW, False, NOW + timedelta(seconds=60)), Done(50, NOW, False)]
    assert books.last.is_empty
    assert books.decide(hold("h", "wallet", "shop", 60, expires_in_s=61), Post(hold="h"), Void(hold="h")) == [
        "key_taken",
        "key_taken",
        "hold_ended",
    ]


def test_what_is_held_cannot_be_spent_and_what_is_not_posted_is_free(books: Books) -> None:
    assert books.decide(hold("h", "wallet", "shop", 80), move("x", "wallet", "shop", 21))[1] == "not_enough"
    assert books.decide(Post(hold="h", amount=81), Post(hold="h", amount=0)) == ["invalid", "invalid"]
    books.decide(Post(hold="h", amount=30))
    assert books.standing() == {"bank": (-100, 0), "wallet": (70, 0), "shop": (30, 0)}


def test_an_overdraft_ends_at_its_limit_and_holds_count_against_it(books: Books) -> None:
    assert books.decide(move("over", "credit", "shop", OVERDRAFT + 1)) == ["not_enough"]
    held = books.decide(hold("h", "credit", "shop", 20), move("x", "credit", "shop", OVERDRAFT - 20 + 1))
    assert held[1] == "not_enough"
    refusal = books.last.decide([move("y", "credit", "shop", 6)], None)[0]
    assert isinstance(refusal, Refusal)
    assert "There is not enough on credit: 5 CNY are available." in refusal.message
    books.decide(move("all", "credit", "shop", 5), Post(hold="h"))
    assert books.standing()["credit"] == (-OVERDRAFT, 0)
    assert books.decide(hold("none left", "credit", "shop", 1)) == ["not_enough"]
    books.decide(move("back", "wallet", "credit", 10))
    answers = books.decide(move("again", "credit", "shop", 10), move("more", "credit", "shop", 1))
    assert isinstance(answers[0], Done)
    assert answers[1:] == ["not_enough"]


def test_a_hold_ends_with_its_time_or_is_voided(books: Books) -> None:
    books.decide(hold("e", "wallet", "shop", 10, expires_in_s=60), hold("v", "wallet", "shop", 10))
    assert books.decide(Void(hold="v"), Void(hold="v"), Post(hold="v")) == [
        Done(10, NOW, True),
        Done(10, NOW, False),
        "hold_ended",
    ]
    at = NOW + timedelta(seconds=60)
    assert books.decide(Post(hold="e"), now=at) == ["hold_expired"]
    books.decide(Void(hold="e"), now=at)
    assert books.decide(Post(hold="e"), now=LATER) == ["hold_expired"]
    assert books.standing()["wallet"] == (100, 0)


def test_a_chain_succeeds_or_fails_together(books: Books) -> None:
    before = books.standing()
    chain = (
        move("a", "wallet", "shop", 60, linked=True),
        hold("b", "wallet", "shop", 40, linked=True),
        Post(hold="b", linked=True),
    )
    assert books.decide(*chain, move("c", "wallet", "shop", 1), move("d", "bank", "shop", 1)) == [
        "linked", "linked", "linked", "not_enough", Done(1, NOW, True),
    ]  # fmt: skip
    assert books.standing() == before | {"bank": (-101, 0), "shop": (1, 0)}
    assert [row[0] for row in books.last.new_transfers] == ["d"]
    assert not books.last.new_holds
    assert not books.last.ended
    done = books.decide(*chain, move("c", "shop", "wallet", 1))
    assert done == [Done(60, NOW, True), Done(40, NOW, True), Done(40, NOW, True), Done(1, NOW, True)]
    assert books.decide(*chain, move("c", "shop", "wallet", 1)) == [
        Done(60, NOW, False), Done(40, NOW, False), Done(40, NOW, False), Done(1, NOW, False),
    ]  # fmt: skip


def test_a_chain_is_new_as_a_whole(books: Books) -> None:
    books.decide(move("a", "wallet", "shop", 1))
    mixed = (move("a", "wallet", "shop", 1, linked=True), move("b", "wallet", "shop", 1))
    assert books.decide(*mixed) == ["key_taken", "key_taken"]
    assert books.decide(move("open", "wallet", "shop", 1, linked=True)) == ["linked"]
    assert books.standing()["shop"] == (1, 0)


def test_a_party_moves_its_own_accounts_under_its_own_keys(books: Books) -> None:
    assert books.decide(
        move("x", "wallet", "theirs", 1),
        move("y", "wallet", "theirs", 1),
        move("fund", "wallet", "shop", 1),
        books=7,
    ) == ["unknown_account", "unknown_account", Done(1, NOW, True)]
    books.decide(hold("h", "wallet", "shop", 1), books=7)
    assert books.decide(Post(hold="h"), books=8) == ["unknown_hold"]
    assert books.decide(move("x", "nowhere", "shop", 1), books=7) == ["unknown_account"]


def test_balances_stay_within_what_can_be_counted(books: Books) -> None:
    books.accounts["shop"].balance = BALANCE_MAX - 5
    assert books.decide(move("x", "bank", "shop", 6), move("y", "bank", "shop", 5)) == [
        "too_much",
        Done(5, NOW, True),
    ]
    books.accounts["bank"].balance = -BALANCE_MAX + 5
    assert books.decide(hold("h", "bank", "wallet", 6)) == ["too_much"]


names = st.sampled_from(["bank", "wallet", "shop", "credit"])
amounts = st.integers(0, 60)
keys = st.sampled_from("abcd")
links = st.booleans()
commands: st.SearchStrategy[AnyCommand] = st.one_of(
    st.builds(move, keys, names, names, amounts, linked=links),
    st.builds(hold, keys, names, names, amounts, linked=links),
    st.builds(Post, hold=keys, amount=st.none() | amounts, linked=links),
    st.builds(Void, hold=keys, linked=links),
)


class Model:
    """What was done, in a list; every question is answered by reading it from the beginning."""

    def __init__(self) -> None:
        self.done: list[tuple[AnyCommand, int]] = []

    def balance(self, code: str) -> int:
        moved = 0
        for command, amount in self.done:
            if isinstance(command, Void | Hold):
                continue
            sides = self.held(command.hold) if isinstance(command, Post) else command
            assert sides is not None
            moved += amount * ((sides.target == code) - (sides.source == code))
        return moved

    def held(self, key: str) -> Hold | None:
        return next((c for c, _ in self.done if isinstance(c, Hold) and c.key == key), None)

    def end(self, key: str) -> tuple[AnyCommand, int] | None:
        return next(((c, n) for c, n in self.done if isinstance(c, Post | Void) and c.hold == key), None)

    def on_hold(self, code: str) -> int:
        return sum(
            c.amount for c, _ in self.done if isinstance(c, Hold) and c.source == code and not self.end(c.key)
        )

    def take(self, command: AnyCommand) -> bool | None:
        """True: done now. False: was done before. None: refused."""
        if isinstance(command, Post | Void):
            return self._take_end(command)
        first = next((c for c, _ in self.done if type(c) is type(command) and c.key == command.key), None)
        if first is not None:
            same = (first.source, first.target, first.amount) == (
                command.source, command.target, command.amount,
            )  # fmt: skip
            return False if same else None
        least = {"wallet": 0, "shop": 0, "credit": -OVERDRAFT}.get(command.source)
        left = self.balance(command.source) - self.on_hold(command.source) - command.amount
        if command.amount < 1 or command.source == command.target or (least is not None and left < least):
            return None
        self.done.append((command, command.amount))
        return True

    def _take_end(self, command: Post | Void) -> bool | None:
        held, end = self.held(command.hold), self.end(command.hold)
        if held is None:
            return None
        amount = 0
        if isinstance(command, Post):
            amount = held.amount if command.amount is None else command.amount
            if not 0 < amount <= held.amount:
                return None
        if end is not None:
            return False if type(end[0]) is type(command) and end[1] == amount else None
        self.done.append((command, amount))
        return True

    def take_chain(self, chain: list[AnyCommand]) -> list[bool | None]:
        before = list(self.done)
        took = [self.take(command) for command in chain]
        if len(chain) > 1 and (None in took or len(set(took)) > 1):
            self.done = before
            return [None] * len(chain)
        return took


@given(st.lists(st.lists(commands, max_size=6), max_size=5))
def test_any_commands_do_what_a_plain_list_would(batches: list[list[AnyCommand]]) -> None:
    books, model = Books(), Model()
    written: Counter[str] = Counter()
    rounds: list[list[AnyCommand]] = [[move("fund", "bank", "wallet", 100)], *batches]
    for batch in rounds:
        expected: list[bool | None] = []
        chain: list[AnyCommand] = []
        for command in batch:
            chain.append(command)
            if not command.linked:
                expected += model.take_chain(chain)
                chain = []
        expected += [None] * len(chain)
        answers = books.decide(*batch)
        assert [a.fresh if isinstance(a, Done) else None for a in answers] == expected
        written.update(row[0] for row in books.last.new_transfers)
        written.update(f"hold {held.key}" for held in books.last.new_holds)
        written.update(f"end {key}" for key in books.last.ended)
        for code in ("bank", "wallet", "shop", "credit"):
            account = books.accounts[code]
            assert (account.balance, account.held) == (model.balance(code), model.on_hold(code))
            assert account.least is None or account.balance - account.held >= account.least
        assert sum(account.balance for account in books.accounts.values()) == 0
    assert set(written.values()) <= {1}
    assert sum(written.values()) == len(model.done)

"""Balances and statements for programs, without Django. Who may look: see statements.ACCOUNT."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg

from hotpot.kernel.errors import Invalid, NotFound
from hotpot.pot.ledger import statements
from hotpot.pot.ledger.batch import key_prefix
from hotpot.pot.ledger.rules import HOLD_PREFIX
from hotpot.pot.ledger.wire import LINES_MAX, Balance, Line, Statement

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
BEGINNING = datetime(1, 1, 1, tzinfo=UTC)
END = datetime(9999, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Reader:
    """`pool` is asyncpg's, on the owner's role."""

    pool: asyncpg.Pool

    async def balance(self, code: str, books: int | None = None) -> Balance:
        """Raises NotFound for an account that isn't open, or not for this party to see."""
        account = await self._account(self.pool, code, books)
        balance, held, least = account["balance"], account["held"], account["least"]
        available = None if least is None else balance - held - least
        return Balance(code, account["asset"], balance, held, least, available)

    async def statement(
        self,
        code: str,
        books: int | None = None,
        *,
        since: datetime = BEGINNING,
        until: datetime = END,
        after: str = "",
        limit: int = LINES_MAX,
    ) -> Statement:
        """Movements in the order in which they happened, from `since` up to and without `until`.

        `after` is the `next` of the page before. Raises NotFound as `balance` does, Invalid for a bad page.
        """
        if not 1 <= limit <= LINES_MAX:
            raise Invalid(f"A page has 1 to {LINES_MAX} lines. Give a limit between them.")
        start, id = place(after) if after else (since, 0)
        async with (
            self.pool.acquire() as link,
            link.transaction(isolation="repeatable_read", readonly=True),
        ):
            account = await self._account(link, code, books)
            opening = await link.fetchval(statements.OPENING, account["id"], start, id)
            rows = await link.fetch(statements.MOVEMENTS, account["id"], start, id, until, limit + 1)
        lines = _lines(rows[:limit], opening, key_prefix(books))
        more = page_after(rows[limit - 1]["time"], rows[limit - 1]["id"]) if len(rows) > limit else None
        return Statement(
            code, account["asset"], opening, lines, lines[-1].balance if lines else opening, more
        )

    async def _account(self, link: Any, code: str, books: int | None) -> Any:
        account = None if "\0" in code else await link.fetchrow(statements.ACCOUNT, code, books)
        if account is None:
            raise NotFound(f"There is no account {code} that you may see.", code="unknown_account")
        return account


def page_after(time: datetime, id: int) -> str:
    return f"{(time - EPOCH) // timedelta(microseconds=1)}-{id}"


def place(after: str) -> tuple[datetime, int]:
    """What `page_after` wrote. Raises Invalid for anything else."""
    try:
        microseconds, id = map(int, after.split("-"))
        return EPOCH + timedelta(microseconds=microseconds), id
    except (ValueError, OverflowError):
        raise Invalid(f"“{after}” begins no page. Give the `next` of the page before.") from None


def _lines(rows: Sequence[Any], opening: int, prefix: str) -> list[Line]:
    lines, balance = [], opening
    for row in rows:
        balance += row["amount"]
        lines.append(Line(_own(row["key"], prefix), row["memo"], row["time"], row["amount"], balance))
    return lines


def _own(key: str, prefix: str) -> str:
    """A party's key as the party gave it."""
    if key.startswith(HOLD_PREFIX + prefix):
        return HOLD_PREFIX + key[len(HOLD_PREFIX + prefix) :]
    return key.removeprefix(prefix)

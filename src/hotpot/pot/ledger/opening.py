"""Accounts that programs open for their party, without Django."""

from __future__ import annotations

import re
from dataclasses import dataclass

import asyncpg

from hotpot.kernel.clock import Clock
from hotpot.kernel.errors import Conflict, Invalid
from hotpot.pot.ledger import statements
from hotpot.pot.ledger.wire import Open, Opened

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,99}")
_ASSET = re.compile(r"[A-Za-z][A-Za-z0-9._-]{0,31}")
LEAST = -(2**62)


def code_of(books: int, name: str) -> str:
    """No code of the pot's own rooms begins so, nor does another party's."""
    return f"party:{books}:own:{name}"


@dataclass(frozen=True, slots=True)
class Opener:
    """`pool` is asyncpg's, on the owner's role."""

    pool: asyncpg.Pool
    clock: Clock

    async def open(self, asked: Open, books: int) -> Opened:
        """An account in the party's books; one that is open already is answered as it is.

        Raises Invalid for a name, asset or least that can't be; Conflict where the name is open for another
        asset or with another least.
        """
        _check(asked)
        code = code_of(books, asked.name)
        row = await self.pool.fetchrow(
            statements.OPEN_ACCOUNT, code, asked.asset, books, asked.least, self.clock.now()
        )
        if row is not None:
            return Opened(code, asked.asset, asked.least, fresh=True)
        known = await self.pool.fetchrow(statements.ACCOUNT, code, books)
        if (known["asset"], known["least"]) != (asked.asset, asked.least):
            least = "no least" if known["least"] is None else f"a least of {known['least']}"
            raise Conflict(
                f"The account {asked.name} is open for {known['asset']} with {least}. "
                "Choose another name, or ask for the same.",
                code="name_taken",
            )
        return Opened(code, asked.asset, asked.least, fresh=False)


def _check(asked: Open) -> None:
    if not _NAME.fullmatch(asked.name):
        raise Invalid("A name has 1 to 100 letters, digits and . _ : -, a letter or digit first.")
    if not _ASSET.fullmatch(asked.asset):
        raise Invalid("An asset is a currency like CNY, or a word like bytes: 1 to 32 letters and digits.")
    if asked.least is not None and not LEAST <= asked.least <= 0:
        raise Invalid("An account begins at 0: its least is 0, or below for an overdraft, or null for none.")

"""Which party a token of the ledger's API acts for."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

import asyncpg

from hotpot.kernel.clock import Clock
from hotpot.kernel.errors import Forbidden, Refused
from hotpot.pot.ledger import statements

SCOPE = "ledger"
ROLES = ("owner", "finance")  # those with Right.MONEY in the party's rules; a test holds the two together
KNOWN_FOR_S = 10.0  # and so a token that is revoked works for at most that long
KNOWN_MAX = 10_000


class Unknown(Refused):
    """No live token came with the request."""

    code = "unknown"
    status = 401


@dataclass(slots=True)
class Bearers:
    """`pool` is asyncpg's, on the owner's role."""

    pool: asyncpg.Pool
    clock: Clock
    _known: dict[str, tuple[int, float]] = field(default_factory=dict)

    async def books_of(self, token: str) -> int:
        """The party in whose books the token may look and move.

        Raises Unknown for no live token, Forbidden for one that may not: it needs the scope "ledger", a
        party, and a bearer who is an owner or has the finance role there.
        """
        now = self.clock.now()
        found = self._known.get(token)
        if found is not None and 0 <= now.timestamp() - found[1] < KNOWN_FOR_S:
            return found[0]
        row = await self.pool.fetchrow(statements.BEARER, hashlib.sha256(token.encode()).digest(), now, SCOPE)
        if row is None:
            raise Unknown("Send a valid token: “Authorization: Bearer hp_…”.")
        if not row["may_move"] or row["role"] not in ROLES:
            raise Forbidden(
                "This token may not move money. Make one for the ledger, in the name of a party "
                "whose owner you are or whose finance role you have."
            )
        if len(self._known) >= KNOWN_MAX:
            self._known.clear()
        books = int(row["party_id"])
        self._known[token] = (books, now.timestamp())
        return books

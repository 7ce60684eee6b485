"""The carriers that messages go to: those that are set up, or the simulated network where none is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import asyncpg
import structlog

from hotpot.kernel.clock import Clock
from hotpot.kernel.errors import Refused
from hotpot.kernel.vault import Vault
from hotpot.pot.messaging.accounts import Account, account_of
from hotpot.pot.messaging.carriers import Carrier
from hotpot.pot.messaging.linked import LinkedCarrier
from hotpot.pot.messaging.simulated.carrier import NAME, SimulatedCarrier
from hotpot.pot.messaging.statements import CARRIER_ACCOUNTS

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Chosen:
    """`account` is None for the simulated network."""

    account: Account | None

    def carrier(self, database_url: str, clock: Clock) -> Carrier:
        if self.account is None:
            return SimulatedCarrier(database_url, clock)
        return LinkedCarrier(self.account, clock)


async def chosen(connection: asyncpg.Connection, vault: Vault) -> Mapping[str, Chosen]:
    """By their names. An account that can't be read is left out, and said so."""
    rows = await connection.fetch(CARRIER_ACCOUNTS)
    if not rows:
        return {NAME: Chosen(None)}
    found: dict[str, Chosen] = {}
    for row in rows:
        try:
            found[row["name"]] = Chosen(account_of(row, vault))
        except Refused as error:
            log.error("a carrier can't be used", carrier=row["name"], reason=str(error))
    return found

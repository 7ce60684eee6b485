"""The carrier that messages go to: the one that is set up, or the simulated network where none is."""

from __future__ import annotations

from collections.abc import Sequence

import asyncpg

from hotpot.kernel.clock import Clock
from hotpot.kernel.errors import Refused
from hotpot.kernel.vault import Vault
from hotpot.pot.messaging.accounts import PURPOSE, account_of
from hotpot.pot.messaging.carriers import Carrier, CarrierAway
from hotpot.pot.messaging.linked import LinkedCarrier
from hotpot.pot.messaging.simulated.carrier import DATABASE_AWAY, SimulatedCarrier
from hotpot.pot.messaging.statements import CARRIER_ACCOUNT
from hotpot.pot.messaging.wire import Arrivals, Submission, Submitted

ASK_S = 4.0


class ChosenCarrier:
    """Looks at the accounts each time it connects."""

    def __init__(self, database_url: str, secret_key: str, clock: Clock) -> None:
        self._url = database_url
        self._vault = Vault(secret_key, PURPOSE)
        self._clock = clock
        self._carrier: Carrier = SimulatedCarrier(database_url, clock)

    @property
    def name(self) -> str:
        return self._carrier.name

    @property
    def window(self) -> int:
        return self._carrier.window

    async def connect(self) -> None:
        await self._carrier.close()
        try:
            self._carrier = await self._choose()
        except (*DATABASE_AWAY, Refused) as error:
            raise CarrierAway(str(error)) from error
        await self._carrier.connect()

    async def _choose(self) -> Carrier:
        connection = await asyncpg.connect(self._url, timeout=ASK_S, command_timeout=ASK_S)
        try:
            row = await connection.fetchrow(CARRIER_ACCOUNT)
        finally:
            connection.terminate()
        if row is None:
            return SimulatedCarrier(self._url, self._clock)
        return LinkedCarrier(account_of(row, self._vault), self._clock)

    async def close(self) -> None:
        await self._carrier.close()

    async def submit(self, batch: Sequence[Submission]) -> Sequence[Submitted]:
        return await self._carrier.submit(batch)

    async def arrivals(self, wait_s: float) -> Arrivals:
        return await self._carrier.arrivals(wait_s)

    async def acknowledge(self, arrivals: Arrivals) -> None:
        await self._carrier.acknowledge(arrivals)

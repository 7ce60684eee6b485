"""What the dealings of a year share: the market, its chance, and what is still on its way."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random
from typing import Any, TypeVar

from django.db.models import Model, QuerySet

from hotpot.pot.party.models import Party
from hotpot.pot.subscription.models import Subscription
from tests.year.usage import Event
from tests.year.world import Customer, World

Row = TypeVar("Row", bound=Model)


@dataclass(slots=True)
class Year:
    world: World
    database_url: str
    kept_back: list[Event] = field(default_factory=list)  # happened, not sent yet
    sent_late: list[Event] = field(default_factory=list)
    _keys: Iterator[int] = field(default_factory=itertools.count)

    @property
    def random(self) -> Random:
        return self.world.random

    def key(self) -> str:
        return f"year-{next(self._keys)}"

    def customer(self) -> Customer:
        return self.random.choice(self.world.customers)

    def operator(self) -> Party:
        return self.random.choice(self.world.operators)

    def customer_of(self, subscription: Subscription) -> Customer:
        return next(one for one in self.world.customers if one.party.id == subscription.customer_id)

    def any(self, rows: QuerySet[Row, Any]) -> Row | None:
        """One of them by chance, the same for the same seed."""
        found = list(rows.order_by("pk").distinct())
        return self.random.choice(found) if found else None

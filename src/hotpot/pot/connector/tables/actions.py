"""Our side of the tables: what is stored with a row before it leaves theirs."""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from hotpot.kernel.errors import NotFound
from hotpot.pot.access.readers import as_system
from hotpot.pot.connector import actions
from hotpot.pot.connector.models import Connector
from hotpot.pot.connector.problems import Met, noted
from hotpot.pot.connector.tables.wire import Failure, Key, Reading
from hotpot.pot.connector.wire import Tables
from hotpot.pot.events.actions import perform
from hotpot.pot.events.wire import Actor
from hotpot.pot.messaging import door
from hotpot.pot.messaging.actions import open_interface
from hotpot.pot.messaging.wire import Accepted, Given, Interface, Notice, Refusal, Refused
from hotpot.pot.party.models import Party

POLL_S = 0.5
NOT_WRITTEN = "not_written"  # a notice that their table refused
LATER = frozenset({Refusal.SUSPENDED, Refusal.THROTTLED})  # not the row's fault: it stays where it is

# What `Connector.taken` holds: {"keys": [...], "failures": [[key, ref, number, code, reason], ...]}.
Taken = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Stored:
    """`stopped`: no more is taken now, so the rest stays in their table."""

    taken: Taken
    messages: int
    stopped: bool


@transaction.atomic
def connect(
    actor: Actor,
    *,
    customer: Party,
    name: str,
    address: str,
    tables: Tables,
    access_number: str,
    time_zone: str,
    encoding: str = "",
    now: datetime,
) -> Connector:
    """Messages go by the tables in the database at `address` from now on.

    Raises Forbidden, Conflict, Invalid.
    """
    config = {"tables": asdict(tables), "time_zone": time_zone, "encoding": encoding, "poll_s": POLL_S}
    connector = actions.create(actor, customer=customer, name=name, address=address, config=config, now=now)
    connector.interface_id = open_interface(
        customer.id,
        name=name,
        kind="tables",
        login=f"tables-{access_number}",
        password=secrets.token_urlsafe(32),  # Nobody logs in: their database's address is what counts.
        access_number=access_number,
        now=now,
    )
    connector.save(update_fields=["interface"])
    return actions.start(actor, connector=connector, now=now)


def interface_of(connector: Connector) -> Interface:
    with transaction.atomic(), as_system():
        found = perform(door.by_id(connector.interface_id or 0))
    if found is None:
        raise NotFound("The interface of these tables is gone. Set the plug-in up anew.")
    return found


@transaction.atomic
def take(
    connector: Connector,
    interface: Interface,
    rows: Sequence[tuple[Key, Reading | Failure]],
    *,
    now: datetime,
) -> Stored:
    """Their messages into our store, and with them which rows they were."""
    given = [one for _key, row in rows if isinstance(row, Reading) for one in row.given]
    with as_system():
        answers = iter(perform(door.accept(interface, given, now=now)) if given else [])
        stored = _stored(rows, answers)
        failures = stored.taken.get("failures", [])
        perform(noted(interface, [_met(Failure(*one)) for one in failures], now=now))
    _keep(connector, stored.taken)
    return stored


def _stored(rows: Sequence[tuple[Key, Reading | Failure]], answers: Iterator[Accepted | Refused]) -> Stored:
    keys: list[Key] = []
    failures: list[Failure] = []
    messages, stopped = 0, False
    for key, row in rows:
        if isinstance(row, Failure):
            keys.append(key)
            failures.append(row)
            continue
        said = [(given, next(answers)) for given in row.given]
        refused = [(given, one) for given, one in said if isinstance(one, Refused)]
        if len(refused) == len(said) and all(one.code in LATER for _given, one in refused):
            stopped = True
            continue
        keys.append(key)
        messages += len(said) - len(refused)
        failures += [_failure(key, row, given, one) for given, one in refused]
    taken: Taken = {"keys": keys, "failures": [list(_values(one)) for one in failures]} if keys else {}
    return Stored(taken, messages, stopped)


def _failure(key: Key, row: Reading, given: Given, refused: Refused) -> Failure:
    return Failure(key, row.ref, given.number, refused.code, refused.reason)


def _values(one: Failure) -> tuple[Key, str, str, str, str]:
    return (one.key, one.ref, one.number, str(one.code), one.reason)


def _met(one: Failure) -> Met:
    return Met(one.code, one.reason, f"{one.key}: {one.number}")


def finished(connector: Connector) -> None:
    """Their rows are out of their table."""
    _keep(connector, {})


def _keep(connector: Connector, taken: Taken) -> None:
    Connector.objects.filter(id=connector.id).update(taken=taken)
    connector.taken = taken


def pending(interface: Interface, limit: int) -> list[Notice]:
    with transaction.atomic(), as_system():
        return perform(door.pending(interface.id, limit=limit))


def told(interface: Interface, ids: Sequence[int], refused: Mapping[int, str], *, now: datetime) -> None:
    """Their tables have these notices, or never will: `refused` says why."""
    met = [Met(NOT_WRITTEN, reason, f"message notice {number}") for number, reason in refused.items()]
    with transaction.atomic(), as_system():
        perform(door.told(ids))
        perform(noted(interface, met, now=now))

"""Verbs of routes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from hotpot.kernel.errors import Conflict, Invalid, NotFound
from hotpot.pot.access.readers import as_system
from hotpot.pot.events.actions import perform, record
from hotpot.pot.events.wire import Actor, Fact
from hotpot.pot.messaging.models import CarrierAccount, Interface, Route
from hotpot.pot.messaging.switch import routing
from hotpot.pot.messaging.switch.may import require_operator
from hotpot.pot.messaging.switch.routing import MINUTES_A_DAY, SIMULATED, Snapshot, Wanted, Weighed

FIELDS = (
    "name", "carrier", "priority", "operator_id", "prefix", "customer_id", "interface_id", "message_class",
    "days", "from_minute", "to_minute", "parts_max", "weight", "price_e4", "is_on",
)  # fmt: skip


def save_route(actor: Actor, given: Mapping[str, Any], *, route_id: int | None = None, now: datetime) -> int:
    """Adds a route, or changes one; its id. `given`: fields of models.Route. Raises Invalid, Conflict."""
    require_operator(actor, now=now)
    values = {name: given[name] for name in FIELDS if name in given}
    with transaction.atomic(), as_system():
        route = Route() if route_id is None else _held(actor, route_id, now)
        for name, value in values.items():
            setattr(route, name, value)
        require_operator(actor, route.customer_id, now=now)
        _check(route)
        route.changed_at = now
        route.save()
        told = {"name": route.name, "carrier": route.carrier}
        kind = "route.changed" if route_id is not None else "route.added"
        record(actor, Fact(kind, f"route/{route.pk}", [actor.party_id], told), now=now)
    return route.pk


def remove_route(actor: Actor, *, route_id: int, now: datetime) -> None:
    """Raises NotFound."""
    require_operator(actor, now=now)
    with transaction.atomic(), as_system():
        route = _held(actor, route_id, now)
        route.delete()
        record(
            actor, Fact("route.removed", f"route/{route_id}", [actor.party_id], {"name": route.name}), now=now
        )


def _held(actor: Actor, route_id: int, now: datetime) -> Route:
    route = Route.objects.select_for_update().filter(id=route_id).first()
    if route is None:
        raise NotFound(_("There is no such route any more."))
    require_operator(actor, route.customer_id, now=now)
    return route


def _check(route: Route) -> None:
    known = set(CarrierAccount.objects.values_list("name", flat=True)) | {SIMULATED}
    if Route.objects.filter(name=route.name).exclude(pk=route.pk).exists():
        raise Conflict(_("Another route has this name."))
    if route.carrier not in known:
        raise Invalid(_("No carrier of this name is set up."))
    for holds, sentence in _laws(route):
        if not holds:
            raise Invalid(sentence)


def _laws(route: Route) -> Iterator[tuple[bool, object]]:
    from_minute, to_minute = route.from_minute, route.to_minute
    yield bool(route.name.strip()), _("Give the route a name.")
    prefix = not route.prefix or (route.prefix.startswith("+") and route.prefix[1:].isdecimal())
    yield prefix, _("A prefix begins with + and the country code, like +86138.")
    times = 0 <= from_minute < MINUTES_A_DAY and 0 < to_minute <= MINUTES_A_DAY
    yield times, _("A time of day is between 00:00 and 24:00.")
    open_some_time = from_minute != to_minute and 0 < route.days < 128
    yield open_some_time, _("A route is open for some time on some day.")
    yield 0 < route.parts_max <= routing.PARTS_MAX, _("A long message has 1 to 255 parts.")
    amounts = route.price_e4 >= 0 and (route.weight is None or route.weight >= 0)
    yield amounts, _("A price and a weight are not below zero.")


def explain(
    number: str, *, interface_id: int | None = None, parts: int = 1, now: datetime
) -> tuple[list[Weighed], int | None, Snapshot]:
    """Each route with its place or what speaks against it, the number's home today, and what was known.

    Raises NotFound for an interface that there isn't.
    """
    with transaction.atomic(), as_system():
        interface = Interface.objects.filter(id=interface_id).first() if interface_id is not None else None
        if interface_id is not None and interface is None:
            raise NotFound(_("There is no such interface."))
        snapshot, home = perform(routing.home_of(number))
    wanted = Wanted(number, interface.customer_id if interface else None, interface_id, parts)
    return routing.explained(snapshot, wanted, operator=home, now=now), home, snapshot

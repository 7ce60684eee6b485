"""What a developer's people do: name sources, make meters; and what an app does: record usage."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from hotpot.kernel.errors import Conflict, NotFound
from hotpot.pot.access.readers import as_system
from hotpot.pot.catalog.models import App
from hotpot.pot.events.actions import record
from hotpot.pot.events.wire import Actor, Fact
from hotpot.pot.identity import actions as identity
from hotpot.pot.identity.models import AccessToken, Person
from hotpot.pot.identity.rules import USAGE
from hotpot.pot.metering.definitions import check_meter, check_source
from hotpot.pot.metering.models import Meter, Source, Submission
from hotpot.pot.metering.statements import CHANNEL
from hotpot.pot.metering.wire import Event, encode
from hotpot.pot.party.queries import require_right
from hotpot.pot.party.rules import Right


@transaction.atomic
def add_source(*, actor: Actor, app_id: str, uri: str, now: datetime) -> Source:
    """Events of that source are the app's from now on. Adding it again changes nothing."""
    app = _app(actor, app_id)
    check_source(uri, app.id)
    with as_system():
        source, made = Source.objects.get_or_create(uri=uri, defaults={"app": app, "made_at": now})
    if source.app_id != app.id:
        raise Conflict(_("This source is another app's. Choose another URI."))
    if made:
        record(
            actor, Fact("metering.source.added", f"app/{app.id}", [app.developer_id], {"uri": uri}), now=now
        )
    return source


@transaction.atomic
def make_meter(
    *,
    actor: Actor,
    app_id: str,
    code: str,
    event_type: str,
    aggregation: str,
    unit: str,
    now: datetime,
    field: str = "",
    exponent: int = 0,
) -> Meter:
    """Counts events that come from now on (the intake knows it within a second).

    `field` of an event's data, times 10^`exponent`, is a quantity in `unit`. The same meter again changes
    nothing; raises Conflict where the code already means something else.
    """
    app = _app(actor, app_id)
    meaning = {
        "event_type": event_type,
        "aggregation": aggregation,
        "field": field,
        "unit": unit,
        "exponent": exponent,
    }
    check_meter(
        code=code, event_type=event_type, aggregation=aggregation, field=field, unit=unit, exponent=exponent
    )
    try:
        with transaction.atomic():
            meter = Meter.objects.create(app=app, code=code, made_at=now, **meaning)
    except IntegrityError:
        meter = Meter.objects.get(app=app, code=code)
        if meter.ended_at is None and all(getattr(meter, name) == value for name, value in meaning.items()):
            return meter
        raise Conflict(
            _("The meter “%(code)s” means something else already. Choose another code.") % {"code": code}
        ) from None
    data = {"code": code, "event_type": event_type, "aggregation": aggregation}
    record(actor, Fact("metering.meter.made", f"meter/{meter.id}", [app.developer_id], data), now=now)
    return meter


@transaction.atomic
def end_meter(*, actor: Actor, meter_id: int, now: datetime) -> Meter:
    """It counts nothing more. What it counted stays. Ending it twice changes nothing."""
    meter = Meter.objects.select_for_update(of=("self",)).select_related("app").filter(id=meter_id).first()
    if meter is None:
        raise NotFound(_("There is no such meter among yours."))
    require_right(actor, Right.RUN, meter.app.developer_id)
    if meter.ended_at is None:
        meter.ended_at = now
        meter.save(update_fields=["ended_at"])
        record(
            actor,
            Fact("metering.meter.ended", f"meter/{meter.id}", [meter.app.developer_id], {"code": meter.code}),
            now=now,
        )
    return meter


@transaction.atomic
def make_token(
    *,
    actor: Actor,
    person: Person,
    app_id: str,
    sources: Sequence[str],
    name: str,
    days: int,
    now: datetime,
) -> tuple[AccessToken, str]:
    """A token that may send events of these sources and do nothing else, and its text, which is nowhere kept.

    It is `person`'s and works for as long as that person has a role with the app's developer.
    """
    app = _app(actor, app_id)
    require_right(actor, Right.ROLES, app.developer_id)
    own = set(Source.objects.filter(app=app, uri__in=sources).values_list("uri", flat=True))
    for uri in sources:
        if uri not in own:
            raise NotFound(_("“%(uri)s” is not a source of this app. Add it first.") % {"uri": uri})
    return identity.make_token(
        actor,
        person=person,
        name=name,
        party_id=app.developer_id,
        scopes=[f"{USAGE}{uri}" for uri in sources],
        days=days,
        now=now,
    )


def submit(*, app_id: str, events: Sequence[Event], now: datetime) -> None:
    """Hands events of an app of this pot to the intake, in the caller's transaction: they are taken if it
    commits, and only then. `source` of each is the app's own."""
    if not events:
        return
    with as_system():
        Submission.objects.create(app_id=app_id, events=encode(events), at=now)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_notify(%s, '')", [CHANNEL])


def _app(actor: Actor, app_id: str) -> App:
    app = App.objects.filter(id=app_id).first()
    if app is None:
        raise NotFound(_("There is no such app among yours."))
    require_right(actor, Right.RUN, app.developer_id)
    return app

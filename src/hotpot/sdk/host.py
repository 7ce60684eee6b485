"""Runs the apps that live in this process: finds them, registers them, hands them their events.

An app is a Django app whose folder holds a `manifest.toml` and whose module `app` has the `App` in `app`.
"""

from __future__ import annotations

import importlib
import logging
import traceback
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from uuid import UUID

from django.apps import apps as installed
from django.db import InterfaceError, OperationalError, transaction

from hotpot.pot.access.readers import as_system
from hotpot.pot.catalog import actions as catalog_actions
from hotpot.pot.catalog.models import App as AppRow
from hotpot.pot.events.actions import record
from hotpot.pot.events.queries import consume
from hotpot.pot.events.wire import SYSTEM_ACTOR, Actor, Fact
from hotpot.pot.messaging import actions as messaging_actions
from hotpot.pot.subscription import actions as subscription_actions
from hotpot.sdk.app import App
from hotpot.sdk.local import LocalPot
from hotpot.sdk.models import ParkedEvent
from hotpot.sdk.platform import PlatformEvent
from hotpot.sdk.storage import create_storage

EVENTS_PER_BATCH = 500
PIECES_PER_ROUND = 100
ERROR_LENGTH_MAX = 4000

logger = logging.getLogger(__name__)


@cache
def hosted() -> Mapping[str, App]:
    """The apps of this process by id. Raises InvalidManifest for one that doesn't keep its promises."""
    found = {}
    for config in installed.get_app_configs():
        if (Path(config.path) / "manifest.toml").exists():
            app: App = importlib.import_module(f"{config.name}.app").app
            app.check()
            found[app.id] = app
    return found


@transaction.atomic
def register(app: App, *, actor: Actor, developer_id: int, now: datetime) -> AppRow:
    """The app comes into the catalogue, or up to its newest manifest. A second call changes nothing."""
    with as_system():
        before = AppRow.objects.filter(id=app.id).values_list("manifest", flat=True).first()
    manifest = app.manifest.to_json()
    row = catalog_actions.register_app(actor=actor, developer_id=developer_id, manifest=manifest, now=now)
    if before is not None and before["functions"] != manifest["functions"]:
        subscription_actions.follow_manifest(app.id)
    make_ready(app)
    return row


@transaction.atomic
def make_ready(app: App) -> None:
    """What the app needs of the platform before it runs: its storage and its words."""
    create_storage(app.id)
    messaging_actions.register_templates(app.id, app.manifest.templates)


def catch_up(app: App, now: datetime) -> None:
    """After an upgrade: a registered app's listing and its seats follow the manifest that came with it."""
    make_ready(app)
    row = AppRow.objects.filter(id=app.id).first()
    if row is not None and row.manifest != app.manifest.to_json():
        register(app, actor=SYSTEM_ACTOR, developer_id=row.developer_id, now=now)


def dispatch(app: App, now: datetime) -> int:
    """Hands the next events of the record to the app, once; how many there were, 0 when there are none.

    What the app writes and its place in the record commit together.
    """
    if not app.event_types:
        return 0
    with consume(f"app:{app.id}", types=app.event_types, limit=EVENTS_PER_BATCH) as events:
        if events:
            pot = LocalPot(app.manifest, now)
            by_type: dict[str, list[PlatformEvent]] = defaultdict(list)
            for event in pot.concerning(events):
                by_type[event.type].append(event)
            for type in app.event_types:
                _handle(app, pot, by_type[type])
        return len(events)


def mind_the_clock(app: App, now: datetime) -> None:
    """What is due by now, piece by piece. What fails is logged and tried again next time."""
    try:
        for _piece in range(PIECES_PER_ROUND if app.minds_the_clock else 0):
            with transaction.atomic(), as_system():
                if not app.on_time(LocalPot(app.manifest, now)):
                    return
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        logger.exception("app %s failed at what was due", app.id)


def _handle(app: App, pot: LocalPot, events: Sequence[PlatformEvent]) -> None:
    """All at once; when that fails, halves, down to the event that can't be handled, which is parked."""
    if not events:
        return
    try:
        with transaction.atomic():
            app.handle(pot, events)
    except (OperationalError, InterfaceError):
        raise  # The database is away or wants the transaction again: no event is to blame.
    except Exception as error:
        if len(events) == 1:
            _park(app, events[0], error, pot.now)
            return
        middle = len(events) // 2
        _handle(app, pot, events[:middle])
        _handle(app, pot, events[middle:])


def _park(app: App, event: PlatformEvent, error: Exception, now: datetime) -> None:
    logger.error("app %s could not handle %s %s", app.id, event.type, event.subject, exc_info=error)
    told = "".join(traceback.format_exception(error))[-ERROR_LENGTH_MAX:]
    ParkedEvent.objects.get_or_create(
        app_id=app.id,
        event_id=UUID(event.id),
        defaults={
            "type": event.type,
            "subject": event.subject,
            "time": event.time,
            "data": event.data,
            "error": told,
            "parked_at": now,
        },
    )
    developer_id = AppRow.objects.filter(id=app.id).values_list("developer_id", flat=True).first()
    data = {"type": event.type, "subject": event.subject, "error": str(error)[:ERROR_LENGTH_MAX]}
    record(SYSTEM_ACTOR, Fact("app.event_parked", f"app/{app.id}", [developer_id], data), now=now)


def retry_parked(app: App, now: datetime) -> int:
    """After the app was mended: what was parked is handled now, or parked again; how many went well."""
    done = 0
    for parked in ParkedEvent.objects.filter(app_id=app.id).order_by("time", "id"):
        event = PlatformEvent(str(parked.event_id), parked.type, parked.subject, parked.time, parked.data)
        with transaction.atomic():
            parked.delete()
            _handle(app, LocalPot(app.manifest, now), [event])
        done += not ParkedEvent.objects.filter(app_id=app.id, event_id=parked.event_id).exists()
    return done

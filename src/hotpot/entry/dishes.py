"""Serves the apps that live in this installation: pages in the web's process, events in one of their own."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

import psycopg
from django.conf import settings
from django.db import InterfaceError, OperationalError, connection
from psycopg.conninfo import make_conninfo

from hotpot.kernel.clock import Clock
from hotpot.pot.events.actions import CHANNEL
from hotpot.sdk.host import EVENTS_PER_BATCH, dispatch, hosted, mind_the_clock

POLL_S = 1.0

logger = logging.getLogger(__name__)


def serve_dishes() -> None:
    """Loads every app now, so that a broken one is known at the start and not at a member's click."""
    hosted()


def dispatch_once(clock: Clock | None = None) -> int:
    """Hands to all apps all that is in the record now and lets them do what is due; how many events."""
    clock = clock or settings.HOTPOT_CLOCK
    handled = 0
    for app in hosted().values():
        mind_the_clock(app, clock.now())
        while batch := dispatch(app, clock.now()):
            handled += batch
            if batch < EVENTS_PER_BATCH:
                break
    return handled


def run_forever(beat: Callable[[], None]) -> None:
    """Dispatches whenever the record grows, and each second. `beat` is called on every round."""
    serve_dishes()
    while True:
        try:
            _serve(beat)
        except (OperationalError, InterfaceError, psycopg.OperationalError) as error:
            logger.warning("the database is away, trying again: %s", error)
            connection.close()
            beat()
            time.sleep(POLL_S)


def _serve(beat: Callable[[], None]) -> None:
    """Until the database goes away."""
    with psycopg.connect(_address(), autocommit=True) as listener:
        listener.execute(f"LISTEN {CHANNEL}")
        while True:
            beat()
            dispatch_once()
            for _notice in listener.notifies(timeout=POLL_S, stop_after=1):
                pass


def _address() -> str:
    """The database that Django uses, for a connection that only listens."""
    ours = connection.settings_dict
    named = {"dbname": "NAME", "host": "HOST", "port": "PORT", "user": "USER", "password": "PASSWORD"}
    return make_conninfo(**{key: ours[name] for key, name in named.items() if ours[name]})

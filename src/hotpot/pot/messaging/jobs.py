"""What happens by itself: long files of numbers, reviews that nobody did, counts that are over."""

from __future__ import annotations

from itertools import islice

from django.conf import settings
from django.db import transaction
from procrastinate.contrib.django import app

from hotpot.pot.events.wire import Actor
from hotpot.pot.messaging.models import NumberImport
from hotpot.pot.messaging.switch import lists, reviews


@app.task(name="messaging.take_numbers", queue="seats")
def work_through(import_id: int, person_id: int | None, party_id: int | None, way: str) -> None:
    """Goes on where a fallen worker stopped: each step commits what it did and how far it is."""
    actor = Actor(person_id, party_id, way)
    held = NumberImport.objects.get(id=import_id)
    lines = lists.lines_of(held.content)
    for _ in islice(lines, held.lines_done):
        pass
    while batch := list(islice(lines, lists.LINES_AT_ONCE)):
        with transaction.atomic():
            held = NumberImport.objects.select_for_update().get(id=import_id)
            lists.take_lines(actor, held, batch, settings.HOTPOT_CLOCK.now())


@app.periodic(cron="*/5 * * * *")
@app.task(name="messaging.tidy_switch", queue="messages", queueing_lock="messaging.tidy_switch")
def tidy(timestamp: int) -> None:
    """Reviews whose time is over end; what was counted in days long gone is forgotten."""
    reviews.expire(now=settings.HOTPOT_CLOCK.now())
    reviews.forget(now=settings.HOTPOT_CLOCK.now())

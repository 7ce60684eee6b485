"""Long files of seats are worked through in the background, a few thousand lines at a time."""

from __future__ import annotations

from datetime import datetime
from itertools import islice

from django.conf import settings
from django.db import transaction
from procrastinate.contrib.django import app

from hotpot.kernel.errors import Refused
from hotpot.kernel.msisdn import InvalidMsisdn, Msisdn
from hotpot.pot.access.readers import as_system
from hotpot.pot.events.actions import Fact, record
from hotpot.pot.events.wire import Actor
from hotpot.pot.party.enlisting import Enlisted, enlist
from hotpot.pot.party.models import Party
from hotpot.pot.party.queries import today
from hotpot.pot.subscription import actions
from hotpot.pot.subscription.models import SeatImport
from hotpot.pot.subscription.wire import Line, lines_of

LINES_AT_ONCE = 1_000
PROBLEMS_MAX = 1_000  # told; a file with more has been exported wrongly


@app.task(name="subscription.work_through", queue="seats")
def work_through(import_id: int, person_id: int | None, party_id: int | None, way: str) -> None:
    """Goes on where a fallen worker stopped: each step commits what it did and how far it is."""
    actor = Actor(person_id, party_id, way)
    while True:
        with transaction.atomic():
            rows = SeatImport.objects.select_for_update(of=("self",)).select_related("customer")
            seat_import = rows.get(id=import_id)
            if seat_import.finished_at is not None:
                return
            take_lines(seat_import, actor, settings.HOTPOT_CLOCK.now())


def take_lines(seat_import: SeatImport, actor: Actor, now: datetime) -> None:
    """The next lines: their people become members, their numbers get seats, what can't be is told."""
    done = seat_import.lines_done
    lines = list(islice(lines_of(seat_import.content), done, done + LINES_AT_ONCE))
    people, problems = _readable(lines, seat_import.customer)
    try:
        with transaction.atomic():
            seat_import.assigned += _seat(seat_import, list(people.values()), actor, now)
    except Refused as refusal:
        problems.append(f"{lines[0].at}–{lines[-1].at}: {refusal.sentence}")
    seat_import.problems = (seat_import.problems + problems)[:PROBLEMS_MAX]
    seat_import.lines_done += len(lines)
    if seat_import.lines_done >= seat_import.lines:
        _finish(seat_import, actor, now)
    with as_system():
        seat_import.save()


def _readable(lines: list[Line], customer: Party) -> tuple[dict[str, Enlisted], list[str]]:
    people: dict[str, Enlisted] = {}
    problems: list[str] = []
    for line in lines:
        try:
            number = Msisdn.parse(line.number, region=customer.country)
        except InvalidMsisdn as refusal:
            problems.append(f"{line.at}: {refusal.sentence}")
            continue
        people[number.e164] = Enlisted(number, line.name, line.department)
    return people, problems


def _seat(seat_import: SeatImport, people: list[Enlisted], actor: Actor, now: datetime) -> int:
    if not people:
        return 0
    enlist(actor, customer=seat_import.customer, people=people, now=now)
    given = actions.assign_seats(
        actor=actor,
        subscription_id=seat_import.subscription_id,
        numbers=[one.number.e164 for one in people],
        starts_on=max(seat_import.starts_on, today(seat_import.customer, now)),
        now=now,
    )
    return len(given.seat_ids)


def _finish(seat_import: SeatImport, actor: Actor, now: datetime) -> None:
    seat_import.finished_at = now
    seat_import.content = ""
    told = {
        "lines": seat_import.lines,
        "assigned": seat_import.assigned,
        "problems": len(seat_import.problems),
    }
    subject = f"subscription/{seat_import.subscription_id}"
    record(actor, Fact("subscription.imported", subject, [seat_import.customer_id], told), now=now)

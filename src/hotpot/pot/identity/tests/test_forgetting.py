"""A code asked for a number that is nobody's leaves no person behind for ever."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from hotpot.conftest import NOW, make_market, make_member, make_membership, make_party, make_person
from hotpot.kernel.msisdn import Msisdn
from hotpot.pot.events.models import EventRow
from hotpot.pot.events.wire import SYSTEM_ACTOR
from hotpot.pot.identity import actions, jobs
from hotpot.pot.identity.models import AuditEntry, Person

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(days=8)


def unverified(number: str) -> Person:
    person = make_person(number, number_verified_at=None, created_at=NOW)
    actions.note("code_sent", person=person, now=NOW)
    return person


def test_only_who_is_named_nowhere_else_is_forgotten(fixed_clock: Any) -> None:
    alone, young, asked = (unverified(f"+861390000000{n}") for n in range(3))
    member, owner = unverified("+8613900000003"), unverified("+8613900000004")
    make_member(make_market().customer, member)
    make_membership(make_party("operator"), owner)
    verified = make_person(created_at=NOW)
    Person.objects.filter(id=young.id).update(created_at=LATER - timedelta(days=6))
    actions.note("code_sent", person=asked, now=LATER - timedelta(minutes=2))
    fixed_clock.move_to(LATER)
    jobs.forget(0)
    kept = set(Person.objects.values_list("id", flat=True))
    assert alone.id not in kept
    assert {young.id, asked.id, member.id, owner.id, verified.id} <= kept
    assert AuditEntry.objects.filter(number=alone.number).exists()
    assert EventRow.objects.get(type="identity.people.forgotten").data == {"count": 1}
    jobs.forget(0)
    assert EventRow.objects.filter(type="identity.people.forgotten").count() == 1


def test_whoever_comes_again_begins_anew() -> None:
    old = unverified("+8613900000001")
    assert actions.forget_unverified(now=LATER) == 1
    again = actions.ensure_person(SYSTEM_ACTOR, number=Msisdn(old.number), now=LATER)
    assert again.id != old.id

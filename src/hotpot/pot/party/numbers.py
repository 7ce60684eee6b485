"""Whose network a number is in: ranges, and numbers that their owners took elsewhere."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from hotpot.kernel.errors import Forbidden, Invalid
from hotpot.kernel.msisdn import Msisdn
from hotpot.pot.access.readers import as_system
from hotpot.pot.events.actions import Fact, record
from hotpot.pot.events.wire import Actor
from hotpot.pot.party import queries
from hotpot.pot.party.models import NumberRange, Party, PortedNumber
from hotpot.pot.party.rules import Right


def assign_range(actor: Actor, *, operator: Party, prefix: str, now: datetime) -> NumberRange:
    """Numbers that begin with `prefix` ("+86138") are the operator's; a longer prefix may take a part.
    By whoever runs the pot: operators don't hand out ranges to themselves."""
    if actor.person_id is not None:
        raise Forbidden(_("Number ranges are set by whoever runs this platform. Ask them."))
    if not (prefix.startswith("+") and prefix[1:].isdecimal()):
        raise Invalid(_("A range begins with + and the country code, like +86138."))
    with transaction.atomic(), as_system():
        range_, _made = NumberRange.objects.update_or_create(prefix=prefix, defaults={"operator": operator})
        fact = Fact("party.range.assigned", f"range/{prefix}", (operator.id,))
        record(actor, fact, now=now)
    return range_


def port_number(actor: Actor, *, number: Msisdn, operator: Party, now: datetime) -> PortedNumber:
    """The owner of `number` took it to `operator`. Told again, it changes nothing."""
    queries.require_right(actor, Right.RUN, operator.id)
    if operator.kind != Party.Kind.OPERATOR:
        raise Invalid(_("A number is ported to an operator. Choose one."))
    with transaction.atomic(), as_system():
        before = queries.operator_of(number)
        held = PortedNumber.objects.filter(number=number.e164, operator=operator).first()
        if held is not None:
            return held
        ported, _made = PortedNumber.objects.update_or_create(
            number=number.e164, defaults={"operator": operator, "since": now}
        )
        fact = Fact(
            "party.number.ported", f"number/{number.e164}", (operator.id, before.id if before else None)
        )
        record(actor, fact, now=now)
    return ported

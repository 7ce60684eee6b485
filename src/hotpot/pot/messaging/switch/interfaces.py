"""Verbs of interfaces after they were opened: policy, suspension, password; and of companies' limits."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from hotpot.kernel.errors import Invalid, NotFound
from hotpot.kernel.vault import Vault
from hotpot.pot.access.readers import as_system
from hotpot.pot.events.actions import record
from hotpot.pot.events.wire import Actor, Fact
from hotpot.pot.messaging.accounts import INTERFACE_PURPOSE
from hotpot.pot.messaging.models import CustomerLimit, Interface, NumberLimit
from hotpot.pot.messaging.switch.may import require_operator, require_owner
from hotpot.pot.messaging.switch.policy import checked


def set_policy(actor: Actor, *, interface_id: int, policy: Mapping[str, Any], now: datetime) -> None:
    """What may go out by it, from the next message on. Raises NotFound, Invalid."""
    given = checked({name: value for name, value in policy.items() if value is not None})
    with transaction.atomic(), as_system():
        held = _held(interface_id)
        require_operator(actor, held.customer_id, now=now)
        held.policy = msgspec.to_builtins(given)
        _save(actor, held, "interface.policy_set", now)


def suspend(actor: Actor, *, interface_id: int, now: datetime) -> None:
    """Nothing is taken from it; what is under way goes on. Its company may do so too. Raises NotFound."""
    with transaction.atomic(), as_system():
        held = _held(interface_id)
        require_owner(actor, held.customer_id, now=now)
        held.state = Interface.State.SUSPENDED
        _save(actor, held, "interface.suspended", now)


def resume(actor: Actor, *, interface_id: int, now: datetime) -> None:
    """Raises NotFound."""
    with transaction.atomic(), as_system():
        held = _held(interface_id)
        require_operator(actor, held.customer_id, now=now)
        held.state = Interface.State.RUNNING
        _save(actor, held, "interface.resumed", now)


def change_password(actor: Actor, *, interface_id: int, password: str, now: datetime) -> None:
    """The old one is good for nothing from the next login on. Raises NotFound, Invalid."""
    if not password:
        raise Invalid(_("An interface needs a password."))
    with transaction.atomic(), as_system():
        held = _held(interface_id)
        require_owner(actor, held.customer_id, now=now)
        held.sealed_password = Vault(settings.SECRET_KEY, INTERFACE_PURPOSE).seal(password)
        _save(actor, held, "interface.password_changed", now)


def change_settings(actor: Actor, *, interface_id: int, given: Mapping[str, Any], now: datetime) -> None:
    """What its kind needs; "" takes one away. Raises NotFound."""
    with transaction.atomic(), as_system():
        held = _held(interface_id)
        require_owner(actor, held.customer_id, now=now)
        held.settings = {name: value for name, value in {**held.settings, **given}.items() if value != ""}
        _save(actor, held, "interface.settings_changed", now)


def set_limits(
    actor: Actor,
    *,
    customer_id: int,
    per_second_max: int,
    per_day_max: int,
    per_month_max: int,
    now: datetime,
) -> None:
    """Over all interfaces of a company; 0 is none."""
    require_operator(actor, customer_id, now=now)
    if min(per_second_max, per_day_max, per_month_max) < 0:
        raise Invalid(_("A limit is not below zero."))
    values = {"per_second_max": per_second_max, "per_day_max": per_day_max, "per_month_max": per_month_max}
    with transaction.atomic(), as_system():
        CustomerLimit.objects.update_or_create(
            customer_id=customer_id, defaults={**values, "changed_at": now}
        )
        fact = Fact("message_limits.set", f"party/{customer_id}", [customer_id, actor.party_id], values)
        record(actor, fact, now=now)


def limit_numbers(
    actor: Actor,
    *,
    party_id: int,
    per_minute_max: int | None,
    per_hour_max: int | None,
    per_day_max: int | None,
    now: datetime,
) -> None:
    """How many messages one number may get. Of an operator: from each company it serves; of a company: from
    it, before its operator's word. 0 is no limit, None says nothing. Raises Forbidden, Invalid."""
    values = {"per_minute_max": per_minute_max, "per_hour_max": per_hour_max, "per_day_max": per_day_max}
    require_operator(actor, None if party_id == actor.party_id else party_id, now=now)
    given = {name: most for name, most in values.items() if most is not None}
    if min(given.values(), default=0) < 0:
        raise Invalid(_("A limit is not below zero."))
    with transaction.atomic(), as_system():
        if given:
            NumberLimit.objects.update_or_create(party_id=party_id, defaults={**values, "changed_at": now})
        else:
            NumberLimit.objects.filter(party_id=party_id).delete()
        parties = sorted({party_id, actor.party_id or party_id})
        record(actor, Fact("number_limits.set", f"party/{party_id}", parties, given), now=now)


def _held(interface_id: int) -> Interface:
    held = Interface.objects.select_for_update().filter(id=interface_id).first()
    if held is None:
        raise NotFound(_("There is no such interface."))
    return held


def _save(actor: Actor, held: Interface, kind: str, now: datetime) -> None:
    held.changed_at = now
    held.save()
    parties = [held.customer_id, *([actor.party_id] if actor.party_id != held.customer_id else [])]
    record(actor, Fact(kind, f"interface/{held.pk}", parties, {"name": held.name}), now=now)

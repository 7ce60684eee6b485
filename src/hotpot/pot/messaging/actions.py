"""Messaging's verbs for Django: pages, apps, jobs and the replay. The engine runs the same steps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from hotpot.kernel.errors import Conflict, NotFound
from hotpot.kernel.vault import Vault
from hotpot.pot.access.readers import as_system
from hotpot.pot.events.actions import perform, record
from hotpot.pot.events.wire import SYSTEM_ACTOR, Fact
from hotpot.pot.messaging import rules, steps
from hotpot.pot.messaging.accounts import FIELDS, INTERFACE_PURPOSE, PURPOSE, checked
from hotpot.pot.messaging.models import CarrierAccount, Interface, Template
from hotpot.pot.messaging.rules import ACCESS_NUMBER, render
from hotpot.pot.messaging.wire import Inbound, Outbound

__all__ = [
    "close_asks",
    "connect_carrier",
    "disconnect_carrier",
    "open_interface",
    "receive",
    "register_templates",
    "render",
    "send",
    "send_text",
]


def send_text(
    *,
    key: str,
    number: str,
    text: str,
    now: datetime,
    secret: bool = False,
    app_id: str = "",
    customer_id: int | None = None,
) -> int:
    """Queues one message; its id. The same `key` again sends nothing new."""
    return send([Outbound(key, number, text, app_id, customer_id, secret=secret)], now=now)[0]


def send(outbound: Sequence[Outbound], *, now: datetime) -> list[int]:
    """Queues messages; their ids in the order given. A known key yields the id it had before."""
    access_number = ACCESS_NUMBER
    with transaction.atomic(), as_system():
        return perform(steps.send(outbound, access_number=access_number, now=now))


def receive(inbounds: Sequence[Inbound], *, now: datetime) -> list[int]:
    """Takes messages from phones, each once, and records `message.replied`; the new messages' ids."""
    with transaction.atomic(), as_system():
        rows = perform(steps.receive(inbounds, now=now, home_url=settings.HOTPOT_BASE_URL))
        return [row[0] for row in rows]


def close_asks(app_id: str, references: Sequence[str], *, now: datetime) -> None:
    """Replies to these questions are late from now on; their tails are free for others."""
    with transaction.atomic(), as_system():
        perform(steps.close_asks(app_id, references, now=now))


def connect_carrier(given: Mapping[str, Any], *, now: datetime) -> None:
    """Sends messages to this carrier from the engine's next connection on. `given`: fields of Account.

    The same name again changes it. Raises Invalid.
    """
    account = checked(dict(given))
    settings_given = {name: given[name] for name in FIELDS if name in given}
    with transaction.atomic(), as_system():
        CarrierAccount.objects.update_or_create(
            name=account.name,
            defaults={
                "protocol": account.protocol,
                "host": account.host,
                "port": account.port,
                "login": account.login,
                "sealed_password": Vault(settings.SECRET_KEY, PURPOSE).seal(account.password),
                "settings": settings_given,
                "changed_at": now,
            },
        )
        told = {"name": account.name, "protocol": account.protocol}
        record(SYSTEM_ACTOR, Fact("carrier.connected", f"carrier/{account.name}", [], told), now=now)


def open_interface(
    customer_id: int,
    *,
    name: str,
    kind: str,
    login: str,
    password: str,
    access_number: str,
    settings_given: Mapping[str, Any] | None = None,
    now: datetime,
) -> int:
    """Lets one system of a company in; its id. Raises Invalid, Conflict where it is taken."""
    rules.check_interface(kind, login, password, access_number, ACCESS_NUMBER)
    row = Interface(
        customer_id=customer_id,
        name=name,
        kind=kind,
        login=login,
        sealed_password=Vault(settings.SECRET_KEY, INTERFACE_PURPOSE).seal(password),
        access_number=access_number,
        settings=dict(settings_given or {}),
        created_at=now,
        changed_at=now,
    )
    with transaction.atomic(), as_system():
        if Interface.objects.filter(Q(login=login) | Q(access_number=access_number)).exists():
            raise Conflict("Another interface has this login or this access number. Choose another one.")
        row.save()
        told = {"name": name, "kind": kind, "access_number": access_number}
        fact = Fact("interface.opened", f"interface/{row.pk}", [customer_id], told)
        record(SYSTEM_ACTOR, fact, now=now)
    return row.pk


def disconnect_carrier(name: str, *, now: datetime) -> None:
    """From the engine's next connection on nothing goes there. Raises NotFound."""
    with transaction.atomic(), as_system():
        if not CarrierAccount.objects.filter(name=name).delete()[0]:
            raise NotFound(f"There is no carrier named “{name}”.")
        record(SYSTEM_ACTOR, Fact("carrier.disconnected", f"carrier/{name}", [], {"name": name}), now=now)


def register_templates(app_id: str, templates: Mapping[str, Mapping[str, str]]) -> None:
    """Keeps an app's words: key -> language -> text with {places}. What is gone from them is removed."""
    rows = [
        Template(app_id=app_id, key=key, language=language, text=text)
        for key, texts in templates.items()
        for language, text in texts.items()
    ]
    with transaction.atomic(), as_system():
        Template.objects.filter(app_id=app_id).exclude(key__in=list(templates)).delete()
        Template.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["app_id", "key", "language"],
            update_fields=["text"],
        )

"""A row of every guarded table that belongs to one market, made from the models themselves."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import connection, models

from hotpot.conftest import LONG_AGO, NOW, Market
from hotpot.pot.catalog.models import App
from hotpot.pot.identity.models import Person
from hotpot.pot.metering import segments
from hotpot.pot.party.models import Certification, Department, Engagement, Member, Party

_serial = itertools.count(1)

# By the name of a column: what the generic value would get wrong.
WORDS = {
    "country": "CN",
    "currency": "CNY",
    "asset": "CNY",
    "time_zone": "Asia/Shanghai",
    "language": "en",
    "function": "inbox",
    "reader": "an-engine",
}

# Which party a column means; all others mean the customer.
KINDS = {
    "operator": "operator",
    "integrator": "integrator",
    "developer": "developer",
    "partner": "developer",
    "payer": "operator",
}

# By table: what its constraints ask for beyond the types of its columns.
SPECIAL: Mapping[str, Mapping[str, Any]] = {
    "metering_meter": {"aggregation": "count", "field": "", "exponent": 0},
    "metering_segment": {
        "first_event": 1,
        "last_event": 1,
        "keys": bytes(16),
        "events": segments.pack(segments.EVENTS.empty_table()),
        "usage": segments.pack(segments.USAGE.empty_table()),
    },
    # All operators of a platform see its carriers.
    "messaging_carrieraccount": {"name": "carrier", "protocol": "smpp"},
    "messaging_carrierhealth": {"name": "carrier", "reason": ""},
    "billing_bill": {"net_minor": 100, "total_minor": 100},
    "billing_billline": {"net_minor": 100, "amount_minor": 100},
    "billing_taxrate": {"rate_bp": 600},
    "payment_budget": {"soft_minor": 100},
    "payment_callback": {"payment": lambda rows: rows.of(apps.get_model("payment", "Payment"))},
    "payment_clearing": {"payment": lambda rows: rows.of(apps.get_model("payment", "Payment"))},
    "payment_policy": {"days_to_pay": 30},
    "settlement_statementline": {"kind": "guarantee"},
    "settlement_payoutaccount": {"confirmed_by": None},
    "settlement_payout": {"gross_minor": 3, "withheld_minor": 1, "amount_minor": 2},
    "notification_choice": {"ways": ["sms"], "pace": "now"},
    "notification_habits": {"quiet_from": None, "quiet_until": None},
    "notification_notification": {"route": ["sms"]},
    "party_agreementversion": {"model": "percent", "params": {"share_bp": 1000}, "currency": None},
}


def guarded_models() -> list[type[models.Model]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relrowsecurity AND relkind IN ('r', 'p')")
        tables = {name for (name,) in cursor.fetchall()}
    return [model for model in apps.get_models(include_auto_created=True) if model._meta.db_table in tables]


def without_triggers() -> None:
    """To the end of the test. Samples break rules between rows (sums, orders of states); the policies
    under them are what is on trial."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for model in guarded_models():
            cursor.execute(f"ALTER TABLE {model._meta.db_table} DISABLE TRIGGER USER")


class Rows:
    """Makes one row a model, and those that it points to, all of them of `market`.

    Every text holds `mark`, so that a page that shows any of it is found out.
    """

    def __init__(self, market: Market, mark: str) -> None:
        self.market = market
        self.mark = mark
        certification = Certification.objects.get(operator=market.operator, integrator=market.integrator)
        certification.state = Certification.State.SUSPENDED  # A certified one is known to all.
        certification.save()
        self.made: dict[type[models.Model], models.Model] = {
            Engagement: market.engagement,
            Department: market.department,
            Member: market.members[0],
            Certification: certification,
        }

    def of(self, model: type[models.Model]) -> models.Model:
        if model is Party:
            return self.market.customer
        if model is Person:
            return self.market.members[0].person
        if model not in self.made:
            self.made[model] = self._make(model)
        return self.made[model]

    def _make(self, model: type[models.Model]) -> models.Model:
        values: dict[str, Any] = {}
        for field in model._meta.concrete_fields:
            value = self._value(field)
            if value is not _LEAVE:
                values[field.name] = value
        for name, special in SPECIAL.get(model._meta.db_table, {}).items():
            values[name] = special(self) if callable(special) else special
        return model._base_manager.create(**values)

    def _value(self, field: models.Field[Any, Any]) -> Any:
        if isinstance(field, models.ForeignKey):
            return self._target(field)
        if field.name in ("party_ids", "person_ids"):
            return [self._owner(field.name.removesuffix("s")).pk]
        if field.name.endswith("_id") and isinstance(field, models.BigIntegerField):
            return self._owner(field.name).pk
        if isinstance(field, models.AutoField) or field.has_default() or _has_db_default(field):
            return _LEAVE
        if field.null:
            return None
        if field.name == "number" and isinstance(field, models.TextField):
            return self.market.members[0].person.number
        if field.name == "app_id":
            return self.of(App).pk
        return self._plain(field)

    def _target(self, field: models.ForeignKey[Any, Any]) -> Any:
        if field.related_model == field.model:
            return None
        if field.related_model is Person:
            return self.of(Person)
        if field.related_model is Party:
            return self._party(field.name)
        return None if field.null else self.of(field.related_model)

    def _owner(self, name: str) -> models.Model:
        """Whom a bare id means: "person_id" a person, any other a party."""
        return self.of(Person) if name.startswith("person") else self._party(name.removesuffix("_id"))

    def _party(self, name: str) -> Party:
        party: Party = getattr(self.market, KINDS.get(name, "customer"))
        return party

    def _plain(self, field: models.Field[Any, Any]) -> Any:
        if field.choices:
            return next(iter(field.flatchoices))[0]
        for kind, make in PLAIN.items():
            if isinstance(field, kind):
                return make()
        if isinstance(field, models.CharField | models.TextField):
            return WORDS.get(field.name, f"{self.mark}-{next(_serial)}")
        raise NotImplementedError(f"no sample value for {field}: add one to tests/access/market.py")


_LEAVE = object()

PLAIN: Mapping[type[models.Field[Any, Any]], Callable[[], Any]] = {
    models.DateTimeField: lambda: NOW - timedelta(seconds=next(_serial)),
    models.DateField: lambda: LONG_AGO + timedelta(days=next(_serial)),
    models.BooleanField: lambda: False,
    models.IntegerField: lambda: next(_serial),
    models.DecimalField: lambda: Decimal(1),
    models.UUIDField: uuid4,
    models.BinaryField: lambda: f"sample {next(_serial)}".encode(),
    models.JSONField: dict,
    models.GenericIPAddressField: lambda: "192.0.2.1",
    ArrayField: list,
}


def _has_db_default(field: models.Field[Any, Any]) -> bool:
    return field.db_default is not models.NOT_PROVIDED

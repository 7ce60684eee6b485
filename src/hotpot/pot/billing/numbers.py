"""The numbers of papers: bills, credit notes, statements. Without gaps, for each issuer and kind."""

from __future__ import annotations

from django.db import connection
from django.db.models import Max, Model

LOCK = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))"


def next_number(model: type[Model], operator_id: int, **kind: str) -> int:
    """The number after the newest of the operator's. Nobody else draws one until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(LOCK, [f"hotpot.numbers:{model._meta.label}:{operator_id}:{sorted(kind.items())}"])
    issued = model._default_manager.filter(operator_id=operator_id, **kind)
    return (issued.aggregate(newest=Max("number"))["newest"] or 0) + 1

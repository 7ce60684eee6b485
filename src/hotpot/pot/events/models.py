"""The record's table. Rows are only ever added."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models.functions import Now


class TransactionId(models.BigIntegerField):  # type: ignore[type-arg]
    """PostgreSQL's 64-bit id of the inserting transaction: by it readers know what is still open."""

    def db_type(self, connection: object) -> str:
        return "xid8"


class EventRow(models.Model):
    """One business event. `sequence` alone does not order commits: read in (txid, sequence) order."""

    sequence = models.BigAutoField(primary_key=True)
    txid = TransactionId(db_default=models.Func(function="pg_current_xact_id"))
    id = models.UUIDField(unique=True)
    type = models.TextField()
    subject = models.TextField()
    time = models.DateTimeField()
    recorded_at = models.DateTimeField(db_default=Now())
    person_id = models.BigIntegerField(null=True)
    party_id = models.BigIntegerField(null=True)
    way = models.TextField()
    party_ids = ArrayField(models.BigIntegerField())
    person_ids = ArrayField(models.BigIntegerField())
    data = models.JSONField()

    class Meta:
        db_table = "events_event"
        indexes: ClassVar = [
            models.Index(fields=["txid", "sequence"], name="events_in_commit_order"),
            models.Index(fields=["type", "sequence"], name="events_by_type"),
            models.Index(fields=["subject", "sequence"], name="events_by_subject"),
            models.Index(fields=["time"], name="events_by_time"),
            GinIndex(fields=["party_ids"], name="events_by_party"),
        ]


class Cursor(models.Model):
    """How far a reader of the record has come; it moves in the transaction of what was done."""

    reader = models.TextField(primary_key=True)
    txid = models.BigIntegerField(default=0)
    sequence = models.BigIntegerField(default=0)

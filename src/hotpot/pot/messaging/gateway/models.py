"""What the gateway remembers of the other ends."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class Silence(models.Model):
    """An interface's other end doesn't take its notices: since when, why, and when it is tried again.

    Gone once a notice was taken. Parked: not tried again until this row is taken away.
    """

    interface = models.OneToOneField("messaging.Interface", models.CASCADE, related_name="silence")
    since = models.DateTimeField()
    tries = models.IntegerField()
    reason = models.TextField()
    next_at = models.DateTimeField(null=True)
    parked_at = models.DateTimeField(null=True)


class NoticeMark(models.Model):
    """The last notice that there was at a moment: those up to it are older."""

    at = models.DateTimeField()
    notice_id = models.BigIntegerField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["at"], name="notice_marks_by_age")]


class DroppedNotices(models.Model):
    """How many notices an interface never fetched, so that they were dropped; see notices.py."""

    interface = models.OneToOneField(
        "messaging.Interface", models.CASCADE, primary_key=True, related_name="dropped_notices"
    )
    dropped = models.BigIntegerField()
    since = models.DateTimeField()
    last_at = models.DateTimeField()


class GivenPart(models.Model):
    """A part of an enterprise's long message: kept and acknowledged, joined when all are here or given up on.

    The same part again takes the place of the first.
    """

    interface = models.ForeignKey("messaging.Interface", models.CASCADE, db_index=False, related_name="+")
    numbers = models.TextField()  # E.164, with commas between
    extension = models.TextField(blank=True)
    reference = models.IntegerField()  # the enterprise's own number of the long message
    total = models.SmallIntegerField()
    place = models.SmallIntegerField()  # from 1
    ref = models.TextField()  # the id under which it was acknowledged
    wants_receipt = models.BooleanField()
    alphabet = models.TextField()  # see text.Alphabet
    data = models.BinaryField()
    flash = models.BooleanField()
    due_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["interface", "numbers", "extension", "reference", "total", "place"],
                name="one_given_part",
            )
        ]
        indexes: ClassVar = [models.Index(fields=["at"], name="given_parts_by_age")]

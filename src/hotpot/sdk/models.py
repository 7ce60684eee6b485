"""What the host of apps keeps of its own."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class ParkedEvent(models.Model):
    """An event that an app could not handle: set aside with its error, so that the others go on."""

    app_id = models.TextField()
    event_id = models.UUIDField()
    type = models.TextField()
    subject = models.TextField()
    time = models.DateTimeField()
    data = models.JSONField()
    error = models.TextField()
    parked_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["app_id", "event_id"], name="one_parking_per_event")
        ]

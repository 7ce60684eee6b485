"""What people chose about being told, and what they were told."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from hotpot.pot.identity.models import Person
from hotpot.pot.messaging.models import Message
from hotpot.pot.notification.rules import DIGEST_AT, FALL_BACK_AFTER_MIN


class Habits(models.Model):
    """What a person chose for all apps. Who has none is told by SMS at once."""

    person = models.OneToOneField(Person, models.CASCADE, primary_key=True, related_name="+")
    quiet_from = models.TimeField(null=True)  # on the person's own clock; both or none
    quiet_until = models.TimeField(null=True)
    digest_at = models.TimeField(default=DIGEST_AT)
    fall_back_after_min = models.SmallIntegerField(default=FALL_BACK_AFTER_MIN)
    mail_address = models.TextField(blank=True)
    mail_verified_at = models.DateTimeField(null=True)
    # A mail came back, so that no more go there before the address is verified again; what the server said.
    mail_bounced_at = models.DateTimeField(null=True)
    mail_bounce = models.TextField(blank=True, db_default="")
    changed_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(quiet_from=None, quiet_until=None)
                | Q(quiet_from__isnull=False, quiet_until__isnull=False),
                name="quiet_hours_are_whole",
            )
        ]


class Choice(models.Model):
    """By which ways, and how often, a person hears of one app; without an app, of all others."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    app_id = models.TextField(blank=True)
    ways = ArrayField(models.TextField())  # wire.Way
    pace = models.TextField()  # wire.Pace

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "app_id"], name="one_choice_per_app"),
            models.CheckConstraint(
                condition=Q(ways__contained_by=["push", "mail", "sms"]) & Q(ways__len__gt=0),
                name="ways_are_known",
            ),
            models.CheckConstraint(
                condition=Q(pace__in=["now", "hourly", "daily"]), name="pace_is_known"
            ),
        ]  # fmt: skip


class Browser(models.Model):
    """One browser that takes pushes for a person, until its push service says that it is gone."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    endpoint = models.TextField(unique=True)
    p256dh = models.TextField()
    auth = models.TextField()
    agent = models.TextField(blank=True)  # what the browser calls itself
    made_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)  # a push service last took something for it


class VapidKey(models.Model):
    """The installation's own key, by which push services know it (RFC 8292). There is one."""

    public_key = models.TextField()  # an uncompressed point, base64url: what browsers are given
    sealed_private_key = models.BinaryField()  # kernel.vault
    made_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(models.Value(1), name="one_vapid_key")]


class Notification(models.Model):
    """One thing that a person is told. What goes by SMS at once has none: it is a message and no more."""

    class State(models.TextChoices):
        HELD = "held"
        TRYING = "trying"
        SENT = "sent"
        DELIVERED = "delivered"
        DIGESTED = "digested"
        HANDED_OVER = "handed_over"
        WITHDRAWN = "withdrawn"
        FAILED = "failed"

    # Random: who has it may say that it was shown, follow its link, stop mails of its kind.
    token = models.UUIDField(unique=True)
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    message = models.OneToOneField(Message, models.CASCADE, null=True, related_name="notification")
    app_id = models.TextField(blank=True)
    text = models.TextField()
    link = models.TextField()
    to_address = models.TextField(blank=True)  # a mail address that is only being verified
    route = ArrayField(models.TextField())
    place = models.SmallIntegerField(default=0)  # in the route
    state = models.TextField(choices=State.choices)
    folds = models.BooleanField()
    due_at = models.DateTimeField()
    began_at = models.DateTimeField()  # when the way at `place` was tried first
    attempts = models.SmallIntegerField(default=0)  # by that way
    expires_at = models.DateTimeField()
    error = models.TextField(blank=True)
    digest = models.ForeignKey("self", models.CASCADE, null=True, related_name="pieces")
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField(null=True)  # its link was followed

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["due_at", "id"],
                condition=Q(state__in=("held", "trying", "sent")),
                name="notifications_due",
            ),
            models.Index(fields=["person", "-id"], name="notifications_of_person"),
        ]


class Attempt(models.Model):
    """One try of one way, and what came of it."""

    notification = models.ForeignKey(Notification, models.CASCADE, related_name="tries")
    way = models.TextField()
    error = models.TextField(blank=True)  # empty: it was taken
    at = models.DateTimeField()  # when that was known

    class Meta:
        indexes: ClassVar = [models.Index(fields=["at"], name="attempts_by_time")]

"""Connectors to enterprises' own systems, the tasks mirrored from them, the decisions sent back."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from hotpot.pot.identity.models import Person
from hotpot.pot.messaging.models import Interface
from hotpot.pot.party.models import Party
from hotpot.pot.web.sentences import SentenceField


class Connector(models.Model):
    class State(models.TextChoices):
        DRAFT = "draft"  # being set up
        RUNNING = "running"
        PAUSED = "paused"  # by a person
        BACKING_OFF = "backing_off"  # their system can't be used now; tried again at `retry_at`
        BROKEN = "broken"  # needs a person: their schema changed, a wrong password

    customer = models.ForeignKey(Party, models.PROTECT, related_name="connectors")
    integrator = models.ForeignKey(Party, models.PROTECT, null=True, related_name="+")
    app_id = models.TextField(default="approvals")  # the app that its tasks are for
    name = models.TextField()
    config = models.JSONField()  # see wire.Config; holds no secret
    sealed_url = models.BinaryField()  # database URL, kernel.vault
    state = models.TextField(choices=State.choices, default=State.DRAFT)
    problem = SentenceField(blank=True)  # what is wrong, and how to mend it
    failures = models.IntegerField(default=0)  # in a row
    retry_at = models.DateTimeField(null=True)
    polled_at = models.DateTimeField(null=True)
    watermark = models.JSONField(null=True)  # how far the table was read
    directory_at = models.DateTimeField(null=True)  # when people were last brought in
    interface = models.OneToOneField(Interface, models.PROTECT, null=True, related_name="+")  # see tables/
    taken = models.JSONField(default=dict)  # tables: rows in our store that still stand in theirs
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()  # of its configuration; a runner opens it anew

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["customer", "name"], name="one_connector_per_name")
        ]


class Task(models.Model):
    """A row of their system that waits for somebody's decision.

    A row that left its open state and came back is a task anew, one `round` later.
    """

    class State(models.TextChoices):
        OPEN = "open"
        DECIDED = "decided"
        WITHDRAWN = "withdrawn"  # ended over there

    connector = models.ForeignKey(Connector, models.PROTECT, related_name="tasks")
    customer = models.ForeignKey(Party, models.PROTECT, related_name="+")
    app_id = models.TextField()  # its connector's: a member sees the task, not the connector
    external_key = models.TextField()
    round = models.IntegerField(default=1)
    title = models.TextField()
    applicant = models.TextField(blank=True)
    approver = models.TextField(blank=True)  # as their system names it: role, user id or number
    amount_minor = models.BigIntegerField(null=True)
    currency = models.CharField(max_length=3, null=True)
    details = models.JSONField(default=list)  # [label, text] in the order to show: jsonb sorts keys
    state = models.TextField(choices=State.choices, default=State.OPEN)
    appeared_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    left_at = models.DateTimeField(null=True)  # when the row was seen to be no longer open

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["connector", "external_key", "round"], name="one_task_per_row")
        ]
        indexes: ClassVar = [
            models.Index(fields=["customer", "state", "-id"], name="tasks_by_customer"),
            models.Index(fields=["connector", "id"], condition=Q(left_at=None), name="unsettled_tasks"),
        ]


class Assignee(models.Model):
    """Who may decide a task now: any one of them. A transfer ends one and begins another."""

    task = models.ForeignKey(Task, models.CASCADE, related_name="assignees")
    customer = models.ForeignKey(Party, models.CASCADE, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, related_name="assignments")
    since = models.DateTimeField()
    transferred_to = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    transferred_at = models.DateTimeField(null=True)
    comment = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["task", "person"], condition=Q(transferred_at=None), name="one_open_assignment"
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["person", "-task"], condition=Q(transferred_at=None), name="inbox")
        ]


class Decision(models.Model):
    """Who decided what, when and by which way. One a task; it is never changed."""

    class Verdict(models.TextChoices):
        APPROVED = "approved"
        REJECTED = "rejected"

    task = models.OneToOneField(Task, models.PROTECT, related_name="decision")
    customer = models.ForeignKey(Party, models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT)
    verdict = models.TextField(choices=Verdict.choices)
    comment = models.TextField(blank=True)
    way = models.TextField()  # page, link, api, sms, mail
    decided_at = models.DateTimeField()


class WriteBack(models.Model):
    """A decision on its way to their system."""

    class State(models.TextChoices):
        WAITING = "waiting"
        DONE = "done"
        REFUSED = "refused"  # their system says no: the row is gone or was decided over there

    decision = models.OneToOneField(Decision, models.PROTECT, related_name="write_back")
    connector = models.ForeignKey(Connector, models.PROTECT, related_name="write_backs")
    customer = models.ForeignKey(Party, models.PROTECT, related_name="+")
    state = models.TextField(choices=State.choices, default=State.WAITING)
    attempts = models.IntegerField(default=0)
    problem = SentenceField(blank=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["connector", "id"], condition=Q(state="waiting"), name="to_write_back")
        ]


class UnreadableRow(models.Model):
    """A row of their system that can't become a task or a message, and why; gone when it could be read."""

    connector = models.ForeignKey(Connector, models.CASCADE, related_name="unreadable_rows")
    customer = models.ForeignKey(Party, models.CASCADE, related_name="+")
    external_key = models.TextField()
    problem = SentenceField()
    row = models.JSONField()
    first_seen_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["connector", "external_key"], name="one_unreadable_per_row")
        ]


class Problem(models.Model):
    """Why an interface's system was last told no: one row a reason, however often it happens."""

    interface = models.ForeignKey(Interface, models.CASCADE, related_name="+")
    customer = models.ForeignKey(Party, models.CASCADE, related_name="+")
    code = models.TextField()  # messaging.wire.Refusal, or the interface's own word
    reason = models.TextField()  # as it was said to them the last time
    example = models.TextField(blank=True)  # what it was about: a row's key, a number
    times = models.BigIntegerField()
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["interface", "code"], name="one_problem_per_code")
        ]


class TakenMail(models.Model):
    """Who wrote a mail whose text went to phones: the interface's setting asks to tell them of failures and
    replies. Forgotten after smtp.steps.KEPT."""

    interface = models.ForeignKey(Interface, models.CASCADE, db_index=False, related_name="+")
    customer = models.ForeignKey(Party, models.CASCADE, related_name="+")
    identity = models.TextField()  # smtp.rules.identity_of; its messages' client_ref
    return_path = models.TextField(blank=True)
    reply_to = models.TextField(blank=True)
    message_id = models.TextField(blank=True)
    subject = models.TextField(blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["interface", "identity"], name="one_taken_mail")
        ]
        indexes: ClassVar = [models.Index(fields=["interface", "at"], name="taken_mails_by_age")]

"""Messages out and in, what they ask, and the words they are made of."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce, Now

from hotpot.pot.messaging.gateway.models import DroppedNotices, GivenPart, NoticeMark, Silence
from hotpot.pot.messaging.switch.models import (
    CarrierHealth,
    Charge,
    CompanyTemplate,
    CustomerLimit,
    ListedNumber,
    NumberImport,
    NumberLimit,
    Recent,
    Review,
    Route,
    Signature,
    SwitchToken,
    Tally,
    Tariff,
    Word,
)
from hotpot.pot.party.models import Party

__all__ = [
    "AirMessage",
    "Ask",
    "CarrierAccount",
    "CarrierHealth",
    "Charge",
    "CompanyTemplate",
    "CustomerLimit",
    "DroppedNotices",
    "GivenPart",
    "HeldPart",
    "HeldReceipt",
    "Interface",
    "ListedNumber",
    "Message",
    "MessagePart",
    "Notice",
    "NoticeMark",
    "NumberImport",
    "NumberLimit",
    "Recent",
    "Review",
    "Route",
    "Signature",
    "Silence",
    "SwitchToken",
    "Tally",
    "Tariff",
    "Template",
    "Word",
]


class Template(models.Model):
    """An app's words in one language; `{name}` places are filled when a message is made."""

    app_id = models.TextField()
    key = models.TextField()
    language = models.TextField()  # a code of settings.LANGUAGES
    text = models.TextField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["app_id", "key", "language"], name="one_template")
        ]


class Message(models.Model):
    """One message to or from one number."""

    class Direction(models.TextChoices):
        OUT = "out"
        IN = "in"

    class State(models.TextChoices):
        HELD = "held"  # accepted, and somebody has to look at it first
        QUEUED = "queued"  # accepted: it is in this table
        SENT = "sent"  # the carrier took it
        DELIVERED = "delivered"  # the phone has it
        FAILED = "failed"
        EXPIRED = "expired"
        RECEIVED = "received"  # inbound

    direction = models.TextField(choices=Direction.choices)
    state = models.TextField(choices=State.choices)
    key = models.TextField(null=True)  # makes a retry harmless
    number = models.TextField()  # the person's, E.164
    access_number = models.TextField()  # ours, with its tail: what the phone shows and replies to
    text = models.TextField()
    app_id = models.TextField(blank=True)  # "" = the platform itself
    customer = models.ForeignKey(Party, models.PROTECT, null=True, db_index=False, related_name="+")
    carrier = models.TextField(blank=True)  # who takes it, or took it; "" while no route allows one
    carrier_ref = models.TextField(blank=True)  # the carrier's own id of it; of several parts see MessagePart
    error = models.TextField(blank=True)
    attempts = models.SmallIntegerField(default=0)
    created_at = models.DateTimeField()
    due_at = models.DateTimeField()  # not before; moved on by back-off
    expires_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)  # delivered, failed or expired
    secret = models.BooleanField(default=False)  # a sign-in code: its text is shown to nobody
    # What came in by an enterprise's interface, or goes back by it.
    interface = models.ForeignKey(
        "Interface", models.DO_NOTHING, null=True, db_constraint=False, db_index=False, related_name="+"
    )
    client_ref = models.TextField(db_default="")  # the enterprise's own id of it
    priority = models.SmallIntegerField(db_default=0)  # -1 bulk, 0 usual, 1 first
    flash = models.BooleanField(db_default=False)
    alphabet = models.TextField(db_default="")  # text.Alphabet; "" = as the text needs
    wants_receipt = models.BooleanField(db_default=False)
    # While queued: when a carrier got it, of which nobody knows yet whether it took it.
    handed_at = models.DateTimeField(null=True)
    tried = ArrayField(models.TextField(), db_default=[])  # carriers that had it before this one

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["key"], name="one_message_per_key")]
        indexes: ClassVar = [
            models.Index(
                "carrier", Coalesce("interface", 0), "priority", "due_at", "id",
                condition=Q(state="queued"), name="messages_to_send",
            ),
            models.Index(
                fields=["carrier", "carrier_ref"], condition=~Q(carrier_ref=""), name="messages_by_ref"
            ),
            models.Index(
                fields=["expires_at"], condition=Q(state__in=("queued", "sent")), name="messages_open"
            ),
            models.Index(fields=["number", "-id"], name="messages_by_number"),
            models.Index(fields=["customer", "-id"], name="messages_by_customer"),
            # A few bytes for 64 pages: their rows were written at about the same time.
            BrinIndex(
                fields=["created_at"], pages_per_range=64, autosummarize=True, name="messages_by_time"
            ),
        ]  # fmt: skip


class MessagePart(models.Model):
    """A part of a message of several that a carrier took, and what its own receipt said."""

    class State(models.TextChoices):
        SENT = "sent"
        DELIVERED = "delivered"
        FAILED = "failed"

    message = models.ForeignKey(Message, models.CASCADE, db_index=False, related_name="parts")
    carrier = models.TextField()
    place = models.SmallIntegerField()  # from 1
    total = models.SmallIntegerField()
    carrier_ref = models.TextField()
    state = models.TextField(choices=State.choices)
    error = models.TextField(blank=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["message", "carrier", "place"], name="one_message_part")
        ]
        indexes: ClassVar = [models.Index(fields=["carrier", "carrier_ref"], name="parts_by_ref")]


class Ask(models.Model):
    """A message that waits for a reply. A number has a tail of the access number once at a time."""

    message = models.OneToOneField(Message, models.CASCADE, related_name="ask")
    number = models.TextField()
    access_number = models.TextField()
    app_id = models.TextField()
    reference = models.TextField()  # the app's own word for what was asked: "task/17"
    asked_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)  # from then on a reply is late, still told to the app

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["number", "access_number"], condition=Q(closed_at=None), name="one_open_ask"
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["number", "access_number", "-id"], name="asks_by_number"),
            models.Index(fields=["number", "-id"], name="asks_newest"),
            models.Index(fields=["app_id", "reference"], name="asks_by_reference"),
        ]


class HeldReceipt(models.Model):
    """A receipt that came before the answer to its submission: kept until its message is known by it."""

    carrier = models.TextField()
    carrier_ref = models.TextField()
    delivered = models.BooleanField()
    error = models.TextField(blank=True)
    at = models.DateTimeField()
    # As the carrier says; they find a message that it never answered for.
    number = models.TextField(db_default="")
    access_number = models.TextField(db_default="")
    submitted_at = models.DateTimeField(null=True)
    held_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["carrier", "carrier_ref"], name="one_held_receipt")
        ]


class HeldPart(models.Model):
    """A part of a long message from a phone. The message is received when all are here, or given up on.

    Parts that were taken stay for a while: carriers send again what they think we missed.
    """

    carrier = models.TextField()
    carrier_ref = models.TextField()
    number = models.TextField()
    access_number = models.TextField()
    reference = models.IntegerField()  # the phone's own number of the long message
    total = models.SmallIntegerField()
    place = models.SmallIntegerField()  # from 1
    alphabet = models.TextField()  # see text.Alphabet
    data = models.BinaryField()
    at = models.DateTimeField()
    taken_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["carrier", "carrier_ref"], name="one_held_part")
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["carrier", "number", "access_number", "reference", "total"],
                condition=Q(taken_at=None),
                name="parts_waiting",
            ),
            models.Index(fields=["at"], name="parts_by_age"),
        ]  # fmt: skip


class Interface(models.Model):
    """One way in for one system of a company, as its contract says. See wire.Interface."""

    class State(models.TextChoices):
        RUNNING = "running"
        SUSPENDED = "suspended"  # nothing is taken; receipts and replies still go back

    customer = models.ForeignKey(Party, models.PROTECT, related_name="+")
    name = models.TextField()
    kind = models.TextField()  # http, cmpp, sgip, smgp, smpp, cloud, soap, smtp, drop, tables
    login = models.TextField(unique=True)
    sealed_password = models.BinaryField()  # kernel.vault, purpose "interface"
    access_number = models.TextField(unique=True)  # digits; what follows them is the enterprise's own
    state = models.TextField(choices=State.choices, default=State.RUNNING)
    settings = models.JSONField(default=dict)  # "addresses" (CIDR), and what its kind needs
    policy = models.JSONField(default=dict)  # switch.policy.Policy: what may go out by it
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["customer", "name"], name="one_interface_per_name")
        ]


class Notice(models.Model):
    """What an interface is still to be told: gone once it was."""

    class Kind(models.TextChoices):
        RECEIPT = "receipt"
        REPLY = "reply"

    interface = models.ForeignKey(
        Interface, models.CASCADE, db_constraint=False, db_index=False, related_name="+"
    )
    message = models.ForeignKey(
        Message, models.CASCADE, db_constraint=False, db_index=False, related_name="+"
    )
    kind = models.TextField(choices=Kind.choices)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["interface", "id"], name="notices_to_tell")]


class CarrierAccount(models.Model):
    """What a carrier gave us to log in with, so that messages go to it instead of the simulated network."""

    name = models.TextField(unique=True)
    protocol = models.TextField()  # see accounts.Protocol
    host = models.TextField()
    port = models.IntegerField()
    login = models.TextField()
    sealed_password = models.BinaryField()  # kernel.vault
    settings = models.JSONField(default=dict)  # the other fields of accounts.Account that differ from usual
    changed_at = models.DateTimeField()


class AirMessage(models.Model):
    """The simulated network's own memory: what is on the way to, on, and from its phones.

    It stands for what is outside of the platform, so nothing else may read or write it.
    """

    class Kind(models.TextChoices):
        TO_PHONE = "to_phone"
        FROM_PHONE = "from_phone"

    kind = models.TextField(choices=Kind.choices)
    key = models.TextField(null=True, unique=True)  # to_phone: the sender's; the same one is taken once
    number = models.TextField()
    access_number = models.TextField()
    text = models.TextField()
    error = models.TextField(blank=True)  # to_phone: why the phone never gets it
    at = models.DateTimeField()  # when it reaches the phone, or left it
    taken_at = models.DateTimeField(null=True)  # its receipt, or itself, was handed to the platform

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["at", "id"], condition=Q(taken_at=None), name="air_waiting"),
            models.Index(fields=["number", "-id"], name="air_by_number"),
        ]  # fmt: skip

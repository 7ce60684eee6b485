"""What the switch decides by. Registered by hotpot.pot.messaging.models."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from hotpot.pot.identity.models import Person
from hotpot.pot.ledger.models import Account
from hotpot.pot.party.models import Party


class Route(models.Model):
    """Messages that fit may go by `carrier`; see routing.Route, which has the same fields."""

    name = models.TextField(unique=True)
    carrier = models.TextField()  # CarrierAccount.name, or "simulated"
    priority = models.SmallIntegerField(default=0)  # less goes first
    operator = models.ForeignKey(Party, models.CASCADE, null=True, related_name="+")  # the number's home
    prefix = models.TextField(default="", blank=True)  # of the number, with its '+'
    customer = models.ForeignKey(Party, models.CASCADE, null=True, related_name="+")
    interface = models.ForeignKey("messaging.Interface", models.CASCADE, null=True, related_name="+")
    message_class = models.TextField(default="", blank=True)
    days = models.SmallIntegerField(default=127)  # a bit a day of the week, Monday the first
    from_minute = models.SmallIntegerField(default=0)  # of the day where the number is
    to_minute = models.SmallIntegerField(default=1440)
    parts_max = models.SmallIntegerField(default=255)
    weight = models.SmallIntegerField(null=True)  # share of the traffic; NULL: the price decides
    price_e4 = models.IntegerField(default=0)  # a part, in 1/10000 of the currency: what it costs us
    is_on = models.BooleanField(default=True)
    changed_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(days__gte=1, days__lte=127), name="route_has_a_day"),
            models.CheckConstraint(
                condition=Q(from_minute__gte=0, from_minute__lt=1440, to_minute__gte=1, to_minute__lte=1440)
                & ~Q(from_minute=F("to_minute")),
                name="route_has_a_time",
            ),
            models.CheckConstraint(
                condition=Q(price_e4__gte=0) & (Q(weight=None) | Q(weight__gte=0)),
                name="route_price_and_weight",
            ),
        ]


class CarrierHealth(models.Model):
    """Whether a carrier can be reached: told by the engine that holds its connections, when it changes."""

    name = models.TextField(primary_key=True)
    is_up = models.BooleanField()
    reason = models.TextField(blank=True)
    since = models.DateTimeField()


class SwitchToken(models.Model):
    """Replaced by a trigger whenever what the switch knows of a topic changes; see known.py."""

    topic = models.TextField(primary_key=True)
    token = models.UUIDField()


class CustomerLimit(models.Model):
    """How many messages a company may send in all, by whatever interface. 0: as many as it likes."""

    customer = models.OneToOneField(Party, models.CASCADE, primary_key=True, related_name="+")
    per_second_max = models.IntegerField(default=0)
    per_day_max = models.IntegerField(default=0)
    per_month_max = models.IntegerField(default=0)
    changed_at = models.DateTimeField()


class NumberLimit(models.Model):
    """How many messages one number may get from a company, by calendar minute, hour and day. 0: no limit.

    An operator's holds for each company that it serves, a company's own goes before it. NULL says nothing.
    """

    party = models.OneToOneField(Party, models.CASCADE, primary_key=True, related_name="+")
    per_minute_max = models.IntegerField(null=True)
    per_hour_max = models.IntegerField(null=True)
    per_day_max = models.IntegerField(null=True)
    changed_at = models.DateTimeField()


class ListedNumber(models.Model):
    """A number on a list: the operator's where no customer is named, else the company's own."""

    class Kind(models.TextChoices):
        QUIET = "quiet"  # do not disturb: no marketing
        BLOCK = "block"  # nothing at all
        ALLOW = "allow"  # goes before `quiet`, and before the company's own `block`
        OPT_OUT = "opt_out"  # its owner said so, by a message from the phone

    kind = models.TextField(choices=Kind.choices)
    number = models.TextField()  # E.164
    customer = models.ForeignKey(Party, models.CASCADE, null=True, related_name="+")
    access_number = models.TextField(default="", blank=True)  # opt-out: from this one only; "": from all
    since = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["number", "kind", "customer", "access_number"],
                nulls_distinct=False,
                name="listed_once",
            )
        ]
        indexes: ClassVar = [models.Index(fields=["customer", "kind", "-id"], name="listed_of_customer")]


class Judged(models.Model):
    """What a company asks the operator to approve."""

    class State(models.TextChoices):
        APPLIED = "applied"
        APPROVED = "approved"
        REFUSED = "refused"

    customer = models.ForeignKey(Party, models.CASCADE, related_name="+")
    code = models.TextField()  # by which programs name it
    text = models.TextField()
    state = models.TextField(choices=State.choices, default=State.APPLIED)
    reason = models.TextField(blank=True)  # why it was refused
    asked_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    class Meta:
        abstract = True


class Signature(Judged):
    """Who speaks: "Hotpot" stands as 【Hotpot】 before or after the text."""

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["customer", "text"], name="one_signature_per_text"),
            models.UniqueConstraint(fields=["customer", "code"], name="one_signature_per_code"),
        ]


class CompanyTemplate(Judged):
    """A text with {places}: what a company may send where its interface demands one."""

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["customer", "code"], name="one_template_per_code")
        ]


class Word(models.Model):
    """A sensitive word: the operator's for all where no customer is named."""

    class Action(models.TextChoices):
        REFUSE = "refuse"
        REVIEW = "review"
        REPLACE = "replace"  # by as many *

    text = models.TextField()
    action = models.TextField(choices=Action.choices)
    customer = models.ForeignKey(Party, models.CASCADE, null=True, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["customer", "text"], nulls_distinct=False, name="one_word")
        ]


class Review(models.Model):
    """A message that is held until somebody looked at it."""

    class State(models.TextChoices):
        WAITING = "waiting"
        RELEASED = "released"
        REFUSED = "refused"
        EXPIRED = "expired"  # nobody looked at it in time

    # Messages are kept in a table of their own shape: no foreign key points into it.
    message = models.OneToOneField(
        "messaging.Message", models.DO_NOTHING, primary_key=True, db_constraint=False, related_name="+"
    )
    customer = models.ForeignKey(Party, models.PROTECT, related_name="+")
    reason = models.TextField()
    state = models.TextField(choices=State.choices, default=State.WAITING)
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["expires_at"], condition=Q(state="waiting"), name="reviews_waiting")
        ]


class Tariff(models.Model):
    """What a company pays an operator in advance for a part; the more specific goes before the wider."""

    seller = models.ForeignKey(Party, models.CASCADE, related_name="+")  # the operator that is paid
    customer = models.ForeignKey(Party, models.CASCADE, null=True, related_name="+")
    operator = models.ForeignKey(Party, models.CASCADE, null=True, related_name="+")  # the number's home
    prefix = models.TextField(default="", blank=True)
    price_e4 = models.IntegerField()  # in 1/10000 of the currency
    changed_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["seller", "customer", "operator", "prefix"], nulls_distinct=False, name="one_tariff"
            ),
            models.CheckConstraint(condition=Q(price_e4__gte=0), name="tariff_not_negative"),
        ]


class Tally(models.Model):
    """How many messages somebody sent in a second, a day or a month, or a number got in a minute, an hour or
    a day. `key` says whose and when."""

    key = models.TextField(primary_key=True)
    used = models.IntegerField()
    until = models.DateTimeField()  # from then on it is forgotten

    class Meta:
        indexes: ClassVar = [models.Index(fields=["until"], name="tallies_by_age")]


class Recent(models.Model):
    """A text that went to a number lately, by its digest: the same is not sent twice."""

    digest = models.UUIDField(primary_key=True)
    until = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["until"], name="recent_by_age")]


class Charge(models.Model):
    """What is held in the ledger for a message that is paid in advance: gone once it is posted or voided."""

    message_id = models.BigIntegerField(primary_key=True)
    credit = models.ForeignKey(Account, models.PROTECT, db_index=False, related_name="+")  # whence it came
    held = models.ForeignKey(Account, models.PROTECT, db_index=False, related_name="+")  # where it is
    income = models.ForeignKey(Account, models.PROTECT, db_index=False, related_name="+")  # for whom
    amount = models.BigIntegerField()  # in 1/10000 of the currency
    at_submit = models.BooleanField()  # earned once a carrier has it, else once the phone does

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=Q(amount__gt=0), name="charge_positive")]


class NumberImport(models.Model):
    """A file of numbers on its way onto a list, or of ported numbers; its progress, and what became of it."""

    class State(models.TextChoices):
        WAITING = "waiting"
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"

    kind = models.TextField()  # ListedNumber.Kind, or "ported"
    customer = models.ForeignKey(Party, models.CASCADE, null=True, related_name="+")
    operator = models.ForeignKey(Party, models.CASCADE, null=True, related_name="+")  # ported: to whom
    content = models.TextField()  # emptied when it is through
    state = models.TextField(choices=State.choices, default=State.WAITING)
    lines_total = models.IntegerField()
    lines_done = models.IntegerField(default=0)
    taken = models.IntegerField(default=0)
    refused = models.IntegerField(default=0)
    problem = models.TextField(blank=True)  # the first lines that could not be read
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

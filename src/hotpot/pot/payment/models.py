"""Money on its way: payments and what they clear, write-offs, refunds, what the bank says, dunning, budgets.

Written by verbs alone, as the system; the operator and the customer of a row may read it.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from operator import or_
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from hotpot.pot.billing.models import Bill, BillLine
from hotpot.pot.catalog.models import App
from hotpot.pot.identity.models import Person
from hotpot.pot.ledger.models import Entry
from hotpot.pot.party.models import Party
from hotpot.pot.subscription.models import Suspension


def one_of(names: Sequence[str]) -> Q:
    """Exactly one of these columns isn't NULL."""
    return reduce(or_, (Q(**{f"{one}__isnull": one != name for one in names}) for name in names))


CAUSES_OF_CLEARING = ("payment", "against", "write_off", "refund", "chargeback")


class Between(models.Model):
    """Something between an operator and its customer, in one currency."""

    operator = models.ForeignKey(Party, models.PROTECT, related_name="+")
    customer = models.ForeignKey(Party, models.PROTECT, related_name="+")
    currency = models.CharField(max_length=3)

    class Meta:
        abstract = True


class Payment(Between):
    """A customer pays. `key` makes a retry harmless; `provider_reference` is the provider's name for it."""

    class State(models.TextChoices):
        PENDING = "pending"
        RECEIVED = "received"
        DECLINED = "declined"

    class Purpose(models.TextChoices):
        BILLS = "bills"  # what is too much goes to the wallet
        TOP_UP = "top_up"  # all of it goes to the wallet

    key = models.TextField(unique=True)
    provider = models.TextField()  # of providers.PROVIDERS
    provider_reference = models.TextField(blank=True)
    reference = models.TextField(unique=True)  # ISO 11649, for the payer to quote
    amount_minor = models.BigIntegerField()
    purpose = models.TextField(choices=Purpose.choices, default=Purpose.BILLS)
    bills = ArrayField(models.BigIntegerField(), default=list)  # to clear first; then the oldest
    state = models.TextField(choices=State.choices, default=State.PENDING)
    problem = models.TextField(blank=True)  # why it was declined
    instruction = models.TextField(blank=True)  # what the payer does next: an address, or words
    made_by = models.ForeignKey(Person, models.PROTECT, null=True)
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    entry = models.OneToOneField(Entry, models.PROTECT, null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="payment_positive"),
            models.CheckConstraint(
                condition=Q(state="received", entry__isnull=False) | Q(~Q(state="received"), entry=None),
                name="received_payment_is_booked",
            ),
            models.UniqueConstraint(
                fields=["provider", "provider_reference"],
                condition=~Q(provider_reference=""),
                name="one_payment_per_provider_reference",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["customer", "-made_at"], name="payments_by_customer"),
            models.Index(fields=["operator", "-made_at"], name="payments_by_operator"),
            models.Index(fields=["made_at"], condition=Q(state="pending"), name="payments_pending"),
        ]


class Callback(models.Model):
    """What a provider told us, each thing once. Rows are only ever added."""

    provider = models.TextField()
    event = models.TextField()  # the provider's id of it
    payment = models.ForeignKey(Payment, models.PROTECT, null=True, related_name="callbacks")
    state = models.TextField()  # as the provider says
    taken = models.BooleanField()  # it changed something; False for one that came too late
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["provider", "event"], name="callback_once")]


class WriteOff(Between):
    """The operator gives up hope: receivable becomes bad debt, line by line. Rows are only ever added."""

    key = models.TextField(unique=True)
    bill = models.ForeignKey(Bill, models.PROTECT, related_name="write_offs")
    amount_minor = models.BigIntegerField()  # with tax
    # Of it, what no line has any more: credited, given back, and owed again since its payment was taken back.
    unshared_minor = models.BigIntegerField(default=0)
    reason = models.TextField()
    entry = models.OneToOneField(Entry, models.PROTECT)
    written_by = models.ForeignKey(Person, models.PROTECT, null=True)
    written_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="write_off_positive")
        ]


class WriteOffLine(models.Model):
    """A write-off's part in a bill line, so that shares claw back what was never paid."""

    write_off = models.ForeignKey(WriteOff, models.PROTECT, related_name="lines")
    line = models.ForeignKey(BillLine, models.PROTECT, related_name="write_offs")
    amount_minor = models.BigIntegerField()  # with tax
    net_minor = models.BigIntegerField()


class Refund(Between):
    """Money goes back: what a credit note owes the customer, or what is in its wallet (`bill` NULL)."""

    key = models.TextField(unique=True)
    bill = models.ForeignKey(Bill, models.PROTECT, null=True, related_name="refunds")  # a credit note
    amount_minor = models.BigIntegerField()
    to_wallet = models.BooleanField()  # else by bank transfer
    reason = models.TextField()
    entry = models.OneToOneField(Entry, models.PROTECT)
    made_by = models.ForeignKey(Person, models.PROTECT, null=True)
    made_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="refund_positive")
        ]


class Chargeback(Between):
    """A provider took a payment back, or a part of it: what that cleared is open again. Rows are only ever
    added; of one payment they sum to no more than its amount."""

    key = models.TextField(unique=True)  # the provider's event, or the clerk's form
    payment = models.ForeignKey(Payment, models.PROTECT, related_name="chargebacks")
    amount_minor = models.BigIntegerField()
    reason = models.TextField(blank=True)  # the provider's, or a clerk's
    wallet_minor = models.BigIntegerField()  # what of it was still in the wallet
    lost_minor = models.BigIntegerField()  # what had been paid out of the wallet
    entry = models.OneToOneField(Entry, models.PROTECT)
    written_by = models.ForeignKey(Person, models.PROTECT, null=True)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(wallet_minor__gte=0, lost_minor__gte=0), name="chargeback_parts_positive"
            ),
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="chargeback_positive"),
        ]


class Clearing(models.Model):
    """A part of a bill that is settled, and by what. Rows are only ever added.

    What is open of a bill is its total less its clearings. A credit note has a negative total and negative
    clearings; where it meets a bill, two clearings that sum to zero name each other's bill in `against`.
    What a chargeback opens again is a negative clearing of a bill; `from_wallet_minor` of it the wallet had
    paid.
    """

    bill = models.ForeignKey(Bill, models.PROTECT, related_name="clearings")
    amount_minor = models.BigIntegerField()
    payment = models.ForeignKey(Payment, models.PROTECT, null=True, related_name="clearings")
    against = models.ForeignKey(Bill, models.PROTECT, null=True, related_name="+")
    write_off = models.ForeignKey(WriteOff, models.PROTECT, null=True, related_name="+")
    refund = models.ForeignKey(Refund, models.PROTECT, null=True, related_name="+")
    chargeback = models.ForeignKey(Chargeback, models.PROTECT, null=True, related_name="clearings")
    from_wallet_minor = models.BigIntegerField(default=0)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(amount_minor=0), name="clearing_not_zero"),
            models.CheckConstraint(condition=one_of(CAUSES_OF_CLEARING), name="clearing_has_one_cause"),
            models.CheckConstraint(
                condition=Q(from_wallet_minor=0)
                | Q(
                    chargeback__isnull=False,
                    from_wallet_minor__gt=0,
                    from_wallet_minor__lte=-models.F("amount_minor"),
                ),
                name="clearing_from_wallet_opened_again",
            ),
        ]


class BankFile(models.Model):
    """A statement of the operator's bank, as it came. The same file again is the same row."""

    operator = models.ForeignKey(Party, models.PROTECT, related_name="+")
    name = models.TextField()
    digest = models.TextField()  # SHA-256 of its bytes
    format = models.TextField()  # "camt.053" or "csv"
    taken_by = models.ForeignKey(Person, models.PROTECT, null=True)
    taken_at = models.DateTimeField()
    lines_new = models.IntegerField()
    lines_known = models.IntegerField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["operator", "digest"], name="one_bank_file")]


class BankLine(models.Model):
    """Money that came into the operator's bank. `identity` is the bank's own name for it, so that a line
    that stands in two files is taken once. Until it is matched it lies on the account `unmatched`."""

    class State(models.TextChoices):
        MATCHED = "matched"
        UNMATCHED = "unmatched"

    operator = models.ForeignKey(Party, models.PROTECT, related_name="+")
    file = models.ForeignKey(BankFile, models.PROTECT, related_name="lines")
    identity = models.TextField()
    booked_on = models.DateField()
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    payer = models.TextField(blank=True)
    text = models.TextField(blank=True)  # what the payer wrote
    state = models.TextField(choices=State.choices, default=State.UNMATCHED)
    payment = models.OneToOneField(Payment, models.PROTECT, null=True, related_name="bank_line")
    matched_by = models.ForeignKey(Person, models.PROTECT, null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["operator", "identity"], name="bank_line_once"),
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="bank_line_positive"),
            models.CheckConstraint(
                condition=Q(state="matched", payment__isnull=False) | Q(state="unmatched", payment=None),
                name="matched_line_has_payment",
            ),
        ]


class Policy(models.Model):
    """When an operator's bills are due and what follows where they aren't paid. The newest version holds;
    rows are only ever added. `steps` are rules.Step as JSON, `customer` NULL is everybody else."""

    operator = models.ForeignKey(Party, models.PROTECT, related_name="+")
    customer = models.ForeignKey(Party, models.PROTECT, null=True, related_name="+")
    days_to_pay = models.IntegerField()
    steps = models.JSONField(default=list)
    written_by = models.ForeignKey(Person, models.PROTECT, null=True)
    written_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(days_to_pay__range=(0, 365)), name="policy_days_to_pay")
        ]


class Dunning(models.Model):
    """A step that was taken for an unpaid bill, once, and what was told. Rows are only ever added."""

    class Act(models.TextChoices):
        REMIND = "remind"
        SUSPEND = "suspend"

    bill = models.ForeignKey(Bill, models.PROTECT, related_name="dunnings")
    after_days = models.IntegerField()  # days after it was due
    act = models.TextField(choices=Act.choices)
    text = models.TextField()
    numbers = models.IntegerField()  # how many people were told
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["bill", "after_days", "act"], name="dunned_once")
        ]


class DunningSuspension(models.Model):
    """A subscription that a step suspended; lifted when nothing overdue asks for it any more."""

    dunning = models.ForeignKey(Dunning, models.PROTECT, related_name="suspensions")
    suspension = models.OneToOneField(Suspension, models.CASCADE, related_name="+")
    lifted_at = models.DateTimeField(null=True)


class WalletRule(Between):
    """When the customer is told that its wallet runs low, and whether it pays bills by itself."""

    low_minor = models.BigIntegerField(null=True)
    pays_bills = models.BooleanField(default=False)
    told_low_at = models.DateTimeField(null=True)  # until it is above again

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["operator", "customer", "currency"], name="one_wallet_rule")
        ]


class Budget(Between):
    """What a month may cost, of one app or of all: `soft` tells, `hard` stops use at once.

    Set by the customer for itself, or by the operator as the limit of its credit.
    """

    app = models.ForeignKey(App, models.PROTECT, null=True, related_name="+")
    set_by_party = models.ForeignKey(Party, models.PROTECT, related_name="+")
    soft_minor = models.BigIntegerField(null=True)
    hard_minor = models.BigIntegerField(null=True)
    set_by = models.ForeignKey(Person, models.PROTECT, null=True)
    set_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["operator", "customer", "currency", "app", "set_by_party"],
                nulls_distinct=False,
                name="one_budget",
            ),
            models.CheckConstraint(
                condition=Q(soft_minor__isnull=False) | Q(hard_minor__isnull=False), name="budget_has_limit"
            ),
        ]


class BudgetAlert(models.Model):
    """A limit that a month reached, told once. Rows are only ever added."""

    class Level(models.TextChoices):
        SOFT = "soft"
        HARD = "hard"

    budget = models.ForeignKey(Budget, models.CASCADE, related_name="alerts")
    period = models.DateField()  # its first day
    level = models.TextField(choices=Level.choices)
    spent_minor = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["budget", "period", "level"], name="alerted_once")
        ]


class Spending(Between):
    """What a month has come to so far, app by app, as it was last reckoned: the measure of budgets."""

    app = models.ForeignKey(App, models.PROTECT, related_name="+")
    period = models.DateField()  # its first day
    amount_minor = models.BigIntegerField()  # before tax
    counted_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["customer", "operator", "currency", "period", "app"], name="one_spending"
            )
        ]

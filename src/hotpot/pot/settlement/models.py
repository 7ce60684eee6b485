"""Shares of what was billed, and the statements that tell partners of them."""

from __future__ import annotations

from datetime import date
from typing import ClassVar
from zoneinfo import ZoneInfo

from django.db import models
from django.db.models import Q

from hotpot.kernel.period import local_day
from hotpot.pot.catalog.models import App, PriceItem
from hotpot.pot.party.models import AgreementVersion, Party
from hotpot.pot.rating.models import pointer
from hotpot.pot.settlement.models_payouts import (
    Dispute,
    DisputeStep,
    PaidStatement,
    Payout,
    PayoutAccount,
    PayoutRun,
)
from hotpot.pot.subscription.models import Subscription

__all__ = [
    "Dispute",
    "DisputeStep",
    "PaidStatement",
    "Payout",
    "PayoutAccount",
    "PayoutRun",
    "Share",
    "Statement",
    "StatementLine",
]

SHARE = "share"  # the kind of a statement line that isn't an adjustment


class Share(models.Model):
    """What a close added to a party's part of a subscription, item and period.

    The shares of such a family sum to what was billed of it, without tax. `terms` is NULL on the
    operator's part: it keeps what the agreements leave. Rows are only ever added.
    """

    subscription = pointer(Subscription)
    item = pointer(PriceItem)
    period = models.DateField()  # its first day, in the customer's calendar
    operator = pointer(Party)
    party = pointer(Party)
    terms = pointer(AgreementVersion, null=True)
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    statement_line = pointer("settlement.StatementLine", null=True, related_name="shares")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(terms=None, statement_line=None)
                | Q(terms__isnull=False, statement_line__isnull=False),
                name="a_partners_share_is_stated",
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["operator", "period"], name="shares_by_operator"),
            models.Index(fields=["statement_line"], condition=~Q(statement_line=None), name="shares_by_line"),
        ]


class Statement(models.Model):
    """What an operator owes a partner, by the close of a month. Below zero, the partner owes."""

    operator = models.ForeignKey(Party, models.PROTECT, related_name="+")
    partner = models.ForeignKey(Party, models.PROTECT, related_name="statements")
    number = models.IntegerField()  # counts without gaps per operator
    period = models.DateField()  # the month whose close made it: its first day
    currency = models.CharField(max_length=3)
    total_minor = models.BigIntegerField()
    issued_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["operator", "number"], name="one_statement_number")
        ]
        indexes: ClassVar = [models.Index(fields=["partner", "-period"], name="statements_by_partner")]

    @property
    def issued_on(self) -> date:
        """By the calendar of who issued it."""
        return local_day(self.issued_at, ZoneInfo(self.operator.time_zone))


class StatementLine(models.Model):
    """One customer's use of one app in one period under one version of the terms.

    Any other kind than "share" is an adjustment of the whole period, by the agreement's model: a minimum
    that is made up, a cap that is kept. It belongs to no customer and app.
    """

    statement = pointer(Statement, related_name="lines")
    kind = models.TextField(default=SHARE)
    period = models.DateField()  # its first day
    customer = pointer(Party, null=True)
    app = pointer(App, null=True)
    terms = pointer(AgreementVersion, null=True)
    seats = models.IntegerField()
    charged_minor = models.BigIntegerField()  # without tax
    share_minor = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(kind="share")
                | Q(customer__isnull=False, app__isnull=False, terms__isnull=False),
                name="a_share_is_of_somebodys_use",
            )
        ]
        indexes: ClassVar = [models.Index(fields=["statement"], name="lines_by_statement")]

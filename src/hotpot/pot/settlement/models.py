"""Shares of charges, and the statements that tell partners of them."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from hotpot.pot.catalog.models import App
from hotpot.pot.party.models import AgreementVersion, Party
from hotpot.pot.rating.models import Charge


class Share(models.Model):
    """A party's part of a charge; the parts of a charge sum to its amount. Rows are only ever added.

    `terms` is NULL on the operator's part: it keeps what the agreements leave.
    """

    charge = models.ForeignKey(Charge, models.PROTECT, related_name="shares")
    period = models.DateField()
    operator = models.ForeignKey(Party, models.PROTECT, related_name="+")
    party = models.ForeignKey(Party, models.PROTECT, related_name="shares")
    terms = models.ForeignKey(AgreementVersion, models.PROTECT, null=True)
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["charge", "party"], name="one_share_per_party")
        ]
        indexes: ClassVar = [models.Index(fields=["period", "party"], name="shares_by_party")]


class Statement(models.Model):
    """What an operator owes a partner for a period. A later run of the same close adds another."""

    operator = models.ForeignKey(Party, models.PROTECT, related_name="+")
    partner = models.ForeignKey(Party, models.PROTECT, related_name="statements")
    number = models.IntegerField()  # counts without gaps per operator
    period = models.DateField()
    currency = models.CharField(max_length=3)
    total_minor = models.BigIntegerField()
    issued_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["operator", "number"], name="one_statement_number")
        ]
        indexes: ClassVar = [models.Index(fields=["partner", "-period"], name="statements_by_partner")]


class StatementLine(models.Model):
    """One customer's use of one app under one version of the terms."""

    statement = models.ForeignKey(Statement, models.PROTECT, related_name="lines")
    customer = models.ForeignKey(Party, models.PROTECT, related_name="+")
    app = models.ForeignKey(App, models.PROTECT)
    terms = models.ForeignKey(AgreementVersion, models.PROTECT)
    seats = models.IntegerField()
    seat_days = models.IntegerField()
    charged_minor = models.BigIntegerField()
    share_minor = models.BigIntegerField()


class StatedShare(models.Model):
    """A share stands on one statement line, once."""

    share = models.OneToOneField(Share, models.PROTECT, primary_key=True, related_name="stated")
    line = models.ForeignKey(StatementLine, models.PROTECT, related_name="shares")

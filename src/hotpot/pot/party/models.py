"""Parties, who works in their name, their people, and the agreements between them."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from hotpot.pot.identity.models import Person
from hotpot.pot.party.terms import Model, read
from hotpot.pot.web.shown import name_of


class Party(models.Model):
    class Kind(models.TextChoices):
        OPERATOR = "operator"
        INTEGRATOR = "integrator"
        DEVELOPER = "developer"
        CUSTOMER = "customer"

    kind = models.TextField(choices=Kind.choices)
    slug = models.SlugField(unique=True)
    name = models.TextField()
    name_zh = models.TextField(blank=True)
    country = models.CharField(max_length=2, default="CN")  # ISO 3166
    currency = models.CharField(max_length=3, default="CNY")  # ISO 4217
    time_zone = models.TextField(default="Asia/Shanghai")  # IANA name; periods follow it
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes: ClassVar = [models.Index(fields=["kind", "name"], name="party_by_kind")]

    def __str__(self) -> str:
        return name_of(self)


PARTNERS = (Party.Kind.INTEGRATOR, Party.Kind.DEVELOPER)


class Membership(models.Model):
    """A person acts in the name of a party. (An employee is a `Member`, see below.)"""

    class Role(models.TextChoices):
        OWNER = "owner"  # everything, and gives roles
        MANAGER = "manager"  # runs the daily business
        FINANCE = "finance"  # bills, statements, close
        VIEWER = "viewer"  # looks

    person = models.ForeignKey(Person, models.CASCADE, related_name="memberships")
    party = models.ForeignKey(Party, models.CASCADE, related_name="memberships")
    role = models.TextField(choices=Role.choices)
    since = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "party"], name="one_role_per_party")
        ]


class Engagement(models.Model):
    """A company is served by an operator, through an integrator or directly."""

    customer = models.ForeignKey(Party, models.PROTECT, related_name="engagements")
    operator = models.ForeignKey(Party, models.PROTECT, related_name="+")
    integrator = models.ForeignKey(Party, models.PROTECT, null=True, related_name="+")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True)  # exclusive

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["customer", "operator", "integrator"],
                condition=Q(ends_on=None),
                nulls_distinct=False,
                name="one_open_engagement",
            )
        ]


class Certification(models.Model):
    """An operator vouches for an integrator. `state` is that of the newest step."""

    class State(models.TextChoices):
        APPLIED = "applied"
        REVIEWING = "reviewing"
        CERTIFIED = "certified"
        REFUSED = "refused"
        SUSPENDED = "suspended"

    operator = models.ForeignKey(Party, models.PROTECT, related_name="+")
    integrator = models.ForeignKey(Party, models.PROTECT, related_name="certifications")
    state = models.TextField(choices=State.choices)
    since = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["operator", "integrator"], name="one_certification_per_pair")
        ]


class CertificationStep(models.Model):
    """Who moved a certification to which state, when and why. Rows are only ever added."""

    certification = models.ForeignKey(Certification, models.PROTECT, related_name="steps")
    state = models.TextField(choices=Certification.State.choices)
    reason = models.TextField(blank=True)
    person = models.ForeignKey(Person, models.PROTECT, null=True)
    at = models.DateTimeField()


class Department(models.Model):
    customer = models.ForeignKey(Party, models.CASCADE, related_name="departments")
    parent = models.ForeignKey("self", models.CASCADE, null=True, related_name="children")
    name = models.TextField()
    external_id = models.TextField(blank=True)  # its id in the company's own system

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["customer", "external_id"],
                condition=~Q(external_id=""),
                name="one_department_per_external_id",
            )
        ]


class Member(models.Model):
    """A person in a company's directory; sees the own phone's apps, not the company's console."""

    customer = models.ForeignKey(Party, models.CASCADE, related_name="members")
    person = models.ForeignKey(Person, models.PROTECT, related_name="employments")
    department = models.ForeignKey(Department, models.SET_NULL, null=True, related_name="members")
    name = models.TextField()
    external_id = models.TextField(blank=True)  # user id in the company's own system
    roles = ArrayField(models.TextField(), default=list)  # the company's own words: "SUPERVISOR"
    joined_on = models.DateField()
    left_on = models.DateField(null=True)  # exclusive

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["customer", "person"], condition=Q(left_on=None), name="one_open_employment"
            ),
            models.UniqueConstraint(
                fields=["customer", "external_id"],
                condition=~Q(external_id="") & Q(left_on=None),
                name="one_member_per_external_id",
            ),
        ]
        indexes: ClassVar = [GinIndex(fields=["roles"], name="members_by_role")]


class Agreement(models.Model):
    """What a payer gives a partner (integrator or developer) of what an operator bills.

    The payer is the operator, or a partner of it that passes a part of its own share on. It keeps what is
    left. For all apps and customers, or for one: then it goes before those for all.
    """

    operator = models.ForeignKey(Party, models.PROTECT, related_name="+")
    payer = models.ForeignKey(Party, models.PROTECT, related_name="+")
    partner = models.ForeignKey(Party, models.PROTECT, related_name="agreements")
    app_id = models.TextField(null=True)
    customer = models.ForeignKey(Party, models.PROTECT, null=True, related_name="+")
    signed_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["operator", "payer", "partner", "app_id", "customer"],
                nulls_distinct=False,
                name="one_agreement_per_scope",
            ),
            models.CheckConstraint(condition=~Q(payer=F("partner")), name="nobody_pays_itself"),
        ]


class AgreementVersion(models.Model):
    """Terms from a day on, until the next version's day. Rows are only ever added."""

    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="versions")
    starts_on = models.DateField()
    model = models.TextField()  # of party.terms: percent, unit, tiers
    params = models.JSONField()
    currency = models.CharField(max_length=3, null=True)  # of the amounts in params
    written_by = models.ForeignKey(Person, models.PROTECT, null=True)
    written_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["agreement", "starts_on"], name="one_version_per_day"),
            models.CheckConstraint(
                condition=~Q(model="unit") | Q(currency__isnull=False), name="amounts_have_a_currency"
            ),
        ]

    @property
    def terms(self) -> Model:
        return read({"model": self.model, **self.params})


class NumberRange(models.Model):
    """Numbers that begin so belong to an operator; the longest prefix that fits decides."""

    prefix = models.TextField(primary_key=True)  # digits with '+': +86138
    operator = models.ForeignKey(Party, models.CASCADE, related_name="number_ranges")


class PortedNumber(models.Model):
    """A number that its owner took to another operator: goes before its range."""

    number = models.TextField(primary_key=True)
    operator = models.ForeignKey(Party, models.CASCADE, related_name="+")
    since = models.DateTimeField()


class InvoiceDetails(models.Model):
    """What a party's papers say of it, from a moment on. Rows are only ever added, so that a bill printed
    again shows what was in force when it was issued.

    `place` is where it is taxed: an ISO 3166 country, or a part of one (ISO 3166-2), like "CN" or "ES-CN".
    """

    class TaxStatus(models.TextChoices):
        TAXED = "taxed"
        EXEMPT = "exempt"  # pays no tax
        REVERSE_CHARGE = "reverse_charge"  # a company abroad that accounts for the tax itself

    party = models.ForeignKey(Party, models.PROTECT, related_name="invoice_details")
    since = models.DateTimeField()
    legal_name = models.TextField()
    address = models.TextField(blank=True)  # lines as they are printed
    place = models.TextField()
    tax_number = models.TextField(blank=True)
    tax_status = models.TextField(choices=TaxStatus.choices, default=TaxStatus.TAXED)
    bank_name = models.TextField(blank=True)
    bank_account = models.TextField(blank=True)  # IBAN, or the account's number where there are none
    bank_bic = models.TextField(blank=True)  # ISO 9362, or the clearing code of the country
    language = models.TextField()  # of its papers: "en" or "zh-hans"
    written_by = models.ForeignKey(Person, models.PROTECT, null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["party", "-since", "-id"], name="invoice_details_of_party")]

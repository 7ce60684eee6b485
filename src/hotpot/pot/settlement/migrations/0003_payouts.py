"""Disputes about statements, and what is paid out of them."""

import django.db.models.deletion
import django.db.models.expressions
from django.conf import settings
from django.db import migrations, models

from hotpot.pot.access.rls import PARTIES, append_only, of_parent, owned

# A partner reads the run that pays it: when, and by which number.
PAID_IN_IT = (
    "EXISTS (SELECT FROM settlement_payout AS payout"
    f" WHERE payout.run_id = settlement_payoutrun.id AND payout.partner_id = ANY ({PARTIES}::bigint[]))"
)


def _mine(column: str) -> str:
    return f"{column} = ANY ({PARTIES}::bigint[])"


class Migration(migrations.Migration):
    dependencies = [
        ("party", "0003_invoicedetails"),
        ("settlement", "0002_guards"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Dispute",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("line_id", models.BigIntegerField(null=True)),
                (
                    "state",
                    models.TextField(
                        choices=[
                            ("open", "Open"),
                            ("answered", "Answered"),
                            ("accepted", "Accepted"),
                            ("rejected", "Rejected"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        default="open",
                    ),
                ),
                ("since", models.DateTimeField()),
                (
                    "correction",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="corrects",
                        to="settlement.statement",
                    ),
                ),
                (
                    "statement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="disputes",
                        to="settlement.statement",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="DisputeStep",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "state",
                    models.TextField(
                        choices=[
                            ("open", "Open"),
                            ("answered", "Answered"),
                            ("accepted", "Accepted"),
                            ("rejected", "Rejected"),
                            ("withdrawn", "Withdrawn"),
                        ]
                    ),
                ),
                ("words", models.TextField()),
                ("at", models.DateTimeField()),
                (
                    "dispute",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="steps",
                        to="settlement.dispute",
                    ),
                ),
                (
                    "party",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="party.party"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Payout",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("gross_minor", models.BigIntegerField()),
                ("withheld_minor", models.BigIntegerField()),
                ("amount_minor", models.BigIntegerField()),
                (
                    "state",
                    models.TextField(
                        choices=[("ordered", "Ordered"), ("paid", "Paid"), ("failed", "Failed")],
                        default="ordered",
                    ),
                ),
                ("since", models.DateTimeField()),
                ("words", models.TextField(blank=True)),
                (
                    "operator",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="party.party"
                    ),
                ),
                (
                    "partner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="payouts", to="party.party"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PaidStatement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("withheld_minor", models.BigIntegerField()),
                ("released", models.BooleanField(default=False)),
                (
                    "statement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="payouts",
                        to="settlement.statement",
                    ),
                ),
                (
                    "payout",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="statements",
                        to="settlement.payout",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PayoutAccount",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("holder", models.TextField()),
                ("sealed", models.BinaryField()),
                ("ends", models.TextField()),
                ("is_iban", models.BooleanField()),
                ("bic", models.TextField(blank=True)),
                ("bank_name", models.TextField(blank=True)),
                ("written_at", models.DateTimeField()),
                ("confirmed_at", models.DateTimeField(null=True)),
                (
                    "confirmed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "party",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="payout_accounts",
                        to="party.party",
                    ),
                ),
                (
                    "written_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="payout",
            name="account",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="settlement.payoutaccount"
            ),
        ),
        migrations.CreateModel(
            name="PayoutRun",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.IntegerField()),
                ("currency", models.CharField(max_length=3)),
                ("pay_on", models.DateField()),
                ("made_at", models.DateTimeField()),
                (
                    "made_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "operator",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="party.party"
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="payout",
            name="run",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="payouts", to="settlement.payoutrun"
            ),
        ),
        migrations.AddConstraint(
            model_name="dispute",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ["open", "answered"])),
                fields=("statement", "line_id"),
                name="one_open_dispute",
                nulls_distinct=False,
            ),
        ),
        migrations.AddConstraint(
            model_name="paidstatement",
            constraint=models.UniqueConstraint(
                condition=models.Q(("released", False)),
                fields=("statement",),
                name="a_statement_is_paid_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="payoutaccount",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("confirmed_by", None),
                    models.Q(("confirmed_by", models.F("written_by")), _negated=True),
                    _connector="OR",
                ),
                name="confirmed_by_somebody_else",
            ),
        ),
        migrations.AddConstraint(
            model_name="payoutrun",
            constraint=models.UniqueConstraint(fields=("operator", "number"), name="one_payout_run_number"),
        ),
        migrations.AddConstraint(
            model_name="payout",
            constraint=models.UniqueConstraint(fields=("run", "partner"), name="one_payout_per_partner"),
        ),
        migrations.AddConstraint(
            model_name="payout",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("amount_minor__gt", 0),
                    ("withheld_minor__gte", 0),
                    (
                        "gross_minor",
                        django.db.models.expressions.CombinedExpression(
                            models.F("withheld_minor"), "+", models.F("amount_minor")
                        ),
                    ),
                ),
                name="payout_adds_up",
            ),
        ),
        # Written by verbs as the system. A dispute is its statement's; a bank account is its partner's alone.
        owned("settlement_dispute", readable=of_parent("statement_id", "settlement_statement")),
        owned("settlement_disputestep", readable=of_parent("dispute_id", "settlement_dispute")),
        owned("settlement_payoutaccount", readable=_mine("party_id")),
        owned("settlement_payoutrun", readable=f"{_mine('operator_id')} OR {PAID_IN_IT}"),
        owned("settlement_payout", readable=f"{_mine('operator_id')} OR {_mine('partner_id')}"),
        owned("settlement_paidstatement", readable=of_parent("payout_id", "settlement_payout")),
        append_only("settlement_disputestep"),
    ]

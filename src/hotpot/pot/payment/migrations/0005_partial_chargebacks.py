"""A payment is taken back in parts; each chargeback says how much, and is known by its key."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Q

# The tables only grow: their guard stands aside while what was always so is written down.
FILL = """
ALTER TABLE payment_chargeback DISABLE TRIGGER append_only;
UPDATE payment_chargeback AS back SET key = 'chargeback:' || back.id, amount_minor = payment.amount_minor
  FROM payment_payment AS payment WHERE payment.id = back.payment_id;
ALTER TABLE payment_chargeback ENABLE TRIGGER append_only;
ALTER TABLE payment_clearing DISABLE TRIGGER append_only;
UPDATE payment_clearing AS opened SET from_wallet_minor = -opened.amount_minor - coalesce((
       SELECT sum(paid.amount_minor) FROM payment_clearing AS paid
        WHERE paid.payment_id = back.payment_id AND paid.bill_id = opened.bill_id), 0)
  FROM payment_chargeback AS back WHERE back.id = opened.chargeback_id;
ALTER TABLE payment_clearing ENABLE TRIGGER append_only;
"""
# Its writers lock what the two sides owe each other first, so that they judge one after the other.
WITHIN_PAYMENT = """
CREATE FUNCTION payment_take_back() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
BEGIN
    IF (SELECT sum(amount_minor) FROM payment_chargeback WHERE payment_id = NEW.payment_id)
       > (SELECT amount_minor FROM payment_payment WHERE id = NEW.payment_id) THEN
        RAISE EXCEPTION 'more than payment % brought would be taken back', NEW.payment_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'taken_back_within_payment';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER within_payment AFTER INSERT ON payment_chargeback
    FOR EACH ROW EXECUTE FUNCTION payment_take_back();
"""


class Migration(migrations.Migration):
    dependencies = [("payment", "0004_writeoff_unshared")]
    operations = [
        migrations.AddField("chargeback", "key", models.TextField(default=""), preserve_default=False),
        migrations.AddField(
            "chargeback", "amount_minor", models.BigIntegerField(default=0), preserve_default=False
        ),
        migrations.AddField("clearing", "from_wallet_minor", models.BigIntegerField(default=0)),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.AlterField("chargeback", "key", models.TextField(unique=True)),
        migrations.AlterField(
            "chargeback",
            "payment",
            models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="chargebacks",
                to="payment.payment",
            ),
        ),
        migrations.AddConstraint(
            "chargeback",
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="chargeback_positive"),
        ),
        migrations.AddConstraint(
            "clearing",
            models.CheckConstraint(
                condition=Q(from_wallet_minor=0)
                | Q(
                    chargeback__isnull=False,
                    from_wallet_minor__gt=0,
                    from_wallet_minor__lte=-F("amount_minor"),
                ),
                name="clearing_from_wallet_opened_again",
            ),
        ),
        migrations.RunSQL(
            WITHIN_PAYMENT,
            "DROP TRIGGER within_payment ON payment_chargeback; DROP FUNCTION payment_take_back()",
        ),
    ]

import django.db.models.deletion
from django.db import migrations, models

from hotpot.pot.access.rls import of_parent, owned

# The gateway knows all interfaces by heart; it learns of each change when that commits.
TELL = """
CREATE FUNCTION messaging_interface_told() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('hotpot_interfaces', '');
    RETURN NULL;
END $$;
CREATE TRIGGER told AFTER INSERT OR UPDATE OR DELETE ON messaging_interface
    FOR EACH STATEMENT EXECUTE FUNCTION messaging_interface_told();
CREATE TRIGGER told AFTER DELETE ON messaging_silence
    FOR EACH STATEMENT EXECUTE FUNCTION messaging_interface_told();
"""
TELL_NO_MORE = """
DROP TRIGGER told ON messaging_silence;
DROP TRIGGER told ON messaging_interface;
DROP FUNCTION messaging_interface_told();
"""


class Migration(migrations.Migration):
    dependencies = [("messaging", "0005_routes")]

    operations = [
        migrations.CreateModel(
            name="Silence",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("since", models.DateTimeField()),
                ("tries", models.IntegerField()),
                ("reason", models.TextField()),
                ("next_at", models.DateTimeField(null=True)),
                ("parked_at", models.DateTimeField(null=True)),
                (
                    "interface",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="silence",
                        to="messaging.interface",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="GivenPart",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("numbers", models.TextField()),
                ("extension", models.TextField(blank=True)),
                ("reference", models.IntegerField()),
                ("total", models.SmallIntegerField()),
                ("place", models.SmallIntegerField()),
                ("ref", models.TextField()),
                ("wants_receipt", models.BooleanField()),
                ("alphabet", models.TextField()),
                ("data", models.BinaryField()),
                ("flash", models.BooleanField()),
                ("due_at", models.DateTimeField(null=True)),
                ("expires_at", models.DateTimeField(null=True)),
                ("at", models.DateTimeField()),
                (
                    "interface",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="messaging.interface",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["at"], name="given_parts_by_age")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("interface", "numbers", "extension", "reference", "total", "place"),
                        name="one_given_part",
                    )
                ],
            },
        ),
        owned("messaging_silence", also=of_parent("interface_id", "messaging_interface")),
        owned("messaging_givenpart"),
        migrations.RunSQL(TELL, TELL_NO_MORE),
    ]

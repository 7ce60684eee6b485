from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("notification", "0002_guards")]
    operations = [
        migrations.AddField("habits", "mail_bounced_at", models.DateTimeField(null=True)),
        migrations.AddField("habits", "mail_bounce", models.TextField(blank=True, db_default="")),
    ]

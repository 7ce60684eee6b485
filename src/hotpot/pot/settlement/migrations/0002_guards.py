"""What the database itself holds, whoever writes."""

from django.db import migrations

from hotpot.pot.access.rls import append_only, of_parent, owned


class Migration(migrations.Migration):
    dependencies = [
        ("settlement", "0001_initial"),
        ("access", "0001_functions"),
    ]
    operations = [
        owned(
            "settlement_share",
            parties=(
                "operator_id",
                "party_id",
            ),
        ),
        owned(
            "settlement_statement",
            parties=(
                "operator_id",
                "partner_id",
            ),
        ),
        owned("settlement_statementline", also=of_parent("statement_id", "settlement_statement")),
        owned("settlement_statedshare", also=of_parent("line_id", "settlement_statementline")),
        append_only("settlement_share"),
        append_only("settlement_statement"),
        append_only("settlement_statementline"),
        append_only("settlement_statedshare"),
    ]

"""What the database itself holds, whoever writes."""

from django.db import migrations

from hotpot.pot.access.rls import append_only, of_parent, owned

# As for charges and lines, see billing.
STAND = """
CREATE FUNCTION settlement_shares_stand() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
DECLARE stray bigint;
BEGIN
    EXECUTE 'SELECT min(added.id)
               FROM added LEFT JOIN subscription_subscription AS held ON held.id = added.subscription_id
               LEFT JOIN catalog_priceitem AS item ON item.id = added.item_id
               LEFT JOIN settlement_statementline AS line ON line.id = added.statement_line_id
               LEFT JOIN settlement_statement AS paper ON paper.id = line.statement_id
              WHERE item.id IS NULL OR held.operator_id IS DISTINCT FROM added.operator_id
                 OR added.terms_id IS NULL AND added.party_id <> added.operator_id
                 OR added.terms_id IS NOT NULL
                AND (paper.operator_id, paper.partner_id, paper.currency::text, line.terms_id, line.period)
                    IS DISTINCT FROM (added.operator_id, added.party_id, added.currency::text, added.terms_id,
                                      added.period)' INTO stray;
    IF stray IS NOT NULL THEN
        RAISE EXCEPTION 'share % : its family or its statement line is not there, or of another', stray
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'shares_stand';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER shares_stand AFTER INSERT ON settlement_share
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION settlement_shares_stand();
CREATE FUNCTION settlement_lines_stand() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public, pg_temp AS $$
DECLARE stray bigint;
BEGIN
    EXECUTE 'SELECT min(added.id)
               FROM added LEFT JOIN settlement_statement AS paper ON paper.id = added.statement_id
               LEFT JOIN party_agreementversion AS terms ON terms.id = added.terms_id
              WHERE paper.id IS NULL OR added.terms_id IS NOT NULL AND terms.id IS NULL' INTO stray;
    IF stray IS NOT NULL THEN
        RAISE EXCEPTION 'statement line % : its statement or its terms are not there', stray
            USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'statement_lines_stand';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER statement_lines_stand AFTER INSERT ON settlement_statementline
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION settlement_lines_stand();
"""
FALL = "DROP FUNCTION settlement_lines_stand() CASCADE; DROP FUNCTION settlement_shares_stand() CASCADE;"


class Migration(migrations.Migration):
    dependencies = [
        ("settlement", "0001_initial"),
        ("access", "0001_functions"),
    ]
    operations = [
        migrations.RunSQL(STAND, FALL),
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
        append_only("settlement_share"),
        append_only("settlement_statement"),
        append_only("settlement_statementline"),
    ]

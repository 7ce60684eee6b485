"""What the database itself holds, whoever writes."""

from django.db import migrations

from hotpot.pot.access.rls import PARTIES, PERSON, ROW, SYSTEM, append_only, of_parent, owned

# A company and a party see the people who work in their name.
COLLEAGUES = f"""
CREATE POLICY colleagues ON identity_person FOR SELECT USING (
    {SYSTEM} OR EXISTS (SELECT FROM party_member AS member WHERE member.person_id = identity_person.id)
    OR EXISTS (SELECT FROM party_membership AS role WHERE role.person_id = identity_person.id))
"""
# A certified integrator is known to all, the reasons of its steps are not.
OWN_CERTIFICATION = f"""certification_id IN (SELECT id FROM party_certification
    WHERE operator_id = ANY ({PARTIES}::bigint[]) OR integrator_id = ANY ({PARTIES}::bigint[]))"""


def _mine(column: str) -> str:
    return f"{column} = ANY ({PARTIES}::bigint[])"


class Migration(migrations.Migration):
    dependencies = [
        ("party", "0001_initial"),
        ("access", "0001_functions"),
        ("identity", "0002_guards"),
    ]
    operations = [
        migrations.RunSQL(COLLEAGUES, "DROP POLICY colleagues ON identity_person"),
        owned(
            "party_party",
            parties=("id",),
            readable=f"kind <> 'customer' OR EXISTS (SELECT FROM party_engagement AS e WHERE e.customer_id = {ROW}.id)"
            f" OR EXISTS (SELECT FROM party_member AS m WHERE m.customer_id = {ROW}.id)",
        ),
        # Roles, engagements, certifications and agreements are written by verbs alone, which have asked
        # whether they may: no reader grants anything to themselves.
        owned("party_membership", readable=f"person_id = {PERSON} OR {_mine('party_id')}"),
        owned(
            "party_engagement",
            readable=f"{_mine('customer_id')} OR {_mine('operator_id')} OR {_mine('integrator_id')}",
        ),
        owned(
            "party_certification",
            readable=f"state = 'certified' OR {_mine('operator_id')} OR {_mine('integrator_id')}",
        ),
        owned("party_certificationstep", readable=OWN_CERTIFICATION),
        owned(
            "party_department",
            parties=("customer_id",),
            readable=f"customer_id IN (SELECT customer_id FROM party_member WHERE person_id = {PERSON})",
        ),
        owned("party_member", parties=("customer_id",), persons=("person_id",)),
        owned(
            "party_agreement",
            readable=f"{_mine('operator_id')} OR {_mine('payer_id')} OR {_mine('partner_id')}",
        ),
        owned("party_agreementversion", readable=of_parent("agreement_id", "party_agreement")),
        owned("party_numberrange", readable="true"),
        owned("party_portednumber", readable=_mine("operator_id")),
        append_only("party_certificationstep"),
        append_only("party_agreementversion"),
    ]

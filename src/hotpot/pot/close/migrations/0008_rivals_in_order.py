"""Rivals are sought from seats to numbers to their subscriptions, each by its index."""

from django.db import migrations

# Tables that are filled at once have no figures yet: the planner then takes all subscriptions of an app for
# one, or reads every seat for each statement. This order by indexes fits few rows and many.
IN_ORDER = """
ALTER FUNCTION close_notice_rivals() SET join_collapse_limit = 1;
ALTER FUNCTION close_notice_rivals() SET enable_hashjoin = off;
ALTER FUNCTION close_notice_rivals() SET enable_mergejoin = off;
ALTER FUNCTION close_notice_rivals() SET enable_seqscan = off;
"""
AS_IT_COMES = """
ALTER FUNCTION close_notice_rivals() RESET join_collapse_limit;
ALTER FUNCTION close_notice_rivals() RESET enable_hashjoin;
ALTER FUNCTION close_notice_rivals() RESET enable_mergejoin;
ALTER FUNCTION close_notice_rivals() RESET enable_seqscan;
"""


class Migration(migrations.Migration):
    dependencies = [("close", "0007_noticing_redemptions")]
    operations = [migrations.RunSQL(IN_ORDER, AS_IT_COMES)]

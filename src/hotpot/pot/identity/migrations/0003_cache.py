"""The table of settings.CACHES, in the shape that `createcachetable` gives it."""

from django.db import migrations

CREATE_CACHE = """
CREATE TABLE web_cache (
    cache_key varchar(255) NOT NULL PRIMARY KEY,
    value text NOT NULL,
    expires timestamptz NOT NULL
);
CREATE INDEX web_cache_expires ON web_cache (expires);
"""


class Migration(migrations.Migration):
    dependencies = [("identity", "0002_guards")]
    operations = [migrations.RunSQL(CREATE_CACHE, "DROP TABLE web_cache")]

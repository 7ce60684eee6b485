"""The switch's named SQL."""

from __future__ import annotations

_TOKENS = "(SELECT array_agg(topic || ':' || token) FROM messaging_switchtoken)"

# The tokens of what is known, and which of the numbers were taken to another operator: one row at least.
HOMES = f"""
SELECT {_TOKENS}, ported.place, ported.operator_id
  FROM (SELECT) AS always
  LEFT JOIN (SELECT given.place, held.operator_id
               FROM unnest($1::text[]) WITH ORDINALITY AS given (number, place)
               JOIN party_portednumber held USING (number)) AS ported ON true
"""

# In the order of routing.Route's fields.
ROUTES = """
SELECT id, name, carrier, priority, operator_id, prefix, customer_id, interface_id, message_class, days,
       from_minute, to_minute, parts_max, weight, price_e4
  FROM messaging_route WHERE is_on ORDER BY id
"""

# A carrier that nobody spoke of is up.
CARRIERS = """
SELECT account.name, coalesce(health.is_up, true)
  FROM messaging_carrieraccount account
  LEFT JOIN messaging_carrierhealth health ON health.name = account.name
 ORDER BY account.id
"""

RANGES = "SELECT prefix, operator_id FROM party_numberrange"

# Interfaces that say what kind of messages they send.
CLASSES = "SELECT id, settings->>'class' FROM messaging_interface WHERE settings->>'class' <> ''"

# What is true already is not written again: each change makes everybody load anew.
CARRIER_IS = """
INSERT INTO messaging_carrierhealth (name, is_up, reason, since)
VALUES ($1::text, $2::boolean, $3::text, $4::timestamptz)
    ON CONFLICT (name) DO UPDATE SET is_up = excluded.is_up, reason = excluded.reason, since = excluded.since
 WHERE (messaging_carrierhealth.is_up, messaging_carrierhealth.reason) <> (excluded.is_up, excluded.reason)
"""

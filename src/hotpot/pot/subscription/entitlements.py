"""Keeps entitlements in step with what they follow from, a whole set at a time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection

from hotpot.kernel.period import day_starts_at
from hotpot.pot.access.readers import as_system
from hotpot.pot.subscription.models import Subscription

# The days on which anything of these seats begins or ends: few, however many the seats.
DAYS = """
SELECT DISTINCT day
  FROM (SELECT unnest(ARRAY[starts_on, ends_on]) AS day FROM subscription_seat
         WHERE subscription_id = %(subscription)s AND (%(seats)s::bigint[] IS NULL OR id = ANY (%(seats)s))
        UNION ALL
        SELECT unnest(ARRAY[starts_on, ends_on]) FROM subscription_subscription WHERE id = %(subscription)s
        UNION ALL
        SELECT unnest(ARRAY[starts_on, ends_on]) FROM subscription_suspension
         WHERE subscription_id = %(subscription)s) AS days
 WHERE day IS NOT NULL
"""

FORGET = """
DELETE FROM subscription_entitlement USING subscription_seat AS seat
 WHERE seat_id = seat.id AND seat.subscription_id = %(subscription)s
   AND (%(seats)s::bigint[] IS NULL OR seat.id = ANY (%(seats)s))
"""

# Seat ∩ subscription − suspensions, for each function of the app, from instant to instant.
FOLLOW = """
WITH instants AS MATERIALIZED (
    SELECT * FROM unnest(%(days)s::date[], %(instants)s::timestamptz[]) AS one (day, at)
), running AS MATERIALIZED (
    SELECT id, app_id, customer_id, datemultirange(daterange(starts_on, ends_on)) - coalesce(
               (SELECT range_agg(daterange(suspension.starts_on, suspension.ends_on))
                  FROM subscription_suspension AS suspension
                 WHERE suspension.subscription_id = subscription.id),
               '{}'::datemultirange) AS days
      FROM subscription_subscription AS subscription
     WHERE id = %(subscription)s
)
INSERT INTO subscription_entitlement
       (number, app_id, function, seat_id, customer_id, starts_at, ends_at, "limit")
SELECT seat.number, running.app_id, function.id, seat.id, running.customer_id, first.at, last.at, NULL
  FROM running
  JOIN subscription_seat AS seat ON seat.subscription_id = running.id
 CROSS JOIN unnest(running.days * datemultirange(daterange(seat.starts_on, seat.ends_on))) AS span
 CROSS JOIN unnest(%(functions)s::text[]) AS function (id)
  JOIN instants AS first ON first.day = lower(span)
  LEFT JOIN instants AS last ON last.day = upper(span)
 WHERE %(seats)s::bigint[] IS NULL OR seat.id = ANY (%(seats)s)
"""


def follow(subscription: Subscription, seat_ids: Sequence[int] | None = None) -> None:
    """Writes the entitlements of these seats, or of all the subscription's, as they should be now.

    Runs in the transaction of the verb that holds the subscription's lock.
    """
    if seat_ids is not None and not seat_ids:
        return
    zone = ZoneInfo(subscription.customer.time_zone)
    values: dict[str, Any] = {
        "subscription": subscription.id,
        "seats": None if seat_ids is None else list(seat_ids),
        "functions": [one["id"] for one in subscription.app.manifest["functions"]],
    }
    with as_system(), connection.cursor() as cursor:
        cursor.execute(DAYS, values)
        days = [day for (day,) in cursor.fetchall()]
        values |= {"days": days, "instants": [day_starts_at(day, zone) for day in days]}
        cursor.execute(FORGET, values)
        cursor.execute(FOLLOW, values)

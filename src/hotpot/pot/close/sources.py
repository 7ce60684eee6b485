"""What a close reads, as named SQL: of one operator. Columns are called as in the shapes.

Parameters: %(operator)s; %(customer)s, NULL for all; the months that may be due, from %(from)s up to
%(until)s, exclusive; %(months)s, their first days; %(first)s up to %(until)s are due of every
subscription if %(whole)s; %(touched)s: the subscriptions of which earlier months are due as well;
%(rivals)s: those that aren't due and share a number and an app with one that is, or complete its bundle.
"""

from __future__ import annotations

from hotpot.pot.catalog.pricing import MICRO, ON_SUMS

# Days as whole numbers, so that any engine can subtract them.
DAY = "({} - DATE '1970-01-01')"

_ON_SUMS = f"ARRAY{sorted(ON_SUMS)}"

# The subscriptions that may be due.
_DUE = """
    held.operator_id = %(operator)s
AND (%(customer)s::bigint IS NULL OR held.customer_id = %(customer)s)
AND (%(whole)s AND held.starts_on < %(until)s AND (held.ends_on IS NULL OR held.ends_on > %(first)s)
     OR held.id = ANY (%(touched)s))
"""
# Rivals aren't due, but their seats tell which of the usage isn't that of those that are.
_HELD = f"(({_DUE}) OR held.id = ANY (%(rivals)s))"
_METERED = """
EXISTS (SELECT FROM catalog_price AS price JOIN catalog_priceitem AS item ON item.price_id = price.id
         WHERE price.offer_id = {}.offer_id AND item.meter IS NOT NULL)
"""
# Whether the first has a bundle that asks for the second's app. Both are of one customer and operator.
_BUNDLED = """
{0}.customer_id = {1}.customer_id AND {0}.operator_id = {1}.operator_id AND {0}.id <> {1}.id AND
EXISTS (SELECT FROM catalog_price AS price JOIN catalog_priceitem AS item ON item.price_id = price.id
         WHERE price.offer_id = {0}.offer_id AND item.kind = 'bundle' AND item.params -> 'apps' ? {1}.app_id)
"""
# The operator's subscriptions that had a seat for the same number and app as one that was touched: since
# then, usage may be theirs that wasn't, or the other way round. (Other operators' are touched by a trigger.)
# And those whose bundle asks for the app of one that was touched.
TOUCHED_RIVALS = f"""
SELECT rival.id AS subscription, min(touched.since) AS since
  FROM unnest(%(touched)s::bigint[], %(since)s::bigint[]) AS touched (id, since)
  JOIN subscription_subscription AS held USING (id)
  JOIN subscription_seat AS mine ON mine.subscription_id = held.id
  JOIN subscription_seat AS other ON other.number = mine.number AND other.subscription_id <> held.id
  JOIN subscription_subscription AS rival ON rival.id = other.subscription_id AND rival.app_id = held.app_id
 WHERE rival.operator_id = %(operator)s AND {_METERED.format("rival")}
 GROUP BY rival.id
 UNION ALL
SELECT mate.id, min(touched.since)
  FROM unnest(%(touched)s::bigint[], %(since)s::bigint[]) AS touched (id, since)
  JOIN subscription_subscription AS held USING (id)
  JOIN subscription_subscription AS mate ON {_BUNDLED.format("mate", "held")}
 GROUP BY mate.id
"""
# Whether an app that the operator's customers have is had from other operators as well.
OTHERS = """
SELECT EXISTS (SELECT FROM subscription_subscription AS other
                WHERE other.operator_id <> %(operator)s AND EXISTS (
                      SELECT FROM subscription_subscription AS held
                       WHERE held.app_id = other.app_id AND held.operator_id = %(operator)s))
"""
# All that share a number and an app with one that was touched, or whose app its bundle asks for; if
# %(of_all)s, with any that may be due.
RIVALS = f"""
SELECT DISTINCT rival.id
  FROM subscription_subscription AS held JOIN subscription_seat AS mine ON mine.subscription_id = held.id
  JOIN subscription_seat AS other ON other.number = mine.number AND other.subscription_id <> held.id
  JOIN subscription_subscription AS rival ON rival.id = other.subscription_id AND rival.app_id = held.app_id
 WHERE {_DUE} AND (%(of_all)s OR held.id = ANY (%(touched)s)) AND {_METERED.format("held")}
 UNION
SELECT mate.id
  FROM subscription_subscription AS held
  JOIN subscription_subscription AS mate ON {_BUNDLED.format("held", "mate")}
 WHERE {_DUE} AND (%(of_all)s OR held.id = ANY (%(touched)s))
"""
# Whose usage came after it was closed: the subscriptions of the numbers and apps that it tells of.
LATE = """
SELECT held.id AS subscription, min(late.since) AS since
  FROM unnest(%(subjects)s::text[], %(apps)s::text[], %(days)s::bigint[]) AS late (subject, app, since)
  JOIN subscription_seat AS seat ON seat.number = late.subject
  JOIN subscription_subscription AS held ON held.id = seat.subscription_id AND held.app_id = late.app
 WHERE held.operator_id = %(operator)s GROUP BY held.id
 UNION ALL
SELECT held.id, min(late.since)
  FROM unnest(%(subjects)s::text[], %(apps)s::text[], %(days)s::bigint[]) AS late (subject, app, since)
  JOIN subscription_subscription AS held ON 'subscription:' || held.id = late.subject
   AND held.app_id = late.app
 WHERE held.operator_id = %(operator)s GROUP BY held.id
"""
SUBSCRIPTIONS = f"""
SELECT held.id AS subscription, held.offer_id AS offer, held.app_id AS app, held.customer_id AS customer,
       held.operator_id AS operator, held.integrator_id AS integrator, held.developer_id AS developer,
       {DAY.format("held.starts_on")} AS starts, {DAY.format("held.ends_on")} AS ends,
       party.time_zone AS zone, ({_DUE}) AS ours
  FROM subscription_subscription AS held JOIN party_party AS party ON party.id = held.customer_id
 WHERE {_HELD}
"""
SEATS = f"""
SELECT seat.id AS seat, seat.subscription_id AS subscription, seat.number,
       (extract(epoch FROM seat.assigned_at) * 1000000)::bigint AS assigned_us,
       {DAY.format("seat.starts_on")} AS starts, {DAY.format("seat.ends_on")} AS ends
  FROM subscription_seat AS seat JOIN subscription_subscription AS held ON held.id = seat.subscription_id
 WHERE {_HELD} AND seat.starts_on < %(until)s AND (seat.ends_on IS NULL OR seat.ends_on > %(from)s)
"""
SUSPENSIONS = f"""
SELECT pause.subscription_id AS subscription, {DAY.format("pause.starts_on")} AS starts,
       {DAY.format("pause.ends_on")} AS ends
  FROM subscription_suspension AS pause
  JOIN subscription_subscription AS held ON held.id = pause.subscription_id
 WHERE {_HELD} AND pause.starts_on < %(until)s AND (pause.ends_on IS NULL OR pause.ends_on > %(from)s)
"""
REDEMPTIONS = f"""
SELECT redemption.subscription_id AS subscription, redemption.code AS coupon_code,
       {DAY.format("redemption.starts_on")} AS starts
  FROM subscription_redemption AS redemption
  JOIN subscription_subscription AS held ON held.id = redemption.subscription_id
 WHERE {_HELD}
"""
PRICES = f"""
SELECT price.id AS price, price.offer_id AS offer, {DAY.format("price.starts_on")} AS starts, price.currency
  FROM catalog_price AS price JOIN catalog_offer AS offer ON offer.id = price.offer_id
 WHERE offer.operator_id = %(operator)s AND price.starts_on < %(until)s
"""
TOUCHED = f"""
SELECT id, subscription_id AS subscription, {DAY.format("since")} AS since
  FROM close_touched WHERE operator_id = %(operator)s
"""
# What is booked of the lines of months that are due: of whole ones by month, of others by subscription.
# `advance`: it may be charged ahead, as fees in advance are, and what is off these.
BOOKED = f"""
WITH lines AS (
    SELECT line.id FROM billing_billline AS line JOIN billing_bill AS bill ON bill.id = line.bill_id
     WHERE %(whole)s AND bill.operator_id = %(operator)s AND bill.period >= %(before)s
       AND line.period >= %(first)s
    UNION
    SELECT id FROM billing_billline WHERE subscription_id = ANY (%(touched)s) AND period = ANY (%(months)s)
)
SELECT charge.subscription_id AS subscription, charge.item_id AS item, charge.seat_id AS seat,
       {DAY.format("charge.period")} AS period, sum(charge.quantity)::bigint AS quantity,
       max(charge.basis) AS basis, sum(charge.amount_minor)::bigint AS amount_minor, charge.currency,
       item.advance OR item.kind IN ('bundle', 'coupon') AS advance
  FROM rating_charge AS charge JOIN lines ON lines.id = charge.line_id
  JOIN catalog_priceitem AS item ON item.id = charge.item_id
 WHERE charge.cause = 'rated'
 GROUP BY charge.subscription_id, charge.item_id, charge.seat_id, charge.period, charge.currency,
          item.advance, item.kind
HAVING sum(charge.amount_minor) <> 0 OR sum(charge.quantity) <> 0
"""
# All that is billed of the months that are shared anew. Credits by hand correct a bill; a close's don't.
# quantity / basis: see plans.families.
BOOKED_FAMILIES = f"""
SELECT line.subscription_id AS subscription, line.item_id AS item, item.kind,
       {DAY.format("line.period")} AS period, {DAY.format("held.starts_on")} AS starts,
       held.app_id AS app, held.customer_id AS customer, held.operator_id AS operator,
       held.integrator_id AS integrator, held.developer_id AS developer,
       coalesce(sum(line.seats) FILTER (WHERE bill.corrects_id IS NULL), 0)::bigint AS seats,
       coalesce(sum(line.quantity) FILTER (WHERE bill.corrects_id IS NULL
                                             AND item.kind <> ALL ({_ON_SUMS})), 0)::bigint AS quantity,
       CASE WHEN item.meter IS NOT NULL THEN {MICRO} WHEN item.kind = ANY ({_ON_SUMS}) THEN 1
            ELSE max(line.basis) END AS basis, sum(line.net_minor)::bigint AS amount_minor,
       coalesce(-sum(line.net_minor) FILTER (WHERE bill.corrects_id IS NOT NULL), 0)::bigint
           AS credited_minor,
       coalesce(sum(lost.net_minor), 0)::bigint AS written_off_minor, bill.currency
  FROM billing_billline AS line JOIN billing_bill AS bill ON bill.id = line.bill_id
  LEFT JOIN (SELECT line_id, sum(net_minor) AS net_minor FROM payment_writeoffline GROUP BY line_id) AS lost
    ON lost.line_id = line.id
  JOIN subscription_subscription AS held ON held.id = line.subscription_id
  JOIN catalog_priceitem AS item ON item.id = line.item_id
 WHERE bill.operator_id = %(operator)s AND line.period = ANY (%(months)s)
 GROUP BY line.subscription_id, line.item_id, item.id, line.period, held.id, bill.currency
"""
BOOKED_SHARES = f"""
SELECT subscription_id AS subscription, item_id AS item, {DAY.format("period")} AS period, party_id AS party,
       terms_id AS terms, sum(amount_minor)::bigint AS amount_minor, currency
  FROM settlement_share WHERE operator_id = %(operator)s AND period = ANY (%(months)s)
 GROUP BY subscription_id, item_id, period, party_id, terms_id, currency
"""
BOOKED_ADJUSTMENTS = f"""
SELECT paper.partner_id AS partner, line.terms_id AS terms, {DAY.format("line.period")} AS period, line.kind,
       sum(line.share_minor)::bigint AS amount_minor, paper.currency
  FROM settlement_statementline AS line JOIN settlement_statement AS paper ON paper.id = line.statement_id
 WHERE paper.operator_id = %(operator)s AND line.kind IN ('guarantee', 'cap')
   AND line.period = ANY (%(months)s)
 GROUP BY paper.partner_id, line.terms_id, line.period, line.kind, paper.currency
"""
KINDS = """
SELECT item.id AS item, item.kind, item.tax_class, item.advance
  FROM catalog_priceitem AS item JOIN catalog_price AS price ON price.id = item.price_id
  JOIN catalog_offer AS offer ON offer.id = price.offer_id
 WHERE offer.operator_id = %(operator)s
"""

"""What a close reads, as named SQL: one operator, one month. Columns come in the order of the shapes.

%(operator)s, and the month as dates: %(first)s and, exclusive, %(ends)s.
"""

from __future__ import annotations

# Days as whole numbers, so that any engine can subtract them.
_DAY = "({} - DATE '1970-01-01')"

SEATS = f"""
SELECT seat.id, seat.subscription_id, {_DAY.format("seat.starts_on")}, {_DAY.format("seat.ends_on")}
  FROM subscription_seat AS seat JOIN subscription_subscription AS held ON held.id = seat.subscription_id
 WHERE held.operator_id = %(operator)s AND seat.starts_on < %(ends)s
   AND (seat.ends_on IS NULL OR seat.ends_on > %(first)s)
"""
SUBSCRIPTIONS = f"""
SELECT id, offer_id, app_id, customer_id, operator_id, integrator_id, developer_id,
       {_DAY.format("starts_on")}, {_DAY.format("ends_on")}
  FROM subscription_subscription
 WHERE operator_id = %(operator)s AND starts_on < %(ends)s AND (ends_on IS NULL OR ends_on > %(first)s)
"""
PRICES = f"""
SELECT price.id, price.offer_id, {_DAY.format("price.starts_on")},
       (item.params->>'amount_minor')::bigint, price.currency
  FROM catalog_price AS price JOIN catalog_offer AS offer ON offer.id = price.offer_id
  JOIN catalog_priceitem AS item ON item.price_id = price.id AND item.kind = 'fee'
 WHERE offer.operator_id = %(operator)s AND price.starts_on < %(ends)s
"""
SUSPENSIONS = f"""
SELECT pause.subscription_id, {_DAY.format("pause.starts_on")}, {_DAY.format("pause.ends_on")}
  FROM subscription_suspension AS pause
  JOIN subscription_subscription AS held ON held.id = pause.subscription_id
 WHERE held.operator_id = %(operator)s AND pause.starts_on < %(ends)s
   AND (pause.ends_on IS NULL OR pause.ends_on > %(first)s)
"""
CHARGED = """
SELECT seat_id, price_id FROM rating_charge WHERE operator_id = %(operator)s AND period = %(first)s
"""
# Charges that wait for a bill; the last column tells whether they have their shares already.
UNBILLED = """
SELECT charge.id, charge.subscription_id, charge.seat_id, charge.price_id, held.app_id, charge.customer_id,
       charge.operator_id, charge.integrator_id, charge.developer_id, charge.days, charge.days_in_period,
       charge.fee_minor, charge.amount_minor, charge.currency,
       EXISTS (SELECT FROM settlement_share WHERE charge_id = charge.id) AS shared
  FROM rating_charge AS charge JOIN subscription_subscription AS held ON held.id = charge.subscription_id
 WHERE charge.operator_id = %(operator)s AND charge.period = %(first)s
   AND NOT EXISTS (SELECT FROM billing_billedcharge WHERE charge_id = charge.id)
"""
# Shares of charges that wait for a bill.
UNBILLED_SHARES = """
SELECT share.charge_id, share.party_id, share.amount_minor
  FROM settlement_share AS share
 WHERE share.operator_id = %(operator)s AND share.period = %(first)s
   AND NOT EXISTS (SELECT FROM billing_billedcharge WHERE charge_id = share.charge_id)
"""
UNSTATED = """
SELECT share.id, share.party_id, share.terms_id, share.amount_minor, share.currency, charge.customer_id,
       held.app_id, charge.seat_id, charge.days, charge.amount_minor
  FROM settlement_share AS share JOIN rating_charge AS charge ON charge.id = share.charge_id
  JOIN subscription_subscription AS held ON held.id = charge.subscription_id
 WHERE share.operator_id = %(operator)s AND share.period = %(first)s AND share.terms_id IS NOT NULL
   AND NOT EXISTS (SELECT FROM settlement_statedshare WHERE share_id = share.id)
"""
# Versions that have begun; a plan takes the newest of each agreement.
AGREEMENTS = f"""
SELECT version.id, agreement.id, agreement.partner_id, agreement.app_id, {_DAY.format("version.starts_on")},
       (version.params ->> 'share_bp')::bigint, (version.params ->> 'unit_micro')::bigint / 1000000,
       version.currency
  FROM party_agreementversion AS version
  JOIN party_agreement AS agreement ON agreement.id = version.agreement_id
 WHERE agreement.operator_id = %(operator)s AND version.starts_on <= %(first)s
"""

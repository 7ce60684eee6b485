"""What must hold of payments: each a name, a rule, and a query that gives the rows that break it.

`hotpot books check` runs them with those of the close (close.books).
"""

from __future__ import annotations

from django.utils.translation import gettext_noop

# What each side of an operator and a customer says is still owed, by two roads.
_OPEN = """
SELECT operator_id, customer_id, currency, sum(total_minor) AS billed, coalesce(sum(cleared), 0) AS cleared
  FROM billing_bill AS bill
  LEFT JOIN (SELECT bill_id, sum(amount_minor) AS cleared FROM payment_clearing GROUP BY bill_id) AS clearings
    ON clearings.bill_id = bill.id
 GROUP BY operator_id, customer_id, currency
"""
_ACCOUNTS = """
SELECT party_id AS operator_id, counterparty_id AS customer_id, asset AS currency, balance
  FROM ledger_account WHERE split_part(code, ':', 3) = '{kind}'
"""

CHECKS = (
    (
        "receivables_open",
        gettext_noop("What a customer owes in the ledger is what is open of its bills and credit notes."),
        f"""
        SELECT operator_id, customer_id, currency, (billed - cleared)::bigint AS open_minor, balance
          FROM ({_OPEN}) AS open FULL JOIN ({_ACCOUNTS.format(kind="receivable")}) AS accounts
               USING (operator_id, customer_id, currency)
         WHERE coalesce(billed - cleared, 0) <> coalesce(balance, 0)
        """,
    ),
    (
        "cleared_within_total",
        gettext_noop("Nothing is cleared of a bill or credit note beyond its total."),
        """
        SELECT bill.id AS bill, bill.total_minor, sum(clearing.amount_minor)::bigint AS cleared_minor
          FROM payment_clearing AS clearing JOIN billing_bill AS bill ON bill.id = clearing.bill_id
         GROUP BY bill.id
        HAVING sum(clearing.amount_minor) NOT BETWEEN least(bill.total_minor, 0)
                                                  AND greatest(bill.total_minor, 0)
        """,
    ),
    (
        "credits_meet_bills",
        gettext_noop("Where a credit note meets a bill, both are cleared by the same amount."),
        """
        SELECT least(bill_id, against_id) AS one, greatest(bill_id, against_id) AS other,
               sum(amount_minor)::bigint AS off
          FROM payment_clearing WHERE against_id IS NOT NULL
         GROUP BY 1, 2 HAVING sum(amount_minor) <> 0
        """,
    ),
    (
        "payments_posted",
        gettext_noop("Every payment received is posted: what it took off receivables are its clearings."),
        """
        WITH posted AS (
            SELECT payment.id, -coalesce(sum(posting.amount)
                       FILTER (WHERE split_part(account.code, ':', 3) = 'receivable'), 0) AS minor
              FROM payment_payment AS payment
              LEFT JOIN ledger_posting AS posting ON posting.entry_id = payment.entry_id
              LEFT JOIN ledger_account AS account ON account.id = posting.account_id
             WHERE payment.state = 'received' GROUP BY payment.id
        ), cleared AS (
            SELECT payment_id AS id, sum(amount_minor) AS minor
              FROM payment_clearing WHERE payment_id IS NOT NULL GROUP BY payment_id
        )
        SELECT id AS payment, posted.minor::bigint AS posted_minor, cleared.minor::bigint AS cleared_minor
          FROM posted FULL JOIN cleared USING (id)
         WHERE posted.minor IS NULL OR posted.minor <> coalesce(cleared.minor, 0)
        """,
    ),
    (
        "wallets_follow",
        gettext_noop(
            "A wallet holds what was paid ahead and given back, less what it paid and what went back."
        ),
        f"""
        WITH moved AS (
            SELECT operator_id, customer_id, currency,
                   CASE WHEN provider = 'wallet' THEN 0 ELSE amount_minor END
                   - coalesce((SELECT sum(amount_minor) FROM payment_clearing
                                WHERE payment_id = payment.id), 0) AS minor
              FROM payment_payment AS payment WHERE state = 'received'
             UNION ALL
            SELECT operator_id, customer_id, currency,
                   CASE WHEN bill_id IS NULL THEN -amount_minor WHEN to_wallet THEN amount_minor ELSE 0 END
              FROM payment_refund
             UNION ALL
            SELECT operator_id, customer_id, currency, -wallet_minor FROM payment_chargeback
        ), held AS (
            SELECT operator_id, customer_id, currency, sum(minor) AS minor FROM moved GROUP BY 1, 2, 3
        )
        SELECT operator_id, customer_id, currency, held.minor::bigint AS paid_ahead_minor, balance
          FROM held FULL JOIN ({_ACCOUNTS.format(kind="wallet")}) AS accounts
               USING (operator_id, customer_id, currency)
         WHERE coalesce(held.minor, 0) <> -coalesce(balance, 0)
        """,
    ),
    (
        "chargebacks_posted",
        gettext_noop("What is taken back is posted whole: bills opened again, the wallet's part, loss."),
        """
        SELECT back.id AS chargeback, back.amount_minor
          FROM payment_chargeback AS back
         WHERE back.amount_minor <> back.wallet_minor + back.lost_minor
                   - (SELECT coalesce(sum(amount_minor), 0) FROM payment_clearing
                       WHERE chargeback_id = back.id)
            OR back.amount_minor <> (SELECT -coalesce(sum(posting.amount), 0)
                                       FROM ledger_posting AS posting
                                       JOIN ledger_account AS account ON account.id = posting.account_id
                                      WHERE posting.entry_id = back.entry_id AND posting.amount < 0)
        """,
    ),
    (
        "taken_back_within_payment",
        gettext_noop("No more is taken back of a payment than it brought."),
        """
        SELECT payment.id AS payment, payment.amount_minor, sum(back.amount_minor)::bigint AS taken_back_minor
          FROM payment_chargeback AS back JOIN payment_payment AS payment ON payment.id = back.payment_id
         GROUP BY payment.id HAVING sum(back.amount_minor) > payment.amount_minor
        """,
    ),
    (
        "write_offs_follow",
        gettext_noop("A write-off is its lines and what none has, is cleared, and posted as bad debt."),
        """
        SELECT lost.id AS write_off, lost.amount_minor
          FROM payment_writeoff AS lost
         WHERE lost.amount_minor <> lost.unshared_minor
                   + (SELECT coalesce(sum(amount_minor), 0) FROM payment_writeoffline
                       WHERE write_off_id = lost.id)
            OR lost.amount_minor <> (SELECT coalesce(sum(amount_minor), 0) FROM payment_clearing
                                      WHERE write_off_id = lost.id)
            OR lost.amount_minor <> (SELECT coalesce(sum(posting.amount), 0) FROM ledger_posting AS posting
                                       JOIN ledger_account AS account ON account.id = posting.account_id
                                      WHERE posting.entry_id = lost.entry_id
                                        AND split_part(account.code, ':', 3) = 'bad_debt')
        """,
    ),
    (
        "lines_taken_back_once",
        gettext_noop("Of no bill line more is credited and written off than it came to."),
        """
        WITH taken AS (
            SELECT credited.corrects_id AS line_id, -note.amount_minor AS minor
              FROM billing_creditedline AS credited
              JOIN billing_billline AS note ON note.id = credited.line_id
             UNION ALL SELECT line_id, amount_minor FROM payment_writeoffline
        )
        SELECT line.id AS line, line.amount_minor, sum(taken.minor)::bigint AS taken_minor
          FROM taken JOIN billing_billline AS line ON line.id = taken.line_id
         GROUP BY line.id, line.amount_minor HAVING sum(taken.minor) > greatest(line.amount_minor, 0)
        """,
    ),
    (
        "unmatched_waits",
        gettext_noop("What lies on the account of unmatched money are the bank's lines that wait."),
        """
        WITH waiting AS (
            SELECT operator_id, currency, sum(amount_minor) AS minor FROM payment_bankline
             WHERE state = 'unmatched' GROUP BY 1, 2
        ), accounts AS (
            SELECT party_id AS operator_id, asset AS currency, -balance AS minor FROM ledger_account
             WHERE split_part(code, ':', 3) = 'unmatched'
        )
        SELECT operator_id, currency, waiting.minor::bigint AS waiting_minor, accounts.minor AS held_minor
          FROM waiting FULL JOIN accounts USING (operator_id, currency)
         WHERE coalesce(waiting.minor, 0) <> coalesce(accounts.minor, 0)
        """,
    ),
)

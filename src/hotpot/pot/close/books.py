"""Proves that the books are right: each check is a query that gives the rows that break a rule.

All of it runs in one snapshot, and reads only.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext_noop

ROWS_SHOWN_MAX = 20


@dataclass(frozen=True, slots=True)
class Check:
    """`query` gives no row where `rule` holds."""

    name: str
    rule: str
    query: str


@dataclass(frozen=True, slots=True)
class Finding:
    check: Check
    rows: Sequence[Mapping[str, Any]]  # the first ROWS_SHOWN_MAX
    count: int


@dataclass(frozen=True, slots=True)
class Books:
    """`figures`: a row an operator, period and currency. `findings`: the checks that failed."""

    figures: Sequence[Mapping[str, Any]]
    ledger: Mapping[str, int]
    findings: Sequence[Finding]

    @property
    def right(self) -> bool:
        return not self.findings


LEDGER = """
SELECT (SELECT count(*) FROM ledger_account) AS accounts, (SELECT count(*) FROM ledger_entry) AS entries,
       (SELECT count(*) FROM ledger_posting) AS postings,
       (SELECT count(*) FROM ledger_transfer) AS transfers,
       (SELECT count(*) FROM ledger_hold WHERE state = 'open') AS open_holds
"""

# What was posted of each bill, by the kind of account: the entry's key is "bill:<operator>:<number>".
_POSTED = """
SELECT bill.id AS bill_id, bill.operator_id, bill.period, account.asset AS currency, account.counterparty_id,
       split_part(account.code, ':', 3) AS kind, posting.amount
  FROM billing_bill AS bill
  JOIN ledger_entry AS entry ON entry.key = 'bill:' || bill.operator_id || ':' || bill.number
  JOIN ledger_posting AS posting ON posting.entry_id = entry.id
  JOIN ledger_account AS account ON account.id = posting.account_id
"""

# One row an operator, period and currency, from seven independent roads to the same money.
FIGURES = f"""
WITH posted AS ({_POSTED}),
told AS (
    SELECT operator_id, period, currency, 'charges' AS what, count(*) AS rows, sum(amount_minor) AS minor
      FROM rating_charge GROUP BY 1, 2, 3
    UNION ALL
    SELECT operator_id, period, currency, 'billed_charges', count(*), sum(amount_minor)
      FROM billing_billedcharge JOIN rating_charge AS charge ON charge.id = charge_id GROUP BY 1, 2, 3
    UNION ALL
    SELECT operator_id, period, currency, 'bills', count(*), sum(total_minor)
      FROM billing_bill GROUP BY 1, 2, 3
    UNION ALL
    SELECT operator_id, period, currency, 'shares', count(*), sum(amount_minor)
      FROM settlement_share GROUP BY 1, 2, 3
    UNION ALL
    SELECT operator_id, period, currency, 'partner_shares', count(*), sum(amount_minor)
      FROM settlement_share WHERE terms_id IS NOT NULL GROUP BY 1, 2, 3
    UNION ALL
    SELECT operator_id, period, currency, 'statements', count(*), sum(total_minor)
      FROM settlement_statement GROUP BY 1, 2, 3
    UNION ALL
    SELECT operator_id, period, currency, 'receivables', count(*), sum(amount)
      FROM posted WHERE kind = 'receivable' GROUP BY 1, 2, 3
    UNION ALL
    SELECT operator_id, period, currency, 'payables', count(*), -sum(amount)
      FROM posted WHERE kind = 'payable' GROUP BY 1, 2, 3
)
SELECT operator_id, party_party.name AS operator, period, told.currency,
       coalesce(sum(rows) FILTER (WHERE what = 'charges'), 0)::bigint AS charges,
       coalesce(sum(minor) FILTER (WHERE what = 'charges'), 0)::bigint AS charged_minor,
       coalesce(sum(minor) FILTER (WHERE what = 'billed_charges'), 0)::bigint AS billed_charges_minor,
       coalesce(sum(rows) FILTER (WHERE what = 'bills'), 0)::bigint AS bills,
       coalesce(sum(minor) FILTER (WHERE what = 'bills'), 0)::bigint AS billed_minor,
       coalesce(sum(minor) FILTER (WHERE what = 'shares'), 0)::bigint AS shared_minor,
       coalesce(sum(minor) FILTER (WHERE what = 'receivables'), 0)::bigint AS receivable_minor,
       coalesce(sum(minor) FILTER (WHERE what = 'partner_shares'), 0)::bigint AS partner_shares_minor,
       coalesce(sum(minor) FILTER (WHERE what = 'payables'), 0)::bigint AS payable_minor,
       coalesce(sum(rows) FILTER (WHERE what = 'statements'), 0)::bigint AS statements,
       coalesce(sum(minor) FILTER (WHERE what = 'statements'), 0)::bigint AS stated_minor
  FROM told JOIN party_party ON party_party.id = operator_id
 GROUP BY operator_id, party_party.name, period, told.currency
 ORDER BY period, operator_id, told.currency
"""

CHECKS = (
    Check(
        "entries_balance",
        gettext_noop("Every entry's debits equal its credits, per asset."),
        """
        SELECT entry.key, account.asset, sum(posting.amount)::bigint AS off
          FROM ledger_posting AS posting JOIN ledger_entry AS entry ON entry.id = posting.entry_id
          JOIN ledger_account AS account ON account.id = posting.account_id
         GROUP BY entry.key, account.asset HAVING sum(posting.amount) <> 0
        """,
    ),
    Check(
        "entries_have_postings",
        gettext_noop("Every entry has postings."),
        """
        SELECT key FROM ledger_entry AS entry
         WHERE NOT EXISTS (SELECT FROM ledger_posting WHERE entry_id = entry.id)
        """,
    ),
    Check(
        "keys_are_single",
        gettext_noop("No key is used twice, neither by entries nor by transfers or holds."),
        """
        SELECT key, count(*) FROM ledger_entry GROUP BY key HAVING count(*) > 1
         UNION ALL SELECT key, count(*) FROM ledger_transfer GROUP BY key HAVING count(*) > 1
         UNION ALL SELECT key, count(*) FROM ledger_hold GROUP BY key HAVING count(*) > 1
        """,
    ),
    Check(
        "balances_follow",
        gettext_noop("Every account's balance is the sum of its postings and transfers."),
        """
        SELECT account.code, account.balance, coalesce(sums.amount, 0)::bigint AS movements
          FROM ledger_account AS account
          LEFT JOIN (SELECT account_id, sum(amount) AS amount FROM ledger_movement GROUP BY account_id) AS sums
            ON sums.account_id = account.id
         WHERE account.balance <> coalesce(sums.amount, 0)
        """,
    ),
    Check(
        "holds_follow",
        gettext_noop("What an account holds is the sum of its open holds."),
        """
        SELECT account.code, account.held, coalesce(sums.amount, 0)::bigint AS open_holds
          FROM ledger_account AS account
          LEFT JOIN (SELECT source_id, sum(amount) AS amount FROM ledger_hold WHERE state = 'open'
                      GROUP BY source_id) AS sums ON sums.source_id = account.id
         WHERE account.held <> coalesce(sums.amount, 0)
        """,
    ),
    Check(
        "holds_posted",
        gettext_noop("Every hold that was posted became one transfer of that amount."),
        """
        SELECT hold.key, hold.posted, transfer.amount AS transferred
          FROM ledger_hold AS hold LEFT JOIN ledger_transfer AS transfer ON transfer.key = 'hold:' || hold.key
         WHERE (hold.posted, hold.source_id, hold.target_id)
               IS DISTINCT FROM (transfer.amount, transfer.source_id, transfer.target_id)
           AND (hold.state = 'posted' OR transfer.key IS NOT NULL)
        """,
    ),
    Check(
        "amounts_follow",
        gettext_noop("Every charge is its fee x days / days of the month, rounded half up."),
        """
        SELECT id AS charge, fee_minor, days, days_in_period, amount_minor FROM rating_charge
         WHERE amount_minor <> round(fee_minor::numeric * days / days_in_period)
        """,
    ),
    Check(
        "charges_billed",
        gettext_noop(
            "Every charge stands on one line of a bill of its customer, operator, period and currency."
        ),
        """
        SELECT charge.id AS charge, charge.amount_minor, charge.currency, bill.number AS bill
          FROM rating_charge AS charge
          LEFT JOIN billing_billedcharge AS billed ON billed.charge_id = charge.id
          LEFT JOIN billing_billline AS line ON line.id = billed.line_id
          LEFT JOIN billing_bill AS bill ON bill.id = line.bill_id
         WHERE (bill.customer_id, bill.operator_id, bill.period, bill.currency, line.subscription_id)
               IS DISTINCT FROM (charge.customer_id, charge.operator_id, charge.period, charge.currency,
                                 charge.subscription_id)
        """,
    ),
    Check(
        "lines_follow",
        gettext_noop("Every bill line is the sum of its charges."),
        """
        SELECT line.id AS line, line.amount_minor,
               coalesce(sum(charge.amount_minor), 0)::bigint AS charges_minor
          FROM billing_billline AS line LEFT JOIN billing_billedcharge AS billed ON billed.line_id = line.id
          LEFT JOIN rating_charge AS charge ON charge.id = billed.charge_id
         GROUP BY line.id
        HAVING (line.amount_minor, line.seat_days) IS DISTINCT FROM
               (coalesce(sum(charge.amount_minor), 0), coalesce(sum(charge.days), 0))
        """,
    ),
    Check(
        "bills_follow",
        gettext_noop("Every bill is the sum of its lines."),
        """
        SELECT bill.operator_id, bill.number, bill.total_minor,
               coalesce(sum(line.amount_minor), 0)::bigint AS lines_minor
          FROM billing_bill AS bill LEFT JOIN billing_billline AS line ON line.bill_id = bill.id
         GROUP BY bill.id HAVING bill.total_minor <> coalesce(sum(line.amount_minor), 0)
        """,
    ),
    Check(
        "numbers_have_no_gap",
        gettext_noop("Bills and statements of an operator are numbered from 1 without a gap."),
        """
        SELECT 'bill' AS what, operator_id, count(*), min(number), max(number) FROM billing_bill
         GROUP BY operator_id HAVING (min(number), max(number)) <> (1, count(*))
         UNION ALL
        SELECT 'statement', operator_id, count(*), min(number), max(number) FROM settlement_statement
         GROUP BY operator_id HAVING (min(number), max(number)) <> (1, count(*))
        """,
    ),
    Check(
        "bills_posted",
        gettext_noop("Every bill is posted once: the customer owes its total."),
        f"""
        SELECT bill.operator_id, bill.number, bill.total_minor, posted.minor AS posted_minor
          FROM billing_bill AS bill
          LEFT JOIN (SELECT bill_id, sum(amount) AS minor FROM ({_POSTED}) AS lines
                      WHERE kind = 'receivable' GROUP BY bill_id) AS posted ON posted.bill_id = bill.id
         WHERE bill.total_minor <> coalesce(posted.minor, 0)
        """,
    ),
    Check(
        "charges_shared",
        gettext_noop("The shares of every charge sum to it."),
        """
        SELECT charge.id AS charge, charge.amount_minor,
               coalesce(sum(share.amount_minor), 0)::bigint AS shares_minor
          FROM rating_charge AS charge LEFT JOIN settlement_share AS share ON share.charge_id = charge.id
         GROUP BY charge.id
        HAVING count(share.id) = 0 OR charge.amount_minor <> sum(share.amount_minor)
            OR min(share.amount_minor) < 0 OR bool_or((share.operator_id, share.period, share.currency)
                                      IS DISTINCT FROM (charge.operator_id, charge.period, charge.currency))
        """,
    ),
    Check(
        "payables_posted",
        gettext_noop("What each partner is owed for each bill is posted."),
        f"""
        WITH shared AS (
            SELECT line.bill_id, share.party_id, sum(share.amount_minor) AS minor
              FROM settlement_share AS share JOIN billing_billedcharge AS billed USING (charge_id)
              JOIN billing_billline AS line ON line.id = billed.line_id
             WHERE share.terms_id IS NOT NULL GROUP BY line.bill_id, share.party_id
        ), posted AS (
            SELECT bill_id, counterparty_id AS party_id, -sum(amount) AS minor
              FROM ({_POSTED}) AS lines WHERE kind = 'payable' GROUP BY bill_id, counterparty_id
        )
        SELECT bill_id AS bill, party_id AS partner, shared.minor::bigint AS shared_minor,
               posted.minor::bigint AS posted_minor
          FROM shared FULL JOIN posted USING (bill_id, party_id)
         WHERE coalesce(shared.minor, 0) <> coalesce(posted.minor, 0)
        """,
    ),
    Check(
        "shares_stated",
        gettext_noop("Every partner's share stands on one line of a statement to that partner."),
        """
        SELECT share.id AS share, share.party_id AS partner, share.amount_minor, statement.number AS statement
          FROM settlement_share AS share
          LEFT JOIN settlement_statedshare AS stated ON stated.share_id = share.id
          LEFT JOIN settlement_statementline AS line ON line.id = stated.line_id
          LEFT JOIN settlement_statement AS statement ON statement.id = line.statement_id
         WHERE share.terms_id IS NOT NULL
           AND (statement.partner_id, statement.operator_id, statement.period, statement.currency,
                line.terms_id)
               IS DISTINCT FROM
               (share.party_id, share.operator_id, share.period, share.currency, share.terms_id)
        """,
    ),
    Check(
        "statement_lines_follow",
        gettext_noop("Every statement line is the sum of its shares."),
        """
        SELECT line.id AS line, line.share_minor, coalesce(sum(share.amount_minor), 0)::bigint AS shares_minor
          FROM settlement_statementline AS line
          LEFT JOIN settlement_statedshare AS stated ON stated.line_id = line.id
          LEFT JOIN settlement_share AS share ON share.id = stated.share_id
         GROUP BY line.id HAVING line.share_minor <> coalesce(sum(share.amount_minor), 0)
        """,
    ),
    Check(
        "statements_follow",
        gettext_noop("Every statement is the sum of its lines."),
        """
        SELECT statement.operator_id, statement.number, statement.total_minor,
               coalesce(sum(line.share_minor), 0)::bigint AS lines_minor
          FROM settlement_statement AS statement
          LEFT JOIN settlement_statementline AS line ON line.statement_id = statement.id
         GROUP BY statement.id HAVING statement.total_minor <> coalesce(sum(line.share_minor), 0)
        """,
    ),
    Check(
        "months_agree",
        gettext_noop(
            "Per operator, period and currency: charges = billed charges = bills = shares = receivables,"
            " and partners' shares = payables = statements."
        ),
        f"""
        SELECT * FROM ({FIGURES}) AS figures
         WHERE billed_charges_minor <> charged_minor OR billed_minor <> charged_minor
            OR shared_minor <> charged_minor OR receivable_minor <> charged_minor
            OR payable_minor <> partner_shares_minor OR stated_minor <> partner_shares_minor
        """,
    ),
)


def check_books() -> Books:
    """Runs every check in one snapshot. Needs a reader who sees all rows: the owner of the tables."""
    outermost = not connection.in_atomic_block
    with transaction.atomic():
        if outermost:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        figures = _rows(FIGURES)
        ledger = {name: int(value) for name, value in _rows(LEDGER)[0].items()}
        findings = [finding for check in CHECKS if (finding := _run(check)).count]
    return Books(figures, ledger, findings)


def _run(check: Check) -> Finding:
    rows = _rows(check.query)
    return Finding(check, rows[:ROWS_SHOWN_MAX], len(rows))


def _rows(query: str) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

"""Proves that the books are right: each check is a query that gives the rows that break a rule.

All of it runs in one snapshot, and reads only.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext_noop

from hotpot.pot.payment import checks as payment_checks

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

# What was posted of each paper, by the kind of account. The entry's key names the paper.
_POSTED_BILLS = """
SELECT bill.id AS bill_id, bill.operator_id, bill.period, account.asset AS currency,
       split_part(account.code, ':', 3) AS kind, posting.amount
  FROM billing_bill AS bill
  JOIN ledger_entry AS entry ON entry.key = CASE bill.kind WHEN 'bill' THEN 'bill:' ELSE 'credit:' END
                                            || bill.operator_id || ':' || bill.number
  JOIN ledger_posting AS posting ON posting.entry_id = entry.id
  JOIN ledger_account AS account ON account.id = posting.account_id
"""
_POSTED_STATEMENTS = """
SELECT paper.id AS statement_id, paper.operator_id, paper.period, account.asset AS currency,
       split_part(account.code, ':', 3) AS kind, posting.amount
  FROM settlement_statement AS paper
  JOIN ledger_entry AS entry ON entry.key = 'statement:' || paper.operator_id || ':' || paper.number
  JOIN ledger_posting AS posting ON posting.entry_id = entry.id
  JOIN ledger_account AS account ON account.id = posting.account_id
"""

# One row an operator, month of close and currency, from independent roads to the same money.
FIGURES = f"""
WITH bills AS ({_POSTED_BILLS}), statements AS ({_POSTED_STATEMENTS}),
told AS (
    SELECT bill.operator_id, bill.period, bill.currency, 'charges' AS what, count(*) AS rows,
           sum(charge.amount_minor) AS minor
      FROM rating_charge AS charge JOIN billing_billline AS line ON line.id = charge.line_id
      JOIN billing_bill AS bill ON bill.id = line.bill_id GROUP BY 1, 2, 3
    UNION ALL
    SELECT bill.operator_id, bill.period, bill.currency, 'lines', count(*), sum(line.charged_minor)
      FROM billing_billline AS line JOIN billing_bill AS bill ON bill.id = line.bill_id GROUP BY 1, 2, 3
    UNION ALL
    SELECT operator_id, period, currency, 'bills', count(*), sum(total_minor)
      FROM billing_bill GROUP BY 1, 2, 3
    UNION ALL
    SELECT operator_id, period, currency, 'tax', count(*), sum(tax_minor)
      FROM billing_bill GROUP BY 1, 2, 3
    UNION ALL
    SELECT operator_id, period, currency, 'receivables', count(*), sum(amount)
      FROM bills WHERE kind = 'receivable' GROUP BY 1, 2, 3
    UNION ALL
    SELECT operator_id, period, currency, 'statements', count(*), sum(total_minor)
      FROM settlement_statement GROUP BY 1, 2, 3
    UNION ALL
    SELECT operator_id, period, currency, 'payables', count(*), -sum(amount)
      FROM statements WHERE kind = 'payable' GROUP BY 1, 2, 3
)
SELECT operator_id, party_party.name AS operator, period, told.currency,
       coalesce(sum(rows) FILTER (WHERE what = 'charges'), 0)::bigint AS charges,
       coalesce(sum(minor) FILTER (WHERE what = 'charges'), 0)::bigint AS charged_minor,
       coalesce(sum(minor) FILTER (WHERE what = 'lines'), 0)::bigint AS lines_minor,
       coalesce(sum(rows) FILTER (WHERE what = 'bills'), 0)::bigint AS bills,
       coalesce(sum(minor) FILTER (WHERE what = 'bills'), 0)::bigint AS billed_minor,
       coalesce(sum(minor) FILTER (WHERE what = 'tax'), 0)::bigint AS tax_minor,
       coalesce(sum(minor) FILTER (WHERE what = 'receivables'), 0)::bigint AS receivable_minor,
       coalesce(sum(rows) FILTER (WHERE what = 'statements'), 0)::bigint AS statements,
       coalesce(sum(minor) FILTER (WHERE what = 'statements'), 0)::bigint AS stated_minor,
       coalesce(sum(minor) FILTER (WHERE what = 'payables'), 0)::bigint AS payable_minor
  FROM told JOIN party_party ON party_party.id = operator_id
 GROUP BY operator_id, party_party.name, period, told.currency
 ORDER BY period, operator_id, told.currency
"""

# Net of tax, all that is billed and all that is shared of a family. A month that was touched since its
# last close is left out: the next close shares what has come.
_SHARED = """
SELECT operator_id, subscription_id, item_id, period, currency, sum(billed) AS billed_minor,
       sum(shared) AS shared_minor
  FROM (SELECT bill.operator_id, line.subscription_id, line.item_id, line.period, bill.currency,
               line.net_minor AS billed, 0 AS shared
          FROM billing_billline AS line JOIN billing_bill AS bill ON bill.id = line.bill_id
         UNION ALL
        SELECT operator_id, subscription_id, item_id, period, currency, 0, amount_minor
          FROM settlement_share) AS both_sides
 GROUP BY operator_id, subscription_id, item_id, period, currency
"""

CHECKS = (
    *(Check(*one) for one in payment_checks.CHECKS),
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
          LEFT JOIN (SELECT account_id, sum(amount) AS amount FROM ledger_movement
                      GROUP BY account_id) AS sums ON sums.account_id = account.id
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
        "charges_billed",
        gettext_noop(
            "Every charge stands on a line of its subscription, item and period, on a bill to its customer."
        ),
        """
        SELECT charge.id AS charge, charge.amount_minor, charge.currency, bill.number AS bill
          FROM rating_charge AS charge
          LEFT JOIN billing_billline AS line ON line.id = charge.line_id
          LEFT JOIN billing_bill AS bill ON bill.id = line.bill_id
         WHERE (bill.customer_id, bill.operator_id, bill.currency, line.subscription_id, line.item_id,
                line.period)
               IS DISTINCT FROM (charge.customer_id, charge.operator_id, charge.currency,
                                 charge.subscription_id, charge.item_id, charge.period)
        """,
    ),
    Check(
        "lines_follow",
        gettext_noop("Every bill line is the sum of its charges."),
        """
        SELECT line.id AS line, line.charged_minor,
               coalesce(sum(charge.amount_minor), 0)::bigint AS charges_minor
          FROM billing_billline AS line LEFT JOIN rating_charge AS charge ON charge.line_id = line.id
         GROUP BY line.id
        HAVING (line.charged_minor, line.quantity) IS DISTINCT FROM
               (coalesce(sum(charge.amount_minor), 0), coalesce(sum(charge.quantity), 0))
        """,
    ),
    Check(
        "tax_follows",
        gettext_noop("Every bill line's price is its net amount, or contains its tax."),
        """
        SELECT id AS line, charged_minor, net_minor, tax_minor, tax_rate_bp FROM billing_billline
         WHERE charged_minor NOT IN (net_minor, net_minor + tax_minor) AND tax_rate_bp <> 0
            OR abs(net_minor) > abs(charged_minor) OR tax_minor <> 0 AND tax_rate_bp = 0
            OR abs(tax_minor * 10000 - net_minor * tax_rate_bp) > 10000 + tax_rate_bp
               -- A line that is credited in pieces shares its own tax out among them.
               AND NOT EXISTS (SELECT FROM billing_creditedline AS credited WHERE credited.line_id = id)
        """,
    ),
    Check(
        "bills_follow",
        gettext_noop("Every bill and credit note is the sum of its lines."),
        """
        SELECT bill.operator_id, bill.kind, bill.number, bill.total_minor,
               coalesce(sum(line.amount_minor), 0)::bigint AS lines_minor
          FROM billing_bill AS bill LEFT JOIN billing_billline AS line ON line.bill_id = bill.id
         GROUP BY bill.id
        HAVING (bill.net_minor, bill.tax_minor, bill.total_minor) IS DISTINCT FROM
               (coalesce(sum(line.net_minor), 0), coalesce(sum(line.tax_minor), 0),
                coalesce(sum(line.amount_minor), 0))
        """,
    ),
    Check(
        "numbers_have_no_gap",
        gettext_noop("Bills, credit notes and statements of an operator are numbered from 1 without a gap."),
        """
        SELECT kind AS what, operator_id, count(*), min(number), max(number) FROM billing_bill
         GROUP BY kind, operator_id HAVING (min(number), max(number)) <> (1, count(*))
         UNION ALL
        SELECT 'statement', operator_id, count(*), min(number), max(number) FROM settlement_statement
         GROUP BY operator_id HAVING (min(number), max(number)) <> (1, count(*))
        """,
    ),
    Check(
        "bills_posted",
        gettext_noop("Every bill is posted once: the customer owes its total, the state gets its tax."),
        f"""
        SELECT bill.operator_id, bill.kind, bill.number, bill.total_minor,
               posted.owed::bigint AS posted_minor, posted.tax::bigint AS posted_tax_minor
          FROM billing_bill AS bill
          LEFT JOIN (SELECT bill_id, sum(amount) FILTER (WHERE kind = 'receivable') AS owed,
                            -sum(amount) FILTER (WHERE kind = 'tax') AS tax
                       FROM ({_POSTED_BILLS}) AS lines GROUP BY bill_id) AS posted ON posted.bill_id = bill.id
         WHERE (bill.total_minor, bill.tax_minor) <> (coalesce(posted.owed, 0), coalesce(posted.tax, 0))
        """,
    ),
    Check(
        "families_shared",
        gettext_noop("The shares of a subscription, item and month sum to what was billed of it, tax apart."),
        f"""
        SELECT shared.operator_id, subscription_id AS subscription, item_id AS item, period,
               billed_minor::bigint, shared_minor::bigint
          FROM ({_SHARED}) AS shared
         WHERE billed_minor <> shared_minor AND NOT EXISTS (
               SELECT FROM close_touched AS touched
                WHERE touched.operator_id = shared.operator_id AND touched.subscription_id IS NULL
                  AND touched.since < shared.period + interval '1 month')
        """,
    ),
    Check(
        "shares_stated",
        gettext_noop("Every partner's share stands on a line of a statement to that partner."),
        """
        SELECT share.id AS share, share.party_id AS partner, share.amount_minor, paper.number AS statement
          FROM settlement_share AS share
          LEFT JOIN settlement_statementline AS line ON line.id = share.statement_line_id
          LEFT JOIN settlement_statement AS paper ON paper.id = line.statement_id
         WHERE share.terms_id IS NOT NULL
           AND (paper.partner_id, paper.operator_id, paper.currency, line.terms_id, line.period)
               IS DISTINCT FROM
               (share.party_id, share.operator_id, share.currency, share.terms_id, share.period)
        """,
    ),
    Check(
        "statement_lines_follow",
        gettext_noop("Every statement line is the sum of its shares, or an adjustment without any."),
        """
        SELECT line.id AS line, line.kind, line.share_minor,
               coalesce(sum(share.amount_minor), 0)::bigint AS shares_minor
          FROM settlement_statementline AS line
          LEFT JOIN settlement_share AS share ON share.statement_line_id = line.id
         GROUP BY line.id
        HAVING CASE line.kind WHEN 'share' THEN line.share_minor ELSE 0 END
               <> coalesce(sum(share.amount_minor), 0)
        """,
    ),
    Check(
        "statements_follow",
        gettext_noop("Every statement is the sum of its lines."),
        """
        SELECT paper.operator_id, paper.number, paper.total_minor,
               coalesce(sum(line.share_minor), 0)::bigint AS lines_minor
          FROM settlement_statement AS paper
          LEFT JOIN settlement_statementline AS line ON line.statement_id = paper.id
         GROUP BY paper.id HAVING paper.total_minor <> coalesce(sum(line.share_minor), 0)
        """,
    ),
    Check(
        "statements_posted",
        gettext_noop("Every statement is posted once: the operator owes the partner its total."),
        f"""
        SELECT paper.operator_id, paper.number, paper.total_minor, posted.minor::bigint AS posted_minor
          FROM settlement_statement AS paper
          LEFT JOIN (SELECT statement_id, -sum(amount) AS minor FROM ({_POSTED_STATEMENTS}) AS lines
                      WHERE kind = 'payable' GROUP BY statement_id) AS posted
            ON posted.statement_id = paper.id
         WHERE paper.total_minor <> coalesce(posted.minor, 0)
        """,
    ),
    Check(
        "accounts_agree",
        gettext_noop(
            "What bills and credit notes put on a customer's account is their sum;"
            " so is what statements put on a partner's."
        ),
        """
        WITH posted AS (
            SELECT account.party_id AS operator_id, account.counterparty_id AS party_id,
                   account.asset AS currency, split_part(account.code, ':', 3) AS kind, sum(amount) AS minor
              FROM ledger_posting AS posting JOIN ledger_account AS account ON account.id = posting.account_id
              JOIN ledger_entry AS entry ON entry.id = posting.entry_id
             WHERE split_part(entry.key, ':', 1) IN ('bill', 'credit', 'statement') GROUP BY 1, 2, 3, 4
        ), written AS (
            SELECT operator_id, customer_id AS party_id, currency, 'receivable' AS kind,
                   sum(total_minor) AS minor FROM billing_bill GROUP BY 1, 2, 3
             UNION ALL
            SELECT operator_id, partner_id, currency, 'payable', -sum(total_minor)
              FROM settlement_statement GROUP BY 1, 2, 3
        )
        SELECT operator_id, party_id, currency, kind, written.minor::bigint AS written_minor,
               posted.minor::bigint AS posted_minor
          FROM written FULL JOIN posted USING (operator_id, party_id, currency, kind)
         WHERE kind IN ('receivable', 'payable') AND coalesce(written.minor, 0) <> coalesce(posted.minor, 0)
        """,
    ),
    Check(
        "payouts_agree",
        gettext_noop("What payouts took off a partner's account is what was paid out, tax kept back too."),
        """
        WITH posted AS (
            SELECT account.party_id AS operator_id, account.counterparty_id AS party_id,
                   account.asset AS currency, sum(amount) AS minor
              FROM ledger_posting AS posting JOIN ledger_account AS account ON account.id = posting.account_id
              JOIN ledger_entry AS entry ON entry.id = posting.entry_id
             WHERE split_part(entry.key, ':', 1) IN ('payout', 'payout_back')
               AND split_part(account.code, ':', 3) = 'payable' GROUP BY 1, 2, 3
        ), paid AS (
            SELECT payout.operator_id, partner_id AS party_id, currency, sum(gross_minor) AS minor
              FROM settlement_payout AS payout JOIN settlement_payoutrun AS run ON run.id = payout.run_id
             WHERE state = 'paid' GROUP BY 1, 2, 3
        )
        SELECT operator_id, party_id, currency, paid.minor::bigint AS paid_minor,
               posted.minor::bigint AS posted_minor
          FROM paid FULL JOIN posted USING (operator_id, party_id, currency)
         WHERE coalesce(paid.minor, 0) <> coalesce(posted.minor, 0)
        """,
    ),
    Check(
        "months_agree",
        gettext_noop(
            "Per operator, month and currency: charges = lines, bills = receivables, statements = payables."
        ),
        f"""
        SELECT * FROM ({FIGURES}) AS figures
         WHERE charged_minor <> lines_minor OR billed_minor <> receivable_minor
            OR stated_minor <> payable_minor
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
        findings = [Finding(CHECKS[row["place"]], row["shown"], row["count"]) for row in _rows(_all(CHECKS))]
    return Books(figures, ledger, findings)


def _all(checks: Sequence[Check]) -> str:
    """One statement: it asks once however many checks there are, and fetches no more than is shown."""
    return " UNION ALL ".join(
        f"""
        SELECT {place} AS place, count(*) AS count,
               json_agg(broken) FILTER (WHERE nth <= {ROWS_SHOWN_MAX}) AS shown
          FROM (SELECT row_to_json(offender) AS broken, row_number() OVER () AS nth
                  FROM ({check.query}) AS offender) AS numbered
        HAVING count(*) > 0
        """
        for place, check in enumerate(checks)
    )


def _rows(query: str) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

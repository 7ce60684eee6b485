"""The codes of the accounts that bills and their payment move, all of them in the operator's books.

A debit is positive: what a customer owes, what is in the bank, what was lost. A credit is negative:
revenue, tax that belongs to the state, money that customers left with the operator.
"""

from __future__ import annotations

from hotpot.pot.ledger.actions import NewAccount


def receivable(operator_id: int, customer_id: int, currency: str) -> NewAccount:
    """What the customer owes: bills, less credit notes, payments and what was written off."""
    code = f"operator:{operator_id}:receivable:{customer_id}:{currency}"
    return NewAccount(code, currency, operator_id, customer_id)


def wallet(operator_id: int, customer_id: int, currency: str) -> NewAccount:
    """What the customer paid ahead: the operator's debt, so its balance is zero or a credit."""
    code = f"operator:{operator_id}:wallet:{customer_id}:{currency}"
    return NewAccount(code, currency, operator_id, customer_id)


def revenue(operator_id: int, currency: str) -> NewAccount:
    return _own(operator_id, "revenue", currency)


def tax(operator_id: int, currency: str) -> NewAccount:
    """Tax on bills, owed to the state."""
    return _own(operator_id, "tax", currency)


def bank(operator_id: int, currency: str) -> NewAccount:
    return _own(operator_id, "bank", currency)


def unmatched(operator_id: int, currency: str) -> NewAccount:
    """Money in the bank of which it isn't known yet whose it is."""
    return _own(operator_id, "unmatched", currency)


def bad_debt(operator_id: int, currency: str) -> NewAccount:
    """What was written off: an expense."""
    return _own(operator_id, "bad_debt", currency)


def chargeback_loss(operator_id: int, currency: str) -> NewAccount:
    """What a provider took back after its customer had it paid out of the wallet: an expense."""
    return _own(operator_id, "chargeback_loss", currency)


def taken_by(operator_id: int, provider: str, currency: str) -> NewAccount:
    """What a payment provider has taken for the operator and not paid out yet."""
    return _own(operator_id, f"provider_{provider}", currency)


def _own(operator_id: int, kind: str, currency: str) -> NewAccount:
    return NewAccount(f"operator:{operator_id}:{kind}:{currency}", currency, operator_id)

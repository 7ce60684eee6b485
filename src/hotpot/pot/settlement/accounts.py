"""The codes of the accounts that statements and payouts move, all of them in the operator's books."""

from __future__ import annotations

from hotpot.pot.ledger.actions import NewAccount


def payable(operator_id: int, partner_id: int, currency: str) -> NewAccount:
    """What the operator owes a partner: statements less payouts. A credit; a debit where the partner owes."""
    code = f"operator:{operator_id}:payable:{partner_id}:{currency}"
    return NewAccount(code, currency, operator_id, partner_id)


def withholding(operator_id: int, currency: str) -> NewAccount:
    """Tax kept back from partners' payouts, owed to the tax office."""
    return NewAccount(f"operator:{operator_id}:withholding:{currency}", currency, operator_id)

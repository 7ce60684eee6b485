"""The sums of all rooms together, by operator: the same money, reached by different roads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import F, Q, QuerySet, Sum

from hotpot.pot.billing.models import Bill, BillLine
from hotpot.pot.ledger.models import Account
from hotpot.pot.party.models import InvoiceDetails, Party
from hotpot.pot.payment import owed
from hotpot.pot.payment.models import BankLine, Chargeback, Clearing, Payment, Refund, WriteOff
from hotpot.pot.payment.providers import PROVIDERS
from hotpot.pot.rating.models import Charge
from hotpot.pot.settlement.models import Payout, Share, Statement, StatementLine


@dataclass(frozen=True, slots=True)
class Totals:
    """In minor units of the operator's currency."""

    operator: Party

    # --- what was charged and shared --------------------------------------------------------------

    @property
    def charged_net(self) -> int:
        """Charges, less the tax that those prices contained which contain it; from who owes none it isn't
        asked, either."""
        lines = BillLine.objects.filter(bill__operator=self.operator).exclude(charged_minor=F("net_minor"))
        liable = lines.exclude(bill__customer__in=self._not_liable)
        assert not liable.exclude(charged_minor=F("amount_minor")).exists()
        contained = lines.annotate(contained_minor=F("charged_minor") - F("net_minor"))
        return _sum(Charge.objects.filter(operator=self.operator)) - _sum(contained, "contained_minor")

    @property
    def _not_liable(self) -> QuerySet[InvoiceDetails, Any]:
        details = InvoiceDetails.objects.exclude(tax_status=InvoiceDetails.TaxStatus.TAXED)
        return details.values("party")

    @property
    def billed_net(self) -> int:
        return _sum(Bill.objects.filter(operator=self.operator), "net_minor")

    @property
    def billed(self) -> int:
        return _sum(Bill.objects.filter(operator=self.operator), "total_minor")

    @property
    def own_share(self) -> int:
        return _sum(Share.objects.filter(operator=self.operator, terms=None))

    @property
    def partners_shares(self) -> int:
        return _sum(Share.objects.filter(operator=self.operator, terms__isnull=False))

    @property
    def adjustments(self) -> int:
        """Guarantees, caps, and corrections after a dispute."""
        lines = StatementLine.objects.filter(statement__operator=self.operator).exclude(kind="share")
        return _sum(lines, "share_minor")

    @property
    def stated(self) -> int:
        return _sum(Statement.objects.filter(operator=self.operator), "total_minor")

    # --- what was paid ----------------------------------------------------------------------------

    @property
    def cleared(self) -> int:
        """Of bills by payments, debts given up, and refunds of credit notes."""
        rows = Clearing.objects.filter(bill__operator=self.operator, against=None)
        return _sum(rows)

    @property
    def still_open(self) -> int:
        bills = owed.with_open(Bill.objects.filter(operator=self.operator))
        return sum(bill.open_minor for bill in bills)

    @property
    def in_wallets(self) -> int:
        """What came in and cleared no bill, less what wallets paid, and what was given back of them."""
        received = Payment.objects.filter(operator=self.operator, state=Payment.State.RECEIVED)
        came_in = _sum(received.exclude(provider="wallet"))
        cleared = _sum(Clearing.objects.filter(payment__in=received))
        refunds = Refund.objects.filter(operator=self.operator)
        given_back = _sum(refunds.filter(bill=None)) - _sum(refunds.filter(to_wallet=True))
        return came_in - cleared - given_back - _sum(self._charged_back, "wallet_minor")

    @property
    def at_the_bank(self) -> int:
        """By bank file or a clerk's word, less refunds and payouts."""
        lines = BankLine.objects.filter(operator=self.operator)
        refunds = _sum(Refund.objects.filter(operator=self.operator, to_wallet=False))
        return _sum(lines) - refunds - _sum(self._paid_out)

    @property
    def at_providers(self) -> int:
        """Of all payments that no bank and no wallet made, what wasn't taken back."""
        received = Payment.objects.filter(operator=self.operator, state=Payment.State.RECEIVED)
        ours = received.exclude(provider__in=["wallet", "offline"])
        return _sum(ours) - _sum(self._charged_back)

    @property
    def lost(self) -> int:
        return _sum(self._charged_back, "lost_minor")

    @property
    def _charged_back(self) -> QuerySet[Chargeback]:
        return Chargeback.objects.filter(operator=self.operator)

    @property
    def given_up(self) -> int:
        return _sum(WriteOff.objects.filter(operator=self.operator))

    @property
    def paid_out(self) -> int:
        return _sum(self._paid_out, "gross_minor")

    @property
    def withheld(self) -> int:
        return _sum(self._paid_out, "withheld_minor")

    @property
    def _paid_out(self) -> QuerySet[Payout]:
        return Payout.objects.filter(operator=self.operator, state=Payout.State.PAID)

    def balance(self, kind: str) -> int:
        """Of all the operator's accounts of that kind; debits are positive."""
        code = f"operator:{self.operator.id}:{kind}"
        found = Account.objects.filter(Q(code__startswith=f"{code}:"), asset=self.operator.currency)
        return _sum(found, "balance")

    def check(self) -> None:
        """Raises AssertionError where two roads lead to different sums."""
        assert self.charged_net == self.billed_net
        assert self.billed_net == self.own_share + self.partners_shares
        assert self.stated == self.partners_shares + self.adjustments
        assert self.balance("receivable") == self.still_open == self.billed - self.cleared
        assert self.balance("payable") == self.paid_out - self.stated
        assert self.balance("revenue") == self.stated - self.billed_net
        assert self.balance("tax") == self.billed_net - self.billed
        assert self.balance("wallet") == -self.in_wallets
        assert self.balance("bank") == self.at_the_bank
        assert self.balance("bad_debt") == self.given_up
        assert self.balance("withholding") == -self.withheld
        assert self.balance("chargeback_loss") == self.lost
        assert sum(self.balance(f"provider_{one}") for one in PROVIDERS) == self.at_providers

    def __str__(self) -> str:
        return (
            f"{self.operator.currency}: billed {self.billed} (net {self.billed_net}), "
            f"operator {self.own_share}, partners {self.stated}, "
            f"open {self.still_open}, paid out {self.paid_out}, given up {self.given_up}"
        )


def _sum(rows: QuerySet[Any], column: str = "amount_minor") -> int:
    return int(rows.aggregate(sum=Sum(column))["sum"] or 0)

"""Bills and payments for programs: read, and pay."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Field, Query, Router, Schema

from hotpot.kernel.errors import NotFound
from hotpot.kernel.money import Money
from hotpot.pot.billing import documents
from hotpot.pot.billing.documents import Line, Sheet, TaxSum
from hotpot.pot.billing.models import Bill
from hotpot.pot.payment import actions, owed
from hotpot.pot.payment.models import Payment
from hotpot.pot.payment.queries import bills_with_open, payments_of

router = Router()


class Page(Schema):
    """Rows with an id above `after`, `limit` at most: pass the last row's id on for the next page."""

    after: int = 0
    limit: int = Field(100, ge=1, le=500)


class BillOut(Schema):
    """Amounts are whole numbers in the currency's smallest unit. `open_minor` is what is not settled yet;
    of a credit note it is below zero, as its total is."""

    id: int
    kind: str
    number: int
    operator_id: int
    customer_id: int
    period: date
    currency: str
    net_minor: int
    tax_minor: int
    total_minor: int
    open_minor: int
    issued_at: datetime
    due_on: date
    corrects_id: int | None


class BillLineOut(Schema):
    """`period` before the bill's own makes it an adjustment."""

    id: int
    app: str
    item: str
    period: str
    seats: int
    net_minor: int
    tax_rate_bp: int
    tax_minor: int
    amount_minor: int


class TaxOut(Schema):
    rate_bp: int
    net_minor: int
    tax_minor: int


class PartyOnPaper(Schema):
    """As it stood when the bill was issued."""

    legal_name: str
    address: str
    place: str
    tax_number: str


class BillDocument(BillOut):
    reference: str
    issuer: PartyOnPaper
    receiver: PartyOnPaper
    lines: list[BillLineOut]
    taxes: list[TaxOut]
    notes: list[str]


class PaymentOut(Schema):
    id: int
    operator_id: int
    customer_id: int
    currency: str
    amount_minor: int
    provider: str
    reference: str
    purpose: str
    state: str
    problem: str
    instruction: str
    made_at: datetime
    ended_at: datetime | None


class PaymentIn(Schema):
    """`key` makes a retry harmless: the same key answers the first payment. `bills` are cleared first."""

    operator_id: int
    customer_id: int
    amount: Decimal = Field(description="In major units, like 106.00")
    currency: str = Field(min_length=3, max_length=3)
    by: str = Field(description="offline, wallet or phone_bill")
    key: str = Field(min_length=1, max_length=200)
    bills: list[int] = []
    purpose: str = "bills"


@router.get("/bills", response=list[BillOut], operation_id="bills", summary="Bills and credit notes")
def bills(request: HttpRequest, page: Query[Page], open_only: bool = False) -> Iterable[Bill]:
    rows = bills_with_open(id__gt=page.after)
    if open_only:
        rows = rows.exclude(open_minor=0)
    return rows.order_by("id")[: page.limit]


@router.get(
    "/bills/{bill_id}", response=BillDocument, operation_id="bill", summary="All that stands on a bill"
)
def bill(request: HttpRequest, bill_id: int) -> dict[str, Any]:
    return _document(documents.sheet(bill_id, _parties(request)))


@router.get("/bills/{bill_id}/pdf", operation_id="bill_pdf", summary="A bill as PDF")
def bill_pdf(request: HttpRequest, bill_id: int) -> HttpResponse:
    content = documents.as_pdf(documents.sheet(bill_id, _parties(request)))
    return HttpResponse(content, content_type="application/pdf")


@router.get("/payments", response=list[PaymentOut], operation_id="payments", summary="Payments")
def payments(request: HttpRequest, page: Query[Page]) -> Iterable[Payment]:
    return payments_of(id__gt=page.after).order_by("id")[: page.limit]


@router.get("/payments/{payment_id}", response=PaymentOut, operation_id="payment", summary="One payment")
def payment(request: HttpRequest, payment_id: int) -> Payment:
    found: Payment | None = payments_of(id=payment_id).first()
    if found is None:
        raise NotFound(_("There is no such payment, or it is not yours."))
    return found


@router.post("/payments", response=PaymentOut, operation_id="pay", summary="Pay bills, or top up the wallet")
def pay(request: HttpRequest, body: PaymentIn) -> Payment:
    return actions.pay(
        actor=request.actor,  # type: ignore[attr-defined]
        operator_id=body.operator_id,
        customer_id=body.customer_id,
        amount=Money.of(body.amount, body.currency.upper()),
        by=body.by,
        key=body.key,
        bills=body.bills,
        purpose=body.purpose,
        now=request.clock.now(),  # type: ignore[attr-defined]
    )


def _parties(request: HttpRequest) -> list[int]:
    return [one.party_id for one in request.memberships]  # type: ignore[attr-defined]


def _document(sheet: Sheet) -> dict[str, Any]:
    columns = {name: getattr(sheet.bill, name) for name in BillOut.model_fields if name != "open_minor"}
    return columns | {
        "open_minor": owed.open_minor(sheet.bill.id),
        "reference": sheet.reference,
        "issuer": sheet.issuer,
        "receiver": sheet.receiver,
        "lines": [_line(line) for line in sheet.lines],
        "taxes": [_tax(one) for one in sheet.taxes],
        "notes": sheet.notes(),
    }


def _line(line: Line) -> dict[str, Any]:
    row = line.row
    return {
        "id": row.id, "app": line.app, "item": line.item, "period": str(line.month), "seats": row.seats,
        "net_minor": row.net_minor, "tax_rate_bp": row.tax_rate_bp, "tax_minor": row.tax_minor,
        "amount_minor": row.amount_minor,
    }  # fmt: skip


def _tax(one: TaxSum) -> dict[str, Any]:
    return {"rate_bp": one.rate_bp, "net_minor": one.net.minor, "tax_minor": one.tax.minor}

"""The money pages as their readers use them: through the web role, its security and the forms."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from hotpot.conftest import NOW, make_membership, signed_in_client
from hotpot.kernel.clock import SettableClock
from hotpot.kernel.money import Money
from hotpot.kernel.period import Month
from hotpot.pot.billing import references
from hotpot.pot.billing.models import Bill, TaxRate
from hotpot.pot.ledger.models import Account
from hotpot.pot.party.invoicing import Details, details_in_force, write_invoice_details
from hotpot.pot.payment import actions, owed
from hotpot.pot.payment.models import BankLine, Budget, Payment, Policy, WalletRule
from hotpot.pot.payment.providers import PROVIDERS, Simulated
from hotpot.pot.payment.spending import note_spending
from hotpot.pot.payment.tests.business import OCTOBER, Business, make_bill, make_business
from hotpot.pot.subscription.models import Stop

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fixed_clock")]


@pytest.fixture
def business() -> Business:
    return make_business()


@pytest.fixture
def customer(business: Business) -> Client:
    return signed_in_client(business.market.customer_owner)


@pytest.fixture
def operator(business: Business) -> Client:
    return signed_in_client(business.market.operator_owner)


def read(client: Client, name: str, *args: Any, query: str = "") -> str:
    response = client.get(reverse(name, args=args) + query)
    assert response.status_code == 200, response.content.decode()[:500]
    return response.content.decode()


def send(client: Client, name: str, *args: Any, query: str = "", **values: Any) -> Any:
    return client.post(reverse(name, args=args) + query, values)


def refused(response: Any) -> bool:
    return response.status_code in (400, 403, 404, 409, 422)


def test_a_bill_is_read_printed_and_exported_by_both_sides(
    business: Business, customer: Client, operator: Client
) -> None:
    write_invoice_details(
        actor=business.payer, party=business.market.customer, now=NOW.replace(day=14),
        details=Details("Kontor GmbH", "Gasse 1\nWien", "AT", "ATU123", "reverse_charge", language="en"),
    )  # fmt: skip
    bill = make_bill(business, [(10_000, 600), (-500, -30)])
    for client in (customer, operator):
        page = read(client, "billing:bill", bill.id)
        for words in ("100.70 CNY", "Kontor GmbH", "Gasse 1", "ATU123", "Reverse charge", "Tax at 6 %"):
            assert words in page
        pdf = client.get(reverse("billing:bill_pdf", args=[bill.id]))
        assert pdf.content.startswith(b"%PDF-")
        rows = (
            client.get(reverse("billing:bill_csv", args=[bill.id])).content.decode("utf-8-sig").splitlines()
        )
        assert len(rows) == 3
        assert "Kontor GmbH" in rows[1]
        line = bill.lines.order_by("id")[0]
        assert "100.00 CNY" in read(client, "billing:bill_line", bill.id, line.id)
    stranger = signed_in_client(make_business().market.customer_owner)
    for name in ("bill", "bill_pdf", "bill_csv"):
        assert stranger.get(reverse(f"billing:{name}", args=[bill.id])).status_code == 404


def test_a_paper_says_what_held_when_it_was_issued(business: Business, customer: Client) -> None:
    bill = make_bill(business)
    write_invoice_details(
        actor=business.payer, party=business.market.customer, details=Details("Renamed Ltd"),
        now=NOW.replace(day=16),
    )  # fmt: skip
    assert "Renamed Ltd" not in read(customer, "billing:bill", bill.id)


def test_a_company_pays_and_sees_what_became_of_it(business: Business, customer: Client) -> None:
    bill = make_bill(business)
    assert "106.00 CNY" in read(customer, "console:bills")
    assert "Pay now" in read(customer, "console:bills")
    page = read(customer, "console:customer:pay", bill.operator_id, query=f"?bill={bill.id}")
    assert 'value="106.00"' in page
    answer = send(
        customer, "console:customer:pay", bill.operator_id, query=f"?bill={bill.id}",
        amount="106.00", by="offline", key="k1",
    )  # fmt: skip
    made = Payment.objects.get()
    assert answer["Location"] == reverse("console:payment", args=[made.id])
    actions.start(made.id, now=NOW)
    assert made.reference in read(customer, "console:payment", made.id)
    again = send(
        customer, "console:customer:pay", bill.operator_id, query=f"?bill={bill.id}",
        amount="106.00", by="offline", key="k1",
    )  # fmt: skip
    assert (again.status_code, Payment.objects.count()) == (302, 1)
    too_much = send(customer, "console:customer:pay", bill.operator_id, amount="1", by="wallet", key="k2")
    assert "The wallet holds 0.00 CNY" in too_much.content.decode()
    assert refused(
        send(customer, "console:customer:pay", bill.operator_id, amount="0", by="offline", key="k3")
    )


def test_wallet_and_limits_are_the_company_s_to_set(business: Business, customer: Client) -> None:
    operator_id = business.sides.operator_id
    assert read(customer, "console:customer:money")
    assert (
        send(customer, "console:customer:set_wallet", operator_id, low="5.00", pays_bills="on").status_code
        == 302
    )
    rule = WalletRule.objects.get()
    assert (rule.low_minor, rule.pays_bills) == (500, True)
    send(customer, "console:customer:set_budget", operator_id, app="approvals", soft="8", hard="10")
    budget = Budget.objects.get()
    assert (budget.app_id, budget.soft_minor, budget.hard_minor) == ("approvals", 800, 1_000)
    note_spending(business.sides, Month.of(OCTOBER), {"approvals": 1_500}, now=NOW)
    page = read(customer, "console:customer:money")
    assert "15.00 CNY" in page
    assert "Use is stopped" in page
    send(customer, "console:customer:set_budget", operator_id, app="approvals")
    assert not Stop.objects.filter(lifted_at=None).exists()
    assert (
        send(customer, "console:customer:top_up", operator_id, amount="5", by="offline", key="t").status_code
        == 302
    )
    assert Payment.objects.get().purpose == "top_up"
    assert refused(send(customer, "console:customer:set_budget", operator_id, soft="9", hard="8"))
    assert refused(customer.get(reverse("console:customer:pay", args=[make_business().sides.operator_id])))


def test_a_clerk_credits_writes_off_and_gives_back(
    business: Business, operator: Client, customer: Client
) -> None:
    bill = make_bill(business)
    line = bill.lines.get()
    page = read(operator, "billing:bill", bill.id)
    assert "Credit note" in page
    assert "Write off" in page
    send(operator, "console:credit", bill.id, **{f"line-{line.id}": "10.60"}, reason="Wrong", key="c")
    note = Bill.objects.get(kind="credit_note")
    assert (note.total_minor, owed.open_minor(bill.id)) == (-1_060, 9_540)
    assert "Wrong" in read(customer, "billing:bill", note.id)
    send(operator, "console:write_off", bill.id, amount="95.40", reason="Gone", key="w")
    assert owed.open_minor(bill.id) == 0
    later = make_bill(business)
    actions.record_receipt(actor=business.clerk, sides=business.sides, amount_minor=10_600, key="r", now=NOW)
    send(operator, "console:credit", later.id, reason="All of it", key="d")
    note = Bill.objects.get(corrects=later)
    assert "Give money back" in read(operator, "billing:bill", note.id)
    send(operator, "console:refund", note.id, amount="106.00", reason="x", key="f", to_wallet="on")
    assert owed.in_wallet(business.sides) == 10_600
    assert refused(send(customer, "console:credit", bill.id, reason="x", key="x"))
    assert refused(send(operator, "console:write_off", bill.id, amount="1", reason="x", key="y"))
    manager = signed_in_client(make_membership(business.market.operator, role="manager").person)
    assert "Write off" not in read(manager, "billing:bill", later.id)
    assert refused(send(manager, "console:credit", later.id, reason="x", key="z"))


def test_receivables_are_shown_by_age_down_to_the_bill(
    business: Business, operator: Client, fixed_clock: SettableClock
) -> None:
    make_bill(business, due_on=NOW.date())
    fixed_clock.move_to(NOW.replace(month=12))
    page = read(operator, "console:operator:receivables")
    assert business.market.customer.name in page
    assert "31–60 days" in page
    assert "106.00 CNY" in page
    bills = read(operator, "console:operator:open_bills", query=f"?customer={business.sides.customer_id}")
    assert "Overdue" in bills
    csv = operator.get(reverse("console:operator:receivables") + "?aging-export=csv").content.decode(
        "utf-8-sig"
    )
    assert "106.00" in csv


def test_a_bank_file_is_taken_in_and_the_rest_settled_by_hand(business: Business, operator: Client) -> None:
    bill, other = make_bill(business), make_bill(business, [(4_000, 0)])
    reference = references.bill_reference(bill.operator_id, bill.number)
    rows = f"id,date,amount,payer,text\na,2026-10-14,106.00,X,{reference}\nb,2026-10-14,40.00,Y,?\n"
    file = SimpleUploadedFile("october.csv", rows.encode())
    assert send(operator, "console:operator:take_bank_file", file=file).status_code == 302
    page = read(operator, "console:operator:bank")
    assert "october.csv" in page
    assert "40.00 CNY" in page
    line = BankLine.objects.get(state="unmatched")
    assert business.market.customer.name in read(operator, "console:operator:settle_line", line.id)
    answer = send(
        operator,
        "console:operator:settle_line",
        line.id,
        customer=business.sides.customer_id,
        bill=other.number,
    )
    assert answer.status_code == 302
    assert owed.open_minor(other.id) == owed.open_minor(bill.id) == 0
    bad = SimpleUploadedFile("x.xml", b"<x/>")
    assert "no bank statement" in send(operator, "console:operator:take_bank_file", file=bad).content.decode()
    assert "106.00" in read(operator, "console:operator:payments")


def test_terms_taxes_and_papers_are_the_operator_s_to_set(business: Business, operator: Client) -> None:
    assert "None: nobody is reminded" in read(operator, "console:operator:terms_of_payment")
    answer = send(
        operator, "console:operator:set_policy",
        **{"days_to_pay": "20", "remind-0": "-3", "remind-1": "1", "suspend": "14"},
    )  # fmt: skip
    assert answer.status_code == 302
    assert Policy.objects.get().steps == [
        {"after_days": -3, "act": "remind"}, {"after_days": 1, "act": "remind"},
        {"after_days": 14, "act": "suspend"},
    ]  # fmt: skip
    terms = read(operator, "console:operator:terms_of_payment")
    for words in ("3 days before it is due", "1 day after it was due", "14 days after it was due"):
        assert words in terms
    assert 'value="-3"' in read(operator, "console:operator:set_policy")
    tax = {"place": "cn", "tax_class": "standard", "percent": "6", "starts_on": "2026-10-01"}
    assert send(operator, "console:operator:set_tax", **tax).status_code == 302
    assert (TaxRate.objects.get().rate_bp, TaxRate.objects.get().place) == (600, "CN")
    again = send(operator, "console:operator:set_tax", **(tax | {"percent": "7"}))
    assert "Another rate" in again.content.decode()
    papers = {
        "legal_name": "Mobile Ltd", "place": "CN", "tax_status": "taxed", "language": "zh-hans",
        "bank_account": "6222", "address": "1 Road",
    }  # fmt: skip
    assert send(operator, "console:invoice_details", **papers).status_code == 302
    known = details_in_force(business.market.operator, NOW)
    assert (known.legal_name, known.bank_account) == ("Mobile Ltd", "6222")
    assert refused(send(operator, "console:invoice_details", **(papers | {"place": "China"})))


def test_a_provider_calls_without_a_session_and_is_believed_by_its_signature(
    business: Business, settings: Any
) -> None:
    settings.HOTPOT_DEMO = True
    make_bill(business)
    made = actions.pay(
        actor=business.payer, operator_id=business.sides.operator_id, by="rehearsal", key="k", now=NOW,
        customer_id=business.sides.customer_id, amount=Money(1_014, "CNY"),
    )  # fmt: skip
    by = PROVIDERS["rehearsal"]
    assert isinstance(by, Simulated)
    body = json.dumps({"event": "e1", "reference": made.reference, "state": "received"}).encode()
    url = reverse("payment:callback", args=["rehearsal"])

    def call(signature: str) -> int:
        client = Client(enforce_csrf_checks=True)
        answer = client.post(url, body, content_type="application/json", headers={"X-Signature": signature})
        return answer.status_code

    assert call("wrong") == 403
    assert call(by.sign(body)) == call(by.sign(body)) == 204
    made.refresh_from_db()
    assert made.state == "received"
    assert Client().get(url).status_code == 405


def test_programs_read_bills_and_pay(business: Business, customer: Client) -> None:
    bill = make_bill(business)
    (listed,) = customer.get("/api/v1/bills?open_only=true").json()
    assert (listed["id"], listed["open_minor"]) == (bill.id, 10_600)
    document = customer.get(f"/api/v1/bills/{bill.id}").json()
    assert document["taxes"] == [{"rate_bp": 600, "net_minor": 10_000, "tax_minor": 600}]
    assert document["receiver"]["legal_name"] == business.market.customer.name
    assert customer.get(f"/api/v1/bills/{bill.id}/pdf").content.startswith(b"%PDF-")
    ask = {
        "operator_id": bill.operator_id, "customer_id": bill.customer_id, "amount": "106.00",
        "currency": "CNY", "by": "offline", "key": "api-1", "bills": [bill.id],
    }  # fmt: skip
    first = customer.post("/api/v1/payments", ask, content_type="application/json").json()
    again = customer.post("/api/v1/payments", ask, content_type="application/json").json()
    assert (first["id"], first["state"]) == (again["id"], "pending")
    assert [one["id"] for one in customer.get("/api/v1/payments").json()] == [first["id"]]
    assert customer.get(f"/api/v1/payments/{first['id']}").json()["reference"] == first["reference"]
    stranger = signed_in_client(make_business().market.customer_owner)
    assert stranger.get(f"/api/v1/bills/{bill.id}").status_code == 404
    assert stranger.get(f"/api/v1/payments/{first['id']}").status_code == 404


def test_the_trial_balance_opens_accounts_and_their_statements(
    business: Business, operator: Client, fixed_clock: SettableClock
) -> None:
    make_bill(business)
    actions.record_receipt(actor=business.clerk, sides=business.sides, amount_minor=600, key="r", now=NOW)
    page = read(operator, "console:operator:books")
    for words in ("Trial balance", "Receivables", "100.00 CNY", "Tax owed", "Bank", "6.00 CNY"):
        assert words in page
    held = Account.objects.get(code__contains=":receivable:")
    assert f"Owed by {business.market.customer.name}" in read(
        operator, "console:operator:books", query="?kind=receivable"
    )
    assert "2026-10" in read(operator, "console:operator:account", held.id)
    statement = read(operator, "console:operator:account_statement", held.id, "2026-10")
    for words in ("0.00 CNY", "106.00 CNY", "-6.00 CNY", "100.00 CNY"):
        assert words in statement
    later = read(operator, "console:operator:account_statement", held.id, "2026-11")
    assert later.count('class="value">100.00') == 2  # opening and closing
    other = signed_in_client(make_business().market.operator_owner)
    url = reverse("console:operator:account_statement", args=[held.id, "2026-10"])
    assert other.get(url).status_code == 404


def test_a_payment_is_taken_back_in_parts_on_its_page(
    business: Business, customer: Client, operator: Client
) -> None:
    bill = make_bill(business)
    made = actions.pay(
        actor=business.payer, operator_id=bill.operator_id, customer_id=bill.customer_id,
        amount=Money(10_600, "CNY"), by="rehearsal", key="k", now=NOW,
    )  # fmt: skip
    actions.start(made.id, now=NOW)
    assert 'value="106.00"' in read(operator, "console:payment", made.id)
    asked = {"reason": "Letter of 2 November", "amount": "40", "key": "a"}
    for _twice in range(2):
        assert send(operator, "console:charge_back", made.id, **asked).status_code == 302
    for client in (customer, operator):
        page = read(client, "console:payment", made.id)
        for words in ("Partly taken back", "Letter of 2 November", "40.00 CNY"):
            assert words in page
    assert "Record a chargeback" not in read(customer, "console:payment", made.id)
    assert owed.open_minor(bill.id) == 4_000
    for page in (reverse("console:payment", args=[made.id]) + "?parts-export=csv",
                 reverse("billing:bill", args=[bill.id]) + "?clearings-export=csv"):  # fmt: skip
        exported = operator.get(page)
        assert exported.status_code == 200
        assert ",106.00,CNY" in exported.content.decode()
    assert refused(send(operator, "console:charge_back", made.id, **asked | {"amount": "66.01", "key": "b"}))
    assert send(operator, "console:charge_back", made.id, **asked | {"amount": "66", "key": "c"})
    page = read(operator, "console:payment", made.id)
    assert "Record a chargeback" not in page
    assert owed.open_minor(bill.id) == 10_600

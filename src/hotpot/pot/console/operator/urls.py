from __future__ import annotations

from django.urls import URLPattern, path

from hotpot.pot.console.operator import (
    agreements,
    bank,
    books,
    catalogue,
    certification,
    close,
    messages,
    numbers,
    overview,
    parties,
    prices,
    receivables,
    terms,
)

app_name = "operator"
urlpatterns: list[URLPattern] = [
    path("", overview.overview, name="overview"),
    path("parties/", parties.parties, name="parties"),
    path("parties/new/", parties.onboard, name="onboard"),
    path("parties/<int:party_id>/", parties.party, name="party"),
    path("certification/", certification.certifications, name="certifications"),
    path("certification/<int:certification_id>/", certification.certification, name="certification"),
    *(
        path(
            f"certification/<int:certification_id>/{name}/",
            certification.take_step,
            {"name": name},
            name=f"certification_{name}",
        )
        for name in certification.STEPS
    ),
    path("agreements/", agreements.agreements, name="agreements"),
    path("agreements/new/", agreements.sign, name="sign"),
    path("agreements/split/", agreements.split, name="split"),
    path("agreements/tried/", agreements.tried, name="tried"),
    path("agreements/<int:agreement_id>/", agreements.agreement, name="agreement"),
    path("agreements/<int:agreement_id>/terms/", agreements.terms, name="terms"),
    path("catalogue/", catalogue.catalogue, name="catalogue"),
    path("catalogue/apps/<slug:app_id>/", catalogue.app, name="app"),
    path("catalogue/offers/new/", catalogue.make_offer, name="make_offer"),
    path("catalogue/offers/<int:offer_id>/", catalogue.offer, name="offer"),
    path("catalogue/offers/<int:offer_id>/price/", prices.price, name="price"),
    path("catalogue/offers/<int:offer_id>/price/preview/", prices.preview, name="price_preview"),
    path("catalogue/offers/<int:offer_id>/price/simulation/", prices.simulation, name="price_simulation"),
    path("catalogue/offers/<int:offer_id>/withdraw/", catalogue.withdraw_offer, name="withdraw_offer"),
    path("close/", close.closes, name="closes"),
    path("close/<str:month>/", close.closed, name="closed"),
    path("close/<str:month>/start/", close.start, name="start_close"),
    path("close/<str:month>/dry-run/", close.dry_run, name="dry_run"),
    path("receivables/", receivables.receivables, name="receivables"),
    path("receivables/bills/", receivables.open_bills, name="open_bills"),
    path("receivables/payments/", receivables.payments, name="payments"),
    path("bank/", bank.bank, name="bank"),
    path("bank/file/", bank.take_bank_file, name="take_bank_file"),
    path("bank/lines/<int:bank_line_id>/", bank.settle_line, name="settle_line"),
    path("terms/", terms.terms, name="terms_of_payment"),
    path("terms/policy/", terms.set_policy, name="set_policy"),
    path("terms/tax/", terms.set_tax, name="set_tax"),
    path("books/", books.books, name="books"),
    path("books/check/", books.check, name="books_check"),
    path("books/accounts/<int:account_id>/", books.account, name="account"),
    path("books/accounts/<int:account_id>/<str:month>/", books.account_statement, name="account_statement"),
    path("books/entries/<int:entry_id>/", books.entry, name="entry"),
    path("messages/", messages.messages, name="messages"),
    path("numbers/", numbers.numbers, name="numbers"),
    path("numbers/port/", numbers.port, name="port"),
]

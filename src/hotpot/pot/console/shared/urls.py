from __future__ import annotations

from django.urls import URLPattern, path

from hotpot.pot.console.shared import (
    bill,
    bills,
    invoice_details,
    orders,
    passing_on,
    payments,
    payout_account,
    seats,
    subscriptions,
    team,
)

urlpatterns: list[URLPattern] = [
    path("subscriptions/", subscriptions.subscriptions, name="subscriptions"),
    path("subscriptions/<int:subscription_id>/", subscriptions.subscription, name="subscription"),
    path("subscriptions/<int:subscription_id>/seats/", seats.give_seats, name="give_seats"),
    path(
        "subscriptions/<int:subscription_id>/seats/<int:seat_id>/end/",
        subscriptions.end_seat,
        name="end_seat",
    ),
    path("subscriptions/<int:subscription_id>/files/<int:import_id>/", seats.seat_import, name="seat_import"),
    *(
        path(
            f"subscriptions/<int:subscription_id>/{name}/",
            subscriptions.verb,
            {"name": name},
            name=f"subscription_{name}",
        )
        for name in subscriptions.VERBS
    ),
    path("orders/<int:customer_id>/", orders.order, name="order"),
    path("bills/", bills.bills, name="bills"),
    path("bills/<int:id>/credit/", bill.credit, name="credit"),
    path("bills/<int:id>/write-off/", bill.write_off, name="write_off"),
    path("bills/<int:id>/refund/", bill.refund, name="refund"),
    path("payments/<int:payment_id>/", payments.payment, name="payment"),
    path("payments/<int:payment_id>/charge-back/", payments.charge_back, name="charge_back"),
    path("papers/", invoice_details.invoice_details, name="invoice_details"),
    path("agreements/", passing_on.agreements, name="agreements"),
    path("agreements/pass-on/", passing_on.pass_on, name="pass_on"),
    path("agreements/<int:agreement_id>/", passing_on.agreement, name="agreement"),
    path("agreements/<int:agreement_id>/terms/", passing_on.pass_on_terms, name="pass_on_terms"),
    path("statements/", bills.statements, name="statements"),
    path("payout-account/", payout_account.accounts, name="payout_account"),
    path("payout-account/new/", payout_account.write, name="write_payout_account"),
    path("payout-account/<int:account_id>/confirm/", payout_account.confirm, name="confirm_payout_account"),
    path("earnings/", bills.earnings, name="earnings"),
    path("team/", team.team, name="team"),
    path("team/give/", team.give_role, name="give_role"),
    path("team/<int:person_id>/take/", team.take_role, name="take_role"),
    path("tokens/", team.tokens, name="tokens"),
    path("tokens/<int:token_id>/revoke/", team.revoke_token, name="revoke_token"),
]

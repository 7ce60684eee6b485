from __future__ import annotations

from django.urls import URLPattern, path

from hotpot.pot.console.operator.switch import (
    approvals,
    interfaces,
    lists,
    messages,
    prices,
    reviews,
    routes,
)

urlpatterns: list[URLPattern] = [
    path("messages/", messages.messages, name="messages"),
    path("messages/<int:message_id>/", messages.message, name="message"),
    path("messages/<int:message_id>/again/", messages.send_again, name="send_again"),
    path("messages/routes/", routes.routes, name="routes"),
    path("messages/routes/new/", routes.add_route, name="add_route"),
    path("messages/routes/explain/", routes.explain_route, name="explain_route"),
    path("messages/routes/<int:route_id>/", routes.route, name="route"),
    path("messages/routes/<int:route_id>/remove/", routes.remove_route, name="remove_route"),
    path("messages/interfaces/", interfaces.interfaces, name="interfaces"),
    path("messages/interfaces/<int:interface_id>/", interfaces.interface, name="interface"),
    path("messages/interfaces/<int:interface_id>/policy/", interfaces.policy, name="policy"),
    path(
        "messages/interfaces/<int:interface_id>/password/",
        interfaces.interface_password,
        name="interface_password",
    ),
    path("messages/limits/<int:customer_id>/", interfaces.message_limits, name="message_limits"),
    path("messages/number-limits/<int:party_id>/", interfaces.number_limit_of, name="number_limit"),
    path("messages/reviews/", reviews.reviews, name="reviews"),
    path("messages/reviews/release/", reviews.release_reviews, name="release_reviews"),
    path("messages/reviews/<int:message_id>/", reviews.review, name="review"),
    path("messages/reviews/<int:message_id>/release/", reviews.release_review, name="release_review"),
    path("messages/reviews/<int:message_id>/refuse/", reviews.refuse_review, name="refuse_review"),
    path("messages/approvals/", approvals.approvals, name="approvals"),
    path("messages/signatures/<int:signature_id>/", approvals.signature, name="signature"),
    path(
        "messages/signatures/<int:signature_id>/approve/",
        approvals.approve_signature,
        name="approve_signature",
    ),
    path(
        "messages/signatures/<int:signature_id>/refuse/", approvals.refuse_signature, name="refuse_signature"
    ),
    path("messages/templates/<int:company_template_id>/", approvals.template, name="template"),
    path(
        "messages/templates/<int:company_template_id>/approve/",
        approvals.approve_template,
        name="approve_template",
    ),
    path(
        "messages/templates/<int:company_template_id>/refuse/",
        approvals.refuse_template,
        name="refuse_template",
    ),
    path("messages/lists/", lists.lists, name="lists"),
    path("messages/lists/add/", lists.list_number, name="list_number"),
    path("messages/lists/remove/", lists.unlist_number, name="unlist_number"),
    path("messages/lists/file/", lists.import_numbers, name="import_numbers"),
    path("messages/words/", lists.words, name="words"),
    path("messages/words/add/", lists.add_word, name="add_word"),
    path("messages/words/remove/", lists.remove_word, name="remove_word"),
    path("messages/prices/", prices.message_prices, name="message_prices"),
    path("messages/prices/set/", prices.set_message_price, name="set_message_price"),
    path("messages/credit/add/", prices.add_message_credit, name="add_message_credit"),
]

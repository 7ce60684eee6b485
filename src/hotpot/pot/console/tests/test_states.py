"""The words of states are those that some row or page really has, and every such row has one."""

from __future__ import annotations

from django.apps import apps

from hotpot.pot.web.rules import STATES

# What pages reckon from dates and figures instead of keeping it.
RECKONED = {
    "active", "coming", "ended", "suspended",  # subscription.queries.state_of
    "left", "retired",  # a person of a company, an offer
    "to_close", "not_over", "closed",  # a month
    "charged_back", "partly_charged_back",  # a payment, by its refund
    "overdue", "used",  # a bill, a credit note
    "recalled", "returned",  # what apps tell of requests of their own
    "balanced", "unbalanced",  # the checks of the books
    "page", "sms", "api", "job", "cli", "system", "link", "mail",  # Actor.way
    "up", "down",  # a carrier, as the engine tells
    "ported",  # what a file of numbers says of them
    "yes", "no",
}  # fmt: skip
SHOWN_AS_CHIPS = ("state", "verdict")


def choices(*names: str) -> set[str]:
    fields = [
        field
        for model in apps.get_models()
        if model.__module__.startswith("hotpot.pot.")
        for field in model._meta.concrete_fields
        if field.choices and (not names or field.name in names)
    ]
    return {str(value) for field in fields for value, _ in field.choices or ()}


def test_there_is_no_word_for_a_state_that_nothing_has() -> None:
    assert set(STATES) - RECKONED <= choices()


def test_every_state_has_its_word() -> None:
    assert choices(*SHOWN_AS_CHIPS) | RECKONED <= set(STATES)

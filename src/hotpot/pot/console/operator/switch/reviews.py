"""Messages that wait for somebody to look at them."""

from __future__ import annotations

from django.http import Http404, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from hotpot.pot.access.readers import as_system
from hotpot.pot.console.area import ConsoleRequest, area, done
from hotpot.pot.console.forms import ReasonForm
from hotpot.pot.console.operator.switch.frame import served_ids, tabs
from hotpot.pot.console.parts import Action, Dialog, Section, checked, page
from hotpot.pot.console.rail import name_of, named
from hotpot.pot.messaging.models import Review
from hotpot.pot.messaging.switch import reviews as verbs
from hotpot.pot.party.rules import Right
from hotpot.pot.web.shown import phone
from hotpot.pot.web.tables import Column, Empty, Table

AT_ONCE = 500
ALL, WORDS = "all", "words: "


@area("operator")
def reviews(request: ConsoleRequest) -> HttpResponseBase:
    """The text is shown here: without it nobody could decide."""
    with as_system():
        rows = Review.objects.filter(customer_id__in=served_ids(request)).select_related(
            "customer", "message"
        )
        waiting = rows.filter(state=Review.State.WAITING).order_by("asked_at")
        count = waiting.count()
        some = min(count, AT_ONCE)
        release = Dialog(
            "release", _("Release what waits"),
            ngettext("The message goes out now.", "The oldest %(count)s messages go out now.", some)
            % {"count": some},
            reverse("console:operator:release_reviews"), _("Release them"),
        )  # fmt: skip
        table = Table(
            waiting,
            [
                Column("message__number", _("Number"), "phone", filterable=True),
                named("customer", _("Company"), sortable=False),
                Column("message__text", _("Text"), filterable=True),
                Column("reason", _("Reason"), filterable=True, show=_reason),
                Column("asked_at", _("Since"), "time", sortable=True),
                Column("expires_at", _("Given up"), "time", sortable=True),
            ],
            Empty("circle-check", _("Nothing waits"), _("Messages with words to be reviewed are held here.")),
            name="reviews",
            order="asked_at",
            href=lambda row: reverse("console:operator:review", args=[row.pk]),
        )
        may = request.may(Right.RUN) and count > 0
        return page(
            request,
            _("Reviews"),
            _("Messages that are held until somebody looked at them."),
            tabs=tabs(request, "reviews"),
            live="messages",
            actions=[Action(release.label, dialog="release", icon="check")] if may else [],
            sections=[Section(table=table, id="reviews")],
            dialogs=[release] if may else [],
        )


def _reason(held: Review) -> str:
    """Kept as "words: " and those that were found, or as "all" where an interface lets nothing go unseen."""
    if held.reason == ALL:
        return _("All messages of its interface are looked at")
    return _("Words: %(words)s") % {"words": held.reason.removeprefix(WORDS)}


@area("operator", look=Right.RUN)
def review(request: ConsoleRequest, message_id: int) -> HttpResponseBase:
    with as_system():
        held = (
            Review.objects.filter(message_id=message_id, customer_id__in=served_ids(request))
            .select_related("message", "customer")
            .first()
        )
    if held is None:
        raise Http404
    here = reverse("console:operator:reviews")
    release = Dialog(
        "release", _("Release it"), _("The message goes out now."),
        reverse("console:operator:release_review", args=[message_id]), _("Release it"),
    )  # fmt: skip
    refuse = Dialog(
        "refuse", _("Refuse it"), _("The message fails; its company reads the reason, and pays nothing."),
        reverse("console:operator:refuse_review", args=[message_id]), _("Refuse it"), form=ReasonForm(),
        danger=True,
    )  # fmt: skip
    waits = held.state == Review.State.WAITING
    return page(
        request,
        _("A message to review"),
        crumbs=[(_("Reviews"), here)],
        state=held.state,
        actions=[
            Action(release.label, dialog="release", tone="primary"),
            Action(refuse.label, dialog="refuse", tone="danger"),
        ]
        if waits
        else [],
        sections=[
            Section(
                facts=[
                    (_("Number"), phone(held.message.number)),
                    (_("Company"), name_of(held.customer)),
                    (_("Reason"), _reason(held)),
                    (_("Text"), held.message.text if not held.message.secret else "••••"),
                ]
            )
        ],
        dialogs=[release, refuse] if waits else [],
    )


@area("operator")
@require_POST
def release_review(request: ConsoleRequest, message_id: int) -> HttpResponseBase:
    verbs.release(request.actor, message_ids=_own(request, [message_id]), now=request.clock.now())
    return done(request, _("The message is on its way."), reverse("console:operator:reviews"))


@area("operator")
@require_POST
def refuse_review(request: ConsoleRequest, message_id: int) -> HttpResponseBase:
    reason = checked(ReasonForm(request.POST)).cleaned_data["reason"]
    own = _own(request, [message_id])
    verbs.refuse(request.actor, message_ids=own, reason=reason, now=request.clock.now())
    return done(request, _("The message was refused."), reverse("console:operator:reviews"))


@area("operator")
@require_POST
def release_reviews(request: ConsoleRequest) -> HttpResponseBase:
    count = verbs.release(request.actor, message_ids=_own(request), now=request.clock.now())
    sentence = ngettext("%(count)s message is on its way.", "%(count)s messages are on their way.", count) % {
        "count": count
    }
    return done(request, sentence, reverse("console:operator:reviews"))


def _own(request: ConsoleRequest, message_ids: list[int] | None = None) -> list[int]:
    """Of companies that the operator serves: those named, or the oldest that wait."""
    with as_system():
        rows = Review.objects.filter(customer_id__in=served_ids(request))
        if message_ids is not None:
            return list(rows.filter(message_id__in=message_ids).values_list("message_id", flat=True))
        waiting = rows.filter(state=Review.State.WAITING).order_by("asked_at")
        return list(waiting.values_list("message_id", flat=True)[:AT_ONCE])

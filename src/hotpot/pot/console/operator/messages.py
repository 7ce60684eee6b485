"""How the messages to an operator's companies fare. Their text is between the company and its people."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Count, QuerySet
from django.http import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from hotpot.pot.access.readers import as_system
from hotpot.pot.console.area import ConsoleRequest, area
from hotpot.pot.console.parts import Figure, Section, page
from hotpot.pot.console.rail import named
from hotpot.pot.messaging.models import Message
from hotpot.pot.party.models import Engagement
from hotpot.pot.web.rules import label_of
from hotpot.pot.web.tables import Column, Empty, Table

SHOWN = (
    "id",
    "number",
    "access_number",
    "app_id",
    "customer__name",
    "customer__name_zh",
    "state",
    "error",
    "created_at",
    "ended_at",
)
FIRST = (
    Message.State.QUEUED,
    Message.State.SENT,
    Message.State.DELIVERED,
    Message.State.FAILED,
    Message.State.RECEIVED,
)


@area("operator")
def messages(request: ConsoleRequest) -> HttpResponseBase:
    # A message belongs to its company alone, so the database shows it to nobody else: this page asks
    # as the system, for the companies that the operator serves, and never for the text.
    served = Engagement.objects.filter(operator=request.party).values_list("customer_id", flat=True)
    customers = list(served.distinct())
    with as_system():
        rows = Message.objects.filter(customer_id__in=customers)
        since = request.clock.now() - timedelta(days=1)
        states = dict(
            rows.filter(created_at__gte=since).values_list("state").annotate(n=Count("id")).order_by()
        )
        state = request.GET.get("state", "")
        here = reverse("console:operator:messages")
        return page(
            request,
            _("Messages"),
            _("Messages of the last day by state, and a search over all of them."),
            live="messages",
            figures=[Figure(label_of(one), states.get(one, 0), f"{here}?state={one}") for one in FIRST],
            sections=[Section(table=messages_table(rows.filter(state=state) if state in FIRST else rows))],
        )


def messages_table(rows: QuerySet[Message]) -> Table:
    return Table(
        rows.values(*SHOWN),
        [
            Column("number", _("Number"), "phone", filterable=True),
            named("customer", _("Company"), sortable=False, show=None),
            Column("app_id", _("App"), filterable=True),
            Column("state", _("State"), "chip", filterable=True),
            Column("error", _("Error"), filterable=True),
            Column("created_at", _("Written"), "time", sortable=True),
            Column("ended_at", _("Ended"), "time", hidden=True),
            Column("access_number", _("Access number"), hidden=True),
        ],
        Empty("message-square", _("No message yet"), _("Messages of apps to people appear here.")),
        name="messages",
        order="-created_at",
        unique="id",
        filter_hint=_("Number, company or error"),
    )

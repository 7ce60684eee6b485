"""How the ways fare by which an operator's people are told: what is set up, how much goes, what fails."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.http import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST

from hotpot.pot.access.readers import as_system
from hotpot.pot.console.area import ConsoleRequest, area, done
from hotpot.pot.console.parts import Action, Dialog, Figure, Section, checked, page
from hotpot.pot.console.plugins.forms import MailTestForm
from hotpot.pot.notification import actions, queries
from hotpot.pot.notification.wire import Way
from hotpot.pot.party.models import Engagement
from hotpot.pot.party.rules import Right
from hotpot.pot.web.tables import Column, Empty, Table

LAST = timedelta(days=1)


@area("operator")
def notices(request: ConsoleRequest) -> HttpResponseBase:
    # What somebody is told is theirs alone: this page counts as the system, for the companies that the
    # operator serves, and shows neither texts nor names.
    since = request.clock.now() - LAST
    served = Engagement.objects.filter(operator=request.party).values_list("customer_id", flat=True)
    customers = list(served.distinct())
    with as_system():
        states = queries.states(customers, since)
        fares = queries.fares(customers, since)
        failures = list(queries.failures(customers, since))
    mails = queries.mails_are_sent() and request.may(Right.RUN)
    waiting = sum(states.get(state, 0) for state in ("held", "trying", "sent"))
    return page(
        request,
        _("Notices"),
        _("By which ways your companies' people are told, and how that went in the last day."),
        figures=[
            Figure(_("Waiting"), waiting),
            Figure(_("Delivered"), states.get("delivered", 0)),
            Figure(_("In a digest"), states.get("digested", 0)),
            Figure(_("Went on by SMS"), states.get("handed_over", 0)),
            Figure(_("Failed"), states.get("failed", 0)),
        ],
        actions=[Action(_("Send a test mail"), dialog="mail-test", icon="send")] if mails else [],
        dialogs=[_test_dialog(request)] if mails else [],
        sections=[
            *_unnoticed(),
            Section(_("Ways"), table=_ways([_row(way, fares, since) for way in Way])),
            Section(_("What went wrong"), table=_failures(failures)),
        ],
    )


def _unnoticed() -> Sequence[Section]:
    if not queries.mails_are_sent() or queries.bounces_are_noticed():
        return []
    said = _(
        "Mails that come back go unnoticed: HOTPOT_MAIL_DOMAIN names no domain whose mails come in here."
    )
    return [Section(note=said, note_tone="warn")]


def _test_dialog(request: ConsoleRequest) -> Dialog:
    own = queries.mail_address_of(request.actor.person_id)
    return Dialog(
        "mail-test",
        _("Send a test mail"),
        _("It goes by this installation's mail server, as notices do. The answer takes up to a minute."),
        reverse("console:operator:test_mail"),
        pgettext("verb", "Send"),
        form=MailTestForm(initial={"to": own}),
    )


@require_POST
@area("operator")
def test_mail(request: ConsoleRequest) -> HttpResponseBase:
    address = checked(MailTestForm(request.POST)).cleaned_data["to"]
    noticed = actions.send_a_test_mail(to=address, now=request.clock.now())
    said = _("The mail server took the test mail to %(address)s. Look there, also among spam.")
    unnoticed = _(
        "Mails that come back go unnoticed, though: name HOTPOT_MAIL_DOMAIN, and let the login send from it."
    )
    sentence = said % {"address": address} + ("" if noticed else f" {unnoticed}")
    return done(request, sentence, reverse("console:operator:notices"))


def _row(way: Way, fares: Mapping[str, queries.Fare], since: datetime) -> dict[str, Any]:
    fare = fares[way]
    words = {Way.PUSH: _("Push"), Way.MAIL: _("Mail"), Way.SMS: _("SMS")}
    return {
        "id": way.value,
        "way": words[way],
        "set_up": way is not Way.MAIL or queries.mails_are_sent(),
        "people": fare.people,
        "tried": fare.tried,
        "hourly": round(fare.tried / (LAST.total_seconds() / 3600)),
        "failed": fare.failed,
        "last_at": fare.last_at,
    }


def _ways(rows: Sequence[Mapping[str, Any]]) -> Table:
    return Table(
        rows,
        [
            Column("way", _("Way")),
            Column("set_up", _("Set up"), "chip"),
            Column("people", _("People who chose it"), "number"),
            Column("tried", _("Tried in a day"), "number"),
            Column("hourly", _("In an hour"), "number"),
            Column("failed", _("Failed"), "number"),
            Column("last_at", _("Last tried"), "time"),
        ],
        Empty("bell", _("No way is set up"), _("SMS needs none; pushes work by themselves.")),
        name="ways",
        unique="id",
    )


def _failures(rows: Sequence[Mapping[str, Any]]) -> Table:
    return Table(
        rows,
        [
            Column("way", _("Way")),
            Column("error", _("Error"), filterable=True),
            Column("times", _("How often"), "number", sortable=True),
            Column("last_at", _("Last"), "time", sortable=True),
        ],
        Empty(
            "circle-check",
            _("Nothing went wrong"),
            _("What push services and mail servers refuse appears here."),
        ),
        name="failures",
        order="-times",
        unique="error",
    )

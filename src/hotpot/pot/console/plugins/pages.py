"""Plug-ins at work: their state, rate, backlog and last problems; pause, resume, a test message."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_POST

from hotpot.kernel.errors import Invalid, NotFound
from hotpot.pot.access.readers import as_system
from hotpot.pot.connector import actions, plug_ins
from hotpot.pot.connector.enterprise import Enterprise
from hotpot.pot.connector.models import Connector, Problem
from hotpot.pot.connector.smtp.returns import mail_settings
from hotpot.pot.connector.smtp.trial import try_out
from hotpot.pot.connector.tables.profiles import profile_of
from hotpot.pot.connector.tables.theirs import statements
from hotpot.pot.connector.wire import read_config
from hotpot.pot.console.area import ConsoleRequest, area, done
from hotpot.pot.console.parts import Action, Dialog, Figure, Section, checked, page
from hotpot.pot.console.plugins.advice import advice
from hotpot.pot.console.plugins.forms import MailServerForm, MailTestForm, TestForm
from hotpot.pot.console.plugins.kinds import SAID_AT_ONCE, kind_name, not_served, snippets
from hotpot.pot.console.rail import named
from hotpot.pot.events.wire import SYSTEM_ACTOR
from hotpot.pot.messaging.models import Interface, Notice
from hotpot.pot.messaging.switch import credit, interfaces
from hotpot.pot.messaging.switch.policy import checked as policy_of
from hotpot.pot.messaging.wire import Accepted
from hotpot.pot.notification.queries import mail_address_of
from hotpot.pot.party.models import Engagement, Party
from hotpot.pot.party.rules import Right
from hotpot.pot.web.tables import Column, Empty, Table

OWNERS = (Party.Kind.OPERATOR, Party.Kind.CUSTOMER)
MAILS = "smtp"  # the kind whose failures and replies go back as mail
STATE = Interface.State
may_look = area(*OWNERS)
may_change = area(*OWNERS, look=Right.RUN)


def to(request: ConsoleRequest, name: str, *args: object) -> str:
    """The same page of this area."""
    return reverse(f"console:{request.party.kind}:{name}", args=args)


def customers(request: ConsoleRequest) -> QuerySet[Party]:
    """Whose plug-ins the reader's party runs."""
    if request.party.kind == Party.Kind.CUSTOMER:
        return Party.objects.filter(id=request.party.id)
    served = Engagement.objects.filter(operator=request.party).values("customer_id")
    return Party.objects.filter(id__in=served, kind=Party.Kind.CUSTOMER).order_by("name")


def interface_of(request: ConsoleRequest, pk: int) -> Interface:
    """Asks as the system, for the companies that the reader's party runs or serves."""
    whose = list(customers(request).values_list("id", flat=True))
    with as_system():
        return get_object_or_404(Interface.objects.select_related("customer"), pk=pk, customer_id__in=whose)


@may_look
def listing(request: ConsoleRequest) -> HttpResponseBase:
    whose = list(customers(request).values_list("id", flat=True))
    new = to(request, "new_plug_in") if _may_open(request) else ""
    last = Problem.objects.filter(interface=OuterRef("pk")).order_by("-last_at")
    with as_system():
        rows = Interface.objects.filter(customer_id__in=whose).annotate(
            in_last_hour=plug_ins.counted_since(request.clock.now() - timedelta(hours=1)),
            backlog=_count(Notice.objects.filter(interface=OuterRef("pk"))),
            last_problem=Subquery(last.values("code")[:1]),
            last_problem_at=Subquery(last.values("last_at")[:1]),
        )
        empty = Empty(
            "plug",
            _("No plug-in yet"),
            _("An existing system sends its messages through one, without a rewrite.")
            if new
            else _("Ask your operator for an access number; the plug-in then stands here."),
            _("Connect a system") if new else "",
            new,
        )
        table = Table(
            rows.select_related("customer"),
            [
                Column("name", _("Plug-in"), sortable=True, filterable=True),
                *([named("customer", _("Company"))] if request.party.kind == Party.Kind.OPERATOR else []),
                Column("kind", _("Kind"), filterable=True, show=lambda row: kind_name(row.kind)),
                Column("access_number", _("Access number"), filterable=True),
                Column("state", _("State"), "chip", sortable=True),
                Column("in_last_hour", _("In the last hour"), "number", show=_shown_count),
                Column("backlog", _("To be told"), "number"),
                Column("last_problem", _("Last problem")),
                Column("last_problem_at", _("When"), "time"),
                Column("changed_at", _("Changed"), "time", sortable=True, hidden=True),
            ],
            empty,
            name="plug-ins",
            order="name",
            href=lambda row: to(request, "plug_in", row.pk),
        )
        return page(
            request,
            _("Plug-ins"),
            _("Companies' existing systems, whose messages go to phones. Each has one login and one number."),
            actions=[Action(_("Connect a system"), new, icon="plus", tone="primary")] if new else [],
            sections=[Section(table=table), *_credit(request)],
        )


def _shown_count(row: Any) -> str:
    most = plug_ins.COUNTED_MAX
    return f"{most:,}+" if row.in_last_hour >= most else f"{row.in_last_hour:,}"


def _credit(request: ConsoleRequest) -> Sequence[Section]:
    """Of a company that pays in advance: at each operator what is left."""
    if request.party.kind != Party.Kind.CUSTOMER:
        return []
    policies = Interface.objects.filter(customer=request.party).values_list("policy", flat=True)
    found = []
    paid_to = {policy_of(one).paid_to for one in policies}
    for operator in Party.objects.filter(id__in=paid_to).order_by("id"):
        left, under_way = credit.balance(operator.id, request.party.id)
        facts: list[tuple[str, object]] = [
            (_("Left"), f"{left:,.4f} {operator.currency}"),
            (_("For messages under way"), f"{under_way:,.4f} {operator.currency}"),
        ]
        found.append(Section(pgettext("paid in advance", "Credit"), facts=facts))
    return found


@may_look
def detail(request: ConsoleRequest, pk: int) -> HttpResponseBase:
    interface = interface_of(request, pk)
    now = request.clock.now()
    with as_system():
        rate = plug_ins.rate(interface, now)
        problems = Problem.objects.filter(interface=interface)
        kept = interface.kind not in SAID_AT_ONCE
        tables = plug_ins.tables_of(interface)
        return page(
            request,
            interface.name,
            _("Messages of %(company)s from %(number)s.")
            % {"company": interface.customer, "number": interface.access_number},
            crumbs=[(_("Plug-ins"), to(request, "plug_ins"))],
            state=_state(interface, tables),
            actions=[
                Action(_("What may go out"), to(request, "interface", pk), icon="shield-check"),
                *(_actions(request, interface, tables) if request.may(Right.RUN) else []),
            ],
            figures=[
                Figure(_("Messages in the last minute"), rate.taken[-2] if len(rate.taken) > 1 else 0),
                Figure(_("In the last hour"), sum(rate.taken)),
                Figure(_("Replies in the last hour"), sum(rate.replies)),
                Figure(_("To be told"), plug_ins.backlog(interface)),
                *([Figure(_("Problems"), problems.count(), "#table-problems")] if kept else []),
            ],
            sections=[
                *_trouble(interface, tables),
                _chart(rate, request),
                Section(_("Last problems"), table=_problems_table(problems))
                if kept
                else Section(
                    _("Last problems"), note=_("Its system reads in each answer what is refused, and why.")
                ),
                *copied(request, interface, tables),
                *_ddl(interface, tables),
            ],
            dialogs=_dialogs(request, interface, tables) if request.may(Right.RUN) else [],
        )


def _state(interface: Interface, tables: Connector | None) -> str:
    if interface.state == STATE.SUSPENDED or tables is None:
        return interface.state
    return tables.state


def _trouble(interface: Interface, tables: Connector | None) -> Sequence[Section]:
    """Why its system isn't reached, and what to do."""
    found: list[Section] = []
    if tables is not None and tables.problem:
        tone = "bad" if tables.state == Connector.State.BROKEN else "warn"
        found.append(Section(note=tables.problem, note_tone=tone))
    if (silent := plug_ins.silence(interface)) is not None:
        parked = _("Receipts and replies wait: %(reason)s. Check the address, then try again.")
        trying = _("Receipts and replies aren't taken: %(reason)s. They are brought again by itself.")
        said = (parked if silent.parked_at else trying) % {"reason": silent.reason}
        found.append(Section(note=said, note_tone="bad" if silent.parked_at else "warn"))
    return found


def _chart(rate: plug_ins.Rate, request: ConsoleRequest) -> Section:
    labels = [f"{_local(minute, request):%H:%M}" for minute in rate.minutes]
    series = {_("Messages"): rate.taken, _("Replies"): rate.replies}
    option = {
        "xAxis": {"data": labels},
        "series": [{"type": "line", "name": name, "data": list(data)} for name, data in series.items()],
    }
    return Section(
        _("Messages a minute"),
        chart=option if any(rate.taken) or any(rate.replies) else None,
        note="" if any(rate.taken) or any(rate.replies) else _("No message in the last hour."),
        caption=_("Messages a minute in the last hour"),
    )


def _local(minute: datetime, request: ConsoleRequest) -> datetime:
    return minute.astimezone(ZoneInfo(request.party.time_zone))


def _problems_table(problems: QuerySet[Problem]) -> Table:
    return Table(
        problems,
        [
            Column("code", _("Code"), filterable=True),
            Column("reason", _("Why"), filterable=True),
            Column("pk", _("What to do"), show=lambda row: advice(row.code)),
            Column("example", _("For example"), filterable=True),
            Column("times", _("Times"), "number", sortable=True),
            Column("last_at", _("Last"), "time", sortable=True),
        ],
        Empty(
            "check-check", _("No problem yet"), _("What is refused stands here, with what to do about it.")
        ),
        name="problems",
        order="-last_at",
    )


def copied(
    request: ConsoleRequest,
    interface: Interface,
    tables: Connector | None,
    *,
    password: str = "",
    is_open: bool = False,
) -> Sequence[Section]:
    """Settings for the old system, to be copied. Its password is shown once."""
    values: dict[str, str] = {}
    if tables is not None:
        config = read_config(tables.config)
        assert config.tables is not None
        address = actions.address_of(tables)
        values = {"address": address, "profile": config.tables.profile, "code": config.tables.code}
    is_operator = request.party.kind == Party.Kind.OPERATOR
    found = [one for one in snippets(interface, password or "•••", values) if is_operator or not one.ours]
    warned = not_served(interface.kind)
    return [
        *([Section(note=warned, note_tone="warn")] if warned else []),
        *(
            Section(
                _("Settings to copy: %(system)s") % {"system": one.title},
                intro=_("Into the configuration of the old system; nothing else changes there.")
                if not place
                else "",
                code=one.code,
                code_open=is_open,
            )
            for place, one in enumerate(found)
        ),
    ]


def _actions(request: ConsoleRequest, interface: Interface, tables: Connector | None) -> Sequence[Action]:
    """Who suspended it or not: a company doesn't take back its operator's word."""
    suspended = interface.state == STATE.SUSPENDED
    found = [Action(_("Send a test message"), dialog="test", icon="send")]
    if interface.kind == MAILS:
        found.append(Action(_("Change the mail server"), dialog="mail", icon="mail"))
        if interface.settings.get("mail_server"):
            found.append(Action(_("Send a test mail"), dialog="mail-test", icon="send"))
    if plug_ins.silence(interface) is not None or (tables is not None and tables.problem):
        found.append(Action(_("Try again now"), dialog="again", icon="refresh-cw"))
    if suspended and request.party.kind != Party.Kind.OPERATOR:
        return found
    if suspended:
        return [*found, Action(_("Resume"), dialog="resume", icon="play", tone="primary")]
    return [*found, Action(_("Pause"), dialog="pause", icon="pause")]


def _dialogs(request: ConsoleRequest, interface: Interface, tables: Connector | None) -> Sequence[Dialog]:
    waiting = plug_ins.backlog(interface)
    return [
        Dialog(
            "test",
            _("Send a test message?"),
            _("It goes the way of the system's own messages, and costs as much."),
            to(request, "test_plug_in", interface.pk),
            pgettext("verb", "Send"),
            form=TestForm(region=interface.customer.country),
        ),
        *_mail_dialogs(request, interface),
        Dialog(
            "pause",
            _("Pause this plug-in?"),
            _("Nothing more is taken: rows wait in their tables, calls are refused. Receipts still go back.")
            if request.party.kind == Party.Kind.OPERATOR
            else _("Nothing more is taken until your operator resumes it. Receipts still go back."),
            to(request, "pause_plug_in", interface.pk),
            _("Pause"),
        ),
        Dialog(
            "resume",
            _("Resume this plug-in?"),
            _("Messages are taken again, also those that wait in tables."),
            to(request, "resume_plug_in", interface.pk),
            _("Resume"),
        ),
        Dialog(
            "again",
            _("Try again now?"),
            ngettext(
                "%(waiting)d receipt or reply that waits is brought at once.",
                "%(waiting)d receipts and replies that wait are brought at once.",
                waiting,
            )
            % {"waiting": waiting},
            to(request, "retry_plug_in", interface.pk),
            _("Try again now"),
        ),
    ]


def _mail_dialogs(request: ConsoleRequest, interface: Interface) -> list[Dialog]:
    if interface.kind != MAILS:
        return []
    known, own = interface.settings.get("mail_server", ""), mail_address_of(request.actor.person_id)
    test = Dialog(
        "mail-test",
        _("Send a test mail"),
        _("It goes by %(server)s, as failures and replies do. The answer takes up to a minute.")
        % {"server": known},
        to(request, "test_mail_server", interface.pk),
        pgettext("verb", "Send"),
        form=MailTestForm(initial={"to": own}),
    )
    return [
        *([test] if known else []),
        Dialog(
            "mail",
            _("Change the mail server"),
            _("A password that was given is kept where the server stays as it is. It is never shown."),
            to(request, "change_mail_server", interface.pk),
            _("Save"),
            form=MailServerForm(initial={"mail_server": known, "test_to": own}),
        ),
    ]


@require_POST
@may_change
def pause(request: ConsoleRequest, pk: int) -> HttpResponseBase:
    interface_of(request, pk)
    interfaces.suspend(request.actor, interface_id=pk, now=request.clock.now())
    return done(request, _("Paused."), to(request, "plug_in", pk))


@require_POST
@may_change
def resume(request: ConsoleRequest, pk: int) -> HttpResponseBase:
    interface_of(request, pk)
    interfaces.resume(request.actor, interface_id=pk, now=request.clock.now())
    return done(request, _("It runs."), to(request, "plug_in", pk))


@require_POST
@may_change
def retry(request: ConsoleRequest, pk: int) -> HttpResponseBase:
    interface = interface_of(request, pk)
    plug_ins.tell_again(pk)
    with as_system():
        tables = plug_ins.tables_of(interface)
        if tables is not None:
            actions.start(SYSTEM_ACTOR, connector=tables, now=request.clock.now())
    return done(request, _("It is tried again."), to(request, "plug_in", pk))


@require_POST
@may_change
def change_mail_server(request: ConsoleRequest, pk: int) -> HttpResponseBase:
    """The same server without a password keeps the one that is known; no other server ever gets it. What is
    tested first and fails changes nothing."""
    interface = _with_mails(request, pk)
    form = checked(MailServerForm(request.POST)).cleaned_data
    given, now = form["mail_server"], request.clock.now()
    is_new = given != interface.settings.get("mail_server", "")
    told = mail_settings(given, settings.SECRET_KEY) if is_new else interface.settings
    took = ""
    if given and form["test_to"]:
        took = _tried(try_out(told, name=interface.name, to=form["test_to"], now=now), form["test_to"])
    if is_new:
        whole = {"mail_server": "", "mail_password": ""} | told
        interfaces.change_settings(request.actor, interface_id=pk, given=whole, now=now)
    return done(request, f"{_('Saved.')} {took}".strip(), to(request, "plug_in", pk))


@require_POST
@may_change
def test_mail_server(request: ConsoleRequest, pk: int) -> HttpResponseBase:
    interface = _with_mails(request, pk)
    if not interface.settings.get("mail_server"):
        raise Invalid(_("No mail server is named yet. Change it first."))
    address = checked(MailTestForm(request.POST)).cleaned_data["to"]
    host = try_out(interface.settings, name=interface.name, to=address, now=request.clock.now())
    return done(request, _tried(host, address), to(request, "plug_in", pk))


def _with_mails(request: ConsoleRequest, pk: int) -> Interface:
    interface = interface_of(request, pk)
    if interface.kind != MAILS:
        raise NotFound(_("Only mails in have a mail server."))
    return interface


def _tried(host: str, address: str) -> str:
    return _("%(host)s took the test mail to %(address)s. Look there, also among spam.") % {
        "host": host,
        "address": address,
    }


@require_POST
@may_change
def test(request: ConsoleRequest, pk: int) -> HttpResponseBase:
    interface = interface_of(request, pk)
    form = checked(TestForm(request.POST, region=interface.customer.country))
    given: dict[str, Any] = form.cleaned_data
    said = plug_ins.try_out(pk, given["number"].e164, given["text"], now=request.clock.now())
    if isinstance(said, Accepted):
        return done(request, _("Taken. It is on its way."), to(request, "plug_in", pk))
    raise Invalid(f"{said.reason} {advice(said.code)}")


def _ddl(interface: Interface, tables: Connector | None) -> Sequence[Section]:
    """For who makes the tables by hand."""
    if tables is None:
        return []
    config = read_config(tables.config)
    assert config.tables is not None
    enterprise = Enterprise(actions.address_of(tables), config.encoding)
    made = statements(enterprise, profile_of(config.tables, interface.access_number).tables)
    intro = _("What the plug-in expects there. Those of yours may have more columns, and in another order.")
    return [Section(_("Its tables"), intro=intro, code=";\n\n".join(made.values()) + ";")]


def _may_open(request: ConsoleRequest) -> bool:
    return request.party.kind == Party.Kind.OPERATOR and request.may(Right.RUN)


def _count(rows: QuerySet[Any]) -> Coalesce:
    counted = rows.order_by().values("interface").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)

"""Connecting an existing system: its kind, what it takes to reach it, and settings to copy into it."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.db import transaction
from django.forms import Form
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from hotpot.kernel.errors import NotFound, Refused
from hotpot.pot.access.readers import as_system
from hotpot.pot.connector import plug_ins
from hotpot.pot.connector.address import check_outside
from hotpot.pot.connector.asking import asking
from hotpot.pot.connector.drop.engine import KIND as DROP
from hotpot.pot.connector.smtp.returns import mail_settings
from hotpot.pot.connector.smtp.trial import try_out
from hotpot.pot.connector.tables import actions as tables_actions
from hotpot.pot.connector.tables import theirs
from hotpot.pot.connector.tables.profiles import profile_of
from hotpot.pot.connector.trouble import Trouble
from hotpot.pot.connector.wire import Tables
from hotpot.pot.console.area import ConsoleRequest, area
from hotpot.pot.console.parts import Action, Section, form_page, page
from hotpot.pot.console.plugins.forms import CallerForm, PlugInForm, TablesForm
from hotpot.pot.console.plugins.kinds import KINDS, PASSWORD_SIGNS, Kind
from hotpot.pot.console.plugins.pages import copied, customers, to
from hotpot.pot.events.wire import SYSTEM_ACTOR
from hotpot.pot.messaging.actions import open_interface
from hotpot.pot.messaging.models import Interface
from hotpot.pot.party.models import Party
from hotpot.pot.party.rules import Right

may_open = area(Party.Kind.OPERATOR, look=Right.RUN)


@may_open
def choose(request: ConsoleRequest) -> HttpResponseBase:
    sections = [
        Section(
            str(kind.label),
            intro=str(kind.intro),
            actions=[Action(_("Connect"), to(request, "connect_plug_in", kind.id), icon="plug")],
            half=True,
        )
        for kind in KINDS.values()
    ]
    return page(
        request,
        _("Connect a system"),
        _("How does the system send its messages today?"),
        crumbs=[(_("Plug-ins"), to(request, "plug_ins"))],
        sections=sections,
    )


@may_open
def connect(request: ConsoleRequest, kind: str) -> HttpResponseBase:
    chosen = KINDS.get(kind)
    if chosen is None:
        raise NotFound(_("There is no such kind of system."))
    form = _form(request, chosen)
    if form.is_valid():
        with _said_on(form):
            password = "" if chosen.profile else new_password(chosen.interface)
            open_it = _open_tables if chosen.profile else _open_caller
            pk = open_it(request, form.cleaned_data, chosen, password)
            return _connected(request, pk, password)
    return form_page(
        request,
        str(chosen.label),
        str(chosen.intro),
        form,
        label=_("Test and connect"),
        back=to(request, "new_plug_in"),
        crumbs=[(_("Plug-ins"), to(request, "plug_ins"))],
    )


def new_password(kind: str) -> str:
    """As long as the protocol's usual clients take it."""
    return secrets.token_urlsafe(24)[: PASSWORD_SIGNS.get(kind)]


def _form(request: ConsoleRequest, kind: Kind) -> PlugInForm:
    given = request.POST or None
    if kind.profile:
        return TablesForm(given, customers=customers(request), profile=kind.profile)
    return CallerForm(given, customers=customers(request), kind=kind.interface)


def _open_tables(request: ConsoleRequest, given: dict[str, Any], kind: Kind, _password: str) -> int:
    """Reaches their database first, and makes what is missing there if it may. Raises Trouble, Refused."""
    if not settings.HOTPOT_DEMO:
        check_outside(given["address"])
    tables = Tables(kind.profile, given.get("code", ""))  # type: ignore[arg-type]
    profile = profile_of(tables, given["access_number"])
    with asking(given["address"], given["encoding"]) as enterprise:
        if given["make"]:
            theirs.make(enterprise, profile.tables)
        theirs.Theirs(enterprise, profile, "test")
    with transaction.atomic(), as_system():
        made = tables_actions.connect(
            SYSTEM_ACTOR,
            customer=given["customer"],
            name=given["name"],
            address=given["address"],
            tables=tables,
            access_number=given["access_number"],
            time_zone=given["time_zone"],
            encoding=given["encoding"],
            now=request.clock.now(),
        )
    return made.interface_id or 0


def _open_caller(request: ConsoleRequest, given: dict[str, Any], kind: Kind, password: str) -> int:
    plain = ("addresses", "reply_url", "host", "port", "encoding")
    more: dict[str, Any] = {name: given[name] for name in plain if given.get(name)}
    if report_url := given.get("report_url"):
        more |= {{"cloud": "report_url", "soap": "endpoint", "http": "webhook"}[kind.interface]: report_url}
    if mail_server := given.get("mail_server"):
        mails = mail_settings(mail_server, settings.SECRET_KEY)
        if to_address := given["test_to"]:
            try_out(mails, name=given["name"], to=to_address, now=request.clock.now())
        more |= mails
    return open_interface(
        given["customer"].id,
        name=given["name"],
        kind=kind.interface,
        login=given["login"],
        password=password,
        access_number=given["access_number"],
        settings_given=more,
        now=request.clock.now(),
    )


def _connected(request: ConsoleRequest, pk: int, password: str) -> HttpResponseBase:
    with as_system():
        interface = get_object_or_404(Interface.objects.select_related("customer"), pk=pk)
        note = _("Copy the password now: it isn't shown again.") if password else _("The database answers.")
        if interface.kind == DROP:
            note = _("Its folder is made within seconds. Give the company access to it by SFTP.")
        return page(
            request,
            interface.name,
            _("Connected. Copy these settings into the old system, then send a test message."),
            crumbs=[(_("Plug-ins"), to(request, "plug_ins"))],
            state=interface.state,
            actions=[Action(_("Open the plug-in"), to(request, "plug_in", pk), tone="primary")],
            sections=[
                Section(note=note, note_tone="good"),
                *copied(request, interface, plug_ins.tables_of(interface), password=password, is_open=True),
            ],
        )


@contextmanager
def _said_on(form: Form) -> Iterator[None]:
    """What goes wrong over there, or is refused here, is told above the form."""
    try:
        yield
    except (Trouble, Refused) as trouble:
        form.add_error(None, str(trouble))

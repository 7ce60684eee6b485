"""Setting a connector up: address, source, columns with a live preview, write-back with a test, start."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from typing import Any, ParamSpec

from django.conf import settings
from django.db.models import QuerySet
from django.forms import Form
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from hotpot.kernel.errors import Invalid, Refused
from hotpot.pot.connector import actions, queries
from hotpot.pot.connector.address import check_outside
from hotpot.pot.connector.asking import HINT_S, LOOK_S, asking
from hotpot.pot.connector.enterprise import Enterprise
from hotpot.pot.connector.models import Connector
from hotpot.pot.connector.preview import Preview, preview, try_write_back
from hotpot.pot.connector.trouble import Trouble
from hotpot.pot.connector.wire import Config, read_config
from hotpot.pot.console.area import ConsoleRequest, area, done
from hotpot.pot.console.connectors.forms import (
    AddressForm,
    ColumnsForm,
    DirectoryForm,
    NewAddressForm,
    PartForm,
    SourceForm,
    WriteBackForm,
)
from hotpot.pot.party.models import Party
from hotpot.pot.party.rules import Right

P = ParamSpec("P")
OWNERS = (Party.Kind.CUSTOMER, Party.Kind.INTEGRATOR)
# What a step has not asked yet, so that the steps before it can be tried.
NOT_YET: Mapping[str, Any] = {
    "write_back": {"statements": ["-"], "verdicts": {"approved": "-", "rejected": "-"}, "check": "SELECT 1"}
}

may_change = area(*OWNERS, look=Right.RUN)


def connector_of(request: ConsoleRequest, pk: int) -> Connector:
    return get_object_or_404(queries.of_party(request.party.id), pk=pk)


@may_change
def new(request: ConsoleRequest) -> HttpResponseBase:
    chosen = {"customer": request.GET.get("customer")}
    form = AddressForm(request.POST or None, customers=_customers(request), initial=chosen)
    if form.is_valid():
        given = form.cleaned_data
        with _said_on(form):
            _reach(given["address"])
            made = actions.create(
                request.actor,
                customer=given["customer"],
                integrator=request.party if request.party.kind == Party.Kind.INTEGRATOR else None,
                name=given["name"],
                address=given["address"],
                config={"time_zone": given["customer"].time_zone},
                now=request.clock.now(),
            )
            return redirect("connectors:source", made.pk)
    return _step(request, form, None, "address")


@may_change
def address(request: ConsoleRequest, pk: int) -> HttpResponseBase:
    connector = connector_of(request, pk)
    form = NewAddressForm(request.POST or None, initial={"name": connector.name})
    if form.is_valid():
        given = form.cleaned_data
        with _said_on(form):
            if given["address"]:
                _reach(given["address"])
            actions.change(request.actor, connector=connector, now=request.clock.now(), **given)
            return _onward(request, connector, "connectors:source")
    return _step(request, form, connector, "address")


@may_change
def source(request: ConsoleRequest, pk: int) -> HttpResponseBase:
    connector = connector_of(request, pk)
    form = SourceForm(request.POST or None, config=connector.config)
    if form.is_valid():
        config = form.changed()
        key = config["source"]["key"]
        with _said_on(form):
            # Nothing is known of the columns yet: the key stands in for them.
            _try(request, connector, config, _finished(config | {"columns": {"title": key, "approver": key}}))
            actions.change(request.actor, connector=connector, config=config, now=request.clock.now())
            return _onward(request, connector, "connectors:columns")
    return _step(request, form, connector, "source", tables=_tables(connector))


@may_change
def columns(request: ConsoleRequest, pk: int) -> HttpResponseBase:
    connector = connector_of(request, pk)
    form = ColumnsForm(request.POST or None, config=connector.config)
    if form.is_valid():
        config = form.changed()
        with _said_on(form):
            _try(request, connector, config, _finished(config))
            actions.change(request.actor, connector=connector, config=config, now=request.clock.now())
            return _onward(request, connector, "connectors:write-back")
    preview_url = reverse("connectors:preview", args=[pk])
    return _step(request, form, connector, "columns", known=_columns(connector), preview_url=preview_url)


@may_change
def write_back(request: ConsoleRequest, pk: int) -> HttpResponseBase:
    connector = connector_of(request, pk)
    form = WriteBackForm(request.POST or None, config=connector.config)
    if form.is_valid():
        with _said_on(form):
            config = form.changed()
            read_config(config)
            now = request.clock.now()
            changed = actions.change(request.actor, connector=connector, config=config, now=now)
            actions.start(request.actor, connector=changed, now=now)
            return done(request, _("Saved. It runs."), reverse("connectors:detail", args=[pk]))
    test_url = reverse("connectors:test", args=[pk])
    return _step(request, form, connector, "write_back", known=_columns(connector), test_url=test_url)


@may_change
def directory(request: ConsoleRequest, pk: int) -> HttpResponseBase:
    connector = connector_of(request, pk)
    form = DirectoryForm(request.POST or None, config=connector.config)
    if form.is_valid():
        with _said_on(form):
            config = form.changed()
            if "directory" in config:
                _try(request, connector, config, read_config({"directory": config["directory"]}))
            now = request.clock.now()
            changed = actions.change(request.actor, connector=connector, config=config, now=now)
            if "source" not in config:
                actions.start(request.actor, connector=changed, now=now)
            return done(request, _("Saved."), reverse("connectors:detail", args=[pk]))
    return _step(request, form, connector, "directory")


@require_POST
@may_change
def preview_columns(request: ConsoleRequest, pk: int) -> HttpResponseBase:
    """What the columns typed so far would pick up."""
    connector = connector_of(request, pk)
    form = ColumnsForm(request.POST, config=connector.config)
    if not form.is_valid():
        return _fragment(request, problem=_("Fill title and approver to see what would be picked up."))
    try:
        config = form.changed()
        seen = _try(request, connector, config, _finished(config))
    except (Trouble, Refused) as trouble:
        return _fragment(request, problem=str(trouble))
    return _fragment(request, seen=seen)


@require_POST
@may_change
def test_write_back(request: ConsoleRequest, pk: int) -> HttpResponseBase:
    """Both verdicts on one open row, rolled back."""
    connector = connector_of(request, pk)
    form = WriteBackForm(request.POST, config=connector.config)
    if not form.is_valid():
        return _fragment(request, problem=_("Fill in the statements and both words first."))
    try:
        config = form.changed()
        with _open(connector, config) as enterprise:
            trials = try_write_back(enterprise, read_config(config), request.clock.now())
    except (Trouble, Refused) as trouble:
        return _fragment(request, problem=str(trouble))
    return _fragment(request, trials=trials)


# --- shared --------------------------------------------------------------------------------------------


def _customers(request: ConsoleRequest) -> QuerySet[Party]:
    if request.party.kind == Party.Kind.CUSTOMER:
        return Party.objects.filter(id=request.party.id)
    engaged = {"engagements__integrator": request.party, "engagements__ends_on": None}
    return Party.objects.filter(kind=Party.Kind.CUSTOMER, **engaged).distinct().order_by("name")


def _reach(typed: str) -> None:
    """Raises ConfigError or Trouble if nothing answers there. The demo's own offices are files."""
    if not settings.HOTPOT_DEMO:
        check_outside(typed)
    with asking(typed) as enterprise:
        enterprise.tables()


def _open(
    connector: Connector, config: Mapping[str, Any], within_s: float = LOOK_S
) -> AbstractContextManager[Enterprise]:
    return asking(actions.address_of(connector), config.get("encoding", ""), within_s=within_s)


@contextmanager
def _said_on(form: Form) -> Iterator[None]:
    """What goes wrong over there, or is refused here, is told above the form."""
    try:
        yield
    except (Trouble, Refused) as trouble:
        form.add_error(None, str(trouble))


def _finished(config: Mapping[str, Any]) -> Config:
    return read_config({**NOT_YET, **config})


def _try(request: ConsoleRequest, connector: Connector, given: Mapping[str, Any], config: Config) -> Preview:
    """`config` is what is known of the one `given`. Raises Trouble, Refused."""
    customer = connector.customer
    currency, country = customer.currency, customer.country
    with _open(connector, given) as enterprise:
        return preview(enterprise, config, currency=currency, country=country, now=request.clock.now())


def _tables(connector: Connector) -> list[str]:
    try:
        with _open(connector, connector.config, HINT_S) as enterprise:
            return enterprise.tables()
    except Trouble:
        return []


def _columns(connector: Connector) -> list[str]:
    """Those of the source, to choose from; none if it can't be reached now."""
    try:
        key = connector.config["source"]["key"]
        config = _finished({**connector.config, "columns": {"title": key, "approver": key}})
        with _open(connector, connector.config, HINT_S) as enterprise:
            assert config.rows is not None
            return enterprise.columns(config.rows)
    except (KeyError, Invalid, Trouble):
        return []


def _onward(request: ConsoleRequest, connector: Connector, to: str) -> HttpResponse:
    """The next step while it is a draft; back to the connector once it runs."""
    if connector.state == Connector.State.DRAFT:
        return redirect(to, connector.pk)
    return done(request, _("Saved."), reverse("connectors:detail", args=[connector.pk]))


def _fragment(request: ConsoleRequest, **context: Any) -> HttpResponse:
    return render(request, "connectors/parts/preview.html", context)


def _step(
    request: ConsoleRequest, form: Form, connector: Connector | None, name: str, **context: Any
) -> HttpResponse:
    crumbs = [{"label": _("Connectors"), "url": reverse("connectors:list")}]
    if connector is not None:
        crumbs.append({"label": connector.name, "url": reverse("connectors:detail", args=[connector.pk])})
    context |= {
        "title": _titles()[name],
        "intro": _intros()[name],
        "crumbs": crumbs,
        "form": form,
        "steps": _steps(name) if name != "directory" else [],
        "connector": connector,
        "last": name in ("write_back", "directory"),
        "people_only": name == "source" and isinstance(form, PartForm) and "source" not in form.config,
    }
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "connectors/step.html", context, status=status)


def _steps(name: str) -> list[dict[str, Any]]:
    names = ["address", "source", "columns", "write_back"]
    here = names.index(name)
    return [
        {"label": _titles()[one], "done": place < here, "current": place == here}
        for place, one in enumerate(names)
    ]


def _titles() -> dict[str, str]:
    return {
        "address": _("Database"),
        "source": _("Rows"),
        "columns": _("Columns"),
        "write_back": _("Write back"),
        "directory": _("People"),
    }


def _intros() -> dict[str, str]:
    return {
        "address": _("Where the company's own system keeps its requests."),
        "source": _("Which rows wait for a decision, and how new ones are noticed."),
        "columns": _("What people see of a row. The preview shows real rows; nothing is kept."),
        "write_back": _("How a decision goes back. The test changes nothing: it is rolled back."),
        "directory": _("Bring in the company's people with their departments and roles."),
    }

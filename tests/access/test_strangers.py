"""Nobody gets another's data by any address: every page, every app's page, every API operation.

New addresses are walked by themselves. One with a parameter that no sample fits fails here, until
`ARGUMENTS` says what to put in its place.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import models, transaction
from django.http import StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from hotpot.conftest import NOW, Market, make_market, make_person
from hotpot.entry.api import api
from hotpot.kernel.clock import SettableClock
from hotpot.pot.catalog.models import App
from hotpot.pot.events.models import EventRow
from hotpot.pot.identity.models import Person
from hotpot.pot.party.models import Party
from hotpot.pot.subscription.models import Entitlement
from hotpot.sdk.host import hosted
from tests.access.market import Rows, guarded_models, without_triggers
from tests.access.test_rows_of_others import PUBLIC

MARK = "Topsecret"

NOT_WALKED = {
    "live": "a stream that carries no data and doesn't end",
    "static": "files of the program itself",
}

# What to put where a parameter's name is not a model's: a value, or what stands for it in the market.
ARGUMENTS: Mapping[str, Any] = {
    "app_id": lambda rows: rows.of(App).pk,
    "month": "2026-10",
    "period": "2026-10",
    "person_id": lambda rows: rows.of(Person).pk,
    "party_id": lambda rows: rows.market.customer.pk,
    "customer_id": lambda rows: rows.market.customer.pk,
    "operator_id": lambda rows: rows.market.operator.pk,
    "integrator_id": lambda rows: rows.market.integrator.pk,
    "developer_id": lambda rows: rows.market.developer.pk,
    "partner_id": lambda rows: rows.market.integrator.pk,
    "number": lambda rows: rows.of(Person).number,
    "status": 404,
    "token": "00000000-0000-4000-8000-000000000000",  # Nobody's: who holds a notice's token may open it.
    "provider": "rehearsal",
    "session_id": lambda rows: rows.of(_model("usersession")).pk,
    "token_id": lambda rows: rows.of(_model("accesstoken")).pk,
    "sequence": lambda rows: rows.of(EventRow).pk,
    "run_id": lambda rows: rows.of(_model("payoutrun")).pk,
    # An app's own documents: there are none in the market.
    **dict.fromkeys(("kind", "draft", "request", "file", "field", "step", "rule"), 1),
    "import_id": lambda rows: rows.of(_model("seatimport")).pk,
}
# A <pk> or <id> is one of what stands before it: "bills/<int:id>/". Where that is no model's plural:
SEGMENTS: Mapping[str, str] = {"passkeys": "authenticator", "plugins": "interface"}

PARAMETER = re.compile(r"<(?:(?P<kind>\w+):)?(?P<name>\w+)>")


@dataclass(frozen=True, slots=True)
class Address:
    route: str
    methods: tuple[str, ...]

    @property
    def parameters(self) -> list[str]:
        return [match["name"] for match in PARAMETER.finditer(self.route)]

    def of(self, rows: Rows) -> str:
        return "/" + PARAMETER.sub(lambda match: str(self._value(match["name"], rows)), self.route)

    def _value(self, name: str, rows: Rows) -> Any:
        if name in ARGUMENTS:
            sample = ARGUMENTS[name]
            return sample(rows) if callable(sample) else sample
        if name in ("pk", "id"):
            segment = self.route.partition(f":{name}>")[0].split("/")[-2]
            name = SEGMENTS.get(segment, segment.removesuffix("s"))
        if name == "account_id" and "payout-account/" in self.route:
            name = "payout_account"
        if name == "line_id":
            name = "bill_line" if "bills/" in self.route else "statement_line"
        return rows.of(_model(name.removesuffix("_id"))).pk


def _model(name: str) -> type[models.Model]:
    """The guarded model that a parameter is called after: bill_id, write_back."""
    for model in guarded_models():
        if model._meta.model_name == name.replace("_", ""):
            return model
    raise LookupError(f"<{name}> is no model's name: say what to put there, in {__name__}")


def addresses() -> Iterator[Address]:
    for route in _routes(get_resolver().url_patterns, ""):
        if route.startswith("apps/<"):
            continue
        if route.startswith("api/"):
            yield Address(route, _operations().get(route, ("GET",)))
        elif route not in NOT_WALKED and not any(route.startswith(f"{one}/") for one in NOT_WALKED):
            yield Address(route, ("GET", "POST") if PARAMETER.search(route) else ("GET",))
    yield from _of_apps()


def _routes(patterns: list[URLPattern | URLResolver], before: str) -> Iterator[str]:
    for one in patterns:
        route = before + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from _routes(one.url_patterns, route)
        else:
            yield route


def _operations() -> dict[str, tuple[str, ...]]:
    paths = api.get_openapi_schema(path_prefix="api/v1/")["paths"]
    return {
        re.sub(r"{(\w+)}", r"<\1>", path): tuple(method.upper() for method in methods)
        for path, methods in paths.items()
    }


def _of_apps() -> Iterator[Address]:
    """Each hosted app names its own pages and operations in its manifest."""
    for app in hosted().values():
        for page in app.manifest.pages:
            yield Address(f"apps/{app.manifest.id}{page}", ("GET", "POST"))
        for operation in app.manifest.api:
            method, path = operation.split(" ", 1)
            yield Address(f"apps/{app.manifest.id}/api{path}", (method,))


@pytest.fixture
def owner_rows(fixed_clock: SettableClock) -> Rows:
    """A market whose every row, name and number would be recognised anywhere."""
    without_triggers()
    market = make_market(MARK)
    for party in (market.operator, market.integrator, market.developer):  # Their names are known to all.
        Party.objects.filter(id=party.id).update(name=f"Known {party.kind}", slug=f"known-{party.kind}")
    rows = Rows(market, MARK)
    rows.made[App] = App.objects.create(
        id="approvals", developer=market.developer, name="Approvals", icon="check", manifest={}
    )
    for model in guarded_models():
        if model._meta.db_table not in PUBLIC:
            rows.of(model)
    return rows


@pytest.fixture
def strangers(owner_rows: Rows) -> dict[str, Client]:
    other: Market = make_market("Omega")
    mine = Rows(other, "omega")
    mine.made[App] = owner_rows.made[App]
    mine.of(_model("seat"))
    mine.of(_model("entitlement"))
    _give_seat(mine, other, "mail")
    people: dict[str, Person | None] = {
        "anonymous": None,
        "in nothing": make_person(name="Omega passer-by"),
        "operator": other.operator_owner,
        "integrator": other.integrator_owner,
        "developer": other.developer_owner,
        "customer": other.customer_owner,
        "member": other.members[0].person,
    }
    return {name: _browser(person) for name, person in people.items()}


def _give_seat(rows: Rows, market: Market, app_id: str) -> None:
    """A further app, whose only function is called as it is."""
    app = App.objects.create(
        id=app_id, developer=market.developer, name=app_id.title(), icon="check", manifest={}
    )
    Entitlement.objects.create(
        number=market.members[0].person.number,
        app=app,
        function=app_id,
        seat_id=rows.of(_model("seat")).pk,
        customer=market.customer,
        starts_at=NOW,
    )


def _browser(person: Person | None) -> Client:
    client = Client(raise_request_exception=False)
    if person is not None:
        client.force_login(person)
    return client


def marks(rows: Rows) -> re.Pattern[str]:
    """What would give the market away: its names and words, its people's numbers."""
    people = [member.person for member in rows.market.members] + list(rows.market.owners)
    return re.compile("|".join([MARK, *(_as_written(person.number) for person in people)]), re.IGNORECASE)


def _as_written(number: str) -> str:
    """With or without its country and spaces, but no part of some longer figure."""
    digits = r"[ \xa0-]?".join(number.removeprefix("+86"))
    return rf"(?<![\d.])(?:86[ \xa0-]?)?{digits}(?!\d)"


def ask(client: Client, method: str, path: str) -> tuple[int, str]:
    """The answer; what it wrote is taken back, so that the next one finds everything as it was."""
    with transaction.atomic():
        response = client.generic(method, path, b"{}", content_type="application/json")
        answer = response.status_code, _text(response)
        transaction.set_rollback(True)
    return answer


def _text(response: HttpResponseBase) -> str:
    headers = " ".join(f"{name}: {value}" for name, value in response.items())
    parts = response if isinstance(response, StreamingHttpResponse) else [response.content]  # type: ignore[attr-defined]
    return "\n".join([headers, *(part.decode(errors="replace") for part in parts)])


@pytest.mark.django_db
def test_no_address_gives_a_stranger_anything(owner_rows: Rows, strangers: dict[str, Client]) -> None:
    given_away = marks(owner_rows)
    leaks, troubles = [], []
    walked = 0
    # A seat of their own, so that an app's pages are reached and not only its door.
    for app in ("approvals", "mail"):
        assert ask(strangers["member"], "GET", f"/apps/{app}/")[0] == 200
    paths = [(address, address.of(owner_rows)) for address in addresses()]
    for address, path in paths:
        for method in address.methods:
            for name, client in strangers.items():
                status, text = ask(client, method, path)
                walked += 1
                if found := given_away.search(text.replace(path, "")):
                    leaks.append(f"{name}: {method} {path} shows {found[0]!r}")
                if status == 500:  # /healthz says 503 while no other process runs.
                    troubles.append(f"{name}: {method} {path} answers {status}")
    assert walked > 100
    assert not leaks, "\n".join(leaks)
    assert not troubles, "\n".join(troubles)


def test_a_number_is_found_as_people_write_it_and_in_no_other_figure() -> None:
    number = re.compile(_as_written("+8613800000017"))
    for text in ("+86 138 0000 0017", "%2B8613800000017", "tel:13800000017,", "138-0000-0017"):
        assert number.search(text), text
    for text in ("213800000017", "1.13800000017e9", "138000000170", "0 13 8000000 18"):
        assert not number.search(text), text


@pytest.mark.django_db
def test_the_marks_are_what_the_owner_sees(owner_rows: Rows) -> None:
    """Else the walk above would prove nothing."""
    given_away = marks(owner_rows)
    client = _browser(owner_rows.market.customer_owner)
    customer = owner_rows.market.customer
    for path in ("/account/", "/api/v1/me", f"/api/v1/parties/{customer.id}/members"):
        status, text = ask(client, "GET", path)
        assert status == 200
        assert given_away.search(text), path

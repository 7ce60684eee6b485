"""Plug-ins as operators and companies see them; the wizard with a real database."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client
from django.utils import translation

from hotpot.conftest import Market, make_market
from hotpot.pot.access.readers import as_system
from hotpot.pot.connector.models import Connector, Problem
from hotpot.pot.messaging.gateway.models import Silence
from hotpot.pot.messaging.models import Interface, Message
from tests.enterprise.offices import Office, SqliteFile

pytestmark = pytest.mark.django_db

NUMBER = "13800138000"


@pytest.fixture
def market() -> Market:
    return make_market("Plugs")


@pytest.fixture
def operator(market: Market, client: Client) -> Client:
    client.force_login(market.operator_owner)
    return client


@pytest.fixture
def company(market: Market) -> Client:
    client = Client()
    client.force_login(market.customer_owner)
    return client


def opened(operator: Client, market: Market, kind: str = "cloud", **more: str) -> Interface:
    given = {"customer": str(market.customer.id), "name": "OA", "access_number": "1065712", "login": "cs1124"}
    answer = operator.post(f"/console/operator/plugins/new/{kind}/", given | more)
    assert answer.status_code == 200, answer.content.decode()
    with as_system():
        return Interface.objects.get()


def test_an_operator_connects_a_system_and_its_company_sees_it(
    operator: Client, company: Client, market: Market
) -> None:
    assert "No plug-in yet" in operator.get("/console/operator/plugins/").content.decode()
    assert "Ask your operator" in company.get("/console/customer/plugins/").content.decode()
    assert "SOAP cmcc_mas_wbs" in operator.get("/console/operator/plugins/new/").content.decode()
    interface = opened(operator, market, report_url="https://oa.example/report", addresses="203.0.113.0/24")
    assert interface.settings == {
        "addresses": ["203.0.113.0/24"],
        "report_url": "https://oa.example/report",
    }
    for client, area in ((operator, "operator"), (company, "customer")):
        assert "1065712" in client.get(f"/console/{area}/plugins/").content.decode()
        page = client.get(f"/console/{area}/plugins/{interface.pk}/").content.decode()
        assert "mas.apId=cs1124" in page
        assert "No problem yet" in page
        assert "No message in the last hour" in page


def test_every_kind_has_settings_to_copy(operator: Client, market: Market) -> None:
    for place, kind in enumerate(("cloud", "soap", "http")):
        given = {
            "customer": str(market.customer.id),
            "name": kind,
            "login": kind,
            "access_number": f"10657{place}",
        }
        page = operator.post(f"/console/operator/plugins/new/{kind}/", given).content.decode()
        assert "it isn&#x27;t shown again" in page
        assert kind in page


def test_a_test_message_goes_out_and_a_refusal_says_what_to_do(
    operator: Client, company: Client, market: Market
) -> None:
    interface = opened(operator, market)
    address = f"/console/customer/plugins/{interface.pk}/test/"
    assert company.post(address, {"number": NUMBER, "text": "Hello"}).status_code == 302
    with as_system():
        [message] = Message.objects.filter(interface=interface)
    assert (message.number, message.text) == (f"+86{NUMBER}", "Hello")
    company.post(f"/console/customer/plugins/{interface.pk}/pause/")
    interface.refresh_from_db()
    assert interface.state == "suspended"
    answer = company.post(address, {"number": NUMBER, "text": "Hello"}, headers={"HX-Request": "true"})
    assert "Resume the plug-in" in answer.content.decode() + str(answer.headers)
    company.post(f"/console/customer/plugins/{interface.pk}/resume/")
    interface.refresh_from_db()
    assert interface.state == "running"


def test_problems_and_silence_are_shown_with_what_to_do(
    operator: Client, company: Client, market: Market
) -> None:
    interface = opened(operator, market)
    times = {"first_at": interface.created_at, "last_at": interface.created_at}
    with as_system():
        Problem.objects.create(
            interface=interface, customer=market.customer, code="IllegalMac", reason="mac", times=3, **times
        )
        Silence.objects.create(
            interface=interface, since=interface.created_at, tries=3, reason="it answered 500", next_at=None,
            parked_at=interface.created_at,
        )  # fmt: skip
    page = company.get(f"/console/customer/plugins/{interface.pk}/").content.decode()
    assert "Compare the order of the fields in mac" in page
    assert "it answered 500" in page
    company.post(f"/console/customer/plugins/{interface.pk}/retry/")
    with as_system():
        assert not Silence.objects.exists()


def test_tables_are_made_and_tried_before_they_are_connected(
    operator: Client, market: Market, tmp_path: Path, settings: object
) -> None:
    settings.HOTPOT_DEMO = True  # type: ignore[attr-defined]  # files may be databases there
    server = SqliteFile(tmp_path)
    server.start()
    office = Office(server)
    given = {
        "customer": str(market.customer.id),
        "name": "OA",
        "access_number": "1065712",
        "address": server.address,
        "time_zone": "Asia/Shanghai",
        "code": "oa",
    }
    away = operator.post(
        "/console/operator/plugins/new/api/", given | {"address": f"sqlite:///{tmp_path}/none"}
    )
    assert away.status_code == 422
    missing = operator.post("/console/operator/plugins/new/api/", given)
    assert "isn&#x27;t there" in missing.content.decode()
    done = operator.post("/console/operator/plugins/new/api/", given | {"make": "on"})
    assert done.status_code == 200
    assert office.run("SELECT * FROM api_mt_oa") == []
    with as_system():
        connector = Connector.objects.select_related("interface").get()
    assert connector.state == "running"
    assert connector.interface is not None
    page = operator.get(f"/console/operator/plugins/{connector.interface.pk}/").content.decode()
    assert "CREATE TABLE api_mt_oa" in page


def test_a_strange_company_sees_nothing(operator: Client, market: Market) -> None:
    interface = opened(operator, market)
    other = make_market("Other")
    client = Client()
    client.force_login(other.customer_owner)
    assert client.get(f"/console/customer/plugins/{interface.pk}/").status_code == 404
    assert client.post(f"/console/customer/plugins/{interface.pk}/pause/").status_code == 404
    assert "1065712" not in client.get("/console/customer/plugins/").content.decode()
    with translation.override("en"):
        assert client.get("/console/operator/plugins/new/").status_code in (302, 403)

"""Plug-ins as operators and companies see them; the wizard with a real database."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from hotpot.conftest import Market, make_market
from hotpot.kernel.reach import EVERYWHERE
from hotpot.pot.access.readers import as_system
from hotpot.pot.connector.models import Connector, Problem
from hotpot.pot.console.plugins.kinds import KINDS
from hotpot.pot.console.plugins.wizard import new_password
from hotpot.pot.messaging.gateway.models import Silence
from hotpot.pot.messaging.models import Interface, Message
from hotpot.pot.notification.models import Habits
from tests.enterprise.offices import Office, SqliteFile
from tests.mail.smtp import PostOffice
from tests.ports import free_ports

pytestmark = pytest.mark.django_db

NUMBER = "13800138000"
TO = "li@acme.example"
NOW = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)


@pytest.fixture
def market() -> Market:
    return make_market("Plugs")


@pytest.fixture
def office() -> Iterator[PostOffice]:
    server = PostOffice()
    server.start()
    yield server
    server.stop()


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


def test_who_chooses_is_asked_in_words(operator: Client) -> None:
    page = operator.get("/console/operator/plugins/new/http/").content.decode()
    assert re.search(r'<option value=""[^>]*>Please choose</option>', page)


def test_where_the_answer_itself_refuses_no_problems_are_counted(operator: Client, market: Market) -> None:
    interface = opened(operator, market, "http")
    page = operator.get(f"/console/operator/plugins/{interface.pk}/").content.decode()
    assert "Its system reads in each answer what is refused, and why." in page
    assert "No problem yet" not in page


def test_every_kind_has_settings_to_copy(operator: Client, market: Market, settings: Any) -> None:
    """With the host and the ports that the installation's configuration names."""
    settings.HOTPOT_GATEWAY_URL = "https://gateway.pot.example"
    settings.HOTPOT_GATEWAY_LISTEN = {"cmpp": 7891, "sgip": 8802, "smgp": 9891, "smpp": 2776, "smpps": 3550}
    settings.HOTPOT_SMTP_PORT, settings.HOTPOT_SMTP_DOMAIN = 2525, "sms.pot.example"
    settings.HOTPOT_DROP = Path("/srv/drop")
    expected = {
        "cloud": "https://gateway.pot.example/sms/norsubmit",
        "soap": "https://gateway.pot.example/services/cmcc_mas_wbs",
        "http": "https://gateway.pot.example/v1/messages",
        "cmpp": "host=gateway.pot.example\nport=7891\nspId=cmpp\n",
        "sgip": "port=8802\nloginName=sgip\n",
        "smgp": "port=9891\nclientId=smgp\n",
        "smpp": "port=3550\nuse_ssl=true",
        "smtp": "smtp.port=2525",
        "drop": "ChrootDirectory /srv/drop/drop\n",
    }
    assert set(expected) == {one.interface for one in KINDS.values()} - {"tables"}
    chooser = operator.get("/console/operator/plugins/new/").content.decode()
    for place, (kind, settings_to_copy) in enumerate(expected.items()):
        assert f"/plugins/new/{kind}/" in chooser
        given = {
            "customer": str(market.customer.id),
            "name": kind,
            "login": kind,
            "access_number": f"10657{place}",
            "host": "203.0.113.7",
            "port": "8801",
            "encoding": "gbk",
        }
        page = operator.post(f"/console/operator/plugins/new/{kind}/", given).content.decode()
        assert settings_to_copy in unescape(page)
        assert "data-copy=" in page
        assert "it isn't shown again" in unescape(page) or kind == "drop"
        assert "listen for" not in page
        assert '<details class="card" open>' in page
    with as_system():
        kept = {one.kind: one.settings for one in Interface.objects.all()}
    assert kept["sgip"] == {"host": "203.0.113.7", "port": 8801}
    assert kept["drop"] == {"encoding": "gbk"}


def test_a_protocol_that_is_not_served_says_how_it_would_be(
    operator: Client, market: Market, settings: Any
) -> None:
    opened(operator, market, "smpp", login="oa")
    with as_system():
        pk = Interface.objects.get().pk
    page = operator.get(f"/console/operator/plugins/{pk}/").content.decode()
    assert "HOTPOT_GATEWAY_LISTEN=smpp:2775" in page
    settings.HOTPOT_GATEWAY_LISTEN = {"cmpp": 7891}
    page = operator.get(f"/console/operator/plugins/{pk}/").content.decode()
    assert "HOTPOT_GATEWAY_LISTEN=cmpp:7891,smpp:2775" in page


@pytest.mark.parametrize(
    ("kind", "more", "words"),
    [
        ("cmpp", {"login": "1234567"}, "at most 6 signs"),
        ("drop", {"login": "_a"}, "names a folder"),
        ("smtp", {"mail_server": "mail.acme.example"}, "smtp://mail.example.com:25"),
        ("sgip", {"port": ""}, "required"),
    ],
)
def test_what_a_protocol_cannot_have_is_refused(
    operator: Client, market: Market, kind: str, more: dict[str, str], words: str
) -> None:
    given = {"customer": str(market.customer.id), "name": "OA", "access_number": "1065712", "login": "oa"}
    answer = operator.post(
        f"/console/operator/plugins/new/{kind}/", given | {"host": "203.0.113.7", "port": "8801"} | more
    )
    assert answer.status_code == 422
    assert words in answer.content.decode()
    with as_system():
        assert not Interface.objects.exists()


def test_passwords_are_as_long_as_protocols_take_them_and_mail_servers_sealed(
    operator: Client, company: Client, market: Market
) -> None:
    interface = opened(operator, market, "smtp", mail_server="smtps://li:s3cret@mail.acme.example")
    assert interface.settings["mail_server"] == "smtps://li@mail.acme.example"
    assert "s3cret" not in interface.settings["mail_password"]
    page = company.get(f"/console/customer/plugins/{interface.pk}/").content.decode()
    assert "s3cret" not in page
    assert len(new_password("smpp")) == 8
    assert len(new_password("sgip")) == 16


def test_a_mail_server_is_changed_later_and_its_password_goes_to_no_other(
    operator: Client, company: Client, market: Market
) -> None:
    pk = opened(operator, market, "smtp", mail_server="smtps://li:s3cret@mail.acme.example").pk
    where = f"/console/customer/plugins/{pk}/"

    def change(client: Client, area: str, given: str) -> dict[str, Any]:
        answer = client.post(f"/console/{area}/plugins/{pk}/mail-server/", {"mail_server": given})
        assert answer.status_code == 302, answer.content.decode()
        with as_system():
            return dict(Interface.objects.get(pk=pk).settings)

    page = company.get(where).content.decode()
    assert "smtps://li@mail.acme.example" in page
    assert "s3cret" not in page
    before = change(company, "customer", "smtps://li@mail.acme.example")
    assert before["mail_password"]
    assert change(company, "customer", "smtps://li@evil.example")["mail_server"] == "smtps://li@evil.example"
    with as_system():
        assert "mail_password" not in Interface.objects.get(pk=pk).settings
    again = change(operator, "operator", "smtp://li:0ther@mail.acme.example:587")
    assert again["mail_server"] == "smtp://li@mail.acme.example:587"
    assert "0ther" not in str(again)
    assert again["mail_password"] != before["mail_password"]
    assert "mail_server" not in change(company, "customer", "")
    bad = company.post(f"{where}mail-server/", {"mail_server": "mail.acme.example"})
    assert bad.status_code == 422
    with as_system():
        Interface.objects.filter(pk=pk).update(kind="smpp")
    assert "mail-server" not in company.get(where).content.decode()
    refused = company.post(f"{where}mail-server/", {"mail_server": ""})
    assert refused.status_code == 404


def test_a_mail_server_is_tried_before_its_plug_in_is_opened(
    operator: Client, market: Market, office: PostOffice, settings: Any
) -> None:
    settings.HOTPOT_REACH = EVERYWHERE
    given = {"customer": str(market.customer.id), "name": "OA", "access_number": "1065712", "login": "oa"}
    broken = given | {"mail_server": f"smtp://127.0.0.1:{free_ports()}", "test_to": TO}
    refused = operator.post("/console/operator/plugins/new/smtp/", broken)
    assert refused.status_code == 422
    assert "does not answer on port" in refused.content.decode()
    with as_system():
        assert not Interface.objects.exists()
    opened(operator, market, "smtp", mail_server=f"smtp://127.0.0.1:{office.port}", test_to=TO)
    assert [one.recipients for one in office.taken] == [[TO]]


def test_a_mail_server_is_tried_before_it_is_saved_and_whenever_one_asks(
    operator: Client, company: Client, market: Market, office: PostOffice, settings: Any
) -> None:
    settings.HOTPOT_REACH = EVERYWHERE
    pk = opened(operator, market, "smtp").pk
    where = f"/console/customer/plugins/{pk}/"
    works, broken = f"smtp://127.0.0.1:{office.port}", f"smtp://127.0.0.1:{free_ports()}"

    def known() -> str:
        with as_system():
            return str(Interface.objects.get(pk=pk).settings.get("mail_server", ""))

    def change(server: str, test_to: str) -> Any:
        return company.post(f"{where}mail-server/", {"mail_server": server, "test_to": test_to}, follow=True)

    assert company.post(f"{where}mail-server/test/", {"to": TO}).status_code == 422
    with as_system():
        Habits.objects.create(
            person=market.customer_owner, mail_address=TO, mail_verified_at=NOW, changed_at=NOW
        )
    page = company.get(where).content.decode()
    assert "mail-server/test/" not in page
    assert f'value="{TO}"' in page
    assert change(works, "李@acme.example").status_code == 422
    refused = change(broken, TO)
    assert refused.status_code == 422
    assert "does not answer on port" in refused.content.decode()
    assert known() == ""
    assert f"127.0.0.1 took the test mail to {TO}" in change(works, TO).content.decode()
    assert known() == works
    assert len(office.taken) == 1
    assert "mail-server/test/" in company.get(where).content.decode()
    assert change(works, "").status_code == 200
    assert len(office.taken) == 1
    page = company.post(f"{where}mail-server/test/", {"to": TO}, follow=True).content.decode()
    assert f"127.0.0.1 took the test mail to {TO}" in page
    assert len(office.taken) == 2
    office.refusing = {TO: "550 5.7.1 No relaying"}
    refused = company.post(f"{where}mail-server/test/", {"to": TO})
    assert "127.0.0.1 refused the letter: 5.7.1 No relaying" in refused.content.decode()
    stranger = Client()
    stranger.force_login(make_market("Other").customer_owner)
    assert stranger.post(f"{where}mail-server/test/", {"to": TO}).status_code == 404
    assert change(broken, "").status_code == 200
    assert known() == broken


def test_the_folder_on_our_machine_is_the_operators_matter(
    operator: Client, company: Client, market: Market
) -> None:
    interface = opened(operator, market, "drop")
    address = f"plugins/{interface.pk}/"
    assert "ChrootDirectory" in operator.get(f"/console/operator/{address}").content.decode()
    shown = company.get(f"/console/customer/{address}").content.decode()
    assert "ChrootDirectory" not in shown
    assert "first.csv" in shown


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
    here = f"plugins/{interface.pk}/resume/"
    assert company.post(f"/console/customer/{here}").status_code == 403
    operator.post(f"/console/operator/{here}")
    interface.refresh_from_db()
    assert interface.state == "running"


def test_one_list_says_how_each_interface_fares(operator: Client, company: Client, market: Market) -> None:
    """State, what came in the last hour, the newest problem; what may go out is a click from each."""
    interface = opened(operator, market)
    company.post(f"/console/customer/plugins/{interface.pk}/test/", {"number": NUMBER, "text": "Hello"})
    now = datetime.now(UTC)
    with as_system():
        for code, at in (("IllegalMac", now - timedelta(hours=2)), ("blocked", now)):
            Problem.objects.create(
                interface=interface, customer=market.customer, code=code, reason="x", times=1, first_at=at,
                last_at=at,
            )  # fmt: skip
    for client, area in ((operator, "operator"), (company, "customer")):
        shown = client.get(f"/console/{area}/plugins/").content.decode()
        assert "blocked" in shown
        assert "Cloud MAS over HTTP" in shown
        assert "IllegalMac" not in shown
        assert re.search(r'data-col="in_last_hour"[^>]*><span>1<', shown)
        page = client.get(f"/console/{area}/plugins/{interface.pk}/").content.decode()
        address = f"/console/{area}/messages/interfaces/{interface.pk}/"
        assert f'href="{address}"' in page
        assert f'href="/console/{area}/plugins/{interface.pk}/"' in client.get(address).content.decode()
    assert (
        'href="/console/operator/plugins/"'
        in operator.get("/console/operator/messages/interfaces/").content.decode()
    )


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
    assert '<details class="card" open>' in done.content.decode()
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

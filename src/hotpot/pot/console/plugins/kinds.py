"""The kinds of systems that the wizard connects, and what their people copy into them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hotpot.pot.connector.enterprise import url_of

GATEWAY_PORT_AFTER = 3  # ports after the web's


@dataclass(frozen=True, slots=True)
class Kind:
    """`profile` where it is tables."""

    id: str
    interface: str  # messaging.models.Interface.kind
    label: Any
    intro: Any
    profile: str = ""


KINDS: Mapping[str, Kind] = {
    one.id: one
    for one in (
        Kind(
            "api",
            "tables",
            gettext_lazy("Tables api_mt, api_mo, api_rpt"),
            gettext_lazy(
                "The system writes rows into a MySQL or MariaDB database and reads its receipts there."
            ),
            "api",
        ),
        Kind(
            "sms_outbox",
            "tables",
            gettext_lazy("Tables sms_outbox, sms_inbox"),
            gettext_lazy("The system puts messages into sms_outbox and looks into sms_sent and sms_inbox."),
            "sms_outbox",
        ),
        Kind(
            "masdb",
            "tables",
            gettext_lazy("Tables TBL_SMSENDTASK (MASDB)"),
            gettext_lazy("The system writes tasks, which disappear once taken, and reads TBL_SMRECEIVED."),
            "masdb",
        ),
        Kind(
            "cloud",
            "cloud",
            gettext_lazy("Cloud MAS over HTTP"),
            gettext_lazy("The system posts to /sms/norsubmit with ecName, apId and secretKey."),
        ),
        Kind(
            "soap",
            "soap",
            gettext_lazy("SOAP cmcc_mas_wbs"),
            gettext_lazy("The system was generated from a WSDL and calls sendSms with an ApplicationID."),
        ),
        Kind(
            "http",
            "http",
            gettext_lazy("Something new: HTTP and webhooks"),
            gettext_lazy("For a system that is written or changed today."),
        ),
    )
}


@dataclass(frozen=True, slots=True)
class Snippet:
    title: str
    code: str


def gateway_url() -> str:
    parts = urlsplit(settings.HOTPOT_BASE_URL)
    port = f":{parts.port + GATEWAY_PORT_AFTER}" if parts.port else ""
    return f"{parts.scheme}://{parts.hostname}{port}"


def snippets(kind: str, login: str, password: str, values: Mapping[str, str]) -> Sequence[Snippet]:
    """Settings to be copied into the old system. `values` are those of its tables: address, profile, code."""
    match kind:
        case "tables":
            return _of_tables(values)
        case "cloud":
            return _of_cloud(login, password)
        case "soap":
            return _of_soap(login, password)
        case "http":
            return _of_http(login, password)
    return []


def _of_tables(values: Mapping[str, str]) -> Sequence[Snippet]:
    url = url_of(values["address"])
    family = "postgresql" if url.get_backend_name() == "postgresql" else "mysql"
    driver = "org.postgresql.Driver" if family == "postgresql" else "com.mysql.cj.jdbc.Driver"
    port = url.port or (5432 if family == "postgresql" else 3306)
    jdbc = f"jdbc:{family}://{url.host}:{port}/{url.database}"
    user = url.username or ""
    ini = f"[DB]\nhost={url.host}\nport={port}\ndatabase={url.database}\nuser={user}\npassword=…"
    code = values.get("code") or "oa"
    found = [
        Snippet(_("Java"), f"db.driver={driver}\ndb.url={jdbc}\ndb.user={user}\ndb.password=…"),
        Snippet(_("ini"), ini + (f"\n[API]\napicode={code}" if values["profile"] == "api" else "")),
    ]
    examples = {
        "api": f"INSERT INTO api_mt_{code} (SM_ID, SRC_ID, MOBILES, CONTENT)\n"
        "VALUES (1, 1, '13800138000', 'Hello');",
        "sms_outbox": "INSERT INTO sms_outbox (SISMSID, EXTCODE, DESTADDR, MESSAGECONTENT, REQDELIVERYREPORT,"
        " MSGFMT,\n  SENDMETHOD, REQUESTTIME, APPLICATIONID)\n"
        "VALUES ('test-1', '', '13800138000', 'Hello', 1, 15, 0, CURRENT_TIMESTAMP, 'oa');",
        "masdb": "INSERT INTO TBL_SMSENDTASK (ORGADDR, DESTADDR, SM_CONTENT, SENDTIME, TASKNAME)\n"
        "VALUES ('', '13800138000', 'Hello', CURRENT_TIMESTAMP, 'test-1');",
    }
    return [*found, Snippet(_("A first message"), examples[values["profile"]])]


def _of_cloud(login: str, password: str) -> Sequence[Snippet]:
    url = gateway_url()
    return [
        Snippet(
            _("Java"),
            f"mas.url={url}/sms/norsubmit\nmas.template.url={url}/sms/tmpsubmit\nmas.ecName=…\n"
            f"mas.apId={login}\nmas.secretKey={password}\nmas.sign=\nmas.addSerial=",
        ),
        Snippet(
            "curl",
            f"ec=Company ap={login} key={password} to=13800138000 text=Hello\n"
            'mac=$(printf "%s" "$ec$ap$key$to$text" | md5sum | cut -c1-32)\n'
            'printf \'{"ecName":"%s","apId":"%s","secretKey":"%s","mobiles":"%s","content":"%s",'
            '"sign":"","addSerial":"","mac":"%s"}\' \\\n'
            '  "$ec" "$ap" "$key" "$to" "$text" "$mac" | base64 -w0 |\n'
            f"  curl --data-binary @- {url}/sms/norsubmit",
        ),
    ]


def _of_soap(login: str, password: str) -> Sequence[Snippet]:
    url = f"{gateway_url()}/services/cmcc_mas_wbs"
    return [
        Snippet(_("Java"), f"mas.endpoint={url}\nmas.applicationId={login}"),
        Snippet(
            _("WSDL"),
            f"{url}?wsdl\n"
            + _("From an address that isn't entered here: user %(login)s, password %(word)s.")
            % {"login": login, "word": password},
        ),
    ]


def _of_http(login: str, password: str) -> Sequence[Snippet]:
    return [
        Snippet(
            "curl",
            f"curl -u '{login}:{password}' -H 'Content-Type: application/json' \\\n"
            '  -d \'{"to": "+8613800138000", "text": "Hello"}\' \\\n'
            f"  {gateway_url()}/v1/messages",
        )
    ]

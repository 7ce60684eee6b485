"""The kinds of systems that the wizard connects, and what their people copy into them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hotpot.pot.connector.address import url_of
from hotpot.pot.messaging.models import Interface

# Signs that a password of the protocol has at most; usual clients refuse longer ones before we see them.
PASSWORD_SIGNS: Mapping[str, int] = {"smpp": 8, "sgip": 16}
LOGIN_SIGNS: Mapping[str, int] = {"cmpp": 6, "smgp": 8, "smpp": 15, "sgip": 16}
CARRIERS = frozenset(LOGIN_SIGNS)
SAID_AT_ONCE = CARRIERS | {"http"}  # what is refused is the answer itself; of others it is kept as a problem
CONNECTIONS, WINDOW = 4, 16  # at a time, where nothing else is agreed


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
            gettext_lazy("For a system that is written or changed today: a plain API and signed webhooks."),
        ),
        Kind(
            "cmpp",
            "cmpp",
            gettext_lazy("CMPP 2.0 or 3.0"),
            gettext_lazy("The system or its gateway speaks to China Mobile's gateway by CMPP."),
        ),
        Kind(
            "sgip",
            "sgip",
            gettext_lazy("SGIP 1.2"),
            gettext_lazy("The system or its gateway speaks to China Unicom's gateway by SGIP."),
        ),
        Kind(
            "smgp",
            "smgp",
            gettext_lazy("SMGP 3.0"),
            gettext_lazy("The system or its gateway speaks to China Telecom's gateway by SMGP."),
        ),
        Kind(
            "smpp",
            "smpp",
            gettext_lazy("SMPP 3.4"),
            gettext_lazy("Kannel, Jasmin and most gateways abroad speak it."),
        ),
        Kind(
            "smtp",
            "smtp",
            gettext_lazy("Mail"),
            gettext_lazy("The system can only send mail: one to a number becomes a message."),
        ),
        Kind(
            "drop",
            "drop",
            gettext_lazy("Files in a folder"),
            gettext_lazy("The system writes a file of messages and copies it by SFTP."),
        ),
    )
}


def kind_name(interface: str) -> str:
    """A kind of interface as people call it."""
    named = {one.interface: one.label for one in KINDS.values() if not one.profile}
    return str(named.get(interface) or _("Tables"))


@dataclass(frozen=True, slots=True)
class Snippet:
    """`ours`: for the operator's own machine."""

    title: str
    code: str
    ours: bool = False


def host() -> str:
    """Under which companies' systems reach us."""
    return urlsplit(settings.HOTPOT_GATEWAY_URL).hostname or "localhost"


def not_served(kind: str) -> str:
    """What keeps this kind's settings from working; "" where nothing does."""
    if kind not in CARRIERS or kind in settings.HOTPOT_GATEWAY_LISTEN:
        return ""
    wanted = {**settings.HOTPOT_GATEWAY_LISTEN, kind: PORTS[kind]}
    return _("The gateway doesn't listen for %(kind)s yet. Set %(setting)s and start it again.") % {
        "kind": kind.upper(),
        "setting": "HOTPOT_GATEWAY_LISTEN=" + ",".join(f"{name}:{port}" for name, port in wanted.items()),
    }


PORTS: Mapping[str, int] = {"cmpp": 7890, "sgip": 8801, "smgp": 8890, "smpp": 2775}  # the usual ones


def snippets(interface: Interface, password: str, values: Mapping[str, str]) -> Sequence[Snippet]:
    """Settings to be copied into the old system. `values` are those of its tables: address, profile, code."""
    login = interface.login
    match interface.kind:
        case "tables":
            return _of_tables(values)
        case "cloud":
            return _of_cloud(login, password)
        case "soap":
            return _of_soap(login, password)
        case "http":
            return _of_http(login, password)
        case "smtp":
            return _of_smtp(login, password)
        case "drop":
            return _of_drop(login)
    return _of_carrier(interface, password)


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
    url = settings.HOTPOT_GATEWAY_URL
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
    url = f"{settings.HOTPOT_GATEWAY_URL}/services/cmcc_mas_wbs"
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
            f"  {settings.HOTPOT_GATEWAY_URL}/v1/messages",
        )
    ]


def _of_carrier(interface: Interface, password: str) -> Sequence[Snippet]:
    kind = interface.kind
    port = settings.HOTPOT_GATEWAY_LISTEN.get(kind, PORTS[kind])
    login, number = interface.login, interface.access_number
    named = {
        "cmpp": [("spId", login), ("sharedSecret", password), ("version", "3.0"), ("srcId", number)],
        "sgip": [("loginName", login), ("loginPassword", password), ("spNumber", number)],
        "smgp": [("clientId", login), ("sharedSecret", password), ("version", "3.0"), ("srcTermId", number)],
        "smpp": [
            ("system_id", login), ("password", password), ("bind", "transceiver"), ("source_addr", number),
        ],
    }[kind]  # fmt: skip
    all_of_it = [("host", host()), ("port", port), *named, ("connections", CONNECTIONS), ("window", WINDOW)]
    found = [Snippet(kind.upper(), "\n".join(f"{name}={value}" for name, value in all_of_it))]
    if (tls_port := settings.HOTPOT_GATEWAY_LISTEN.get("smpps")) is not None and kind == "smpp":
        found.append(Snippet(_("SMPP over TLS"), f"host={host()}\nport={tls_port}\nuse_ssl=true"))
    if kind == "smpp":
        kannel = (
            f"group = smsc\nsmsc = smpp\nsmsc-id = hotpot\nhost = {host()}\nport = {port}\n"
            f"transceiver-mode = true\nsmsc-username = {login}\nsmsc-password = {password}\n"
            f'system-type = ""\nmax-pending-submits = {WINDOW}\nallowed-smsc-id = hotpot'
        )
        found.append(Snippet("Kannel", kannel))
    return found


def _of_smtp(login: str, password: str) -> Sequence[Snippet]:
    server, domain = f"{host()}:{settings.HOTPOT_SMTP_PORT}", settings.HOTPOT_SMTP_DOMAIN
    return [
        Snippet(
            _("Mail"),
            f"smtp.host={host()}\nsmtp.port={settings.HOTPOT_SMTP_PORT}\nsmtp.starttls=true\nsmtp.auth=true\n"
            f"smtp.user={login}\nsmtp.password={password}\nto=13800138000@{domain}",
        ),
        Snippet(
            _("A first message"),
            f"swaks --server {server} --tls --auth LOGIN \\\n"
            f"  --auth-user {login} --auth-password '{password}' \\\n"
            f"  --to 13800138000@{domain} --header 'Subject: Test' --body 'Hello'",
        ),
    ]


def _of_drop(login: str) -> Sequence[Snippet]:
    folder = settings.HOTPOT_DROP / login
    return [
        Snippet(
            _("A first message"),
            "printf 'number,text,id\\n13800138000,Hello,1\\n' > first.csv\n"
            "printf 'put first.csv in/first.csv.part\\nrename in/first.csv.part in/first.csv\\n' |\n"
            f"  sftp -b - {login}@{host()}\n"
            f"sftp {login}@{host()}:out/first.csv.result.csv",
        ),
        Snippet(
            _("OpenSSH on this machine"),
            f"Match User {login}\n  ChrootDirectory {folder}\n  ForceCommand internal-sftp\n"
            "  AllowTcpForwarding no",
            ours=True,
        ),
    ]

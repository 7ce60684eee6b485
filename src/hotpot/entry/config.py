"""What every process is told: read once from the environment, with a data folder behind it."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, urlsplit, urlunsplit

from hotpot.kernel.clock import Clock, SharedClock, SystemClock
from hotpot.kernel.errors import Refused
from hotpot.kernel.reach import EVERYWHERE, PUBLIC_ONLY, Reach

DATABASE = "hotpot"
OWNER_ROLE = "hotpot"
WEB_ROLE = "hotpot_web"
DEFAULT_PORT = 8000
ROLES = ("web", "system")
PROXIES_MAX = 9
GATEWAY_PROTOCOLS = ("cmpp", "sgip", "smgp", "smpp", "smpps")

# Linux allows 107 bytes in a socket's path, macOS 103.
SOCKET_PATH_BYTES_MAX = 100
SOCKET_NAME = ".s.PGSQL.5432"


@dataclass(frozen=True, slots=True)
class Config:
    """`database_url` is the owner's, `web_database_url` the one that row-level security holds.

    The web process knows the second only: its `database_url` is empty.
    """

    data: Path
    port: int
    database_url: str
    web_database_url: str
    nats_url: str
    secret_key: str
    role: str
    demo: bool
    debug: bool
    base_url: str
    clock_file: Path | None = None  # a settable clock that all processes share
    usage_port: int = DEFAULT_PORT + 1  # where the intake of usage listens
    ledger_port: int = DEFAULT_PORT + 2  # where the ledger's engine listens
    smtp_port: int = DEFAULT_PORT + 5  # where mails come in
    mail_domain: str = ""  # whose mails are led there; none: notices can't be answered by mail
    drop: Path = Path("data/drop")  # the folder of folders in which companies drop files
    gateway_port: int = DEFAULT_PORT + 3  # where the gateway of messages listens
    gateway_listen: Mapping[str, int] = field(default_factory=dict)  # protocol -> port, for enterprises
    gateway_url: str = ""  # how enterprises reach it over HTTP
    reach: Reach = PUBLIC_ONLY  # where addresses that companies and people enter may lead
    proxies: int = 0  # in front of the web process, each adding to X-Forwarded-For
    smtp_url: str = ""  # the mail server that notices go to; none: no mails
    mail_from: str = ""  # whom they come from

    @classmethod
    def from_env(cls, environ: Mapping[str, str] = os.environ) -> Config:
        """Raises Refused where a variable cannot be understood."""
        data = Path(environ.get("HOTPOT_DATA") or "data").absolute()
        port = parse_port(environ.get("HOTPOT_PORT") or str(DEFAULT_PORT))
        secret_key = environ.get("HOTPOT_SECRET_KEY") or stored_secret_key(data)
        outside = environ.get("HOTPOT_DATABASE_URL", "")
        role = parse_role(environ.get("HOTPOT_ROLE") or "system")
        base_url = (environ.get("HOTPOT_BASE_URL") or f"http://127.0.0.1:{port}").rstrip("/")
        demo = parse_flag(environ.get("HOTPOT_DEMO", ""))
        gateway_port = parse_port(environ.get("HOTPOT_GATEWAY_PORT") or str(port + 3), "HOTPOT_GATEWAY_PORT")
        return cls(
            data=data,
            port=port,
            database_url="" if role == "web" else outside or embedded_url(data, OWNER_ROLE),
            web_database_url=environ.get("HOTPOT_WEB_DATABASE_URL")
            or (
                with_user(outside, WEB_ROLE, web_password(secret_key))
                if outside
                else embedded_url(data, WEB_ROLE)
            ),
            nats_url=environ.get("HOTPOT_NATS_URL") or published_nats_url(data),
            secret_key=secret_key,
            role=role,
            demo=demo,
            debug=parse_flag(environ.get("HOTPOT_DEBUG", "")),
            base_url=base_url,
            clock_file=Path(environ["HOTPOT_CLOCK_FILE"]) if environ.get("HOTPOT_CLOCK_FILE") else None,
            usage_port=parse_port(environ.get("HOTPOT_USAGE_PORT") or str(port + 1), "HOTPOT_USAGE_PORT"),
            ledger_port=parse_port(environ.get("HOTPOT_LEDGER_PORT") or str(port + 2), "HOTPOT_LEDGER_PORT"),
            smtp_port=parse_port(environ.get("HOTPOT_SMTP_PORT") or str(port + 5), "HOTPOT_SMTP_PORT"),
            mail_domain=environ.get("HOTPOT_MAIL_DOMAIN", "").lower(),
            drop=Path(environ.get("HOTPOT_DROP") or data / "drop").absolute(),
            gateway_port=gateway_port,
            gateway_listen=parse_listen(environ.get("HOTPOT_GATEWAY_LISTEN", "")),
            gateway_url=(
                environ.get("HOTPOT_GATEWAY_URL") or f"http://{host_of(base_url)}:{gateway_port}"
            ).rstrip("/"),
            reach=EVERYWHERE if demo else parse_inside(environ.get("HOTPOT_INSIDE", "")),
            proxies=parse_proxies(environ.get("HOTPOT_PROXIES") or "0"),
            smtp_url=environ.get("HOTPOT_SMTP_URL", ""),
            mail_from=environ.get("HOTPOT_MAIL_FROM", ""),
        )

    @property
    def smtp_domain(self) -> str:
        """What follows the @ of a number that is written to by mail."""
        return self.mail_domain or urlsplit(self.base_url).hostname or "localhost"

    def clock(self) -> Clock:
        """The system's, or the one in `clock_file` that all processes share."""
        return SharedClock(self.clock_file) if self.clock_file else SystemClock()


def host_of(url: str) -> str:
    """As an address names it: an IPv6 one in brackets."""
    host = urlsplit(url).hostname or "localhost"
    return f"[{host}]" if ":" in host else host


def parse_port(text: str, name: str = "HOTPOT_PORT") -> int:
    if text.isdecimal() and 1 <= int(text) <= 65535:
        return int(text)
    raise Refused(f"{name} is {text!r}; give a number from 1 to 65535.")


def parse_listen(text: str) -> dict[str, int]:
    """Of "smpp:2775,cmpp:7890"."""
    found: dict[str, int] = {}
    for one in filter(None, (part.strip() for part in text.split(","))):
        protocol, _, port = one.partition(":")
        if protocol not in GATEWAY_PROTOCOLS or protocol in found:
            raise Refused(
                f"HOTPOT_GATEWAY_LISTEN is {text!r}; write each protocol once with its port, like "
                f"smpp:2775,cmpp:7890. There are: {', '.join(GATEWAY_PROTOCOLS)}."
            )
        found[protocol] = parse_port(port, "HOTPOT_GATEWAY_LISTEN")
    return found


def parse_inside(text: str) -> Reach:
    try:
        return Reach.of(text)
    except Refused as refused:
        raise Refused(f"HOTPOT_INSIDE: {refused}") from None


def parse_proxies(text: str) -> int:
    if text.isdecimal() and int(text) <= PROXIES_MAX:
        return int(text)
    raise Refused(f"HOTPOT_PROXIES is {text!r}; give how many proxies stand in front, 0 to {PROXIES_MAX}.")


def parse_role(text: str) -> str:
    if text in ROLES:
        return text
    raise Refused(f"HOTPOT_ROLE is {text!r}; give one of: {', '.join(ROLES)}.")


def parse_flag(text: str) -> bool:
    return text.strip().lower() in {"1", "true", "yes", "on"}


def web_password(secret_key: str) -> str:
    """The web role's password on an outside database: never stored, the same on every start."""
    return hmac.new(secret_key.encode(), WEB_ROLE.encode(), hashlib.sha256).hexdigest()


def with_user(url: str, user: str, password: str) -> str:
    """The same database, reached as somebody else."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=f"{quote(user, safe='')}:{quote(password, safe='')}@{host}"))


def embedded_url(data: Path, user: str) -> str:
    return f"postgresql://{user}@/{DATABASE}?host={quote(str(socket_dir(data)))}"


def socket_dir(data: Path) -> Path:
    """In the data folder; in /tmp, named by the folder's hash, where its path is too long for a socket."""
    near = data / "run" / "postgres"
    if len(os.fsencode(near / SOCKET_NAME)) <= SOCKET_PATH_BYTES_MAX:
        return near
    return Path("/tmp") / f"hotpot-{hashlib.sha256(os.fsencode(data)).hexdigest()[:16]}"  # noqa: S108  (0700 and checked on use)


def published_nats_url(data: Path) -> str:
    """Where the embedded NATS of this folder listens; empty while it has never run."""
    try:
        return (data / "run" / "nats.url").read_text().strip()
    except FileNotFoundError:
        return ""


def stored_secret_key(data: Path) -> str:
    """The folder's own key, made on first use. Readable by its owner only."""
    path = data / "secret.key"
    if not path.exists():
        claim(data)
        _create_secret(path)
    return path.read_text().strip()


def _create_secret(path: Path) -> None:
    """Written aside and linked, so that two processes starting at once agree on one whole key."""
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(secrets.token_urlsafe(48) + "\n")
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(aside, path)
    except FileExistsError:
        pass
    finally:
        aside.unlink()


MARKER = "hotpot.folder"
MARKER_TEXT = "This folder belongs to Hotpot. Layout 1.\n"


def claim(data: Path) -> None:
    """Makes the folder ours if it is new or empty. Raises Refused if it is somebody else's."""
    if (data / MARKER).exists():
        return
    try:
        data.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError):
        raise Refused(f"{data} is a file; give a folder with --data or HOTPOT_DATA.") from None
    if any(data.iterdir()):
        raise Refused(
            f"{data} holds files that are not Hotpot's; give an empty or new one with --data or HOTPOT_DATA."
        )
    (data / MARKER).write_text(MARKER_TEXT)

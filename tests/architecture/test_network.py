"""No request asks the network in its transaction: all goes through the few places that refuse to."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

import hotpot

SOURCES = Path(hotpot.__file__).parent
OPENS_LINES = {
    "aiohttp", "ftplib", "http.client", "httpx", "imapclient", "imaplib", "poplib", "pymysql", "requests",
    "smtplib", "socket", "sqlalchemy.create_engine", "telnetlib", "urllib.request", "urllib3",
}  # fmt: skip

# What requests get their lines from. Each calls `require_outside_transaction` before it asks.
GUARDED = {"pot/connector/enterprise.py", "pot/connector/mailbox/oauth.py", "pot/connector/outside.py"}

# Why others may import what opens lines. A new one that requests reach belongs into `outside`.
OTHERS = {
    "pot/connector/address.py": "databases: goes where `outside` leads; its engines are `enterprise`'s",
    "pot/connector/limit.py": "cuts lines",
    "pot/connector/mailbox/allowance.py": "reads from a line",
    "pot/connector/mailbox/incoming.py": "mail servers: its lines are of `network`",
    "pot/connector/mailbox/network.py": "mail servers: its lines are of `outside`",
    "pot/connector/mailbox/outgoing.py": "mail servers: its lines are of `network`",
    "pot/connector/smtp/line.py": "mail servers: goes where `outside` leads",
    "pot/connector/smtp/teller.py": "the process `letterbox`",
    "pot/connector/smtp/trial.py": "mail servers: goes where `outside` leads",
    "pot/messaging/gateway/outward.py": "the process `gateway`",
    "pot/messaging/link.py": "the process `engines`",
    "pot/notification/mail.py": "the process `engines`",
}


def test_what_opens_lines_is_known() -> None:
    found = {name for name, tree in sources().items() if OPENS_LINES & set(imported(tree))}
    unknown = found - GUARDED - OTHERS.keys()
    assert not unknown, "ask by hotpot.pot.connector.outside, or tell here why no request comes there"
    assert not OTHERS.keys() - found, "these open no lines any more"


def test_they_are_guarded() -> None:
    guarded = {name for name, tree in sources().items() if "require_outside_transaction" in called(tree)}
    assert guarded == GUARDED


@cache
def sources() -> Mapping[str, ast.Module]:
    """Of all rooms and apps. What `entry` starts and commands is no request."""
    paths = [path for floor in ("kernel", "pot", "sdk", "apps") for path in (SOURCES / floor).rglob("*.py")]
    return {
        path.relative_to(SOURCES).as_posix(): ast.parse(path.read_text("utf-8"))
        for path in paths
        if "tests" not in path.parts
    }


def imported(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (one.name for one in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""
            yield from (f"{node.module}.{one.name}" for one in node.names)


def called(tree: ast.Module) -> set[str]:
    calls = [node.func for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return {one.id for one in calls if isinstance(one, ast.Name)}

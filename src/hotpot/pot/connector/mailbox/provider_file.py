"""An OAuth 2.0 provider as whoever runs the pot writes it down, checked key by key."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from hotpot.kernel.errors import Invalid
from hotpot.pot.connector.mailbox.rules import IMAP_TLS, SMTP_TLS, checked_server
from hotpot.pot.connector.mailbox.wire import ProviderFile, Server

REQUIRED = ("name", "authorize_url", "token_url", "client_id", "scope", "imap", "smtp")
KNOWN = frozenset({*REQUIRED, "domains", "client_secret", "parameters"})


def read_provider(text: str, *, near: bool) -> ProviderFile:
    """Raises Invalid. `near`: plain HTTP will do, for a provider on this machine."""
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise Invalid(f"This is not valid TOML: {error}.") from None
    for key in content:
        if key not in KNOWN:
            raise Invalid(f"“{key}” is not a key of a provider; there are: {', '.join(sorted(KNOWN))}.")
    for key in REQUIRED:
        if not isinstance(content.get(key), str) or not content[key].strip():
            raise Invalid(f'“{key}” is missing. Write {key} = "…".')
    domains = content.get("domains")
    if not isinstance(domains, list) or not domains or not all(isinstance(one, str) for one in domains):
        raise Invalid('“domains” is missing. Write domains = ["corp.example"].')
    return ProviderFile(
        name=content["name"],
        domains=tuple(domains),
        incoming=_server(content["imap"], IMAP_TLS),
        outgoing=_server(content["smtp"], SMTP_TLS),
        authorize_url=_url(content, "authorize_url", near),
        token_url=_url(content, "token_url", near),
        client_id=content["client_id"],
        client_secret=str(content.get("client_secret", "")),
        scope=content["scope"],
        parameters=_parameters(content.get("parameters", {})),
    )


def _server(text: str, tls_port: int) -> Server:
    """ "host", "host:port", or "host:port:security". A port but the usual one for TLS begins in the clear."""
    host, _colon, rest = text.partition(":")
    port, _colon, security = rest.partition(":")
    number = port or str(tls_port)
    return checked_server(host, number, security or ("tls" if number == str(tls_port) else "starttls"))


def _url(content: Mapping[str, Any], key: str, near: bool) -> str:
    url = str(content[key])
    parts = urlsplit(url)
    if not parts.hostname or parts.scheme not in (("https", "http") if near else ("https",)):
        raise Invalid(f"“{key}” is an address that begins with https://.")
    return url


def _parameters(given: object) -> Mapping[str, str]:
    if not isinstance(given, dict) or not all(isinstance(one, str) for one in given.values()):
        raise Invalid('“parameters” holds texts, such as access_type = "offline".')
    return given

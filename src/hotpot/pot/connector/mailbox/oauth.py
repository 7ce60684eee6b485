"""Signing in at a mail provider: OAuth 2.0 authorisation code with PKCE (RFC 6749, RFC 7636), and refresh."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPException
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.utils.translation import gettext_noop as _

from hotpot.pot.access.readers import require_outside_transaction
from hotpot.pot.connector.mailbox.incoming import WrongPassword
from hotpot.pot.connector.trouble import Away
from hotpot.pot.web.sentences import Sentence

ANSWER_BYTES_MAX = 256 * 1024
TIMEOUT_S = 10.0
USUAL_LIFE_S = 3600


@dataclass(frozen=True, slots=True)
class Client:
    """What a provider knows us by."""

    name: str
    authorize_url: str
    token_url: str
    client_id: str
    client_secret: str
    scope: str
    parameters: Mapping[str, str]

    def __repr__(self) -> str:
        return f"Client({self.name!r})"


@dataclass(frozen=True, slots=True)
class Tokens:
    """`refresh` is empty where the provider gave none: the one before stays."""

    access: str
    refresh: str
    lives_s: int

    def __repr__(self) -> str:
        return "Tokens(…)"


def new_verifier() -> str:
    return secrets.token_urlsafe(48)


def address_of_sign_in(client: Client, *, state: str, verifier: str, login: str, back: str) -> str:
    """Where the person goes to. `back` is where the provider sends them afterwards."""
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    asked = {
        **client.parameters,
        "response_type": "code",
        "client_id": client.client_id,
        "redirect_uri": back,
        "scope": client.scope,
        "state": state,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
        "login_hint": login,
    }
    joint = "&" if urlsplit(client.authorize_url).query else "?"
    return f"{client.authorize_url}{joint}{urlencode(asked)}"


def exchanged(client: Client, *, code: str, verifier: str, back: str) -> Tokens:
    """Raises Away, WrongPassword."""
    return _asked(
        client,
        {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": back,
            "code_verifier": verifier,
        },
    )


def refreshed(client: Client, refresh_token: str) -> Tokens:
    """Raises Away, or WrongPassword once the person has to sign in again."""
    return _asked(client, {"grant_type": "refresh_token", "refresh_token": refresh_token})


def _asked(client: Client, form: Mapping[str, str]) -> Tokens:
    require_outside_transaction()
    known = {"client_id": client.client_id}
    if client.client_secret:
        known["client_secret"] = client.client_secret
    request = urllib.request.Request(  # noqa: S310 (whoever runs the pot gave the address)
        client.token_url,
        data=urlencode({**form, **known}).encode(),
        headers={"Accept": "application/json"},
    )
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT_S) as answer:  # noqa: S310
            return _tokens(client, json.loads(answer.read(ANSWER_BYTES_MAX)))
    except urllib.error.HTTPError as error:
        with error:
            raise _refusal(client, error) from None
    except (OSError, ValueError, HTTPException) as error:
        values = {"name": client.name, "reason": str(error)[:200]}
        raise Away(Sentence(_("%(name)s can't be reached to sign in: %(reason)s."), values)) from None


def _tokens(client: Client, answer: Any) -> Tokens:
    if not isinstance(answer, dict) or not isinstance(answer.get("access_token"), str):
        raise Away(Sentence(_("%s gave no token. Try again in a moment."), client.name))
    life = answer.get("expires_in", USUAL_LIFE_S)
    return Tokens(
        answer["access_token"],
        str(answer.get("refresh_token") or ""),
        int(life) if str(life).isdecimal() else USUAL_LIFE_S,
    )


def _refusal(client: Client, error: urllib.error.HTTPError) -> Away | WrongPassword:
    """4xx is about this person's grant, all else about the provider's health."""
    if 400 <= error.code < 500 and error.code != 429:
        return WrongPassword(Sentence(_("%s wants you to sign in again."), client.name))
    values = {"name": client.name, "reason": error.code}
    return Away(Sentence(_("%(name)s can't be reached to sign in: %(reason)s."), values))

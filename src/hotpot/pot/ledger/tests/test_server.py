"""The ledger over HTTP: who may do what, how it is answered, and that its description is current."""

from __future__ import annotations

import asyncio
import http.client
import json
import os
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from hotpot.conftest import NOW, make_party, make_person
from hotpot.kernel.clock import SettableClock
from hotpot.pot.events.wire import Actor
from hotpot.pot.identity.actions import make_token
from hotpot.pot.identity.rules import LEDGER
from hotpot.pot.ledger import actions, bearers, server
from hotpot.pot.ledger.actions import NewAccount
from hotpot.pot.ledger.openapi import BASE, DOCUMENT
from hotpot.pot.party.models import Membership
from hotpot.pot.party.rules import RIGHTS, Right

SNAPSHOT = Path(__file__).resolve().parents[5] / "openapi" / "ledger.json"
MOVE = {"key": "a", "source": "bank", "target": "wallet", "amount": 100, "asset": "CNY"}
HOLD = {"key": "h", "source": "wallet", "target": "shop", "amount": 60, "asset": "CNY", "expires_in_s": 60}


def test_the_snapshot_is_current() -> None:
    """HOTPOT_WRITE_SNAPSHOTS=1 writes it anew, so that a change of the API shows as a diff."""
    text = json.dumps(DOCUMENT, indent=2, ensure_ascii=False) + "\n"
    if os.environ.get("HOTPOT_WRITE_SNAPSHOTS"):
        SNAPSHOT.write_text(text)
    assert SNAPSHOT.read_text() == text, "run this test with HOTPOT_WRITE_SNAPSHOTS=1 and read the diff"


def test_whoever_has_the_right_to_money_may_move_it() -> None:
    assert {role for role, rights in RIGHTS.items() if Right.MONEY in rights} == set(bearers.ROLES)
    assert bearers.SCOPE == LEDGER


class Caller:
    def __init__(self, port: int) -> None:
        self.port = port

    async def ask(
        self, path: str, token: str = "", body: object = None, verb: str = "POST"
    ) -> tuple[int, Any]:
        return await asyncio.to_thread(self._ask, path, token, body, verb)

    def _ask(self, path: str, token: str, body: object, verb: str) -> tuple[int, Any]:
        link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        text = body if isinstance(body, bytes) else json.dumps(body).encode()
        try:
            link.request(verb, path, text, {"Authorization": f"Bearer {token}"} if token else {})
            answer = link.getresponse()
            said = answer.read()
            is_json = answer.headers.get_content_type() == "application/json"
            return answer.status, json.loads(said) if is_json else said.decode()
        finally:
            link.close()


@asynccontextmanager
async def serving(database_url: str) -> AsyncIterator[Caller]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    work = asyncio.create_task(
        server.run_forever(database_url, SettableClock(NOW), host="127.0.0.1", port=port, beat=lambda: None)
    )
    caller = Caller(port)
    try:
        async with asyncio.timeout(20):
            while not await _is_ready(caller):
                await asyncio.sleep(0.05)
        yield caller
    finally:
        work.cancel()
        with suppress(asyncio.CancelledError):
            await work


async def _is_ready(caller: Caller) -> bool:
    try:
        return (await caller.ask("/healthz", verb="GET"))[0] == 200
    except OSError:
        return False


def token_of(party_id: int, role: str, scope: str = LEDGER) -> str:
    person = make_person()
    Membership.objects.create(party_id=party_id, person=person, role=role, since=NOW)
    _token, text = make_token(
        Actor(person.id), person=person, name="x", party_id=party_id, scopes=[scope], days=1, now=NOW
    )
    return text


@pytest.mark.django_db(transaction=True)
async def test_money_moves_over_http(
    transactional_db: None, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "BODY_BYTES_MAX", 2000)

    def prepare() -> tuple[str, str, dict[str, str]]:
        ours, theirs = make_party("operator"), make_party("operator")
        actions.open_accounts(
            [
                NewAccount("bank", "CNY", ours.id),
                NewAccount("wallet", "CNY", ours.id, least=0),
                NewAccount("shop", "CNY", ours.id),
                NewAccount("about us", "CNY", theirs.id, ours.id),
            ],
            now=NOW,
        )
        barred = {
            "viewer": token_of(ours.id, "viewer"),
            "a token to write": token_of(ours.id, "owner", "write"),
        }
        tokens = token_of(ours.id, "finance"), token_of(theirs.id, "owner"), barred
        connection.close()
        return tokens

    ours, theirs, barred = await asyncio.to_thread(prepare)
    async with serving(database_url) as caller:

        async def post(what: str, body: object, token: str = ours) -> tuple[int, Any]:
            return await caller.ask(BASE + what, token, body)

        assert (await post("transfers", MOVE, ""))[0] == 401
        assert (await post("transfers", MOVE, "hp_nobody"))[0] == 401
        assert {(await post("transfers", MOVE, one))[0] for one in barred.values()} == {403}
        first = await post("transfers", MOVE)
        assert first == (
            200,
            {"outcome": "done", "amount": 100, "time": "2026-10-15T01:00:00Z", "fresh": True},
        )
        assert await post("transfers", MOVE) == (200, first[1] | {"fresh": False})
        status, said = await post("transfers", MOVE | {"amount": 5})
        assert (status, said["status"], said["code"]) == (409, 409, "key_taken")
        assert said["message"].startswith("The key a is taken by another transfer")
        assert (await post("holds", HOLD))[1]["expires_at"] == "2026-10-15T01:01:00Z"
        assert (await post("transfers", MOVE, theirs))[1]["code"] == "unknown_account"
        assert (await post("posts", {"hold": "h"}, theirs))[1]["code"] == "unknown_hold"
        assert (await post("posts", {"hold": "h", "amount": 20}))[0] == 200
        assert (await post("voids", {"hold": "h"}))[1]["code"] == "hold_ended"
        many = [
            {"verb": "transfer", "linked": True, **MOVE, "key": "b"},
            {"verb": "hold", **HOLD, "key": "c", "amount": 999},
        ]
        status, said = await post("batches", {"commands": many})
        assert (status, [one["code"] for one in said["answers"]]) == (200, ["linked", "not_enough"])
        for path, body in {
            "transfers": b"{",
            "holds": HOLD | {"amount": 1.5},
            "posts": {"hold": "h", "sum": 1},
            "batches": {"commands": [{"verb": "book"}]},
        }.items():
            assert (await post(path, body))[0] == 422
        assert (await post("transfers", b"x" * (server.BODY_BYTES_MAX + 1)))[0] == 413

        async def look(what: str, token: str = ours) -> tuple[int, Any]:
            return await caller.ask(BASE + what, token, verb="GET")

        assert await look("balance?account=wallet") == (
            200,
            {"account": "wallet", "asset": "CNY", "balance": 80, "held": 0, "least": 0, "available": 80},
        )
        status, said = await look("statement?account=wallet&limit=1")
        assert (status, said["closing"], said["lines"][0]["key"]) == (200, 100, "a")
        status, said = await look(f"statement?account=wallet&after={said['next']}&until=2027-01-01T00:00:00")
        assert (status, said["closing"], said["lines"][0]["key"], said["next"]) == (200, 80, "hold:h", None)
        assert (await look("balance?account=about%20us"))[0] == 200
        spare = {"name": "spare", "asset": "CNY", "least": -500}
        assert (await post("accounts", spare, ""))[0] == 401
        assert {(await post("accounts", spare, one))[0] for one in barred.values()} == {403}
        status, opened = await post("accounts", spare)
        assert (status, opened["fresh"], opened["least"]) == (200, True, -500)
        assert await post("accounts", spare) == (200, opened | {"fresh": False})
        status, said = await post("accounts", spare | {"least": None})
        assert (status, said["code"]) == (409, "name_taken")
        assert "open for CNY with a least of -500" in said["message"]
        assert (await post("accounts", spare | {"asset": "bytes"}))[1]["code"] == "name_taken"
        status, other = await post("accounts", {"name": "spare", "asset": "bytes"}, theirs)
        assert (status, other["account"] != opened["account"], other["least"]) == (200, True, 0)
        for wrong in ({"name": "a b"}, {"name": ""}, {"asset": "C\0Y"}, {"least": 1}, {"least": -(2**70)}):
            assert (await post("accounts", spare | wrong))[0] == 422
        from_spare = {"source": opened["account"], "amount": 1}
        assert (await post("holds", HOLD | from_spare | {"key": "o", "amount": 200}))[0] == 200
        status, said = await post("transfers", MOVE | from_spare | {"key": "r", "amount": 301})
        assert (status, said["code"]) == (409, "not_enough")
        assert ": 300 CNY are available." in said["message"]
        assert (await post("transfers", MOVE | from_spare | {"key": "s", "amount": 300}))[0] == 200
        assert (await post("posts", {"hold": "o"}))[0] == 200
        for verb, sent in {"transfers": MOVE, "holds": HOLD}.items():
            assert (await post(verb, sent | from_spare | {"key": "t"}))[1]["code"] == "not_enough"
        status, said = await look(f"balance?account={opened['account']}")
        assert (said["balance"], said["least"], said["available"]) == (-500, -500, 0)
        assert (await look("balance?account=wallet", theirs))[0] == 404
        assert {(await look(query))[0] for query in ("balance", "statement?account=wallet&limit=0")} == {422}
        assert (await caller.ask("/v1/ledger/nothing", ours))[0] == 404
        assert (await caller.ask(f"{BASE}openapi.json", verb="GET"))[1] == DOCUMENT
        status, text = await caller.ask("/metrics", verb="GET")
        assert status == 200
        assert "hotpot_ledger_commands_total" in text

"""The API's door, and its snapshot."""

from __future__ import annotations

import json
import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from hotpot.conftest import NOW
from hotpot.entry.api import api
from hotpot.pot.events.wire import Actor
from hotpot.pot.identity import actions
from hotpot.pot.identity.models import AccessToken, Person
from hotpot.pot.party.models import Membership

SNAPSHOT = Path(__file__).resolve().parents[4] / "openapi" / "hotpot.json"


def test_the_snapshot_is_current() -> None:
    """HOTPOT_WRITE_SNAPSHOTS=1 writes it anew, so that a change of the API shows as a diff."""
    schema = api.get_openapi_schema(path_prefix="/api/v1/")
    text = json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
    if os.environ.get("HOTPOT_WRITE_SNAPSHOTS"):
        SNAPSHOT.write_text(text)
    assert SNAPSHOT.read_text() == text, "run this test with HOTPOT_WRITE_SNAPSHOTS=1 and read the diff"


@pytest.mark.django_db
@pytest.mark.usefixtures("fixed_clock")
class TestTokens:
    def make(self, person: Person, party_id: int | None = None, scope: str = "read") -> str:
        _token, text = actions.make_token(
            Actor(person.id), person=person, name="robot", party_id=party_id, scopes=[scope], days=30, now=NOW
        )
        return text

    def get(self, token: str, path: str) -> Any:
        return Client().get(f"/api/v1/{path}", headers={"Authorization": f"Bearer {token}"})

    def test_a_token_speaks_for_its_person_and_party_alone(self, make_market: Any) -> None:
        market, other = make_market(), make_market()
        boss = market.customer_owner
        Membership.objects.create(person=boss, party=other.customer, role="owner", since=NOW)
        token = self.make(boss, market.customer.id)
        assert self.get(token, "me").json()["number"] == boss.number
        assert [one["party"]["id"] for one in self.get(token, "me/memberships").json()] == [
            market.customer.id
        ]
        names = {one["name"] for one in self.get(token, f"parties/{market.customer.id}/members").json()}
        assert names == {member.name for member in market.members}
        plain = self.make(boss)
        assert self.get(plain, "me/memberships").json() == []

    def test_rows_of_others_are_not_there(self, make_market: Any) -> None:
        market, other = make_market(), make_market()
        token = self.make(market.operator_owner, market.operator.id)
        assert self.get(token, f"parties/{other.customer.id}").status_code == 404
        answer = self.get(token, f"parties/{other.operator.id}/customers")
        assert answer.status_code == 403
        assert set(answer.json()) == {"status", "code", "message"}
        known = {one["id"] for one in self.get(token, "parties").json()}
        assert market.customer.id in known
        assert other.customer.id not in known

    def test_a_token_ends(self, make_market: Any, fixed_clock: Any) -> None:
        market = make_market()
        boss = market.customer_owner
        revoked, expired, orphan = (self.make(boss, market.customer.id) for _one in range(3))
        first = AccessToken.objects.order_by("id").first()
        assert first
        actions.revoke_token(Actor(boss.id), token_id=first.id, now=NOW)
        assert self.get(revoked, "me").status_code == 401
        assert self.get("hp_guess", "me").status_code == 401
        Membership.objects.filter(person=boss).delete()
        assert self.get(orphan, "me").status_code == 403
        fixed_clock.move_to(NOW + timedelta(days=31))
        assert self.get(expired, "me").status_code == 401

    def test_a_reading_token_writes_nothing(self, make_person: Any) -> None:
        token = self.make(make_person())
        answer = Client().post("/api/v1/me", headers={"Authorization": f"Bearer {token}"})
        assert answer.status_code in (403, 405)

    def test_a_signed_in_browser_may_call_too_and_nobody_else(self, make_person: Any) -> None:
        person = make_person()
        client = Client()
        answer = client.get("/api/v1/me")
        assert (answer.status_code, answer.json()["code"]) == (401, "unknown")
        client.force_login(person)
        assert client.get("/api/v1/me").json()["id"] == person.id

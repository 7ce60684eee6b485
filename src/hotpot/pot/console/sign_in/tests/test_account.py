"""A person's own account: devices, tokens, name, and nobody else's."""

from __future__ import annotations

import re
from typing import Any

import pytest
from allauth.usersessions.models import UserSession
from django.core.cache import cache
from django.test import Client

from hotpot.conftest import NOW
from hotpot.kernel.errors import Invalid
from hotpot.pot.events.wire import SYSTEM_ACTOR
from hotpot.pot.identity.actions import change_profile
from hotpot.pot.identity.models import AccessToken, AuditEntry, Person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fixed_clock")]


@pytest.fixture(autouse=True)
def demo(settings: Any) -> None:
    """So that a device signs in by one click, with everything that follows a sign-in."""
    settings.HOTPOT_DEMO = True
    cache.clear()


def device(person: Person, agent: str) -> Client:
    client = Client(headers={"User-Agent": agent})
    assert client.post(f"/sign-in/as/{person.id}/").status_code == 302
    return client


def page(client: Client) -> str:
    return client.get("/account/").content.decode()


def test_devices_are_listed_and_signed_out_from_elsewhere(make_person: Any) -> None:
    person, other = make_person(), make_person()
    phone, laptop, _theirs = device(person, "Phone"), device(person, "Laptop"), device(other, "Theirs")
    shown = page(phone)
    assert "Phone" in shown
    assert "Laptop" in shown
    assert "Theirs" not in shown
    foreign = UserSession.objects.get(user=other)
    assert phone.post(f"/account/sessions/{foreign.id}/end/").status_code == 404
    own = UserSession.objects.get(user=person, user_agent="Laptop")
    assert phone.post(f"/account/sessions/{own.id}/end/").status_code == 302
    assert laptop.get("/account/").status_code == 302
    assert phone.get("/account/").status_code == 200


def test_everywhere_else_is_signed_out_at_once(make_person: Any) -> None:
    person = make_person()
    phone, laptop, tablet = (device(person, agent) for agent in ("Phone", "Laptop", "Tablet"))
    phone.post("/account/sessions/end/")
    assert [client.get("/account/").status_code for client in (phone, laptop, tablet)] == [200, 302, 302]
    assert AuditEntry.objects.filter(person=person, what="signed_out_elsewhere").exists()


def test_a_token_is_shown_once_works_and_is_revoked(make_market: Any) -> None:
    market = make_market()
    client = device(market.operator_owner, "Laptop")
    wanted = {"name": "Robot", "party": market.operator.id, "scopes": "read", "days": 30}
    found = re.search(r"hp_[\w-]{40,}", client.post("/account/tokens/", wanted).content.decode())
    assert found
    shown = page(client)
    assert found[0] not in shown
    assert "Robot" in shown
    headers = {"Authorization": f"Bearer {found[0]}"}
    assert Client().get("/api/v1/me", headers=headers).status_code == 200
    token = AccessToken.objects.get()
    stranger = device(make_market().operator_owner, "Theirs")
    assert stranger.post(f"/account/tokens/{token.id}/revoke/").status_code == 404
    client.post(f"/account/tokens/{token.id}/revoke/")
    assert Client().get("/api/v1/me", headers=headers).status_code == 401


def test_a_token_for_a_party_is_made_by_its_owners_only(make_market: Any, make_membership: Any) -> None:
    market = make_market()
    manager = make_membership(market.operator, role="manager").person
    client = device(manager, "Laptop")
    wanted = {"name": "Robot", "party": market.operator.id, "scopes": "read", "days": 30}
    assert client.post("/account/tokens/", wanted).status_code == 422
    assert not AccessToken.objects.exists()


@pytest.mark.parametrize(
    ("role", "scopes", "status"),
    [
        ("owner", "ledger", 200), ("finance", "ledger", 200), ("manager", "ledger", 422),
        ("viewer", "ledger", 422), ("finance", "read", 403), ("finance", "write", 403),
    ],
)  # fmt: skip
def test_a_token_for_the_ledger_is_made_by_who_handles_money(
    make_market: Any, make_membership: Any, role: str, scopes: str, status: int
) -> None:
    market = make_market()
    client = device(make_membership(market.operator, role=role).person, "Laptop")
    wanted = {"name": "Robot", "party": market.operator.id, "scopes": scopes, "days": 30}
    assert client.post("/account/tokens/", wanted).status_code == status
    assert AccessToken.objects.exists() == (status == 200)


def test_a_token_for_the_ledger_says_in_whose_books(make_market: Any) -> None:
    client = device(make_market().operator_owner, "Laptop")
    wanted = {"name": "Robot", "party": "", "scopes": "ledger", "days": 30}
    assert client.post("/account/tokens/", wanted).status_code == 422
    assert not AccessToken.objects.exists()


def test_name_language_and_time_zone_are_kept(make_person: Any) -> None:
    person = make_person(time_zone="Asia/Shanghai")
    client = device(person, "Phone")
    assert '<option value="Asia/Shanghai" selected>' in page(client)
    nine_there = "15 Oct 2026, 09:00"  # fixed_clock says 01:00 UTC
    assert nine_there in page(client)
    given = {"name": "李雷", "language": "en", "time_zone": "America/Sao_Paulo"}
    assert client.post("/account/profile/", given).status_code == 302
    person.refresh_from_db()
    assert (person.name, person.language, person.time_zone) == tuple(given.values())
    assert "14 Oct 2026, 22:00" in page(client)
    for wrong in ({"language": "klingon"}, {"time_zone": "Mars/Olympus"}, {"time_zone": "../etc/passwd"}):
        assert client.post("/account/profile/", given | wrong).status_code == 422


def test_a_verb_knows_the_time_zones_too(make_person: Any) -> None:
    person = make_person()
    with pytest.raises(Invalid, match="Asia/Shanghai"):
        change_profile(
            SYSTEM_ACTOR, person=person, name="Li", language="en", time_zone="Mars/Olympus", now=NOW
        )
    change_profile(SYSTEM_ACTOR, person=person, name="Li", language="en", now=NOW)
    assert person.time_zone == "Asia/Shanghai"


def test_an_authenticator_can_be_prepared(make_person: Any) -> None:
    """The ceremony itself is the browser's: it gets a challenge that demands a resident, verified key."""
    client = device(make_person(), "Phone")
    answer = client.get("/account/passkeys/add/")
    assert answer.status_code == 200
    assert answer.context["js_data"]["creation_options"]["publicKey"]["challenge"]
    login = Client().get("/sign-in/passkey/", headers={"Accept": "application/json"})
    assert login.json()["request_options"]["publicKey"]["userVerification"] == "required"

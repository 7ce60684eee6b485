"""Number, code, home; and what is refused on the way."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from hotpot.pot.identity.models import AuditEntry, Person
from hotpot.pot.identity.queries import trail_of
from hotpot.pot.messaging.models import Message

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fixed_clock", "fresh_limits")]
NUMBER = "+8613912345678"


@pytest.fixture
def fresh_limits() -> None:
    cache.clear()


def ask(client: Client, number: str = "139 1234 5678", **more: Any) -> Any:
    return client.post("/sign-in/", {"phone": number} | more)


def sent_code(number: str = NUMBER) -> str:
    message = Message.objects.filter(number=number).latest("id")
    assert message.secret
    found = re.search(r"\d{6}", message.text)
    assert found
    return found[0]


def trail(person: Person) -> list[str]:
    return list(trail_of(person).order_by("id").values_list("what", flat=True))


def test_a_new_number_becomes_a_person_by_its_code(client: Client) -> None:
    answer = ask(client)
    assert (answer.status_code, answer["Location"]) == (302, "/sign-in/code/")
    page = client.get("/sign-in/code/").content.decode()
    assert 'autocomplete="one-time-code"' in page
    assert 'inputmode="numeric"' in page
    person = Person.objects.get(number=NUMBER)
    assert trail(person) == ["code_sent"]
    assert not Person.objects.filter(number=NUMBER, number_verified_at__isnull=False).exists()
    answer = client.post("/sign-in/code/", {"code": sent_code()})
    assert (answer.status_code, answer["Location"]) == (302, "/home/")
    assert Person.objects.filter(number=NUMBER, number_verified_at__isnull=False).exists()
    assert client.get("/account/").status_code == 200
    assert trail(person) == ["code_sent", "signed_in"]


def test_somebody_known_is_the_same_person_again(client: Client, make_person: Any) -> None:
    person = make_person(NUMBER)
    ask(client, NUMBER)
    client.post("/sign-in/code/", {"code": sent_code()})
    assert client.session["_auth_user_id"] == str(person.id)
    assert Person.objects.filter(number=NUMBER).count() == 1


def test_three_wrong_codes_end_it_and_are_on_the_trail(client: Client) -> None:
    ask(client)
    right = sent_code()
    wrong = "000000" if right != "000000" else "111111"
    answers = [client.post("/sign-in/code/", {"code": wrong}).status_code for _try in range(3)]
    assert answers == [200, 200, 302]
    assert client.post("/sign-in/code/", {"code": right})["Location"] == "/sign-in/"
    assert "_auth_user_id" not in client.session
    assert trail(Person.objects.get(number=NUMBER)) == ["code_sent", "refused", "refused", "refused"]


def test_a_resent_code_replaces_the_first(client: Client) -> None:
    ask(client)
    first = sent_code()
    client.post("/sign-in/code/", {"action": "resend"})
    second = sent_code()
    if first != second:
        assert client.post("/sign-in/code/", {"code": first}).status_code == 200
    assert client.post("/sign-in/code/", {"code": second}).status_code == 302


def test_a_code_goes_out_three_times_a_minute_at_most(client: Client) -> None:
    statuses = [ask(Client()).status_code for _try in range(4)]
    assert statuses == [302, 302, 302, 200]
    assert Message.objects.filter(number=NUMBER).count() == 3


def test_what_is_no_number_is_told(client: Client) -> None:
    answer = ask(client, "hot pot")
    assert "is not a phone number" in answer.content.decode()
    assert not Person.objects.exists()


def test_the_way_goes_back_to_where_it_came_from(client: Client) -> None:
    answer = ask(client, NUMBER, next="/account/")
    answer = client.post(answer["Location"], {"code": sent_code(), "next": "/account/"})
    assert answer["Location"] == "/account/"
    answer = ask(Client(), NUMBER, next="https://evil.example/")
    assert "evil" not in answer["Location"]


def test_signing_out(client: Client, make_person: Any) -> None:
    person = make_person()
    client.force_login(person)
    assert client.get("/sign-out/").status_code == 405
    client.post("/sign-out/")
    assert client.get("/account/")["Location"].startswith("/sign-in/")
    assert trail(person) == ["signed_out"]


def test_a_password_works_once_set_and_wrong_ones_run_out_for_that_number_alone(
    client: Client, make_person: Any
) -> None:
    person, other = make_person(NUMBER), make_person()
    client.force_login(person)
    new = {"password1": "broth-red-7", "password2": "broth-red-7"}
    assert client.post("/account/password/set/", new)["Location"] == "/account/"
    answer = Client().post("/sign-in/password/", {"login": NUMBER, "password": "broth-red-7"})
    assert answer["Location"] == "/home/"
    for _try in range(5):
        Client().post("/sign-in/password/", {"login": NUMBER, "password": "wrong"})
    answer = Client().post("/sign-in/password/", {"login": NUMBER, "password": "broth-red-7"})
    assert "Too many tries" in answer.content.decode()
    other.set_password("broth-red-8")
    other.save()
    answer = Client().post("/sign-in/password/", {"login": other.number, "password": "broth-red-8"})
    assert answer.status_code == 302
    assert AuditEntry.objects.filter(what="refused", number=NUMBER).count() == 5


def test_one_click_into_a_role_exists_in_the_demo_only(
    client: Client, make_person: Any, settings: Any
) -> None:
    person = make_person()
    assert client.post(f"/sign-in/as/{person.id}/").status_code == 404
    assert "_auth_user_id" not in client.session
    settings.HOTPOT_DEMO = True
    assert client.get(f"/sign-in/as/{person.id}/").status_code == 405
    assert client.post(f"/sign-in/as/{person.id}/")["Location"] == "/home/"
    assert client.session["_auth_user_id"] == str(person.id)


def test_too_many_tries_from_one_place_get_a_page_that_says_so(client: Client) -> None:
    statuses = [client.post("/sign-in/password/", {}).status_code for _try in range(30)]
    assert set(statuses) == {200}
    answer = client.post("/sign-in/password/", {})
    page = answer.content.decode()
    assert answer.status_code == 429
    assert "<h1>Too many tries</h1>" in page
    assert "Wait some minutes" in page

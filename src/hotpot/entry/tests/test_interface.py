"""Interfaces are opened, set, listed and suspended by the command line."""

from __future__ import annotations

from contextlib import nullcontext

import pytest
from click.testing import CliRunner, Result
from django.conf import settings

from hotpot.conftest import make_party
from hotpot.entry.commands import interface
from hotpot.kernel.errors import Conflict, Invalid, NotFound
from hotpot.kernel.vault import Vault
from hotpot.pot.messaging.accounts import INTERFACE_PURPOSE
from hotpot.pot.messaging.models import Interface
from hotpot.pot.party.models import Party

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fixed_clock")]
OPEN = ("--kind", "smpp", "--access-number", "1065712")


@pytest.fixture(autouse=True)
def _the_tests_database(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(interface, "platform", nullcontext)


@pytest.fixture
def company() -> Party:
    return make_party("customer", "Acme")


def told(*words: str) -> Result:
    return CliRunner().invoke(interface.interface, words, input="a secret\na secret\n")


def done(*words: str) -> str:
    answer = told(*words)
    assert answer.exit_code == 0, answer.output
    return answer.output


def test_an_interface_is_opened_with_a_sealed_password(company: Party) -> None:
    said = done("open", "oa", "--customer", company.slug, "--name", "The OA", *OPEN)
    held = Interface.objects.get()
    assert f"Interface {held.pk} is open: oa on 1065712." in said
    assert "a secret" not in said
    assert (held.customer_id, held.name, held.kind, held.state) == (company.pk, "The OA", "smpp", "running")
    assert Vault(settings.SECRET_KEY, INTERFACE_PURPOSE).open(bytes(held.sealed_password)) == "a secret"


def test_without_a_name_it_has_its_logins(company: Party) -> None:
    done("open", "oa", "--customer", company.slug, *OPEN)
    assert Interface.objects.get().name == "oa"


def test_what_cannot_be_opened_is_refused(company: Party) -> None:
    operator = make_party("operator", "Green")
    for slug in ("nobody", operator.slug):
        assert isinstance(told("open", "oa", "--customer", slug, *OPEN).exception, NotFound)
    wrong = ("--kind", "pigeon", "--access-number", "1065712")
    assert isinstance(told("open", "oa", "--customer", company.slug, *wrong).exception, Invalid)
    assert not Interface.objects.exists()
    done("open", "oa", "--customer", company.slug, *OPEN)
    assert isinstance(told("open", "erp", "--customer", company.slug, *OPEN).exception, Conflict)


def test_its_settings_are_changed_and_taken_away(company: Party) -> None:
    done("open", "oa", "--customer", company.slug, *OPEN)
    done("set", "oa", "encoding=gbk", "addresses=10.0.0.0/8,192.0.2.7", "webhook=https://a.example/?x=1")
    held = Interface.objects.get()
    assert held.settings == {
        "encoding": "gbk",
        "addresses": ["10.0.0.0/8", "192.0.2.7"],
        "webhook": "https://a.example/?x=1",
    }
    done("set", "oa", "encoding=", "addresses=")
    held.refresh_from_db()
    assert held.settings == {"webhook": "https://a.example/?x=1"}
    assert "write NAME=VALUE" in told("set", "oa", "encoding").output
    assert isinstance(told("set", "erp", "encoding=gbk").exception, NotFound)


def test_interfaces_are_listed(company: Party) -> None:
    assert done("list") == ""
    done("open", "oa", "--customer", company.slug, *OPEN)
    assert done("list") == f"oa\tsmpp\t1065712\trunning\t{company.slug}\toa\n"


def test_one_is_suspended_and_resumed(company: Party) -> None:
    done("open", "oa", "--customer", company.slug, *OPEN)
    assert done("suspend", "oa") == "oa is suspended.\n"
    assert Interface.objects.get().state == "suspended"
    assert done("suspend", "oa", "--resume") == "oa runs.\n"
    assert Interface.objects.get().state == "running"
    assert isinstance(told("suspend", "erp").exception, NotFound)

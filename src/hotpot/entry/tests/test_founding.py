"""The first parties of a pot come by the command line."""

from __future__ import annotations

from contextlib import nullcontext

import pytest
from click.testing import CliRunner, Result

from hotpot.entry.commands import app, party
from hotpot.kernel.msisdn import Msisdn
from hotpot.pot.catalog.models import App
from hotpot.pot.party.models import Membership, Party
from hotpot.pot.party.queries import operator_of

pytestmark = pytest.mark.django_db
PASSWORD = "a kettle of broth 7"


@pytest.fixture(autouse=True)
def _the_tests_database(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(party, "platform", nullcontext)
    monkeypatch.setattr(app, "platform", nullcontext)


def found(*words: str, password: str = PASSWORD) -> Result:
    return CliRunner().invoke(party.party, ["found", *words], input=f"{password}\n{password}\n")


def test_an_operator_gets_its_owner_and_its_numbers() -> None:
    told = found("operator", "Example Mobile", "--owner", "138 0013 8000", "--prefix", "+86138")
    assert told.exit_code == 0, told.output
    operator = Party.objects.get(slug="example-mobile")
    owner = Membership.objects.get(party=operator, role="owner").person
    assert owner.number == "+8613800138000"
    assert owner.check_password(PASSWORD)
    assert operator_of(Msisdn("+8613812345678")) == operator


def test_a_weak_password_founds_nothing() -> None:
    told = found("integrator", "Example Systems", "--owner", "+8613800138001", password="12345678")
    assert told.exit_code == 2
    assert "too common" in told.output
    assert not Party.objects.exists()


def test_only_operators_have_numbers() -> None:
    told = found("developer", "Example Apps", "--owner", "+8613800138002", "--prefix", "+86138")
    assert told.exit_code == 2
    assert "leave out --prefix" in told.output


def test_a_hosted_app_is_listed_for_its_developer() -> None:
    found("developer", "Example Apps", "--owner", "+8613800138002")
    told = CliRunner().invoke(app.app, ["list", "approvals", "--developer", "example-apps"])
    assert told.exit_code == 0, told.output
    listed = App.objects.get(id="approvals")
    assert listed.listed_at is not None
    assert listed.developer.slug == "example-apps"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["list", "nothing", "--developer", "example-apps"], "choose one of: approvals"),
        (["list", "approvals", "--developer", "nobody"], "hotpot party found"),
    ],
)
def test_what_is_not_there_is_told(words: list[str], said: str) -> None:
    told = CliRunner().invoke(app.app, words)
    assert said in str(told.exception)

"""Carriers are set up by the command line."""

from __future__ import annotations

from contextlib import nullcontext

import pytest
from click.testing import CliRunner, Result

from hotpot.entry.commands import carrier
from hotpot.kernel.errors import Invalid, NotFound
from hotpot.pot.messaging.models import CarrierAccount

pytestmark = pytest.mark.django_db
BASE = ("connect", "Mobile", "--protocol", "cmpp3", "--host", "gateway.example", "--login", "901234")


@pytest.fixture(autouse=True)
def _the_tests_database(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(carrier, "platform", nullcontext)


def told(*words: str) -> Result:
    return CliRunner().invoke(carrier.carrier, words, input="a secret\na secret\n")


def test_a_carrier_is_connected_and_disconnected() -> None:
    answer = told(*BASE, "--port", "7890", "--set", "window=32", "--set", "alphabets=gbk,ucs2")
    assert answer.exit_code == 0, answer.output
    kept = CarrierAccount.objects.get()
    assert (kept.name, kept.protocol, kept.port) == ("Mobile", "cmpp3", 7890)
    assert kept.settings == {"window": "32", "alphabets": ["gbk", "ucs2"]}
    assert told("disconnect", "Mobile").exit_code == 0
    assert not CarrierAccount.objects.exists()
    assert isinstance(told("disconnect", "Mobile").exception, NotFound)


def test_what_makes_no_sense_is_refused() -> None:
    assert isinstance(told(*BASE, "--port", "7890", "--set", "window=many").exception, Invalid)
    assert "write NAME=VALUE" in told(*BASE, "--port", "7890", "--set", "window").output
    assert not CarrierAccount.objects.exists()

"""Routes are explained and ported numbers taken by the command line."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from hotpot.conftest import NOW, make_party
from hotpot.entry.commands import route
from hotpot.kernel.errors import NotFound
from hotpot.kernel.msisdn import InvalidMsisdn
from hotpot.pot.events.wire import SYSTEM_ACTOR
from hotpot.pot.messaging import actions
from hotpot.pot.messaging.models import CarrierAccount
from hotpot.pot.messaging.switch import routes
from hotpot.pot.party.models import NumberRange, PortedNumber

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("fixed_clock")]
NUMBER = "+8613800138000"


@pytest.fixture(autouse=True)
def _the_tests_database(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(route, "platform", nullcontext)


def told(*words: str) -> Result:
    return CliRunner().invoke(route.route, words)


def lines(*words: str) -> list[str]:
    answer = told(*words)
    assert answer.exit_code == 0, answer.output
    return answer.output.splitlines()


def routed(name: str, carrier: str, **more: Any) -> None:
    CarrierAccount.objects.get_or_create(
        name=carrier,
        defaults={
            "protocol": "smpp",
            "host": "h",
            "port": 1,
            "login": "l",
            "sealed_password": b"",
            "changed_at": NOW,
        },
    )
    routes.save_route(SYSTEM_ACTOR, {"name": name, "carrier": carrier, **more}, route_id=None, now=NOW)


def test_without_routes_the_first_carrier_takes_all() -> None:
    said = lines("explain", "13800138000")
    assert said[0] == f"{NUMBER} is a number of no known network."
    assert said[-1] == "There are no routes: the first carrier that is up takes all."


def test_routes_are_told_in_their_order_with_what_speaks_against_them() -> None:
    network = make_party("operator", "Green")
    NumberRange.objects.create(prefix="+86138", operator=network)
    routed("Short", "acme", parts_max=1, priority=1)
    routed("All", "zeta", priority=2)
    said = lines("explain", NUMBER)
    assert said[0] == f"{NUMBER} is a number of Green."
    assert said[1:] == [" 1. Short: acme", " 2. All: zeta"]
    assert lines("explain", NUMBER, "--parts", "2")[1:] == [" 1. All: zeta", "  – Short: acme (parts)"]


def test_a_number_that_no_route_serves_is_said_to_be_refused() -> None:
    routed("Elsewhere", "acme", prefix="+44")
    assert lines("explain", NUMBER)[-1] == "No carrier takes it: refused with no_route."


def test_routes_of_one_interface_are_told_for_it_alone() -> None:
    company = make_party("customer", "Acme")
    held = actions.open_interface(
        company.pk, name="oa", kind="http", login="oa", password="p", access_number="1065712", now=NOW
    )
    routed("The OA's", "acme", interface_id=held)
    assert " 1. The OA's: acme" in lines("explain", NUMBER, "--interface", "oa")
    assert "No carrier takes it: refused with no_route." in lines("explain", NUMBER)
    assert isinstance(told("explain", NUMBER, "--interface", "erp").exception, NotFound)
    assert isinstance(told("explain", "12").exception, InvalidMsisdn)


def test_a_register_of_ported_numbers_is_taken(tmp_path: Path) -> None:
    ours = make_party("operator", "Ours")
    register = tmp_path / "register.csv"
    rows = ["number,operator", f"{NUMBER},{ours.slug}", "", f"13900139000, {ours.slug}", f"{NUMBER},nobody"]
    register.write_text("\ufeff" + "\r\n".join(rows), encoding="utf-8")
    assert lines("port", str(register)) == ["2 numbers moved; 2 lines could not be read."]
    assert PortedNumber.objects.filter(operator=ours).count() == 2
    assert lines("port", str(register)) == ["0 numbers moved; 2 lines could not be read."]
    assert lines("explain", NUMBER)[0] == f"{NUMBER} is a number of Ours."
    assert told("port", str(tmp_path / "none.csv")).exit_code == 2

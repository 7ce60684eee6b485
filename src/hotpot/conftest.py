"""Factories and fixtures that tests of all rooms share.

Each factory is a plain function (`from hotpot.conftest import make_party`) and a fixture of the same name.
They write as the owner of the tables: no verb, no event, no permission is asked.
"""

from __future__ import annotations

import contextlib
import itertools
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils.text import slugify
from django.utils.translation import override

from hotpot.kernel.clock import SettableClock
from hotpot.pot.identity.models import Person
from hotpot.pot.party.models import (
    Agreement,
    AgreementVersion,
    Certification,
    CertificationStep,
    Department,
    Engagement,
    Member,
    Membership,
    NumberRange,
    Party,
)
from hotpot.pot.party.terms import MICRO

NOW = datetime(2026, 10, 15, 1, 0, tzinfo=UTC)  # 09:00 in Shanghai
LONG_AGO = date(2026, 1, 1)
_numbers = itertools.count(13800000001)
_words = itertools.count(1)


def make_person(number: str | None = None, name: str = "", **fields: Any) -> Person:
    """A person with a number of their own; English, so that tests read what templates say."""
    number = number or f"+86{next(_numbers)}"
    usual: dict[str, Any] = {"language": "en", "number_verified_at": NOW, "name": name or number[-4:]}
    usual.update(fields)
    return Person.objects.create_user(number, **usual)


def make_party(kind: str, name: str = "", **fields: Any) -> Party:
    """`kind` is operator, integrator, developer or customer."""
    word = next(_words)
    name = name or f"{kind.title()} {word}"
    return Party.objects.create(kind=kind, name=name, slug=f"{slugify(name) or kind}-{word}", **fields)


def make_membership(party: Party, person: Person | None = None, role: str = "owner") -> Membership:
    return Membership.objects.create(
        party=party,
        person=person or make_person(name=f"{role.title()} of {party.name}"),
        role=role,
        since=NOW,
    )


def make_member(
    customer: Party,
    person: Person | None = None,
    *,
    name: str = "",
    roles: Sequence[str] = (),
    department: Department | None = None,
    external_id: str = "",
) -> Member:
    person = person or make_person(name=name)
    return Member.objects.create(
        customer=customer,
        person=person,
        name=name or person.name,
        roles=list(roles),
        department=department,
        external_id=external_id,
        joined_on=LONG_AGO,
    )


def make_certification(operator: Party, integrator: Party, state: str = "certified") -> Certification:
    certification = Certification.objects.create(
        operator=operator, integrator=integrator, state=state, since=NOW
    )
    CertificationStep.objects.create(certification=certification, state=state, reason="", at=NOW)
    return certification


def make_agreement(
    operator: Party,
    partner: Party,
    *,
    app_id: str | None = None,
    share_bp: int | None = None,
    fixed_minor: int | None = None,
    starts_on: date = LONG_AGO,
) -> Agreement:
    """Either basis points of the charge, or minor units a seat and month in the operator's currency."""
    agreement = Agreement.objects.create(
        operator=operator, payer=operator, partner=partner, app_id=app_id, signed_at=NOW
    )
    AgreementVersion.objects.create(
        agreement=agreement,
        starts_on=starts_on,
        model="unit" if share_bp is None else "percent",
        params={"unit_micro": (fixed_minor or 0) * MICRO} if share_bp is None else {"share_bp": share_bp},
        currency=operator.currency if share_bp is None else None,
        written_at=NOW,
    )
    return agreement


@dataclass(frozen=True, slots=True)
class Market:
    """One of each party, at work together. The fee of the book is 15.00 CNY: 5.00 go to the integrator."""

    operator: Party
    integrator: Party
    developer: Party
    customer: Party
    operator_owner: Person
    integrator_owner: Person
    developer_owner: Person
    customer_owner: Person
    department: Department
    members: tuple[Member, ...]
    engagement: Engagement

    @property
    def parties(self) -> tuple[Party, ...]:
        return self.operator, self.integrator, self.developer, self.customer

    @property
    def owners(self) -> tuple[Person, ...]:
        return self.operator_owner, self.integrator_owner, self.developer_owner, self.customer_owner


def make_market(word: str = "", *, developer_bp: int | None = None, members: int = 3) -> Market:
    """`word` goes into every name, so that a test can tell one market's rows from another's."""
    word = word or f"M{next(_words)}"
    operator, integrator, developer, customer = (
        make_party(kind, f"{word} {kind}") for kind in ("operator", "integrator", "developer", "customer")
    )
    make_certification(operator, integrator)
    make_agreement(operator, integrator, fixed_minor=500)
    if developer_bp is not None:
        make_agreement(operator, developer, share_bp=developer_bp)
    NumberRange.objects.create(prefix=f"+8699{operator.id}", operator=operator)
    department = Department.objects.create(customer=customer, name=f"{word} department", external_id="100")
    return Market(
        operator=operator,
        integrator=integrator,
        developer=developer,
        customer=customer,
        operator_owner=_make_owner(operator),
        integrator_owner=_make_owner(integrator),
        developer_owner=_make_owner(developer),
        customer_owner=_make_owner(customer),
        department=department,
        members=tuple(
            make_member(customer, name=f"{word} member {n}", department=department, external_id=str(n))
            for n in range(1, members + 1)
        ),
        engagement=Engagement.objects.create(
            customer=customer, operator=operator, integrator=integrator, starts_on=LONG_AGO
        ),
    )


def _make_owner(party: Party) -> Person:
    return make_membership(party, make_person(name=f"{party.name} owner")).person


def signed_in_client(person: Person) -> Client:
    """A browser of `person`, signed in."""
    client = Client()
    client.force_login(person)
    return client


def _as_fixture(factory: Callable[..., Any]) -> Any:
    def give() -> Callable[..., Any]:
        return factory

    return pytest.fixture(give, name=factory.__name__)


person_fixture = _as_fixture(make_person)
party_fixture = _as_fixture(make_party)
membership_fixture = _as_fixture(make_membership)
member_fixture = _as_fixture(make_member)
certification_fixture = _as_fixture(make_certification)
agreement_fixture = _as_fixture(make_agreement)
market_fixture = _as_fixture(make_market)
client_fixture = _as_fixture(signed_in_client)


@pytest.fixture(autouse=True)
def own_language() -> Iterator[None]:
    """A request leaves its reader's language behind in the thread; the next test starts in English."""
    with override("en"):
        yield


@pytest.fixture
def database_url() -> str:
    """The test database, for engines that reach it without Django. Use with `django_db(transaction=True)`."""
    given = connection.settings_dict
    return f"postgresql://{given['USER']}@/{given['NAME']}?host={given['HOST']}"


class NatsServer:
    """A real one on the loopback that a test may kill and start again at the same address."""

    def __init__(self) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]
        self.url = f"nats://127.0.0.1:{self.port}"
        self.start()

    def start(self) -> None:
        program = Path(sys.executable).parent / "nats-server"
        self._process = subprocess.Popen(
            [program, "-a", "127.0.0.1", "-p", str(self.port)], stderr=subprocess.DEVNULL
        )
        for _ in range(100):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port)):
                return
            time.sleep(0.05)
        raise RuntimeError("nats-server does not answer")

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()


@pytest.fixture
def nats_server() -> Iterator[NatsServer]:
    server = NatsServer()
    yield server
    server.kill()


@pytest.fixture
def fixed_clock(settings: Any) -> SettableClock:
    """Requests of this test happen at `NOW`, until the clock is moved."""
    clock = SettableClock(NOW)
    settings.HOTPOT_CLOCK = clock
    return clock

"""What each table's policy does: one walk over all models, through the role that web requests have."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection, models

from hotpot.conftest import Market, make_market
from hotpot.pot.access.readers import NOBODY, SYSTEM, Reader, become, reader_of, web_role
from hotpot.pot.party.models import Membership
from tests.access.market import Rows, guarded_models, without_triggers

# Rows that everybody may read; writing is tested all the same.
PUBLIC = {
    "party_numberrange": "which operator a number belongs to is no secret",
    "messaging_template": "an app's own words, without any values",
}
# Rows of engines: no person ever reads them.
SYSTEM_ONLY = {
    "events_cursor": "how far an engine has read",
    "metering_segment": "events of many customers in columns: read through queries",
    "metering_submission": "events on their way into a segment",
    "notification_vapidkey": "the installation's own key towards push services",
    "messaging_heldreceipt": "a carrier's report that came before its message",
    "messaging_notice": "what an interface is still to be told",
    "messaging_noticemark": "how old such notices are",
    "messaging_droppednotices": "how many of them were dropped: told on the interface's page by a query",
    "messaging_airmessage": "what the simulated carrier holds",
    "messaging_givenpart": "a part of a long message that an enterprise is still handing over",
    "messaging_heldpart": "a part of a message from a phone whose others have not come",
    "mailbox_provider": "how the platform is known where people sign in to their mail",
    "messaging_carrieraccount": "how the platform logs in at a carrier",
    "messaging_route": "which carrier takes what: operators read it through queries",
    "messaging_carrierhealth": "which carriers can be reached",
    "messaging_switchtoken": "that something changed",
    "messaging_tally": "how much was sent of a quota",
    "messaging_recent": "which texts went out lately",
    "messaging_charge": "what is held for a message",
}


@pytest.fixture
def markets() -> tuple[Market, Market]:
    return make_market("Alpha"), make_market("Omega")


@contextmanager
def reading_as(reader: Reader) -> Iterator[None]:
    with web_role():
        become(reader)
        yield


def readers(market: Market) -> list[Reader]:
    members = [reader_of(member.person_id, []) for member in market.members]
    owners = [
        reader_of(person.id, Membership.objects.filter(person=person).values_list("party_id", flat=True))
        for person in market.owners
    ]
    return members + owners


def sees(reader: Reader, row: models.Model) -> bool:
    with reading_as(reader):
        return type(row)._base_manager.filter(pk=row.pk).exists()


def touched(reader: Reader, row: models.Model) -> int:
    """How many rows the reader could change or take away."""
    meta = row._meta
    assert meta.pk is not None
    assert meta.pk.column is not None
    column = connection.ops.quote_name(meta.pk.column)
    key = meta.pk.get_db_prep_value(row.pk, connection)
    count = 0
    with reading_as(reader), connection.cursor() as cursor:
        for statement in (
            f"UPDATE {meta.db_table} SET {column} = {column} WHERE {column} = %s",
            f"DELETE FROM {meta.db_table} WHERE {column} = %s",
        ):
            cursor.execute(statement, [key])
            count += cursor.rowcount
    return count


@pytest.mark.django_db
def test_no_row_of_one_market_is_seen_or_touched_from_another(markets: tuple[Market, Market]) -> None:
    alpha, omega = markets
    without_triggers()
    rows = Rows(alpha, "alpha-only")
    samples = [rows.of(model) for model in guarded_models()]
    owners = readers(alpha)
    strangers = [NOBODY, *readers(omega)]
    seen, changed, lost = [], [], []
    for row in samples:
        table = row._meta.db_table
        if table not in PUBLIC and any(sees(stranger, row) for stranger in strangers):
            seen.append(table)
        if any(touched(stranger, row) for stranger in strangers):
            changed.append(table)
        if table not in SYSTEM_ONLY and not any(sees(owner, row) for owner in owners):
            lost.append(table)
    assert (seen, changed, lost) == ([], [], [])
    assert all(sees(SYSTEM, row) for row in samples)


@pytest.mark.django_db
def test_nobody_grants_anything_to_themselves(markets: tuple[Market, Market]) -> None:
    """Roles, certifications and agreements are written by verbs, as the system, never as a reader."""
    alpha, _omega = markets
    rows = Rows(alpha, "alpha-only")
    names = {"party_membership", "party_certification", "party_agreement", "party_engagement"}
    without_triggers()
    samples = [rows.of(model) for model in guarded_models() if model._meta.db_table in names]
    assert len(samples) == len(names)
    for row in samples:
        assert not any(touched(owner, row) for owner in readers(alpha)), row._meta.db_table


@pytest.mark.django_db
def test_the_lists_of_exceptions_name_tables_that_exist() -> None:
    tables = {model._meta.db_table for model in guarded_models()}
    assert set(PUBLIC) | set(SYSTEM_ONLY) <= tables

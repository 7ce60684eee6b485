"""A reader sees its own rows, the system all, and neither outlives the transaction."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import DatabaseError, connection, transaction
from psycopg.pq import TransactionStatus

from hotpot.pot.access.readers import (
    NOBODY,
    as_system,
    become,
    outside_transaction,
    reader_of,
    require_outside_transaction,
    web_role,
)
from hotpot.pot.identity.models import AccessToken, Person

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def ming() -> Person:
    return Person.objects.create_user("+8613800138000", name="Ming")


def seen() -> int:
    return Person.objects.count()


def test_a_reader_sees_what_is_its_own(ming: Person) -> None:
    Person.objects.create_user("+8613800138001")
    with transaction.atomic(), web_role():
        assert seen() == 0
        become(reader_of(ming.id, []))
        assert seen() == 1
        with as_system():
            assert seen() == 2
            with as_system():
                assert seen() == 2
            assert seen() == 2
        assert seen() == 1
        become(NOBODY)
        assert seen() == 0
    assert seen() == 2


def test_the_system_ends_with_a_failed_statement(ming: Person) -> None:
    with transaction.atomic(), web_role():
        become(reader_of(ming.id, []))
        with pytest.raises(DatabaseError), transaction.atomic(), as_system(), connection.cursor() as cursor:
            cursor.execute("SELECT 1/0")
        Person.objects.filter(id=ming.id).update(name="Ming the second")
        with as_system():
            assert seen() == 1
        become(NOBODY)
        assert seen() == 0


def test_the_web_role_ends_with_its_block(ming: Person) -> None:
    with pytest.raises(RuntimeError, match="broken"), transaction.atomic(), web_role():
        raise RuntimeError("broken")
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user = session_user, current_setting('hotpot.system', true)")
        assert cursor.fetchone() in [(True, ""), (True, None), (True, "off")]


def test_rows_of_others_are_not_written(ming: Person) -> None:
    other = Person.objects.create_user("+8613800138001")
    with transaction.atomic(), web_role():
        become(reader_of(ming.id, []))
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            AccessToken.objects.create(
                person=other, name="stolen", digest=b"x", created_at=datetime(2026, 1, 1, tzinfo=UTC)
            )
        assert Person.objects.filter(id=other.id).update(name="mine") == 0


def test_a_reader_needs_a_transaction() -> None:
    with pytest.raises(RuntimeError, match="transaction"):
        become(NOBODY)


def test_a_statement_that_fails_as_the_system_is_told_as_itself(ming: Person) -> None:
    with transaction.atomic(), web_role():
        become(reader_of(ming.id, []))
        with pytest.raises(DatabaseError, match="division by zero"), transaction.atomic(), as_system():
            Person.objects.extra(where=["1/0 = 1"]).count()
        assert seen() == 1


def test_a_verb_may_leave_its_transaction_to_ask_the_network(ming: Person) -> None:
    """What was written before is kept whatever comes, no lock and no transaction waits, and afterwards all
    is as it was: the reader, the system, the blocks around."""
    Person.objects.create_user("+8613800138001")
    with transaction.atomic(), web_role():
        become(reader_of(ming.id, []))
        with transaction.atomic(), as_system():
            Person.objects.filter(id=ming.id).update(name="Before")
            with outside_transaction():
                assert connection.connection.info.transaction_status == TransactionStatus.IDLE
            assert seen() == 2
            Person.objects.filter(id=ming.id).update(name="After")
        assert seen() == 1
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT 1/0")
        assert seen() == 1
        transaction.set_rollback(True)
    assert Person.objects.get(id=ming.id).name == "Before"


def test_the_network_is_asked_outside_of_a_transaction_alone() -> None:
    require_outside_transaction()
    with transaction.atomic(), transaction.atomic():
        with pytest.raises(RuntimeError, match="outside_transaction"):
            require_outside_transaction()
        with outside_transaction():
            require_outside_transaction()
            connection.cursor().execute("SELECT 1")  # It begins one of its own.
            with pytest.raises(RuntimeError, match="outside_transaction"):
                require_outside_transaction()
            connection.connection.commit()
        with pytest.raises(RuntimeError, match="outside_transaction"):
            require_outside_transaction()
    require_outside_transaction()


def test_what_went_wrong_outside_leaves_the_blocks_whole(ming: Person) -> None:
    with transaction.atomic(), web_role():
        become(reader_of(ming.id, []))
        with pytest.raises(OSError, match="away"), transaction.atomic(), outside_transaction():
            raise OSError("away")
        Person.objects.filter(id=ming.id).update(name="Written")
        assert seen() == 1
    assert Person.objects.get(id=ming.id).name == "Written"
    with outside_transaction():
        assert not connection.in_atomic_block

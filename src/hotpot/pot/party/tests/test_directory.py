"""The directory of a company's own system comes in whole, once and without loss."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from hotpot.conftest import NOW
from hotpot.kernel.errors import Conflict, Forbidden
from hotpot.kernel.msisdn import Msisdn
from hotpot.pot.events.models import EventRow
from hotpot.pot.events.wire import SYSTEM_ACTOR, Actor
from hotpot.pot.identity.models import Person
from hotpot.pot.party import actions
from hotpot.pot.party.enlisting import Enlisted, enlist
from hotpot.pot.party.models import Department, Member
from hotpot.pot.party.wire import DirectoryDepartment, DirectoryMember, SyncResult

pytestmark = pytest.mark.django_db

DEPARTMENTS = [
    DirectoryDepartment("12", "Lab", parent="11"),
    DirectoryDepartment("11", "University"),
]
MEMBERS = [
    DirectoryMember("u1", "Li Lei", "13912340001", "12", ("SUPERVISOR",)),
    DirectoryMember("u2", "Han Mei", "+86 139 1234 0002", "11", ("BUDGET OWNER", "DIRECTOR")),
]


def sync(customer: Any, departments: Any = DEPARTMENTS, members: Any = MEMBERS, **more: Any) -> SyncResult:
    return actions.sync_directory(
        SYSTEM_ACTOR, customer=customer, departments=departments, members=members, **({"now": NOW} | more)
    )


def listed(customer: Any) -> set[tuple[str, str, str, tuple[str, ...], str]]:
    members = Member.objects.filter(customer=customer, left_on=None).select_related("person", "department")
    return {
        (one.external_id, one.name, one.person.number, tuple(one.roles), getattr(one.department, "name", ""))
        for one in members
    }


def test_a_directory_comes_in_and_coming_again_changes_nothing(make_party: Any) -> None:
    customer = make_party("customer")
    assert sync(customer) == SyncResult(departments=2, joined=2, changed=0, left=0)
    assert listed(customer) == {
        ("u1", "Li Lei", "+8613912340001", ("SUPERVISOR",), "Lab"),
        ("u2", "Han Mei", "+8613912340002", ("BUDGET OWNER", "DIRECTOR"), "University"),
    }
    lab = Department.objects.get(customer=customer, external_id="12")
    assert lab.parent is not None
    assert lab.parent.external_id == "11"
    events = EventRow.objects.count()
    assert sync(customer) == SyncResult(departments=0, joined=0, changed=0, left=0)
    assert EventRow.objects.count() == events


def test_who_is_gone_leaves_and_who_changed_is_changed(make_party: Any) -> None:
    customer = make_party("customer")
    sync(customer)
    moved = DirectoryMember("u2", "Han Meimei", "13912340002", "12", ("DIRECTOR",))
    new = DirectoryMember("u3", "Lin Tao", "13912340003")
    assert sync(customer, members=[moved, new], now=NOW + timedelta(days=1)) == SyncResult(0, 1, 1, 1)
    assert listed(customer) == {
        ("u2", "Han Meimei", "+8613912340002", ("DIRECTOR",), "Lab"),
        ("u3", "Lin Tao", "+8613912340003", (), ""),
    }
    gone = Member.objects.get(customer=customer, external_id="u1")
    assert str(gone.left_on) == "2026-10-16"


def test_a_new_number_is_another_person(make_party: Any) -> None:
    customer = make_party("customer")
    sync(customer)
    result = sync(customer, members=[MEMBERS[0], DirectoryMember("u2", "Han Mei", "13912349999", "11")])
    assert (result.joined, result.left) == (1, 1)
    assert Member.objects.filter(customer=customer, external_id="u2").count() == 2


def test_somebody_added_by_hand_stays_and_is_recognised(make_party: Any) -> None:
    customer = make_party("customer")
    by_hand = actions.add_member(
        SYSTEM_ACTOR, customer=customer, number=Msisdn.parse("+8613912340001"), name="Lei", now=NOW
    )
    guest = actions.add_member(
        SYSTEM_ACTOR, customer=customer, number=Msisdn.parse("+8613912340077"), name="Guest", now=NOW
    )
    assert sync(customer).joined == 1
    by_hand.refresh_from_db()
    guest.refresh_from_db()
    assert (by_hand.external_id, by_hand.name) == ("u1", "Li Lei")
    assert guest.left_on is None


def test_rows_that_cannot_be_read_are_told_and_the_rest_comes_in(make_party: Any) -> None:
    dirty = [*MEMBERS, DirectoryMember("u8", "Nobody", "none"), DirectoryMember("u9", "Twin", "13912340001")]
    result = sync(make_party("customer"), members=dirty)
    assert result.joined == 2
    assert [one.external_id for one in result.skipped] == ["u8", "u9"]
    assert "not a phone number" in result.skipped[0].reason


def test_another_companys_directory_is_left_alone(make_market: Any) -> None:
    market = make_market()
    other = make_market()
    sync(other.customer, members=[])
    assert Member.objects.filter(customer=market.customer, left_on=None).count() == 3
    assert Member.objects.filter(customer=other.customer, left_on=None).count() == 0


def test_only_those_who_run_the_company_change_its_directory(make_market: Any, make_membership: Any) -> None:
    market = make_market()
    viewer = make_membership(market.customer, role="viewer").person
    with pytest.raises(Forbidden, match="manager"):
        actions.add_member(
            Actor(viewer.id),
            customer=market.customer,
            number=Msisdn.parse("+8613912340001"),
            name="A",
            now=NOW,
        )
    with pytest.raises(Forbidden, match="work for this party"):
        actions.sync_directory(
            Actor(market.operator_owner.id), customer=market.customer, departments=[], members=[], now=NOW
        )


def test_nobody_is_in_a_directory_twice_but_may_come_back(make_party: Any) -> None:
    customer = make_party("customer")
    number = Msisdn.parse("+8613912340001")
    first = actions.add_member(SYSTEM_ACTOR, customer=customer, number=number, name="Lei", now=NOW)
    with pytest.raises(Conflict):
        actions.add_member(SYSTEM_ACTOR, customer=customer, number=number, name="Lei", now=NOW)
    actions.member_leaves(SYSTEM_ACTOR, member=first, now=NOW)
    again = actions.add_member(SYSTEM_ACTOR, customer=customer, number=number, name="Lei", now=NOW)
    assert again.person_id == first.person_id


@pytest.mark.parametrize(("country", "language"), [("CN", "zh-hans"), ("NL", "en")])
def test_people_are_written_to_in_the_language_of_their_country(
    make_party: Any, country: str, language: str
) -> None:
    customer = make_party("customer", country=country)
    numbers = {"CN": ("13912340001", "13912340002"), "NL": ("0612345678", "0612345679")}[country]
    sync(customer, [], [DirectoryMember("u1", "Someone", numbers[0])])
    other = Enlisted(Msisdn.parse(numbers[1], region=country), "Else")
    enlist(SYSTEM_ACTOR, customer=customer, people=[other], now=NOW)
    assert set(Person.objects.values_list("language", flat=True)) == {language}

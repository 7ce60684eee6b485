"""Members and what their seats entitle them to, on the platform in memory and on the real one."""

from __future__ import annotations

import pytest

from tests.conformance.worlds import World

pytestmark = pytest.mark.django_db


def test_a_member_is_found_by_person_and_company(world: World) -> None:
    li = world.hire("Li Lei", department="Sales", roles=["SUPERVISOR"])
    assert world.pot.members.get(li.person_id, li.customer_id) == li
    assert world.pot.members.get(li.person_id, li.customer_id + 10_000) is None
    assert world.pot.members.get(10_000_000, li.customer_id) is None


def test_search_finds_colleagues_with_a_seat_by_name_number_or_department(world: World) -> None:
    li = world.hire("Li Lei", department="Sales")
    han = world.hire("Han Meimei", department="Finance")
    world.hire("Li Without", seat=False)
    search = world.pot.members.search
    assert [one.name for one in search(li.customer_id, "li")] == ["Li Lei"]
    assert [one.name for one in search(li.customer_id, "FINANCE")] == ["Han Meimei"]
    assert [one.name for one in search(li.customer_id, han.number[-5:])] == ["Han Meimei"]
    assert [one.name for one in search(li.customer_id, "")] == ["Han Meimei", "Li Lei"]
    assert len(search(li.customer_id, "", limit=1)) == 1
    assert search(li.customer_id, "nobody") == []


def test_a_company_that_does_not_subscribe_shows_nobody(world: World) -> None:
    other = world.hire("Wu", company="other")
    assert world.pot.members.search(other.customer_id, "Wu") == []


def test_a_seat_entitles_to_the_functions_of_the_manifest(world: World) -> None:
    li, wu = world.hire("Li"), world.hire("Wu", seat=False)
    check = world.pot.entitlements.check
    assert check(li.number, "inbox").allowed
    assert check(li.number, "inbox").limit is None
    assert not check(li.number, "something-else").allowed
    assert not check(wu.number, "inbox").allowed
    assert world.pot.entitlements.allowed([li.number, wu.number], "messages") == {li.number}


def test_a_seat_that_ends_entitles_no_more(world: World) -> None:
    li = world.hire("Li")
    world.take_seat(li)
    assert not world.pot.entitlements.check(li.number, "inbox").allowed
    world.give_seat(li)
    assert world.pot.entitlements.check(li.number, "inbox").allowed


def test_a_person_works_where_there_is_a_seat(world: World) -> None:
    li, wu = world.hire("Li"), world.hire("Wu", seat=False)
    assert world.pot.members.employments(li.person_id) == [li]
    assert world.pot.members.employments(wu.person_id) == []
    world.take_seat(li)
    assert world.pot.members.employments(li.person_id) == []


def test_departments_lie_in_one_another(world: World) -> None:
    li, han = world.hire("Li", department="Sales"), world.hire("Han", department="Sales/North")
    known = {one.name: one for one in world.pot.members.departments(li.customer_id)}
    assert (li.department_id, han.department_id) == (known["Sales"].id, known["Sales/North"].id)
    assert known["Sales"].above_id is None
    assert known["Sales/North"].above_id == known["Sales"].id
    assert "Sales" not in {one.name for one in world.pot.members.departments(li.customer_id + 10_000)}


def test_managers_run_the_company_and_have_a_seat(world: World) -> None:
    li = world.hire("Li")
    zhou, _seatless = world.hire("Zhou", manages=True), world.hire("Wu", manages=True, seat=False)
    other = world.hire("Elsewhere", company="other", manages=True)
    assert world.pot.members.managers(li.customer_id) == [zhou]
    assert world.pot.members.managers(other.customer_id) == []

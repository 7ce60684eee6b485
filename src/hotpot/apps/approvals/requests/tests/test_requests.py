"""A company's own requests from the first word to the last, without pages."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from hotpot.apps.approvals.flow.definition import Step, Who
from hotpot.apps.approvals.flow.machine import Late
from hotpot.apps.approvals.kinds import store as kinds
from hotpot.apps.approvals.requests import actions, store
from hotpot.apps.approvals.requests.people import Company, Delegation
from hotpot.apps.approvals.requests.tests.office import Office
from hotpot.sdk.app import Upload
from hotpot.sdk.errors import Invalid, NotFound


@pytest.fixture
def office() -> Office:
    return Office()


def test_a_request_goes_its_way(office: Office) -> None:
    one = office.ask_for(office.lay_down(), "1,200")
    assert (one.title, one.amount_minor, one.currency) == ("Purchase · Printer", 120000, "CNY")
    for member in (office.li, office.han, office.chen):
        assert office.waiting(member) == [one.id]
        assert store.count_waiting(office.pot, member.person_id) == 1
        one = office.say(one, member)
        assert office.waiting(member) == []
    assert one.state == "approved"
    assert [mine.id for mine in store.with_part(office.pot, office.wang.person_id, "applied")] == [one.id]
    assert [did.id for did in store.with_part(office.pot, office.li.person_id, "decided")] == [one.id]
    assert [one.type for one in office.pot.recorded][-4:] == ["approvals.request.sent"] + [
        "approvals.request.approved"
    ] * 3
    assert office.pot.recorded[-1].concerns == (office.wang.person_id, office.chen.person_id)


def test_a_head_does_not_decide_on_own_requests(office: Office) -> None:
    one = office.ask_for(office.lay_down(), by=office.li)
    assert one.run.waits_for == (office.han.person_id,)


def test_a_draft_is_sent_once(office: Office) -> None:
    kind = office.lay_down()
    draft = actions.begin(office.pot, office.company, office.wang.person_id, kind.id, 1)
    draft = replace(draft, sent={"why": "Pens"})
    with pytest.raises(Invalid, match="Mend"):
        actions.send(office.pot, draft)
    assert list(actions.checked(office.pot, draft).errors) == ["cost"]
    actions.send(office.pot, replace(draft, sent={"why": "Pens", "cost": "3"}))
    with pytest.raises(NotFound):
        store.draft(office.pot, draft.id, office.wang.person_id)
    assert len(office.waiting(office.li)) == 1


def test_running_requests_keep_their_version(office: Office) -> None:
    kind = office.lay_down(Step("a", "A", Who("person", (office.li.person_id,))))
    one = office.ask_for(kind)
    flow = replace(kind.draft.flow, steps=(Step("b", "B", Who("person", (office.han.person_id,))),))
    changed = kinds.change(office.pot, kind, replace(kind.draft, flow=flow), office.han.person_id)
    assert changed.changed
    newer = kinds.publish(office.pot, changed, office.han.person_id)
    assert (newer.version, newer.changed) == (2, False)
    assert office.say(one, office.li).state == "approved"
    assert office.ask_for(newer).run.waits_for == (office.han.person_id,)


def test_another_company_s_forms_and_requests_are_not_to_be_had(office: Office) -> None:
    kind = office.lay_down()
    one = office.ask_for(kind)
    stranger = office.pot.add_member("Stranger", customer_id=2, seat=True, manages=True)
    with pytest.raises(NotFound):
        kinds.kind(office.pot, kind.id, [2])
    with pytest.raises(NotFound):
        actions.seen_by(office.pot, one.id, stranger.person_id)
    signer = one.run.waiting[0]
    with pytest.raises(NotFound):
        actions.answer(office.pot, one.id, signer.id, "approved", by=stranger.person_id)
    with pytest.raises(Invalid, match="seat"):
        actions.transfer(
            office.pot, one.id, signer.id, stranger.person_id, by=office.li.person_id, comment=""
        )
    assert kinds.kinds_of(office.pot, 2) == []


def test_the_applicant_chooses(office: Office) -> None:
    kind = office.lay_down(Step("a", "A", Who("choice", count=2), sign="any"))
    draft = actions.begin(office.pot, office.company, office.wang.person_id, kind.id, 1)
    draft = replace(draft, sent={"why": "Pens", "cost": "3"})
    assert actions.checked(office.pot, draft).errors == {"who.a.0": "Choose who is to decide."}
    chosen = {"who.a.0": str(office.chen.person_id), "who.a.1": str(office.li.person_id)}
    one = office.ask_for(kind, sent=chosen)
    assert one.run.waits_for == (office.chen.person_id, office.li.person_id)


def test_a_deputy_is_asked_for_a_time(office: Office) -> None:
    kind = office.lay_down()
    day = date(2026, 11, 2)  # the day of the platform in memory
    away = Delegation(office.chen.person_id, day, day)
    office.company.delegate(office.li.person_id, away)
    assert office.ask_for(kind).run.waits_for == (office.chen.person_id,)
    office.pot.move_clock(timedelta(days=1))
    assert office.ask_for(kind).run.waits_for == (office.li.person_id,)
    office.pot.move_clock(timedelta(days=-1))
    office.company.delegate(office.li.person_id, None)
    assert office.ask_for(kind).run.waits_for == (office.li.person_id,)
    with pytest.raises(Invalid):
        office.company.delegate(office.li.person_id, replace(away, to=office.li.person_id))


def test_sent_back_it_is_mended_and_sent_again(office: Office) -> None:
    one = office.ask_for(office.lay_down())
    signer = one.run.waiting[0]
    one = actions.roll_back(office.pot, one.id, signer.id, None, by=office.li.person_id, comment="which?")
    assert office.waiting(office.wang) == [one.id]
    assert office.pot.outbox[-1].text.startswith(
        "Your request came back to you: Wang Fang: Purchase · Printer"
    )
    draft = actions.mend(office.pot, one)
    assert draft == actions.mend(office.pot, one)
    assert draft.sent == {"why": "Printer", "cost": "50.00"}
    again = actions.send(office.pot, replace(draft, sent={**draft.sent, "why": "Laser printer"}))
    assert (again.id, again.title, again.run.waits_for) == (
        one.id,
        "Purchase · Laser printer",
        (office.li.person_id,),
    )
    assert office.waiting(office.wang) == []


def test_files_come_along(office: Office) -> None:
    kind = office.lay_down()
    draft = actions.begin(office.pot, office.company, office.wang.person_id, kind.id, 1)
    upload = Upload("票据.pdf", "application/pdf", b"%PDF")
    draft = actions.save(office.pot, draft, {"why": "Pens", "cost": "3"}, {"papers": [upload, upload]})
    draft = actions.drop_file(office.pot, draft, 1)
    assert office.pot.storage.get_file(f"{draft.id}.1") is None
    one = actions.send(office.pot, draft)
    assert one.values["papers"] == [{"key": 2, "name": "票据.pdf", "size": 4}]
    other = actions.begin(office.pot, office.company, office.wang.person_id, kind.id, 1)
    with pytest.raises(Invalid, match="at most"):
        actions.save(office.pot, other, {}, {"papers": [upload] * 21})


def test_time_limits_act_and_a_company_without_seats_sleeps(office: Office) -> None:
    step = Step("a", "A", Who("person", (office.li.person_id,)), hours=24, on_timeout="approve")
    kind = office.lay_down(step)
    one, other = office.ask_for(kind), office.ask_for(kind)
    office.pot.move_clock(timedelta(hours=23))
    office.harness.mind_the_clock()
    assert office.now(one).state == "running"
    office.pot.move_clock(timedelta(hours=1))
    seated = (office.han, office.li, office.wang, office.chen)
    for member in seated:
        office.pot.take_seat(member)
    office.harness.mind_the_clock()
    assert office.now(one).state == "running"
    for member in seated:
        office.pot.give_seat(member)
    office.pot.move_clock(timedelta(days=1))
    office.harness.mind_the_clock()
    assert {office.now(one).state, office.now(other).state} == {"approved"}
    assert office.pot.storage.count("due", {}) == 0


def test_a_question_by_message_is_answered_by_message(office: Office) -> None:
    one = office.ask_for(office.lay_down())
    asked = office.pot.outbox[-1]
    assert asked.to == office.li
    assert asked.text.startswith("Wang Fang: Purchase · Printer 50.00 CNY. Reply 1 to agree, 2 to reject")
    office.pot.reply(office.li, "hm", to=asked)
    office.harness.deliver()
    assert office.pot.outbox[-1].text.startswith("We could not read your answer.")
    office.pot.reply(office.li, "1 quick please", to=asked)
    office.harness.deliver()
    entry = next(entry for entry in office.now(one).run.history if entry.kind == "approved")
    assert (entry.by, entry.comment, entry.way) == (office.li.person_id, "quick please", "sms")
    assert office.pot.outbox[-1].text == "Done, you approved it: Wang Fang: Purchase · Printer 50.00 CNY."
    office.pot.reply(office.li, "2", to=asked)
    office.harness.deliver()
    assert office.pot.outbox[-1].text.startswith("Your answer came too late")
    assert office.now(one).run.waits_for == (office.chen.person_id,)


def test_those_asked_beside_and_the_applicant_learn_how_it_ended(office: Office) -> None:
    people = (office.li.person_id, office.han.person_id)
    kind = office.lay_down(
        Step("a", "A", Who("person", people), sign="any"), copies=[Who("role", role="CASHIER")]
    )
    one = office.ask_for(kind)
    office.say(one, office.li, comment="fine")
    told = {message.to.name: message.text for message in office.pot.outbox[2:]}
    assert told["Han Meimei"].startswith("Nothing left for you to do")
    assert told["Wang Fang"] == "Your request is approved: Wang Fang: Purchase · Printer 50.00 CNY. “fine”"
    assert told["Chen Wei"].startswith("For your information")
    with pytest.raises(Late):
        actions.answer(office.pot, one.id, 2, "rejected", by=office.han.person_id)


def test_a_reminder_asks_again(office: Office) -> None:
    one = office.ask_for(office.lay_down())
    actions.urge(office.pot, one.id, office.wang.person_id)
    assert office.pot.outbox[-1].text.startswith("A reminder: ")
    assert office.pot.outbox[-1].ask == office.pot.outbox[0].ask


def test_other_companies_of_a_person_stay_apart(office: Office) -> None:
    assert [one.customer_id for one in office.pot.members.employments(office.wang.person_id)] == [1]
    assert Company(office.pot, 2).colleagues == {}

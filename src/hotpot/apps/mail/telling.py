"""Who is told of which mail, and what a person has to know of a mailbox.

How and when somebody is told is the person's own choice for the app, and the platform's work; the rules
here say of which mails.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from hotpot.apps.mail import store
from hotpot.apps.mail.app import FUNCTION, app
from hotpot.apps.mail.rules import next_hour, outcome
from hotpot.sdk.mail import Mail
from hotpot.sdk.platform import Member, NewMessage, PlatformEvent, Pot
from hotpot.sdk.text import shortened

AT_ONCE_MAX = 5  # more mails than that in one moment are told together
LISTED_MAX = 3
SENDER_LENGTH, SUBJECT_LENGTH, PROBLEM_LENGTH = 40, 80, 120


@app.on("mail.arrived")
def arrived(pot: Pot, events: Sequence[PlatformEvent]) -> None:
    mails = pot.mail.get([event.data["mail_id"] for event in events])
    by_person: dict[tuple[int, int], list[Mail]] = defaultdict(list)
    for mail in mails.values():
        if not mail.seen:  # Another program may have shown it already.
            by_person[mail.person_id, mail.customer_id].append(mail)
    people = _with_seats(pot, list(by_person))
    messages: list[NewMessage] = []
    for key, member in people.items():
        messages += _told(pot, member, by_person[key])
    pot.messages.send(messages)


@app.on("mail.broke")
def broke(pot: Pot, events: Sequence[PlatformEvent]) -> None:
    messages = []
    for event in events:
        box = next(
            (
                one
                for one in pot.mail.mailboxes(event.data["person_id"])
                if one.id == event.data["mailbox_id"] and one.state == "broken"
            ),
            None,
        )
        member = box and pot.members.get(box.person_id, box.customer_id)
        if box and member:
            values = {"address": box.address, "problem": shortened(box.problem, PROBLEM_LENGTH)}
            link = f"/mailboxes/{box.id}"
            messages.append(NewMessage(f"broke:{event.id}", member, "broke", values, link=link))
    pot.messages.send(messages)


@app.on("mail.letter_failed")
def letter_failed(pot: Pot, events: Sequence[PlatformEvent]) -> None:
    messages = []
    for event in events:
        person_id, letter_id = event.data["person_id"], event.data["letter_id"]
        letter = next((one for one in pot.mail.letters(person_id) if one.id == letter_id), None)
        boxes = {one.id: one for one in pot.mail.mailboxes(person_id)}
        if letter is None or letter.state != "failed" or letter.mailbox_id not in boxes:
            continue
        member = pot.members.get(person_id, boxes[letter.mailbox_id].customer_id)
        if member:
            values = {
                "subject": shortened(letter.subject, SUBJECT_LENGTH),
                "problem": shortened(letter.problem, PROBLEM_LENGTH),
            }
            messages.append(
                NewMessage(f"failed:{event.id}", member, "letter_failed", values, link="/letters")
            )
    pot.messages.send(messages)


@app.on_clock
def tell_held(pot: Pot) -> bool:
    """One digest that is due."""
    due = store.next_due(pot)
    if due is None:
        return False
    person_id, hour = due
    mails = [mail for mail in pot.mail.get(store.take_held(pot, person_id, hour)).values() if not mail.seen]
    people = _with_seats(pot, list({(mail.person_id, mail.customer_id): None for mail in mails}))
    pot.messages.send(
        [
            _together("digest", f"digest:{hour}:{person_id}:{key[1]}", member, of_company)
            for key, member in people.items()
            if (of_company := [mail for mail in mails if mail.customer_id == key[1]])
        ]
    )
    return True


def _with_seats(pot: Pot, keys: Sequence[tuple[int, int]]) -> Mapping[tuple[int, int], Member]:
    people = {key: member for key in keys if (member := pot.members.get(*key))}
    allowed = pot.entitlements.allowed([one.number for one in people.values()], FUNCTION)
    return {key: member for key, member in people.items() if member.number in allowed}


def _told(pot: Pot, member: Member, mails: Sequence[Mail]) -> list[NewMessage]:
    """Each by the person's first rule that fits; many at once are one message."""
    rules = store.rules_of(pot, member.person_id)
    at_once, urgent = [], []
    for mail in mails:
        what = outcome(rules, mail, pot.now, member.time_zone)
        if what == "digest":
            store.hold(pot, mail, next_hour(pot.now))
        elif what == "urgent":
            urgent.append(mail)
        elif what == "notify":
            at_once.append(mail)
    messages = [_alone(member, mail, urgent=True) for mail in urgent]
    if len(at_once) > AT_ONCE_MAX:
        key = f"many:{at_once[0].id}-{at_once[-1].id}:{member.person_id}"
        return [*messages, _together("many", key, member, at_once)]
    return messages + [_alone(member, mail) for mail in at_once]


def _alone(member: Member, mail: Mail, *, urgent: bool = False) -> NewMessage:
    values = {"sender": _sender(mail), "subject": _subject(mail)}
    return NewMessage(f"mail:{mail.id}", member, "new", values, link=f"/mails/{mail.id}", urgent=urgent)


def _together(template: str, key: str, member: Member, mails: Sequence[Mail]) -> NewMessage:
    listed = "; ".join(f"{_sender(mail)}: {_subject(mail)}" for mail in mails[-LISTED_MAX:])
    return NewMessage(key, member, template, {"count": str(len(mails)), "list": listed})


def _sender(mail: Mail) -> str:
    return shortened(mail.sender.shown, SENDER_LENGTH) or "?"


def _subject(mail: Mail) -> str:
    return shortened(mail.subject or mail.snippet, SUBJECT_LENGTH) or "…"

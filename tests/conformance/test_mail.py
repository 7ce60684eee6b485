"""People's mailboxes, on the platform in memory and on the real one."""

from __future__ import annotations

import pytest

from hotpot.sdk.errors import Invalid, NotFound
from hotpot.sdk.mail import Correspondent, NewLetter
from tests.conformance.worlds import World

pytestmark = pytest.mark.django_db

CHEN = Correspondent("Chen Bo", "chen@partner.example")


def test_a_mailbox_is_its_persons_alone(world: World) -> None:
    li, han = world.hire("Li"), world.hire("Han", manages=True)
    box = world.connect_mailbox(li, "li@corp.example")
    mails = world.pot.mail
    assert [(one.address, one.state, one.watched) for one in mails.mailboxes(li.person_id)] == [
        ("li@corp.example", "running", ("INBOX",))
    ]
    mail = world.deliver_mail(box, "Salary", sender=CHEN, text="More of it.")
    assert (mails.mailboxes(han.person_id), mails.inbox(han.person_id)) == ([], [])
    for ask in (
        lambda: mails.read(mail.id, person_id=han.person_id),
        lambda: mails.attachment(mail.id, 1, person_id=han.person_id),
        lambda: mails.disconnect(box.id, person_id=han.person_id),
        lambda: mails.watch(box.id, [], person_id=han.person_id),
        lambda: mails.send(NewLetter(box.id, "k", "a@b.example", "s", "t"), person_id=han.person_id),
    ):
        with pytest.raises(NotFound):
            ask()


def test_new_mail_is_an_event_and_found_by_it(world: World) -> None:
    li = world.hire("Li")
    world.take_events()
    mail = world.deliver_mail(
        world.connect_mailbox(li, "li@corp.example"), "Order 7", sender=CHEN, text="Hi."
    )
    (event,) = [one for one in world.take_events() if one.type == "mail.arrived"]
    assert event.data["mail_id"] == mail.id
    found = world.pot.mail.get([mail.id, mail.id + 10_000])
    assert list(found) == [mail.id]
    known = found[mail.id]
    assert (known.sender, known.subject, known.snippet, known.seen) == (CHEN, "Order 7", "Hi.", False)
    assert (known.person_id, known.customer_id) == (li.person_id, li.customer_id)


def test_unread_mail_comes_first_and_reading_marks_it(world: World) -> None:
    li = world.hire("Li")
    box = world.connect_mailbox(li, "li@corp.example")
    first, second, third = (
        world.deliver_mail(box, name, sender=CHEN, text=name) for name in ("Alpha", "Beta", "Gamma")
    )
    mails = world.pot.mail
    reading = mails.read(third.id, person_id=li.person_id)
    assert reading.content is not None
    assert reading.content.text == "Gamma"
    assert [one.subject for one in mails.inbox(li.person_id)] == ["Beta", "Alpha", "Gamma"]
    assert mails.count_unread(li.person_id) == 2
    assert [one.subject for one in mails.inbox(li.person_id, beyond=second.id)] == ["Alpha", "Gamma"]
    assert [one.subject for one in mails.inbox(li.person_id, text="chen alpha")] == ["Alpha"]
    assert mails.inbox(li.person_id, text="nowhere") == []
    mails.mark_read([first.id, second.id], person_id=li.person_id)
    assert mails.count_unread(li.person_id) == 0


def test_a_letter_goes_once_and_an_address_that_is_none_is_refused(world: World) -> None:
    li = world.hire("Li")
    box = world.connect_mailbox(li, "li@corp.example")
    mail = world.deliver_mail(box, "Price?", sender=CHEN, text="?")
    letter = NewLetter(box.id, "k1", "Chen <chen@partner.example>", "Re: Price?", "12", answers=mail.id)
    sent = [world.pot.mail.send(letter, person_id=li.person_id).id for _ in range(2)]
    assert sent[0] == sent[1]
    (found,) = world.pot.mail.letters(li.person_id)
    assert (found.recipients, found.subject, found.state) == (
        ("chen@partner.example",),
        "Re: Price?",
        "waiting",
    )
    for to in ("", "chen", "chen@", "a b@c.example"):
        with pytest.raises(Invalid):
            world.pot.mail.send(NewLetter(box.id, f"k{to}", to, "s", "t"), person_id=li.person_id)


def test_a_disconnected_mailbox_is_forgotten(world: World) -> None:
    li = world.hire("Li")
    box = world.connect_mailbox(li, "li@corp.example")
    world.deliver_mail(box, "A", sender=CHEN, text="")
    world.pot.mail.disconnect(box.id, person_id=li.person_id)
    assert (world.pot.mail.mailboxes(li.person_id), world.pot.mail.inbox(li.person_id)) == ([], [])

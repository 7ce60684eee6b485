"""A mailbox on a real Dovecot, turn by turn."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from hotpot.pot.connector.mailbox import actions, queries
from hotpot.pot.connector.mailbox.models import Mail, Mailbox
from hotpot.pot.connector.mailbox.wire import Access
from hotpot.pot.events.wire import SYSTEM_ACTOR
from tests.mail.conftest import Owner, mail
from tests.mail.dovecot import Dovecot

pytestmark = pytest.mark.peer

Own = Callable[[Access], Owner]


@pytest.fixture
def owner(dovecot: Dovecot, own: Own) -> Owner:
    """With one mail that was there before."""
    address = dovecot.add()
    dovecot.deliver(address, mail("Before"))
    owner = own(dovecot.access(address))
    assert owner.turn().state == Mailbox.State.RUNNING
    return owner


def test_what_was_there_is_kept_and_what_comes_is_told_once(dovecot: Dovecot, owner: Owner) -> None:
    assert (owner.subjects(), owner.news()) == (["Before"], [])
    dovecot.deliver(owner.mailbox.address, mail("第一封 new one", body="Please answer.\r\n> old words"))
    owner.turn()
    owner.turn()
    assert owner.news() == ["第一封 new one"]
    newest = Mail.objects.get(subject="第一封 new one")
    assert (newest.sender_name, newest.sender_address) == ("Chen Bo", "chen@partner.example")
    assert newest.snippet == "Please answer."


def test_a_new_line_looks_again_and_tells_nothing_twice(dovecot: Dovecot, owner: Owner) -> None:
    dovecot.deliver(owner.mailbox.address, mail("While away"))
    owner.watch.close()
    owner.turn()
    owner.watch.close()
    owner.turn()
    assert owner.news() == ["While away"]


def test_the_server_wakes_who_waits(dovecot: Dovecot, owner: Owner) -> None:
    assert owner.watch.line is not None
    assert owner.watch.line.idling
    dovecot.deliver(owner.mailbox.address, mail("Ring"))
    assert _readable(owner.watch.line.fileno())
    owner.turn(heard=False)
    assert owner.news() == ["Ring"]


def _readable(number: int) -> bool:
    import select

    poll = select.poll()
    poll.register(number, select.POLLIN)
    return bool(poll.poll(30_000))


def test_reading_here_marks_it_over_there(dovecot: Dovecot, owner: Owner) -> None:
    body = actions.read(Mail.objects.get(subject="Before"), owner.now)
    assert actions.content_of(body) is None
    owner.turn(heard=False)
    body.refresh_from_db()
    content = actions.content_of(body)
    assert content is not None
    assert content.endswith(b"Hello.\r\n")
    (file,) = dovecot.files(owner.mailbox.address)
    assert file.name.endswith("S")
    assert not Mail.objects.filter(seen_here=True).exists()


def test_what_another_program_reads_or_deletes_is_so_here(dovecot: Dovecot, owner: Owner) -> None:
    (file,) = dovecot.files(owner.mailbox.address)
    cur = file.parent.parent / "cur"
    read = file.rename(cur / f"{file.name.partition(':')[0]}:2,S")
    owner.turn()
    assert Mail.objects.get(subject="Before").seen
    read.unlink()
    owner.turn()
    assert owner.subjects() == []
    assert Mail.objects.get().subject == ""


def test_all_numbers_anew_is_nothing_new(dovecot: Dovecot, owner: Owner) -> None:
    """The server lost its indexes: another UIDVALIDITY, all UIDs from the beginning."""
    dovecot.deliver(owner.mailbox.address, mail("Second"))
    owner.turn()
    before = queries.folder_of(owner.mailbox.id, "INBOX")
    owner.watch.close()
    dovecot.stop()
    _forget_numbers(dovecot.folder / "mail" / owner.mailbox.address.partition("@")[0])
    dovecot.start()
    dovecot.deliver(owner.mailbox.address, mail("Third"))
    owner.turn()
    after = queries.folder_of(owner.mailbox.id, "INBOX")
    assert before is not None
    assert after is not None
    assert before.validity != after.validity
    assert owner.news() == ["Second", "Third"]
    assert sorted(owner.subjects()) == ["Before", "Second", "Third"]


def _forget_numbers(box: Path) -> None:
    for one in box.glob("dovecot.index*"):
        one.unlink()
    numbers = box / "dovecot-uidlist"
    validity = re.search(r" V(\d+) ", numbers.read_text())
    assert validity is not None
    numbers.write_text(f"3 V{int(validity[1]) + 7} N1\n")


def test_another_folder_is_watched_when_asked_for(dovecot: Dovecot, owner: Owner) -> None:
    assert owner.fresh().folders[:2] == ["INBOX", "Orders"]
    actions.watch(SYSTEM_ACTOR, mailbox=owner.mailbox, folders=["Orders", "Nonsense"], now=owner.now)
    owner.turn()
    dovecot.deliver(owner.mailbox.address, mail("Order 7"), folder="Orders")
    owner.turn()
    assert owner.news() == ["Order 7"]
    assert Mail.objects.get(subject="Order 7").folder == "Orders"


def test_a_changed_password_is_the_persons_to_mend(dovecot: Dovecot, owner: Owner) -> None:
    Mailbox.objects.filter(id=owner.mailbox.id).update(sealed_secret=actions._vault().seal("old"))
    owner.watch.close()
    mailbox = owner.turn()
    assert mailbox.state == Mailbox.State.BROKEN
    assert "does not take this name and password" in mailbox.problem
    assert mailbox.retry_at is not None
    actions.connect(
        SYSTEM_ACTOR,
        customer_id=mailbox.customer_id,
        person_id=mailbox.person_id,
        app_id=mailbox.app_id,
        access=dovecot.access(mailbox.address),
        folders=mailbox.folders,
        now=owner.now,
    )
    assert owner.turn().state == Mailbox.State.RUNNING
    assert owner.subjects() == ["Before"]

"""Servers that drop the line, repeat and take back UIDs, storm, and answer nonsense."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import pytest

from hotpot.pot.connector.mailbox import actions, incoming
from hotpot.pot.connector.mailbox.models import Mail, Mailbox
from hotpot.pot.connector.mailbox.wire import Access
from tests.mail.conftest import Owner, mail
from tests.mail.liar import Dripping, Flooding, Held, Liar

BACKING_OFF = Mailbox.State.BACKING_OFF


@pytest.fixture
def liar() -> Iterator[Liar]:
    server = Liar()
    yield server
    server.stop()


@pytest.fixture
def owner(liar: Liar, own: Callable[[Access], Owner]) -> Owner:
    """Two mails are there before, and one is told since."""
    liar.mails = [Held(10, mail("One")), Held(11, mail("Two"))]
    owner = own(liar.access())
    assert owner.turn().state == Mailbox.State.RUNNING, owner.fresh().problem
    liar.mails.append(Held(12, mail("Three")))
    owner.turn()
    assert owner.news() == ["Three"]
    return owner


def test_a_uid_below_the_others_is_found(liar: Liar, owner: Owner) -> None:
    liar.mails.append(Held(3, mail("Low")))
    owner.turn()
    assert owner.news() == ["Three", "Low"]


def test_a_uid_given_twice_hides_nothing(liar: Liar, owner: Owner) -> None:
    liar.mails.append(Held(12, mail("Twelve again", body="Longer than the other.")))
    owner.turn()
    owner.turn()
    assert owner.news() == ["Three", "Twelve again"]
    assert owner.subjects() == ["One", "Two", "Three", "Twelve again"]


def test_the_same_mail_under_another_uid_is_no_news(liar: Liar, owner: Owner) -> None:
    liar.mails[2].uid = 40
    owner.turn()
    liar.mails.append(Held(41, mail("Three")))
    owner.turn()
    assert owner.news() == ["Three"]
    assert owner.subjects() == ["One", "Two", "Three"]


def test_the_same_message_id_does_not_hide_another_mail(liar: Liar, owner: Owner) -> None:
    liar.mails.append(Held(13, mail("Forged", id_="Three")))
    owner.turn()
    assert owner.news() == ["Three", "Forged"]


def test_mails_without_any_head_are_each_kept(liar: Liar, owner: Owner) -> None:
    liar.mails += [Held(20, b"\r\n\r\nfirst"), Held(21, b"\r\n\r\nsecond one"), Held(22, b"")]
    owner.turn()
    owner.turn()
    assert len(owner.news()) == 4
    assert Mail.objects.filter(subject="").count() == 3


def test_a_mail_that_is_hidden_and_shown_again_is_no_news(liar: Liar, owner: Owner) -> None:
    hidden = liar.mails.pop()
    owner.turn()
    assert owner.subjects() == ["One", "Two"]
    liar.mails.append(hidden)
    owner.turn()
    assert owner.subjects() == ["One", "Two", "Three"]
    assert owner.news() == ["Three"]


def test_everything_expunged_and_numbered_anew_each_time(liar: Liar, owner: Owner) -> None:
    for validity in range(2, 6):
        liar.validity = validity
        for number, one in enumerate(liar.mails, start=1):
            one.uid = number
        owner.turn()
    liar.mails.append(Held(99, mail("Four"), date="16-Oct-2026 01:00:00 +0000"))
    owner.turn()
    assert owner.news() == ["Three", "Four"]
    assert owner.subjects() == ["One", "Two", "Three", "Four"]


def test_more_than_a_window_while_away_is_all_found(liar: Liar, owner: Owner) -> None:
    owner.watch.close()
    liar.mails += [Held(100 + n, mail(f"Bulk {n}")) for n in range(250)]
    owner.turn()
    assert len(owner.news()) == len(set(owner.news())) == 251


def test_an_answer_nobody_can_read_costs_one_mail_its_head(liar: Liar, owner: Owner) -> None:
    liar.mails += [Held(13, mail("Good")), Held(14, mail("Lost"), broken=True), Held(15, mail("Better"))]
    owner.turn()
    assert owner.fresh().state == Mailbox.State.RUNNING
    assert sorted(owner.news()) == ["", "Better", "Good", "Three"]
    owner.turn()
    assert len(owner.news()) == 4


@pytest.mark.parametrize(
    "nonsense",
    ["TAG NO not today", "TAG BAD what", "* FETCH ((((", "gibberish", "* 1 FETCH (UID {99999999999}", ""],
)
def test_nonsense_backs_off_and_recovers(
    liar: Liar, owner: Owner, nonsense: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    liar.mails.append(Held(13, mail("Late")))
    liar.hook = lambda command: nonsense if "SELECT" in command else None
    owner.watch.close()
    with monkeypatch.context() as patch:
        patch.setattr(incoming, "SPEAK_TIMEOUT_S", 0.5)  # Some of it is never followed by an end.
        mailbox = owner.turn()
    assert mailbox.state == Mailbox.State.BACKING_OFF
    assert mailbox.problem
    liar.hook = lambda _command: None
    Mailbox.objects.update(retry_at=None)
    assert owner.turn().state == Mailbox.State.RUNNING
    assert owner.news() == ["Three", "Late"]


@pytest.mark.parametrize("at", ["SELECT", "FETCH", "SEARCH", "NOOP", "IDLE", "LOGIN"])
def test_a_line_that_breaks_anywhere_loses_and_repeats_nothing(liar: Liar, owner: Owner, at: str) -> None:
    def cut(command: str) -> str | None:
        if at in command:
            liar.hook = lambda _command: None
            raise ConnectionResetError
        return None

    liar.mails += [Held(30 + n, mail(f"Late {n}")) for n in range(3)]
    liar.hook = cut
    owner.watch.close()
    owner.turn()
    Mailbox.objects.update(retry_at=None)
    owner.turn()
    assert owner.news() == ["Three", "Late 0", "Late 1", "Late 2"]
    assert owner.fresh().state == Mailbox.State.RUNNING


def test_a_line_that_breaks_on_the_way_through_many_loses_none(liar: Liar, owner: Owner) -> None:
    """Some of the newest were taken by then; what lies between is still found."""
    liar.mails += [Held(100 + n, mail(f"Bulk {n}")) for n in range(250)]
    heads = 0

    def cut(command: str) -> str | None:
        nonlocal heads
        heads += "HEADER" in command
        if heads == 2:
            liar.hook = lambda _command: None
            raise ConnectionResetError
        return None

    liar.hook = cut
    owner.turn()
    assert 1 < len(owner.news()) < 251
    Mailbox.objects.update(retry_at=None)
    owner.turn()
    assert len(owner.news()) == len(set(owner.news())) == 251


def test_a_server_that_drips_is_heard_for_so_long_and_no_longer(
    liar: Liar, owner: Owner, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A byte now and then keeps each wait short, and the answer without an end."""
    liar.mails.append(Held(13, mail("Late")))
    stopped = threading.Event()

    liar.hook = lambda command: Dripping(stopped) if "SELECT" in command else None
    with monkeypatch.context() as patch:
        patch.setattr(incoming, "LOOK_S_MAX", 0.5)
        mailbox = owner.turn()
    stopped.set()
    assert (mailbox.state, mailbox.problem) == (BACKING_OFF, "127.0.0.1 takes too long to answer.")
    assert mailbox.retry_at is not None
    recovers(liar, owner)


@pytest.mark.parametrize("said", ["* 1 FETCH (FLAGS ())\r\n" * 1000, "x" * 20_000])
def test_a_server_that_sends_without_end_is_heard_so_far_and_no_further(
    liar: Liar, owner: Owner, monkeypatch: pytest.MonkeyPatch, said: str
) -> None:
    liar.mails.append(Held(13, mail("Late")))
    liar.hook = lambda command: Flooding(said) if "SELECT" in command else None
    with monkeypatch.context() as patch:
        patch.setattr(incoming, "ANSWER_BYTES_MAX", 1024 * 1024)
        owner.watch.close()
        mailbox = owner.turn()
    assert mailbox.state == BACKING_OFF
    assert "more than" in mailbox.problem
    recovers(liar, owner)


def test_answers_of_one_look_have_a_sum(liar: Liar, owner: Owner, monkeypatch: pytest.MonkeyPatch) -> None:
    liar.mails += [Held(13 + n, mail(f"Long {n}", body="x" * 8000)) for n in range(100)]
    monkeypatch.setattr(incoming, "LOOK_BYTES_MAX", 1024 * 512)
    owner.watch.close()
    mailbox = owner.turn()
    assert (mailbox.state, "it sends more than 0 MiB" in mailbox.problem) == (BACKING_OFF, True)
    assert 1 < len(owner.news()) < 101  # What came by then is kept, and the next look goes on.
    Mailbox.objects.update(retry_at=None)
    assert owner.turn().state == Mailbox.State.RUNNING
    assert len(owner.news()) == 101


def recovers(liar: Liar, owner: Owner) -> None:
    liar.hook = lambda _command: None
    Mailbox.objects.update(retry_at=None)
    assert owner.turn().state == Mailbox.State.RUNNING
    assert owner.news() == ["Three", "Late"]


def test_waiting_doubles_while_the_server_is_away(liar: Liar, owner: Owner) -> None:
    def cut(_command: str) -> str | None:
        raise ConnectionResetError

    owner.watch.close()
    liar.hook = cut
    waits = []
    for _ in range(3):
        mailbox = owner.turn()
        assert mailbox.retry_at is not None
        waits.append((mailbox.retry_at - owner.now).total_seconds())
        Mailbox.objects.update(retry_at=None)
    assert waits == [2.0, 4.0, 8.0]


def test_without_idle_it_is_asked_each_minute(liar: Liar, own: Callable[[Access], Owner]) -> None:
    liar.has_idle = False
    owner = own(liar.access())
    owner.turn()
    assert owner.watch.wait_s == 60.0
    liar.mails.append(Held(1, mail("Polled")))
    owner.turn()
    assert owner.news() == ["Polled"]
    assert not any("IDLE" in command for command in liar.commands)


def test_what_was_told_before_the_waiting_began_is_not_missed(liar: Liar, owner: Owner) -> None:
    """A server may tell of a mail just before it says that it waits."""
    assert owner.watch.line is not None
    owner.watch.line.end_idle()
    liar.hook = lambda command: "* 4 EXISTS\r\n+ waiting" if command == "IDLE" else None
    assert owner.watch.line.begin_idle()


def test_a_body_is_found_though_its_number_is_another_mails(liar: Liar, owner: Owner) -> None:
    three = Mail.objects.get(subject="Three")
    liar.mails[2].uid, liar.mails[0].uid = 10, 12
    body = actions.read(three, owner.now)
    owner.turn(heard=False)
    body.refresh_from_db()
    content = actions.content_of(body)
    assert content is not None
    assert b"Subject: Three" in content

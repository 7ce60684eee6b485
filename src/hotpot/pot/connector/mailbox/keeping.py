"""What the watcher writes down: each verb is one transaction, and can be repeated."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import F

from hotpot.pot.connector.mailbox import rules
from hotpot.pot.connector.mailbox.actions import recorded
from hotpot.pot.connector.mailbox.charsets import clean
from hotpot.pot.connector.mailbox.models import Body, Folder, Letter, Mail, Mailbox
from hotpot.pot.connector.mailbox.parsing import read_head, snippet_of
from hotpot.pot.connector.mailbox.wire import Arrival, Correspondent
from hotpot.pot.connector.trouble import Broken, Trouble
from hotpot.pot.events.actions import Fact, record_all
from hotpot.pot.events.wire import SYSTEM_ACTOR
from hotpot.pot.web.sentences import kept

GONE_KEPT = timedelta(days=30)  # a mail that comes back within that is no news
BODIES_KEPT = timedelta(days=7)
LETTERS_KEPT = timedelta(days=30)
STATE = Mailbox.State

# Each mail once, however often it is offered, in whatever folder and under whatever number.
TAKE = """
INSERT INTO mailbox_mail (mailbox_id, customer_id, person_id, fingerprint, folder, validity, uid, size,
                          message_id, "references", sender_name, sender_address, reply_to, "to", cc, subject,
                          snippet, has_attachments, received_at, kept_at, is_news, seen, seen_here, answered)
SELECT %(mailbox_id)s, %(customer_id)s, %(person_id)s, r.fingerprint, %(folder)s, %(validity)s, r.uid, r.size,
       r.message_id, r.references, r.sender_name, r.sender_address, r.reply_to, r.to, r.cc, r.subject,
       r.snippet, r.has_attachments, r.received_at, %(now)s, r.is_news, r.seen, false, r.answered
  FROM jsonb_to_recordset(%(rows)s::jsonb)
    AS r(n int, fingerprint text, uid bigint, size bigint, message_id text, "references" text,
         sender_name text, sender_address text, reply_to jsonb, "to" jsonb, cc jsonb, subject text,
         snippet text, has_attachments boolean, received_at timestamptz, is_news boolean, seen boolean,
         answered boolean)
 ORDER BY r.n
ON CONFLICT (mailbox_id, fingerprint) DO UPDATE
   SET folder = excluded.folder, validity = excluded.validity, uid = excluded.uid, size = excluded.size,
       received_at = excluded.received_at, subject = excluded.subject, snippet = excluded.snippet,
       seen = excluded.seen OR mailbox_mail.seen_here, answered = excluded.answered, gone_at = NULL
RETURNING id, is_news AND xmax = 0
"""


@transaction.atomic
def take(
    mailbox: Mailbox,
    folder: str,
    validity: int,
    arrivals: Iterable[Arrival],
    *,
    since: datetime | None,
    newest: datetime | None,
    now: datetime,
) -> int:
    """Mails are kept, each once, and what is news is told once. Answers how many were news.

    `since` and `newest` are as `rules.is_news` has them.
    """
    rows: dict[str, dict[str, Any]] = {}
    for arrival in arrivals:
        row = _row(arrival, since, newest)
        rows[row["fingerprint"]] = row  # The same mail twice in one answer is one.
    if not rows:
        return 0
    content = [{"n": n, **row} for n, row in enumerate(rows.values())]
    values: dict[str, Any] = {
        "mailbox_id": mailbox.id,
        "customer_id": mailbox.customer_id,
        "person_id": mailbox.person_id,
        "folder": folder,
        "validity": validity,
        "rows": json.dumps(content),
        "now": now,
    }
    with connection.cursor() as cursor:
        cursor.execute(TAKE, values)
        news = [mail_id for mail_id, is_news in cursor.fetchall() if is_news]
    facts = [
        Fact(
            "mail.arrived",
            f"mail/{mail_id}",
            [mailbox.customer_id],
            {"mail_id": mail_id, "mailbox_id": mailbox.id, "app_id": mailbox.app_id},
            [mailbox.person_id],
        )
        for mail_id in news
    ]
    record_all(SYSTEM_ACTOR, facts, now=now)
    return len(news)


def _row(arrival: Arrival, since: datetime | None, newest: datetime | None) -> dict[str, Any]:
    head = read_head(arrival.head_bytes)
    print_ = rules.fingerprint(
        arrival.head_bytes,
        message_id=head.message_id,
        size=arrival.size,
        received_at=arrival.received_at,
    )
    return {
        "fingerprint": print_,
        "uid": arrival.uid,
        "size": arrival.size,
        "message_id": head.message_id,
        "references": head.references,
        "sender_name": head.sender.name,
        "sender_address": head.sender.address,
        "reply_to": _pairs(head.reply_to),
        "to": _pairs(head.to),
        "cc": _pairs(head.cc),
        "subject": head.subject,
        "snippet": snippet_of(arrival.head_bytes.rstrip() + b"\r\n\r\n" + arrival.text_bytes),
        "has_attachments": head.has_attachments,
        "received_at": arrival.received_at.isoformat(),
        "is_news": rules.is_news(arrival.received_at, since, newest),
        "seen": arrival.seen,
        "answered": arrival.answered,
    }


def _pairs(people: Sequence[Correspondent]) -> list[list[str]]:
    return [[one.name, one.address] for one in people]


@transaction.atomic
def looked_through(mailbox: Mailbox, name: str, validity: int, now: datetime) -> None:
    """All that the folder holds is known under these numbers: from here on there is news."""
    Folder.objects.update_or_create(
        mailbox=mailbox,
        name=name,
        defaults={"validity": validity},
        create_defaults={"person_id": mailbox.person_id, "validity": validity, "since": now},
    )


@transaction.atomic
def follow_flags(changes: Mapping[int, tuple[bool, bool]]) -> None:
    """mail id -> seen, answered, as the server has it: another program read or answered it."""
    for seen, answered in set(changes.values()):
        ids = [mail_id for mail_id, flags in changes.items() if flags == (seen, answered)]
        Mail.objects.filter(id__in=ids, seen_here=False).update(seen=seen, answered=answered)


def told_seen(mail_ids: Sequence[int]) -> None:
    Mail.objects.filter(id__in=mail_ids).update(seen_here=False)


@transaction.atomic
def gone(mail_ids: Sequence[int], now: datetime) -> None:
    """No longer on the server. What they said is forgotten; that they were there is kept for a while, since
    some servers hide a mail and show it again."""
    Mail.objects.filter(id__in=mail_ids, gone_at=None).update(
        gone_at=now, subject="", snippet="", sender_name="", to=[], cc=[], reply_to=[]
    )
    Body.objects.filter(mail_id__in=mail_ids).delete()


def keep_body(body: Body, content: bytes, *, cut: bool, has_attachments: bool) -> None:
    Body.objects.filter(id=body.id).update(content=zlib.compress(content), cut=cut, problem="")
    Mail.objects.filter(id=body.mail_id).update(has_attachments=has_attachments)


def body_is_gone(body: Body, problem: str) -> None:
    Body.objects.filter(id=body.id).update(problem=problem)


@transaction.atomic
def letter_sent(letter: Letter, problem: str, now: datetime) -> None:
    """`problem` names those whose copy was refused, if any."""
    Letter.objects.filter(id=letter.id).update(
        state=Letter.State.SENT, attempts=F("attempts") + 1, problem=problem, ended_at=now, retry_at=None
    )
    recorded(SYSTEM_ACTOR, letter.mailbox, "letter_sent", now, letter_id=letter.id)


@transaction.atomic
def letter_filed(letter: Letter) -> None:
    Letter.objects.filter(id=letter.id).update(is_filed=True)
    if letter.answers_id is not None:
        Mail.objects.filter(id=letter.answers_id).update(answered=True)


@transaction.atomic
def letter_kept_back(letter: Letter, trouble: Trouble, now: datetime, jitter: float) -> None:
    """Tried again later, or given up: at once if the server refuses it, else after a day."""
    wait = timedelta(seconds=rules.back_off_s(letter.attempts + 1, jitter))
    given_up = isinstance(trouble, Broken) or now - letter.written_at > rules.LETTER_TRIED_FOR
    Letter.objects.filter(id=letter.id).update(
        attempts=F("attempts") + 1,
        problem=trouble.sentence,
        state=Letter.State.FAILED if given_up else Letter.State.WAITING,
        retry_at=None if given_up else now + wait,
        ended_at=now if given_up else None,
    )
    if given_up:
        recorded(SYSTEM_ACTOR, letter.mailbox, "letter_failed", now, letter_id=letter.id)


@transaction.atomic
def fell_into_trouble(mailbox: Mailbox, trouble: Trouble, *, now: datetime, jitter: float) -> None:
    """Backing off if the server may come back by itself, broken if its person has to mend something."""
    before = mailbox.state
    broken = isinstance(trouble, Broken)
    state = STATE.BROKEN if broken else STATE.BACKING_OFF
    wait_s = rules.PROBE_S if broken else rules.back_off_s(mailbox.failures + 1, jitter)
    # Settings that were changed meanwhile are tried at once, whatever the old ones came to.
    changed = Mailbox.objects.filter(id=mailbox.id, changed_at=mailbox.changed_at).update(
        state=state,
        problem=clean(trouble.sentence) if type(trouble.sentence) is str else trouble.sentence,
        failures=F("failures") + 1,
        retry_at=now + timedelta(seconds=wait_s),
        looked_at=now,
    )
    if changed and before != state:
        verb = "broke" if broken else "backed_off"
        recorded(SYSTEM_ACTOR, mailbox, verb, now, problem=kept(trouble.sentence))


@transaction.atomic
def went_well(mailbox: Mailbox, now: datetime) -> None:
    Mailbox.objects.filter(id=mailbox.id).update(
        state=STATE.RUNNING, problem="", failures=0, retry_at=None, looked_at=now
    )
    if mailbox.state != STATE.RUNNING:
        recorded(SYSTEM_ACTOR, mailbox, "recovered", now)


@transaction.atomic
def forget_old(now: datetime) -> None:
    """What was kept for a limited time, and is over it."""
    Mail.objects.filter(gone_at__lt=now - GONE_KEPT).delete()
    Body.objects.filter(asked_at__lt=now - BODIES_KEPT).delete()
    ended = Letter.objects.exclude(state=Letter.State.WAITING)
    ended.filter(ended_at__lt=now - LETTERS_KEPT).delete()

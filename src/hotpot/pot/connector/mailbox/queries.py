"""What is asked of mailboxes and their mail. Hot statements are named."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Max, Q, QuerySet

from hotpot.pot.connector.mailbox import rules
from hotpot.pot.connector.mailbox.models import Body, Folder, Letter, Mail, Provider
from hotpot.pot.connector.mailbox.wire import Server, Suggestion

# Mailboxes whose person has a seat now for the app that asked for them.
WATCHABLE = """
SELECT mailbox.id, mailbox.changed_at
  FROM mailbox_mailbox AS mailbox JOIN identity_person AS person ON person.id = mailbox.person_id
 WHERE EXISTS (SELECT FROM subscription_entitlement AS entitlement
                WHERE entitlement.number = person.number AND entitlement.app_id = mailbox.app_id
                  AND entitlement.customer_id = mailbox.customer_id
                  AND entitlement.starts_at <= %(now)s
                  AND (entitlement.ends_at IS NULL OR entitlement.ends_at > %(now)s))
 ORDER BY mailbox.id
"""


@dataclass(frozen=True, slots=True)
class Known:
    """A mail where the server has it, as we believe."""

    id: int
    uid: int
    size: int
    received_at: datetime
    seen: bool
    answered: bool
    seen_here: bool

    @property
    def mark(self) -> tuple[int, int, datetime]:
        return self.uid, self.size, self.received_at


def watchable(now: datetime) -> Mapping[int, datetime]:
    """id -> when its settings changed last."""
    with connection.cursor() as cursor:
        cursor.execute(WATCHABLE, {"now": now})
        return dict(cursor.fetchall())


def known_in(mailbox_id: int, folder: str, validity: int) -> list[Known]:
    rows = Mail.objects.filter(mailbox_id=mailbox_id, folder=folder, validity=validity, gone_at=None)
    columns = ("id", "uid", "size", "received_at", "seen", "answered", "seen_here")
    return [Known(*row) for row in rows.values_list(*columns)]


def highest_uid(mailbox_id: int, folder: str, validity: int) -> int:
    rows = Mail.objects.filter(mailbox_id=mailbox_id, folder=folder, validity=validity)
    found: int | None = rows.aggregate(highest=Max("uid"))["highest"]
    return found or 0


def newest_received(mailbox_id: int, folder: str) -> datetime | None:
    rows = Mail.objects.filter(mailbox_id=mailbox_id, folder=folder)
    found: datetime | None = rows.aggregate(newest=Max("received_at"))["newest"]
    return found


def folder_of(mailbox_id: int, name: str) -> Folder | None:
    return Folder.objects.filter(mailbox_id=mailbox_id, name=name).first()


def seen_here(mailbox_id: int) -> Mapping[tuple[str, int], Mapping[int, int]]:
    """(folder, validity) -> uid -> mail id, of what was read here and the server not yet told."""
    found: dict[tuple[str, int], dict[int, int]] = {}
    rows = Mail.objects.filter(mailbox_id=mailbox_id, seen_here=True)
    for id_, folder, validity, uid in rows.values_list("id", "folder", "validity", "uid"):
        found.setdefault((folder, validity), {})[uid] = id_
    return found


def bodies_asked_for(mailbox_id: int) -> Sequence[Body]:
    rows = Body.objects.filter(mailbox_id=mailbox_id, content=None, problem="").select_related("mail")
    return list(rows.order_by("asked_at", "id"))


def letters_due(mailbox_id: int, now: datetime) -> Sequence[Letter]:
    rows = Letter.objects.filter(mailbox_id=mailbox_id, state=Letter.State.WAITING)
    return list(rows.filter(Q(retry_at=None) | Q(retry_at__lte=now)).order_by("id"))


def letters_to_file(mailbox_id: int) -> Sequence[Letter]:
    rows = Letter.objects.filter(mailbox_id=mailbox_id, state=Letter.State.SENT, is_filed=False)
    return list(rows.select_related("answers").order_by("id"))


def suggestion(address: str) -> Suggestion:
    """By a provider that whoever runs the pot configured, by what is known of the domain, or guessed."""
    found = provider_for(address)
    if found is None:
        return rules.suggested(address)
    return Suggestion(
        Server(found.imap_host, found.imap_port, rules.checked_security(found.imap_security)),
        Server(found.smtp_host, found.smtp_port, rules.checked_security(found.smtp_security)),
        known=True,
        provider=found.name,
    )


def provider_for(address: str) -> Provider | None:
    return Provider.objects.filter(domains__contains=[rules.domain_of(address)]).order_by("id").first()


def mails_of(
    person_id: int,
    customer_ids: Collection[int],
    *,
    mailbox_id: int | None = None,
    unseen: bool = False,
    text: str = "",
    beyond: int | None = None,
) -> QuerySet[Mail]:
    """Unread first, then by when they came; after the one `beyond`. `text` is in the sender, subject or
    first words."""
    rows = Mail.objects.filter(person_id=person_id, customer_id__in=customer_ids, gone_at=None)
    if mailbox_id is not None:
        rows = rows.filter(mailbox_id=mailbox_id)
    if unseen:
        rows = rows.filter(seen=False)
    for word in text.split()[:8]:
        rows = rows.filter(
            Q(subject__icontains=word)
            | Q(sender_name__icontains=word)
            | Q(sender_address__icontains=word)
            | Q(snippet__icontains=word)
        )
    if beyond is not None and (last := rows.filter(id=beyond).first()) is not None:
        rows = rows.filter(_after(last))
    return rows.order_by("seen", "-received_at", "-id")


def _after(last: Mail) -> Q:
    here: dict[str, Any] = {"seen": last.seen}
    after = Q(**here, received_at__lt=last.received_at)
    after |= Q(**here, received_at=last.received_at, id__lt=last.id)
    return after if last.seen else after | Q(seen=True)

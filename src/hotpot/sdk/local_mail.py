"""`pot.mail` over the mailboxes' own verbs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, cast

from django.conf import settings as django_settings
from django.utils.translation import gettext as _

from hotpot.pot.connector.mailbox import actions, queries
from hotpot.pot.connector.mailbox.models import Letter as LetterRow
from hotpot.pot.connector.mailbox.models import Mail as MailRow
from hotpot.pot.connector.mailbox.models import Mailbox as MailboxRow
from hotpot.pot.connector.mailbox.parsing import read_content
from hotpot.pot.connector.mailbox.wire import Access, Attachment, Content, Secret
from hotpot.pot.connector.mailbox.writing import Draft, addressed
from hotpot.pot.events.wire import Actor
from hotpot.pot.party.models import Membership
from hotpot.sdk.errors import Forbidden, NotFound
from hotpot.sdk.mail import (
    AttachmentInfo,
    Correspondent,
    Letter,
    Mail,
    Mailbox,
    MailContent,
    MailSettings,
    NewLetter,
    Reading,
    Suggestion,
)
from hotpot.sdk.market import MANAGING, Market, across
from hotpot.sdk.platform import StoredFile


class LocalMails:
    def __init__(self, market: Market) -> None:
        self._market = market

    # --- mailboxes --------------------------------------------------------------------------------------

    @across
    def suggest(self, address: str) -> Suggestion:
        return queries.suggestion(address)

    @across
    def connect(self, settings: MailSettings, *, person_id: int, customer_id: int, by: int) -> Mailbox:
        self._require(person_id, customer_id, by)
        access = Access(
            settings.address, settings.login, settings.incoming, settings.outgoing, Secret(settings.password)
        )
        folders = actions.try_out(access)
        return _mailbox(
            actions.connect(
                _actor(by),
                customer_id=customer_id,
                person_id=person_id,
                app_id=self._market.app_id,
                access=access,
                folders=folders,
                now=self._market.now,
            )
        )

    @across
    def sign_in(self, address: str, *, person_id: int, customer_id: int, back: str) -> str:
        self._require(person_id, customer_id, person_id)
        return actions.begin_sign_in(
            customer_id=customer_id,
            person_id=person_id,
            app_id=self._market.app_id,
            address=address,
            back=self._address(back),
            now=self._market.now,
        )

    @across
    def signed_in(self, *, state: str, code: str, person_id: int, back: str) -> Mailbox:
        mailbox = actions.finish_sign_in(
            _actor(person_id),
            state=state,
            code=code,
            person_id=person_id,
            back=self._address(back),
            now=self._market.now,
        )
        return _mailbox(mailbox)

    @across
    def mailboxes(self, person_id: int) -> Sequence[Mailbox]:
        rows = self._mailboxes(person_id).select_related("provider")
        return [_mailbox(row) for row in rows.order_by("id")]

    @across
    def watch(self, mailbox_id: int, folders: Sequence[str], *, person_id: int) -> None:
        mailbox = self._mailbox(mailbox_id, person_id)
        actions.watch(_actor(person_id), mailbox=mailbox, folders=folders, now=self._market.now)

    @across
    def disconnect(self, mailbox_id: int, *, person_id: int) -> None:
        mailbox = self._mailbox(mailbox_id, person_id)
        actions.disconnect(_actor(person_id), mailbox=mailbox, now=self._market.now)

    # --- mail -------------------------------------------------------------------------------------------

    @across
    def inbox(
        self,
        person_id: int,
        *,
        mailbox_id: int | None = None,
        text: str = "",
        beyond: int | None = None,
        limit: int = 30,
    ) -> Sequence[Mail]:
        customers = self._market.customer_ids
        rows = queries.mails_of(person_id, customers, mailbox_id=mailbox_id, text=text, beyond=beyond)
        return [_mail(row) for row in rows[:limit]]

    @across
    def get(self, mail_ids: Sequence[int]) -> Mapping[int, Mail]:
        rows = MailRow.objects.filter(
            id__in=set(mail_ids), customer_id__in=self._market.customer_ids, gone_at=None
        )
        return {row.id: _mail(row) for row in rows.order_by("id")}

    @across
    def count_unread(self, person_id: int) -> int:
        return queries.mails_of(person_id, self._market.customer_ids, unseen=True).count()

    @across
    def read(self, mail_id: int, *, person_id: int) -> Reading:
        row = self._mail(mail_id, person_id)
        body = actions.read(row, self._market.now)
        content = actions.content_of(body)
        if content is None:
            return Reading(_mail(row), None, body.problem)
        return Reading(_mail(row), _content(read_content(content, cut=body.cut)))

    @across
    def mark_read(self, mail_ids: Sequence[int], *, person_id: int) -> None:
        rows = queries.mails_of(person_id, self._market.customer_ids).filter(id__in=mail_ids)
        actions.mark_seen(list(rows))

    @across
    def attachment(self, mail_id: int, number: int, *, person_id: int) -> StoredFile:
        for one in self._attachments(mail_id, person_id):
            if one.number == number:
                return StoredFile(one.name, one.content_type, one.content)
        raise NotFound(_("This file is not here any more. Open the mail again."))

    # --- letters ----------------------------------------------------------------------------------------

    @across
    def send(self, letter: NewLetter, *, person_id: int) -> Letter:
        mailbox = self._mailbox(letter.mailbox_id, person_id)
        answered = None if letter.answers is None else self._mail(letter.answers, person_id)
        draft = Draft(
            sender=actions.sender_of(mailbox, self._name(mailbox)),
            to=addressed(letter.to),
            cc=addressed(letter.cc),
            subject=letter.subject,
            text=letter.text,
            attachments=self._enclosed(letter, person_id),
            answers=answered.message_id if answered else "",
            references=answered.references if answered else "",
        )
        row = actions.write(
            _actor(person_id),
            mailbox=mailbox,
            key=letter.key,
            draft=draft,
            answers=answered,
            now=self._market.now,
        )
        return _letter(row)

    @across
    def send_again(self, letter_id: int, *, person_id: int) -> None:
        actions.send_again(self._letters(person_id).filter(id=letter_id).first() or _unknown())

    @across
    def letters(self, person_id: int, *, limit: int = 30) -> Sequence[Letter]:
        return [_letter(row) for row in self._letters(person_id).order_by("-id")[:limit]]

    # --- shared -----------------------------------------------------------------------------------------

    def _require(self, person_id: int, customer_id: int, by: int) -> None:
        """Of one's own company, or as its manager for one of its people. Raises Forbidden."""
        member = self._market.members([(person_id, customer_id)]).get((person_id, customer_id))
        managers = Membership.objects.filter(party_id=customer_id, role__in=MANAGING)
        if member is None or not (by == person_id or managers.filter(person_id=by).exists()):
            raise Forbidden(_("A mailbox is connected by its owner, or by a manager of the owner's company."))

    def _mailboxes(self, person_id: int) -> Any:
        return MailboxRow.objects.filter(person_id=person_id, customer_id__in=self._market.customer_ids)

    def _mailbox(self, mailbox_id: int, person_id: int) -> MailboxRow:
        found: MailboxRow | None = self._mailboxes(person_id).filter(id=mailbox_id).first()
        return found or _unknown()

    def _mail(self, mail_id: int, person_id: int) -> MailRow:
        rows = queries.mails_of(person_id, self._market.customer_ids)
        return rows.filter(id=mail_id).first() or _unknown()

    def _letters(self, person_id: int) -> Any:
        return LetterRow.objects.filter(person_id=person_id, customer_id__in=self._market.customer_ids)

    def _attachments(self, mail_id: int, person_id: int) -> Sequence[Attachment]:
        body = actions.read(self._mail(mail_id, person_id), self._market.now)
        content = actions.content_of(body)
        return () if content is None else read_content(content).attachments

    def _enclosed(self, letter: NewLetter, person_id: int) -> list[Attachment]:
        passed_on = () if letter.forwards is None else self._attachments(letter.forwards, person_id)
        files = [Attachment(0, one.name, one.content_type, one.content) for one in letter.files]
        return [*passed_on, *files]

    def _name(self, mailbox: MailboxRow) -> str:
        key = (mailbox.person_id, mailbox.customer_id)
        member = self._market.members([key]).get(key)
        return member.name if member else ""

    def _address(self, back: str) -> str:
        return f"{django_settings.HOTPOT_BASE_URL}/apps/{self._market.app_id}{back}"


def _unknown() -> Any:
    raise NotFound(_("There is no such mail for you. It may have been deleted."))


def _actor(person_id: int) -> Actor:
    return Actor(person_id, None, "app")


def _mailbox(row: MailboxRow) -> Mailbox:
    return Mailbox(
        row.id,
        row.person_id,
        row.customer_id,
        row.address,
        row.login,
        actions.server_of(row, "imap"),
        actions.server_of(row, "smtp"),
        cast("Literal['running', 'backing_off', 'broken']", row.state),
        row.problem,
        row.provider.name if row.provider else "",
        tuple(row.folders),
        tuple(row.watched),
        row.looked_at,
    )


def _mail(row: MailRow) -> Mail:
    return Mail(
        row.id,
        row.mailbox_id,
        row.person_id,
        row.customer_id,
        row.folder,
        Correspondent(row.sender_name, row.sender_address),
        _people(row.reply_to),
        _people(row.to),
        _people(row.cc),
        row.subject,
        row.snippet,
        row.received_at,
        row.seen,
        row.answered,
        row.has_attachments,
    )


def _people(pairs: Sequence[Sequence[str]]) -> tuple[Correspondent, ...]:
    return tuple(Correspondent(name, address) for name, address in pairs)


def _content(content: Content) -> MailContent:
    infos = tuple(
        AttachmentInfo(one.number, one.name, one.content_type, len(one.content))
        for one in content.attachments
    )
    return MailContent(content.text, content.html, infos, content.pictures, content.cut)


def _letter(row: LetterRow) -> Letter:
    state = cast("Literal['waiting', 'sent', 'failed']", row.state)
    return Letter(
        row.id, row.mailbox_id, tuple(row.recipients), row.subject, state, row.problem, row.written_at
    )

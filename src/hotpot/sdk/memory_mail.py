"""`pot.mail` in memory: no server is asked, whatever is sent is sent, whatever is delivered can be read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, NoReturn

from hotpot.pot.connector.mailbox.parsing import sanitised
from hotpot.pot.connector.mailbox.rules import checked_address, suggested
from hotpot.pot.connector.mailbox.wire import INBOX
from hotpot.pot.connector.mailbox.writing import addressed
from hotpot.sdk.errors import Forbidden, Invalid, NotFound
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
from hotpot.sdk.platform import StoredFile

if TYPE_CHECKING:
    from hotpot.sdk.testing import MemoryPot

FOLDERS = (INBOX, "Orders", "Sent")


class MemoryMails:
    """`refusing` is the sentence with which the next connection fails; `sent` is what left, by key."""

    def __init__(self, pot: MemoryPot) -> None:
        self._pot = pot
        self._boxes: dict[int, Mailbox] = {}
        self._mails: dict[int, Mail] = {}
        self._contents: dict[int, MailContent] = {}
        self._files: dict[tuple[int, int], StoredFile] = {}
        self._letters: dict[int, Letter] = {}
        self.refusing = ""
        self.sent: dict[str, NewLetter] = {}

    # What an app asks

    def suggest(self, address: str) -> Suggestion:
        return suggested(address)

    def connect(self, settings: MailSettings, *, person_id: int, customer_id: int, by: int) -> Mailbox:
        people = self._pot.people
        known = (person_id, customer_id) in people.everybody
        if not known or not (by == person_id or (by, customer_id) in people.managing):
            raise Forbidden("A mailbox is connected by its owner, or by a manager of the owner's company.")
        if self.refusing:
            sentence, self.refusing = self.refusing, ""
            raise Invalid(sentence, code="incoming")
        address = checked_address(settings.address)
        before = next((one for one in self.mailboxes(person_id) if one.address == address), None)
        box = Mailbox(
            before.id if before else next(self._pot.ids), person_id, customer_id, address, settings.login,
            settings.incoming, settings.outgoing, "running", "", "", FOLDERS, (INBOX,), self._pot.now,
        )  # fmt: skip
        self._boxes[box.id] = box
        return box

    def sign_in(self, address: str, *, person_id: int, customer_id: int, back: str) -> str:
        raise NotFound("There is no signing in for this address. Use its password.")

    def signed_in(self, *, state: str, code: str, person_id: int, back: str) -> Mailbox:
        raise Invalid("This signing in took too long, or was begun elsewhere. Begin again.")

    def mailboxes(self, person_id: int) -> Sequence[Mailbox]:
        return [box for box in self._boxes.values() if box.person_id == person_id]

    def watch(self, mailbox_id: int, folders: Sequence[str], *, person_id: int) -> None:
        box = self._box(mailbox_id, person_id)
        watched = (INBOX, *(name for name in box.folders if name in folders and name != INBOX))
        self._boxes[box.id] = replace(box, watched=watched)

    def disconnect(self, mailbox_id: int, *, person_id: int) -> None:
        box = self._box(mailbox_id, person_id)
        del self._boxes[box.id]
        self._mails = {id: mail for id, mail in self._mails.items() if mail.mailbox_id != box.id}
        self._letters = {id: one for id, one in self._letters.items() if one.mailbox_id != box.id}

    def inbox(
        self,
        person_id: int,
        *,
        mailbox_id: int | None = None,
        text: str = "",
        beyond: int | None = None,
        limit: int = 30,
    ) -> Sequence[Mail]:
        words = text.casefold().split()
        found = [
            mail
            for mail in sorted(self._mails.values(), key=lambda one: (one.seen, -one.at.timestamp(), -one.id))
            if mail.person_id == person_id
            and mailbox_id in (None, mail.mailbox_id)
            and all(word in _searched(mail) for word in words)
        ]
        ids = [mail.id for mail in found]
        return found[ids.index(beyond) + 1 if beyond in ids else 0 :][:limit]

    def get(self, mail_ids: Sequence[int]) -> Mapping[int, Mail]:
        return {id: self._mails[id] for id in sorted(set(mail_ids)) if id in self._mails}

    def count_unread(self, person_id: int) -> int:
        return sum(mail.person_id == person_id and not mail.seen for mail in self._mails.values())

    def read(self, mail_id: int, *, person_id: int) -> Reading:
        mail = self._mail(mail_id, person_id)
        self._mails[mail_id] = replace(mail, seen=True)
        return Reading(mail, self._contents.get(mail_id))

    def mark_read(self, mail_ids: Sequence[int], *, person_id: int) -> None:
        for id in mail_ids:
            if id in self._mails and self._mails[id].person_id == person_id:
                self._mails[id] = replace(self._mails[id], seen=True)

    def attachment(self, mail_id: int, number: int, *, person_id: int) -> StoredFile:
        self._mail(mail_id, person_id)
        return self._files.get((mail_id, number)) or _unknown()

    def send(self, letter: NewLetter, *, person_id: int) -> Letter:
        self._box(letter.mailbox_id, person_id)
        if letter.key not in self.sent:
            people = [*addressed(letter.to), *addressed(letter.cc)]
            if not people:
                raise Invalid("Say whom the letter is for.")
            if letter.answers is not None:
                answered = self._mail(letter.answers, person_id)
                self._mails[answered.id] = replace(answered, answered=True)
            self.sent[letter.key] = letter
            id = next(self._pot.ids)
            self._letters[id] = Letter(
                id, letter.mailbox_id, tuple(one.address for one in people), letter.subject, "waiting", "",
                self._pot.now,
            )  # fmt: skip
        return next(one for one in self.letters(person_id) if one.subject == letter.subject)

    def send_again(self, letter_id: int, *, person_id: int) -> None:
        letter = next((one for one in self.letters(person_id) if one.id == letter_id), None) or _unknown()
        self._letters[letter_id] = replace(letter, state="waiting", problem="")

    def letters(self, person_id: int, *, limit: int = 30) -> Sequence[Letter]:
        mine = {box.id for box in self.mailboxes(person_id)}
        found = [letter for letter in self._letters.values() if letter.mailbox_id in mine]
        return sorted(found, key=lambda letter: -letter.id)[:limit]

    # What a test's author does

    def deliver(
        self,
        box: Mailbox,
        subject: str,
        *,
        sender: Correspondent,
        text: str = "",
        html: str = "",
        to: Sequence[Correspondent] = (),
        cc: Sequence[Correspondent] = (),
        files: Sequence[StoredFile] = (),
        folder: str = INBOX,
    ) -> Mail:
        """It is there, and the app is told."""
        mail = Mail(
            next(self._pot.ids), box.id, box.person_id, box.customer_id, folder, sender, (), tuple(to),
            tuple(cc), subject, text[:160], self._pot.now, False, False, bool(files),
        )  # fmt: skip
        self._mails[mail.id] = mail
        infos = [
            AttachmentInfo(number, one.name, one.content_type, len(one.content))
            for number, one in enumerate(files, start=1)
        ]
        self._contents[mail.id] = MailContent(text, sanitised(html) if html else "", tuple(infos))
        self._files |= {(mail.id, number): one for number, one in enumerate(files, start=1)}
        self._pot.happen("mail.arrived", f"mail/{mail.id}", mail_id=mail.id, mailbox_id=box.id)
        return mail

    def breaks(self, box: Mailbox, problem: str) -> None:
        """Its person has to mend something."""
        self._boxes[box.id] = replace(box, state="broken", problem=problem)
        self._pot.happen("mail.broke", f"mailbox/{box.id}", mailbox_id=box.id, person_id=box.person_id)

    def letter_fails(self, letter: Letter, problem: str) -> None:
        """The server refused it."""
        self._letters[letter.id] = replace(letter, state="failed", problem=problem)
        box = self._boxes[letter.mailbox_id]
        self._pot.happen(
            "mail.letter_failed", f"mailbox/{box.id}", mailbox_id=box.id, person_id=box.person_id,
            letter_id=letter.id,
        )  # fmt: skip

    def _box(self, mailbox_id: int, person_id: int) -> Mailbox:
        box = self._boxes.get(mailbox_id)
        return box if box is not None and box.person_id == person_id else _unknown()

    def _mail(self, mail_id: int, person_id: int) -> Mail:
        mail = self._mails.get(mail_id)
        return mail if mail is not None and mail.person_id == person_id else _unknown()


def _searched(mail: Mail) -> str:
    return f"{mail.sender.name} {mail.sender.address} {mail.subject} {mail.snippet}".casefold()


def _unknown() -> NoReturn:
    raise NotFound("There is no such mail for you. It may have been deleted.")

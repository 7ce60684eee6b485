"""One mailbox's turn: say what was done here, look what is new there, and wait for more.

A server is believed in nothing that would lose or repeat a mail. A mail is known by what it says of itself
(`rules.fingerprint`); its UID only tells where to fetch it. Each look reads a window of the newest messages
whole, so that one with a low UID is found as well, and whatever lies above the highest UID known.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import structlog
from django.utils.translation import gettext_noop as _

from hotpot.kernel.errors import Refused
from hotpot.pot.connector.mailbox import actions, keeping, outgoing, queries, rules
from hotpot.pot.connector.mailbox.incoming import Line, Unintelligible
from hotpot.pot.connector.mailbox.models import Body, Letter, Mailbox
from hotpot.pot.connector.mailbox.parsing import read_content, read_head
from hotpot.pot.connector.mailbox.queries import Known
from hotpot.pot.connector.mailbox.wire import INBOX, Access, Seen, Told
from hotpot.pot.connector.trouble import Broken, Trouble
from hotpot.pot.web.sentences import Sentence

WINDOW = 200  # newest messages that each look reads whole
IDLE_S = 24 * 60.0  # a server may end it after 30 minutes (RFC 2177)
POLL_S = 60.0  # where the server can't IDLE, and for the other folders
BODY_BYTES_MAX = 10 * 1024 * 1024
FLAG_SEEN, FLAG_ANSWERED = b"\\Seen", b"\\Answered"

log = structlog.get_logger("hotpot.mailbox")


@dataclass(slots=True, eq=False)
class Watch:
    """One mailbox as the watcher holds it. `wait_s` is how long the next turn may wait for news."""

    mailbox_id: int
    line: Line | None = None
    opened_for: datetime | None = None  # the settings by which the line was opened
    heard: bool = True  # there may be news
    wait_s: float = 0.0
    looked: dict[str, Told] = field(default_factory=dict)

    def close(self) -> None:
        if self.line is not None:
            self.line.close()
        self.line, self.heard = None, True
        self.looked.clear()


class _Keys:
    """What opens the mailbox; made when first needed, since the provider may have to be asked."""

    def __init__(self, mailbox: Mailbox, now: datetime) -> None:
        self._mailbox, self._now = mailbox, now
        self._access: Access | None = None

    def access(self) -> Access:
        """Raises Trouble."""
        if self._access is None:
            self._access = actions.access_of(self._mailbox, self._now)
        return self._access


def take_turn(watch: Watch, now: datetime, *, jitter: Callable[[], float] = random.random) -> None:
    """Whatever goes wrong becomes the mailbox's or the letter's state."""
    mailbox = Mailbox.objects.select_related("provider").filter(id=watch.mailbox_id).first()
    if mailbox is None:
        watch.close()
        watch.wait_s = POLL_S
        return
    if watch.opened_for != mailbox.changed_at:
        watch.close()
    keys = _Keys(mailbox, now)
    _send_letters(mailbox, keys, now, jitter)
    if mailbox.retry_at is not None and mailbox.retry_at > now:
        watch.wait_s = (mailbox.retry_at - now).total_seconds()
        return
    try:
        if watch.line is None:
            watch.line = Line(keys.access())
            watch.opened_for = mailbox.changed_at
        looked = _Turn(watch, mailbox, watch.line, now).run()
    except (Trouble, Refused) as error:
        trouble = error if isinstance(error, Trouble) else Broken(Sentence(str(error)))
        watch.close()
        keeping.fell_into_trouble(mailbox, trouble, now=now, jitter=jitter())
        log.info("mailbox_trouble", mailbox=mailbox.id, problem=str(trouble))
        watch.wait_s = 1.0
    else:
        if looked or mailbox.state != Mailbox.State.RUNNING:
            keeping.went_well(mailbox, now)


def _send_letters(mailbox: Mailbox, keys: _Keys, now: datetime, jitter: Callable[[], float]) -> None:
    """Whether mail can be read or not. A crash after the server took a letter sends it again, under the
    same message id."""
    for letter in queries.letters_due(mailbox.id, now):
        try:
            refused = outgoing.send(keys.access(), letter.recipients, bytes(letter.content))
        except (Trouble, Refused) as error:
            trouble = error if isinstance(error, Trouble) else Broken(Sentence(str(error)))
            keeping.letter_kept_back(letter, trouble, now, jitter())
        else:
            problem = Sentence(_("Not taken for %s"), refused) if refused else ""
            keeping.letter_sent(letter, problem, now)


class _Turn:
    def __init__(self, watch: Watch, mailbox: Mailbox, line: Line, now: datetime) -> None:
        self.watch = watch
        self.mailbox = mailbox
        self.line = line
        self.now = now

    def run(self) -> bool:
        """Whether the folders were looked at. Raises Trouble."""
        self.line.begin_look()
        if self.line.idling and self.line.end_idle():
            self.watch.heard = True
        self._fetch_bodies()
        self._tell_seen()
        self._file_letters()
        looked = self.watch.heard
        if looked:
            if not self.watch.looked:
                self._list_folders()
            for folder in self._folders():
                self._look_until_quiet(folder)
            self.watch.heard = False
        self._wait()
        return looked

    def _folders(self) -> list[str]:
        """The inbox last, so that it is the one to wait in."""
        return [name for name in self.mailbox.watched if name.upper() != INBOX] + [INBOX]

    def _list_folders(self) -> None:
        folders = self.line.folders()
        if folders and folders != self.mailbox.folders:
            Mailbox.objects.filter(id=self.mailbox.id).update(folders=folders)

    def _wait(self) -> None:
        others = len(self.mailbox.watched) > 1
        if not self.line.has_idle:
            self.watch.wait_s = POLL_S
            return
        if self.line.selected != INBOX:
            self.line.select(INBOX)
            self.watch.heard = True  # Who selects is not told what came meanwhile.
        heard = self.line.begin_idle() or self.watch.heard
        self.watch.heard = heard
        self.watch.wait_s = 0.0 if heard else POLL_S if others else IDLE_S

    # --- what is new --------------------------------------------------------------------------------

    def _look_until_quiet(self, name: str) -> None:
        """Once more while the server told something meanwhile; a storm is left to the next turn."""
        for _again in range(3):
            self._look(name)
            if not self.line.flushed():
                return

    def _look(self, name: str) -> None:
        try:
            told = self.line.select(name)
        except Unintelligible:
            if name == INBOX:
                raise
            return  # A folder that was taken away over there is no trouble of the mailbox.
        folder = queries.folder_of(self.mailbox.id, name)
        anew = folder is not None and folder.validity != told.validity
        newest = queries.newest_received(self.mailbox.id, name) if anew else None
        known = queries.known_in(self.mailbox.id, name, told.validity)
        listed = self._listed(name, told, known)
        marks = {one.mark for one in known}
        # From the lowest UID: where it ends on the way, all below the highest one known are known as well.
        new = sorted(rules.unknown(listed, marks), key=lambda one: one.uid)
        for arrivals in self.line.arrivals(new):
            since = folder.since if folder is not None else None
            keeping.take(
                self.mailbox, name, told.validity, arrivals, since=since, newest=newest, now=self.now
            )
        if folder is None or anew:
            keeping.looked_through(self.mailbox, name, told.validity, self.now)
        self._follow(known, listed)
        self._see_what_left(name, told, known, listed, len(new))

    def _listed(self, name: str, told: Told, known: Sequence[Known]) -> list[Seen]:
        listed = self.line.listed(told.exists - WINDOW + 1, told.exists)
        if known:
            highest = queries.highest_uid(self.mailbox.id, name, told.validity)
            have = {one.uid for one in listed}
            more = [uid for uid in self.line.beyond(highest) if uid not in have]
            listed += self.line.numbers_of(more)
        return listed

    def _follow(self, known: Sequence[Known], listed: Sequence[Seen]) -> None:
        by_mark = {one.mark: one for one in known}
        changes = {}
        for one in listed:
            mail = by_mark.get((one.uid, one.size, one.received_at))
            if mail and not mail.seen_here and (mail.seen, mail.answered) != (one.seen, one.answered):
                changes[mail.id] = (one.seen, one.answered)
        if changes:
            keeping.follow_flags(changes)

    def _see_what_left(
        self, name: str, told: Told, known: Sequence[Known], listed: Sequence[Seen], new: int
    ) -> None:
        """Asked for at the first look of a line, and when there are fewer than there should be."""
        before = self.watch.looked.get(name)
        self.watch.looked[name] = told
        if before is not None and before.validity == told.validity and told.exists >= before.exists + new:
            return
        have = {one.uid for one in listed}
        missing = [one for one in known if one.uid not in have]
        still = self.line.present([one.uid for one in missing]) if missing else set()
        left = [one.id for one in missing if one.uid not in still]
        if left:
            keeping.gone(left, self.now)

    # --- what was done here -------------------------------------------------------------------------

    def _tell_seen(self) -> None:
        for (folder, validity), uids in queries.seen_here(self.mailbox.id).items():
            if self._selected(folder, validity):
                self.line.flag(list(uids), FLAG_SEEN)
            keeping.told_seen(list(uids.values()))

    def _selected(self, folder: str, validity: int) -> bool:
        try:
            return self.line.select(folder).validity == validity
        except Unintelligible:
            return False

    def _fetch_bodies(self) -> None:
        for body in queries.bodies_asked_for(self.mailbox.id):
            content = self._content(body)
            if content is None:
                keeping.body_is_gone(body, Sentence(_("This mail is no longer on the server.")))
                continue
            cut = len(content) >= BODY_BYTES_MAX
            attachments = read_content(content, cut=cut).attachments
            keeping.keep_body(body, content, cut=cut, has_attachments=bool(attachments))

    def _content(self, body: Body) -> bytes | None:
        """By its number if that still names it, else by its message id."""
        mail = body.mail
        try:
            told = self.line.select(mail.folder)
        except Unintelligible:
            return None
        uids = [mail.uid] if told.validity == mail.validity else []
        content = self._the_same(uids, mail.message_id)
        if content is None and mail.message_id:
            content = self._the_same(self.line.find(mail.message_id)[-3:], mail.message_id)
        return content

    def _the_same(self, uids: Sequence[int], message_id: str) -> bytes | None:
        for uid in uids:
            content = self.line.content(uid, BODY_BYTES_MAX)
            if content is not None and read_head(content).message_id == message_id:
                return content
        return None

    def _file_letters(self) -> None:
        """A copy goes where the person keeps what was sent; many servers put one there by themselves."""
        letters = queries.letters_to_file(self.mailbox.id)
        if not letters:
            return
        folder = self.line.sent_folder()
        for letter in letters:
            try:
                self._file(letter, folder)
            except Unintelligible as refusal:
                log.info("letter_not_filed", letter=letter.id, problem=str(refusal))
            keeping.letter_filed(letter)

    def _file(self, letter: Letter, folder: str | None) -> None:
        answered = letter.answers
        if answered is not None and self._selected(answered.folder, answered.validity):
            self.line.flag([answered.uid], FLAG_ANSWERED)
        if folder is not None:
            self.line.select(folder)
            if not self.line.find(letter.message_id):
                self.line.append(folder, bytes(letter.content))

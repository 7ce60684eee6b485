"""One line to a person's IMAP server (RFC 3501, 2177): what a look needs, and no more.

All that may go wrong comes out as Away (it may come back by itself) or Broken (it needs its person).
"""

from __future__ import annotations

import imaplib
import re
import socket
import ssl
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from io import BufferedReader
from typing import Any, cast

from django.utils.translation import gettext_noop as _
from imapclient import IMAPClient
from imapclient.exceptions import LoginError

from hotpot.pot.connector.mailbox.allowance import MIB, Allowance
from hotpot.pot.connector.mailbox.network import (
    SPEAK_TIMEOUT_S,
    check_pin,
    encrypted,
    line_to,
    tls,
    untrusted,
)
from hotpot.pot.connector.mailbox.parsing import HEAD_BYTES_MAX
from hotpot.pot.connector.mailbox.rules import spans
from hotpot.pot.connector.mailbox.wire import Access, Arrival, Seen, Server, Told
from hotpot.pot.connector.trouble import Away, Broken, Trouble
from hotpot.pot.web.sentences import Sentence

TEXT_BYTES = 16 * 1024  # of a mail's body for its snippet
LINE_BYTES_MAX = 1_000_000
ANSWER_BYTES_MAX = 32 * MIB  # to one command: what a server may make us hold
LOOK_BYTES_MAX = 256 * MIB
LOOK_S_MAX = 150.0  # for all that a turn asks; what came by then is kept
OPEN_S_MAX = 30.0  # to log in, and to try out
SPAN_UIDS_MAX = 500
HEADS_AT_ONCE = 50
FOLDERS_MAX = 200
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
WHO = {"name": "Hotpot", "vendor": "Hotpot"}  # Some servers let nobody in who doesn't say it (RFC 2971).
_LIST_ITEMS = ("UID", "FLAGS", "INTERNALDATE", "RFC822.SIZE")
_HEAD = f"BODY.PEEK[HEADER]<0.{HEAD_BYTES_MAX}>"
_TEXT = f"BODY.PEEK[TEXT]<0.{TEXT_BYTES}>"


class WrongPassword(Broken):
    """The server knows the person no more, or never did."""


class _Imap(imaplib.IMAP4):
    """On a line to where it may lead, within an allowance."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self.allowance = Allowance(
            seconds=OPEN_S_MAX,
            look_bytes=LOOK_BYTES_MAX,
            answer_bytes=ANSWER_BYTES_MAX,
            piece_s=SPEAK_TIMEOUT_S,
        )
        super().__init__(server.host, server.port)

    def _create_socket(self, timeout: float | None = None) -> socket.socket:
        line = line_to(self._server)
        if self._server.security != "tls":
            return line
        return encrypted(line, self._server)

    def read(self, size: int) -> bytes:
        return self.allowance.read(cast("BufferedReader", self.file), self.sock, size)

    def readline(self) -> bytes:
        line = self.allowance.readline(cast("BufferedReader", self.file), self.sock, LINE_BYTES_MAX)
        if len(line) >= LINE_BYTES_MAX:
            raise self.abort(f"a line of more than {LINE_BYTES_MAX} bytes")
        return line

    def send(self, data: Any) -> None:
        self.allowance.begin_answer()
        super().send(data)


class _Client(IMAPClient):  # type: ignore[misc]
    def __init__(self, server: Server) -> None:
        self._server = server
        super().__init__(server.host, server.port, ssl=server.security == "tls", timeout=SPEAK_TIMEOUT_S)
        self._imap.debug = 0  # It writes down what passes, passwords too.
        self.normalise_times = False

    def _create_IMAP4(self) -> imaplib.IMAP4:  # noqa: N802
        return _Imap(self._server)


class Line:
    """A line to one mailbox, logged in. Not shared between threads at one time."""

    def __init__(self, access: Access) -> None:
        """Raises Trouble."""
        self._server = access.incoming
        with self._speaking():
            self._client = _Client(access.incoming)
        try:
            with self._speaking():
                self._encrypt()
                self._log_in(access)
                self._introduce()
                self.has_idle = self._client.has_capability("IDLE")
        except BaseException:
            self.close()
            raise
        self.selected = ""
        self.idling = False

    def _encrypt(self) -> None:
        if self._server.security != "starttls":
            return
        if not self._client.has_capability("STARTTLS"):
            sentence = _("%s offers no encryption there, so the password would travel readable.")
            raise Broken(Sentence(sentence, self._server.host))
        self._client.starttls(tls(self._server))
        check_pin(self._client.socket(), self._server)

    def _log_in(self, access: Access) -> None:
        try:
            if access.secret.token:
                self._log_in_by_token(access)
            else:
                self._client.login(access.login, access.secret.password)
        except LoginError as error:
            values = {"host": self._server.host, "reason": _words(error)}
            sentence = _("%(host)s does not take this name and password: %(reason)s")
            raise WrongPassword(Sentence(sentence, values)) from None
        except UnicodeEncodeError:
            raise WrongPassword(
                Sentence(_("The password has letters that mail servers don't know."))
            ) from None

    def _log_in_by_token(self, access: Access) -> None:
        if self._client.has_capability("AUTH=OAUTHBEARER"):
            self._client.oauthbearer_login(access.login, access.secret.token)
        else:
            self._client.oauth2_login(access.login, access.secret.token)

    def _introduce(self) -> None:
        if self._client.has_capability("ID"):
            with suppress(IMAPClient.Error):
                self._client.id_(WHO)

    def close(self) -> None:
        """Without a word: a server that hangs would make us wait."""
        with suppress(Exception):
            self._client.shutdown()

    def begin_look(self) -> None:
        """From here on the server has LOOK_S_MAX for all that is asked, and may send LOOK_BYTES_MAX."""
        self._client._imap.allowance.begin_look(LOOK_S_MAX)

    def fileno(self) -> int:
        return int(self._client.socket().fileno())

    # --- folders ------------------------------------------------------------------------------------

    def folders(self) -> list[str]:
        """Those that hold mail, the inbox first."""
        with self._speaking():
            listed = self._client.list_folders()
        names = [str(name) for flags, _delimiter, name in listed if b"\\Noselect" not in flags]
        return sorted(set(names), key=lambda name: (name.upper() != "INBOX", name))[:FOLDERS_MAX]

    def sent_folder(self) -> str | None:
        with self._speaking(), suppress(IMAPClient.Error):
            found = self._client.find_special_folder(b"\\Sent")
            return None if found is None else str(found)
        return None

    def select(self, folder: str) -> Told:
        """Raises Away where the server won't, e.g. since the folder is gone."""
        with self._speaking():
            told = self._client.select_folder(folder)
        self.selected = folder
        return Told(int(told.get(b"UIDVALIDITY", 0)), int(told.get(b"EXISTS", 0)))

    # --- mails --------------------------------------------------------------------------------------

    def listed(self, first: int, last: int) -> list[Seen]:
        """Messages by their numbers, both included; those that the server gives no UID are left out."""
        with self._speaking():
            rows = self._by_number(range(max(first, 1), last + 1), _LIST_ITEMS)
        return [_seen(number, row) for number, row in rows.items() if b"UID" in row]

    def beyond(self, uid: int) -> list[int]:
        """UIDs above. Servers answer with the last one when there is none above (RFC 3501, 6.4.8)."""
        with self._speaking():
            found = self._client.search(f"UID {uid + 1}:*")
        return [one for one in found if one > uid]

    def present(self, uids: Sequence[int]) -> set[int]:
        """Those of the UIDs that are still there."""
        found: set[int] = set()
        for start in range(0, len(uids), SPAN_UIDS_MAX):
            part = uids[start : start + SPAN_UIDS_MAX]
            with self._speaking():
                found |= set(self._client.search(f"UID {spans(part)}"))
        return found

    def numbers_of(self, uids: Sequence[int]) -> list[Seen]:
        """The same as `listed`, by UID."""
        with self._speaking():
            rows = self._client.fetch(list(uids), list(_LIST_ITEMS))
        return [_seen(row.get(b"SEQ", 0), {**row, b"UID": uid}) for uid, row in rows.items()]

    def arrivals(self, wanted: Sequence[Seen]) -> Iterator[list[Arrival]]:
        """Their heads and first words, some at a time. One that breaks the answer is asked for alone, and
        if it does so again it comes with nothing in it: somebody should know that it is there."""
        for start in range(0, len(wanted), HEADS_AT_ONCE):
            yield self._arrivals(wanted[start : start + HEADS_AT_ONCE])

    def _arrivals(self, wanted: Sequence[Seen]) -> list[Arrival]:
        try:
            with self._speaking():
                rows = self._by_number([one.number for one in wanted], ("UID", _HEAD, _TEXT))
        except Unintelligible:
            if len(wanted) == 1:
                return [_arrival(wanted[0], {})]
            return [arrival for one in wanted for arrival in self._arrivals([one])]
        return [_arrival(one, rows.get(one.number, {})) for one in wanted]

    def content(self, uid: int, bytes_max: int) -> bytes | None:
        """A mail as it was sent, or its beginning; None if there is no such one."""
        with self._speaking():
            rows = self._client.fetch([uid], [f"BODY.PEEK[]<0.{bytes_max}>"])
        return _literal(rows.get(uid, {}), b"BODY[]")

    def find(self, message_id: str) -> list[int]:
        with self._speaking():
            return list(self._client.search(["HEADER", "Message-ID", message_id]))

    def flag(self, uids: Sequence[int], flag: bytes) -> None:
        with self._speaking():
            self._client.add_flags(list(uids), [flag], silent=True)

    def append(self, folder: str, mail: bytes) -> None:
        with self._speaking():
            self._client.append(folder, mail, flags=[b"\\Seen"])

    def _by_number(self, numbers: Sequence[int], items: Sequence[str]) -> Mapping[int, Mapping[bytes, Any]]:
        if not numbers:
            return {}
        self._client.use_uid = False
        try:
            rows: Mapping[int, Mapping[bytes, Any]] = self._client.fetch(list(numbers), list(items))
            return rows
        finally:
            self._client.use_uid = True

    # --- waiting ------------------------------------------------------------------------------------

    def flushed(self) -> bool:
        """Whether the server had something to tell meanwhile."""
        with self._speaking():
            _text, told = self._client.noop()
        return bool(told)

    def begin_idle(self) -> bool:
        """From here on the server speaks first. Whether it already did."""
        with self._speaking():
            imap = self._client._imap
            tag = self._client._idle_tag = imap._command("IDLE")
            heard = False
            while imap._get_response() is not None:
                heard = True
                if imap.tagged_commands.get(tag):
                    raise imaplib.IMAP4.abort("IDLE was refused")
        self.idling = True
        return heard or self._has_buffered()

    def end_idle(self) -> bool:
        """Whether the server told of something while we waited."""
        self.idling = False
        with self._speaking():
            _text, told = self._client.idle_done()
        return any(one[0] != b"OK" for one in told if one)

    def _has_buffered(self) -> bool:
        """Whether something was read together with the answer: the socket alone would not tell."""
        line = self._client.socket()
        line.setblocking(False)
        try:
            return bool(self._client._imap.file.peek(1))
        except (BlockingIOError, ssl.SSLWantReadError):
            return False
        finally:
            line.settimeout(SPEAK_TIMEOUT_S)

    @contextmanager
    def _speaking(self) -> Iterator[None]:
        """Raises Trouble with a sentence for whatever goes wrong on the line."""
        host = self._server.host
        try:
            yield
        except Trouble:
            raise
        except ssl.SSLCertVerificationError as error:
            raise untrusted(self._server, error.verify_message) from None
        except TimeoutError:
            raise Away(Sentence(_("%s takes too long to answer."), host)) from None
        except (imaplib.IMAP4.abort, OSError, EOFError) as error:
            values = {"host": host, "reason": _words(error)}
            raise Away(Sentence(_("The line to %(host)s broke: %(reason)s"), values)) from None
        except imaplib.IMAP4.error as error:
            values = {"host": host, "reason": _words(error)}
            raise Unintelligible(Sentence(_("%(host)s refused: %(reason)s"), values)) from None
        except Exception as error:  # The parser of a server's answers fails in many ways.
            values = {"host": host, "reason": type(error).__name__}
            sentence = _("%(host)s answered what nobody can read (%(reason)s).")
            raise Unintelligible(Sentence(sentence, values)) from None


class Unintelligible(Away):
    """The line holds, but this answer could not be used."""


def _seen(number: int, row: Mapping[bytes, Any]) -> Seen:
    flags = {bytes(flag).lower() for flag in row.get(b"FLAGS", ()) if isinstance(flag, bytes)}
    size = row.get(b"RFC822.SIZE", 0)
    return Seen(
        number=number,
        uid=int(row[b"UID"]),
        size=size if isinstance(size, int) and 0 <= size < 1 << 62 else 0,
        received_at=_aware(row.get(b"INTERNALDATE")),
        seen=b"\\seen" in flags,
        answered=b"\\answered" in flags,
    )


def _aware(moment: object) -> datetime:
    if not isinstance(moment, datetime):
        return EPOCH
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def _arrival(one: Seen, row: Mapping[bytes, Any]) -> Arrival:
    return Arrival(
        uid=one.uid,
        size=one.size,
        received_at=one.received_at,
        seen=one.seen,
        answered=one.answered,
        head_bytes=(_literal(row, b"BODY[HEADER]") or b"")[:HEAD_BYTES_MAX],
        text_bytes=(_literal(row, b"BODY[TEXT]") or b"")[:TEXT_BYTES],
    )


def _literal(row: Mapping[bytes, Any], name: bytes) -> bytes | None:
    """With the offset or, as some servers answer, without."""
    for key in (name + b"<0>", name):
        if isinstance(value := row.get(key), bytes):
            return value
    return None


def _words(error: Exception) -> str:
    """What the server said, without the trimmings of the library."""
    text = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    text = re.sub(r"^b'(.*)'$", r"\1", text)
    return " ".join(text.split())[:200] or type(error).__name__

"""An IMAP server of our own that does what real ones do on their bad days."""

from __future__ import annotations

import re
import socketserver
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from hotpot.pot.connector.mailbox.wire import Access, Secret, Server
from tests.mail.dovecot import PASSWORD

NOBODY = Server("127.0.0.1", 1, "none")


@dataclass
class Held:
    """A mail with whatever UID the server likes. `date` is its INTERNALDATE."""

    uid: int
    content: bytes
    date: str = "15-Oct-2026 01:00:00 +0000"
    flags: set[str] = field(default_factory=set)
    broken: bool = False  # what is said of its head can't be read


class Dripping:
    """An answer of a byte at a time, until it is stopped or the line is closed."""

    def __init__(self, stopped: threading.Event) -> None:
        self._stopped = stopped

    def say(self, line: socketserver.StreamRequestHandler) -> None:
        while not self._stopped.wait(0.02):
            line.wfile.write(b"*")


class Flooding:
    """An answer without an end."""

    def __init__(self, text: str) -> None:
        self._text = text.encode()

    def say(self, line: socketserver.StreamRequestHandler) -> None:
        while True:
            line.wfile.write(self._text)


class Liar:
    """One mailbox. `hook` sees each command first: it may answer by itself, or cut the line by raising."""

    def __init__(self) -> None:
        self.mails: list[Held] = []
        self.validity = 1
        self.has_idle = True
        self.commands: list[str] = []
        self.hook: Callable[[str], str | Dripping | Flooding | None] = lambda _command: None
        liar = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                liar._serve(self)

        class Threads(socketserver.ThreadingTCPServer):
            allow_reuse_address = True
            daemon_threads = True

            def handle_error(self, request: object, client_address: object) -> None:
                """Lines that break are what it is for."""

        self._server = Threads(("127.0.0.1", 0), Handler)
        self.port: int = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05})
        self._thread.start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def access(self) -> Access:
        server = Server("127.0.0.1", self.port, "none")
        return Access("li@corp.example", "li", server, NOBODY, Secret(password=PASSWORD))

    def _serve(self, line: socketserver.StreamRequestHandler) -> None:
        def say(text: str | bytes) -> None:
            line.wfile.write((text.encode() if isinstance(text, str) else text) + b"\r\n")

        say("* OK ready")
        while received := line.rfile.readline():
            tag, _space, command = received.decode().strip().partition(" ")
            self.commands.append(command)
            if (own := self.hook(command)) is not None:
                say(own.replace("TAG", tag)) if isinstance(own, str) else own.say(line)
                continue
            name = command.upper().removeprefix("UID ").split(" ")[0]
            if name == "IDLE":
                say("+ waiting")
                if not line.rfile.readline():
                    return
            else:
                for answer in self._answers(name, command):
                    say(answer)
            say(f"{tag} OK {name} done")

    def _answers(self, name: str, command: str) -> list[bytes]:
        by_uid = command.upper().startswith("UID ")
        if name == "CAPABILITY":
            return [f"* CAPABILITY IMAP4rev1{' IDLE' if self.has_idle else ''}".encode()]
        if name == "LIST":
            return [b'* LIST () "/" INBOX']
        if name == "SELECT":
            return [f"* {len(self.mails)} EXISTS".encode(), f"* OK [UIDVALIDITY {self.validity}] ok".encode()]
        if name == "SEARCH":
            found = [mail.uid for mail in self.mails if self._searched(mail, command)]
            return [" ".join(["* SEARCH", *map(str, found)]).encode()]
        if name == "FETCH":
            return self._fetched(command, by_uid)
        if name == "STORE":
            for mail in self.mails:
                mail.flags.add("\\Seen")
        return []

    def _searched(self, mail: Held, command: str) -> bool:
        uids = re.search(r"UID SEARCH UID ([\d:,*]+)", command.upper().replace("CHARSET UTF-8 ", ""))
        if uids is None:
            return True
        for part in uids[1].split(","):
            first, _colon, last = part.partition(":")
            if int(first) <= mail.uid and (last == "*" or mail.uid <= int(last or first)):
                return True
        return False

    def _fetched(self, command: str, by_uid: bool) -> list[bytes]:
        asked = {int(one) for one in re.findall(r"FETCH ([\d,]+)", command)[0].split(",")}
        rows = []
        for number, mail in enumerate(self.mails, start=1):
            if (mail.uid if by_uid else number) in asked:
                rows.append(f"* {number} FETCH (UID {mail.uid} ".encode() + self._items(mail, command) + b")")
        return rows

    def _items(self, mail: Held, command: str) -> bytes:
        head, _blank, text = mail.content.partition(b"\r\n\r\n")
        parts = []
        if "FLAGS" in command:
            size = len(mail.content)
            flags = " ".join(sorted(mail.flags))
            parts.append(f'FLAGS ({flags}) INTERNALDATE "{mail.date}" RFC822.SIZE {size}'.encode())
        if "HEADER" in command:
            if mail.broken:
                return b"BODY[HEADER (((( NIL"
            parts.append(b"BODY[HEADER]<0> " + _literal(head + b"\r\n\r\n"))
            parts.append(b"BODY[TEXT]<0> " + _literal(text))
        if "BODY.PEEK[]" in command:
            parts.append(b"BODY[]<0> " + _literal(mail.content))
        return b" ".join(parts)


def _literal(content: bytes) -> bytes:
    return f"{{{len(content)}}}\r\n".encode() + content

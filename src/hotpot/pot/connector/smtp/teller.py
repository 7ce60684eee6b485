"""Tells those who wrote mails what became of them: the teller of the kind smtp. asyncio, no Django.

Opt-in: the interface's setting `mail_server` (smtp://host:25, smtps://user@host) is where the mails are given
away; its `mail_password` is sealed. Without one nobody is ever told, so its notices are let go.

A mail is told once the server has taken it. If we die between that and our commit it is given away again with
the same Message-ID, by which servers and programs know it.
"""

from __future__ import annotations

import asyncio
import smtplib
import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from hotpot.pot.connector.noting import note
from hotpot.pot.connector.problems import Met
from hotpot.pot.connector.smtp import steps
from hotpot.pot.connector.smtp.line import opened
from hotpot.pot.connector.smtp.returns import Letter, Written, answer, failure, mail_server
from hotpot.pot.connector.smtp.rules import one_line
from hotpot.pot.connector.smtp.server import KIND
from hotpot.pot.messaging.gateway.desk import Desk
from hotpot.pot.messaging.wire import Interface, Notice
from hotpot.pot.notification.mail import Server

GIVE_S = 20.0  # then the rest waits for the next round: the courier's patience ends at 60 s
NO_WRITER, NOT_WANTED = "no_writer", "mail_refused"  # codes on the plug-in's page


@dataclass(slots=True)
class Given:
    """What became of letters: the notices that are told, refusals for good, and why the rest has to wait."""

    told: list[int] = field(default_factory=list)
    refused: list[Met] = field(default_factory=list)
    trouble: str = ""


class MailsBack:
    """A teller. `domain` is ours."""

    kind = KIND

    def __init__(self, desk: Desk, *, secret_key: str, domain: str) -> None:
        self._desk = desk
        self._secret_key = secret_key
        self._domain = domain

    def listens(self, interface: Interface) -> bool:
        return True

    async def tell(self, interface: Interface, notices: Sequence[Notice]) -> Collection[int]:
        """The notices of one mail together. Raises Refused for a setting that can't be used, OSError."""
        if not interface.settings.get("mail_server"):
            return [one.id for one in notices]
        server = mail_server(interface.settings, self._secret_key)
        address = await self._desk.outward.look_up(server.host, server.port)
        written = await self._desk.perform(steps.written(interface, notices))
        letters, nobodys = self._letters(interface, notices, written)
        given = await asyncio.to_thread(_give, server, address, self._domain, letters)
        await note(
            self._desk, interface, [*given.refused, *(Met(NO_WRITER, _WHY, one.number) for one in nobodys)]
        )
        of_letters = {id for letter in letters for id in letter.notices}
        told = [*given.told, *(one.id for one in notices if one.id not in of_letters)]
        if given.trouble and not told:
            raise ConnectionError(given.trouble)
        return told

    def _letters(
        self, interface: Interface, notices: Sequence[Notice], written: Mapping[int, Written]
    ) -> tuple[list[Letter], list[Notice]]:
        """And the notices that have nobody to go to. Of receipts only failures are told."""
        number = interface.access_number
        failed: dict[Written, list[Notice]] = {}
        letters: list[Letter] = []
        nobodys: list[Notice] = []
        for one in notices:
            mail = written.get(one.id)
            if one.kind == "receipt":
                if one.state == "delivered":
                    continue
                if mail is not None and mail.return_path:
                    failed.setdefault(mail, []).append(one)
                    continue
            elif mail is not None and (mail.reply_to or mail.return_path):
                letters.append(answer(mail, one, access_number=number, domain=self._domain))
                continue
            nobodys.append(one)
        letters += [
            failure(mail, some, access_number=number, domain=self._domain) for mail, some in failed.items()
        ]
        return letters, nobodys


_WHY = "No mail is known that this is about, or it named no sender that mails can go back to."


def _give(server: Server, address: str, domain: str, letters: Sequence[Letter]) -> Given:
    """In a thread of its own, since the library blocks."""
    given = Given()
    if not letters:
        return given
    until = time.monotonic() + GIVE_S
    try:
        with opened(server, address, domain) as line:
            for letter in letters:
                if time.monotonic() > until:
                    given.trouble = f"{server.host} takes mails slowly"
                    break
                _give_one(line, letter, given)
    except (OSError, smtplib.SMTPException) as error:
        given.trouble = f"{server.host}: {_said(error)}"
    return given


def _give_one(line: smtplib.SMTP, letter: Letter, given: Given) -> None:
    """With an empty sender, so that it is never sent back (RFC 5321, 4.5.5). Raises what shows that the
    connection is at an end; what may pass (4yz) waits, what doesn't (5yz) is told no more."""
    code, said = 250, b""
    try:
        line.sendmail("", [letter.to], letter.mail.as_bytes())
    except smtplib.SMTPRecipientsRefused as refused:
        code, said = refused.recipients[letter.to]
    except smtplib.SMTPResponseException as error:
        code, said = error.smtp_code, _bytes(error.smtp_error)
    if 400 <= code < 500:
        given.trouble = _text(code, said)
        return
    given.told += letter.notices
    if code >= 500:
        given.refused.append(Met(NOT_WANTED, f"The mail server said {_text(code, said)}", letter.to))


def _said(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        return _text(error.smtp_code, _bytes(error.smtp_error))
    return one_line(str(error)) or type(error).__name__


def _bytes(said: bytes | str) -> bytes:
    return said if isinstance(said, bytes) else said.encode()


def _text(code: int, said: bytes) -> str:
    return f"{code} {one_line(said.decode(errors='replace'))}"

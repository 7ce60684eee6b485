"""What becomes of a mail, and what its sender is told. Answers are given after the commit. No Django."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

import structlog

from hotpot.kernel.errors import Refused as RefusedByUs
from hotpot.kernel.msisdn import InvalidMsisdn, Msisdn
from hotpot.pot.connector.mailbox.parsing import fields_of, read_content, read_head
from hotpot.pot.connector.problems import Met, noted
from hotpot.pot.connector.smtp import rules, statements, steps
from hotpot.pot.connector.smtp.answers import answer_of, is_automatic
from hotpot.pot.connector.smtp.reports import bounce_of
from hotpot.pot.connector.smtp.returns import Written, plain_address
from hotpot.pot.connector.smtp.rules import BEFORE_THE_TEXT, REPLIES, Recipient, one_line
from hotpot.pot.events.steps import Call, Steps
from hotpot.pot.messaging.answers import Answered, answer
from hotpot.pot.messaging.gateway.desk import Busy, Desk
from hotpot.pot.messaging.switch.judging import judged
from hotpot.pot.messaging.wire import Accepted, Given, Interface, Refusal, Refused
from hotpot.pot.notification.bounces import BadReturnPath, ReturnPath, is_return_path, read_return_path
from hotpot.pot.notification.replies import BadReplyAddress, ReplyTo, is_reply_address, read_reply_address
from hotpot.pot.notification.steps import bounced

WAY = "mail"
ANY_BYTES = "00"  # a number is looked at before its text is known; of a program's bytes nothing else is

NOT_OURS = "550 5.1.1 No such recipient here: write to <number>@{domain}"
LOG_IN_FIRST = "530 5.7.0 Log in first, with the interface's login and password"
NOT_YOURS = "550 5.7.1 This question was asked of somebody else. Answer from the address that it was sent to"
GONE = "550 5.1.1 This question is not there any more"
NO_TEXT = "554 5.6.0 The mail has no text"
TAKEN = "250 2.0.0 Taken"
TOO_EARLY = "451 4.3.2 It is not written down yet that this mail went out. Send it again in a minute"

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Letterbox:
    """`domain` is ours; `secret` is the installation's key, by which questions' addresses are signed."""

    desk: Desk
    domain: str
    secret: str

    def _now(self) -> datetime:
        return self.desk.clock.now()

    # Who it is for.

    async def refused(self, address: str, interface: Interface | None) -> str:
        """The reply for a recipient that can't be written to; "" for one that can."""
        if is_reply_address(address, domain=self.domain):
            return self._bad_question(address)
        if is_return_path(address, domain=self.domain):
            return self._bad_return_path(address)
        to = rules.recipient(address, self.domain)
        if to is None:
            return NOT_OURS.format(domain=self.domain)
        if interface is None:
            return LOG_IN_FIRST
        return await self._unreachable(interface, to)

    def stands_alone(self, *addresses: str) -> bool:
        """An answer has no other recipient, nor has what comes back."""
        return any(
            is_reply_address(one, domain=self.domain) or is_return_path(one, domain=self.domain)
            for one in addresses
        )

    def _bad_question(self, address: str) -> str:
        try:
            self._question(address)
        except BadReplyAddress as bad:
            return f"550 5.1.1 {one_line(bad.sentence)}"
        return ""

    def _question(self, address: str) -> ReplyTo:
        return read_reply_address(address, secret=self.secret, domain=self.domain, now=self._now())

    def _bad_return_path(self, address: str) -> str:
        try:
            self._return_path(address)
        except BadReturnPath as bad:
            return f"550 5.1.1 {one_line(bad.sentence)}"
        return ""

    def _return_path(self, address: str) -> ReturnPath:
        return read_return_path(address, secret=self.secret, domain=self.domain)

    async def _unreachable(self, interface: Interface, to: Recipient) -> str:
        try:
            Msisdn.parse(to.number, region="CN")
        except InvalidMsisdn as error:
            await self._note(interface, [Met(Refusal.BAD_NUMBER, str(error), to.number)])
            return f"550 5.1.1 {one_line(str(error))}"
        probe = Given(to.number, ANY_BYTES, extension=to.extension, alphabet="binary", receipt=False)
        try:
            await self.desk.perform(_probe(interface, probe, self._now()))
        except Probed as probed:
            if probed.refused is not None and probed.refused.code in BEFORE_THE_TEXT:
                await self._note(interface, [Met(probed.refused.code, probed.refused.reason, to.number)])
                return _reply(probed.refused)
        return ""

    async def _note(self, interface: Interface, met: Sequence[Met]) -> None:
        if met:
            with suppress(Busy):  # Only the page would have it.
                await self.desk.perform(noted(interface, met, now=self._now()))

    # What it says.

    async def take(
        self, mail: bytes, mail_from: str, recipients: Sequence[str], interface: Interface | None
    ) -> str:
        """The reply for the whole mail, whose recipients were not `refused`."""
        if len(recipients) == 1 and is_reply_address(recipients[0], domain=self.domain):
            return await self._answered(mail, mail_from, recipients[0])
        if len(recipients) == 1 and is_return_path(recipients[0], domain=self.domain):
            return await self._came_back(mail, recipients[0])
        numbers = [to for one in recipients if (to := rules.recipient(one, self.domain))]
        if interface is None or not numbers:
            return LOG_IN_FIRST
        return await self._sent(mail, mail_from, numbers, interface)

    async def _sent(
        self, mail: bytes, mail_from: str, numbers: Sequence[Recipient], interface: Interface
    ) -> str:
        """Taken for whom it can be. What can be said of a number alone was said at its turn; what the text
        is refused for concerns them all. A number that is left out all the same stands on the page, and its
        writer gets a mail where the interface is to send some."""
        text = rules.text_of(mail, rules.subject_setting(interface.settings))
        if not text:
            return NO_TEXT
        identity = rules.identity_of(mail)
        tells = bool(interface.settings.get("mail_server"))
        if tells:
            await self.desk.perform(
                steps.kept(interface, identity, _written(mail, mail_from), now=self._now())
            )
        given = [rules.given(to, text, identity, receipt=tells) for to in numbers]
        answers = await self.desk.take(interface, given, receipts_tell=tells)
        refused = [(to, one) for to, one in zip(numbers, answers, strict=True) if isinstance(one, Refused)]
        await self._note(interface, [Met(one.code, one.reason, to.number) for to, one in refused])
        if len(refused) == len(answers):
            return _reply(refused[0][1])
        ids = ", ".join(str(one.message_id) for one in answers if isinstance(one, Accepted))
        left_out = "; ".join(f"{to.number} left out: {one.reason}" for to, one in refused)
        return f"{TAKEN} as {one_line(ids)}{'; ' + one_line(left_out) if left_out else ''}"[:500]

    async def _answered(self, mail: bytes, mail_from: str, address: str) -> str:
        try:
            question = self._question(address)
        except BadReplyAddress as bad:
            return f"550 5.1.1 {one_line(bad.sentence)}"
        fields = fields_of(mail)
        if is_automatic(fields, mail_from):
            log.info("a machine's answer was passed over", ask=question.ask_id)
            return f"{TAKEN}, and passed over: a machine wrote it"
        sender = read_head(mail).sender.address.lower()
        text = answer_of(read_content(mail).text)
        ref = f"{question.ask_id}/{rules.identity_of(mail)}"  # a mail to two questions answers both
        outcome = await self.desk.perform(_answer(question, sender, text, ref, self._now()))
        return outcome if isinstance(outcome, str) else TAKEN

    async def _came_back(self, mail: bytes, address: str) -> str:
        """A report that one of our notices can't be delivered; whatever else is sent there means nothing."""
        bounce = bounce_of(mail)
        if bounce is None:
            return f"{TAKEN}, and passed over: it reports no failure"
        verb = bounced(self._return_path(address), bounce, now=self._now())
        return TAKEN if await self.desk.perform(verb) else TOO_EARLY


class Probed(Exception):
    """Ends a look at a number, so that what the judging counted is taken back with its transaction."""

    def __init__(self, refused: Refused | None) -> None:
        super().__init__()
        self.refused = refused


def _written(mail: bytes, mail_from: str) -> Written:
    """People answer to where its head says, else to where it came from."""
    head = read_head(mail)
    answers = [one.address for one in (*head.reply_to, head.sender)]
    reply_to = next((one for one in map(plain_address, answers) if one), "")
    return Written(plain_address(mail_from.strip("<> ")), reply_to, head.message_id, head.subject)


def _probe(interface: Interface, given: Given, now: datetime) -> Steps[None]:
    [verdict] = yield from judged(interface, [given], now=now)
    raise Probed(verdict if isinstance(verdict, Refused) else None)


def _answer(question: ReplyTo, sender: str, text: str, ref: str, now: datetime) -> Steps[Answered | str]:
    """By its person alone, from an address of theirs where one is known; else what the sender is told."""
    rows = yield Call(statements.ADDRESSES, (question.person_id,))
    if rows and sender not in {row[0] for row in rows}:
        return NOT_YOURS
    said = yield from answer(question.ask_id, question.person_id, text, way=WAY, ref=ref, now=now)
    return GONE if said is None else said


def _reply(refused: Refused) -> str:
    return f"{REPLIES[refused.code]} {one_line(refused.reason)}"


def reply_to(error: RefusedByUs) -> str:
    """What the desk is too busy for, or can't be kept at all."""
    code = "451 4.3.0" if error.status in (429, 503) else "554 5.6.0"
    return f"{code} {one_line(error.sentence)}"

"""How SGIP says what ends of a link say.

A connection carries requests one way, from who made it. So replies and reports come on connections that
the gateway makes to us. There is no heartbeat: idle connections are closed. The id of a message is the
sequence of the frame that submitted it.
"""

from __future__ import annotations

import hmac
import itertools
import secrets
from collections.abc import Mapping

from hotpot.kernel.clock import Clock
from hotpot.pot.messaging.accounts import Account
from hotpot.pot.messaging.layout import Broken, Frames, Packet, Pdu
from hotpot.pot.messaging.sgip import codec as c
from hotpot.pot.messaging.talk import (
    DELIVERED,
    Answer,
    Deliver,
    Dialect,
    Leave,
    Login,
    Report,
    Request,
    Submit,
    Unheard,
    Verdict,
    Way,
    Word,
    content_of,
)
from hotpot.pot.messaging.wire import Refusal

ENTERPRISE_TO_GATEWAY = 1
GATEWAY_TO_ENTERPRISE = 2
NO_REPORT = 2
FEE_ONLY = 3  # of a month; the phone gets nothing

RESULTS: Mapping[int, str] = {
    1: "wrong login or password",
    2: "logged in already",
    3: "too many connections",
    4: "wrong kind of login",
    5: "the frame is not well formed",
    6: "wrong number",
    7: "wrong message id",
    8: "wrong length",
    9: "wrong sequence",
    11: "the gateway is busy",
    21: "the destination can't be reached",
    22: "no route",
    23: "no route",
    24: "wrong number to charge",
    25: "the phone can't be reached",
    26: "the phone's memory is full",
    27: "the phone takes no messages",
    29: "nobody has this number",
    32: "the system failed",
    33: "the gateway's queue is full",
}
_PLAIN: Mapping[type[Pdu], Word] = {
    c.Unbind: Leave(),
    c.UnbindResp: Answer(Verdict.OK),
    c.UserRptResp: Answer(Verdict.OK),
}
# What isn't wrong with the message itself may be right for another gateway.
_VERDICTS = {
    3: Verdict.BUSY,
    11: Verdict.BUSY,
    21: Verdict.UNSERVED,
    22: Verdict.UNSERVED,
    23: Verdict.UNSERVED,
    26: Verdict.BUSY,
    32: Verdict.BUSY,
    33: Verdict.THROTTLED,
}
_CODES = {
    Verdict.OK: 0,
    Verdict.THROTTLED: 33,
    Verdict.BUSY: 11,
    Verdict.INVALID: 5,
    Verdict.UNSUPPORTED: 5,
}
_REFUSALS: Mapping[Refusal | None, int] = {
    Refusal.SUSPENDED: 25,
    Refusal.ADDRESS: 1,
    Refusal.BAD_NUMBER: 6,
    Refusal.TOO_MANY: 6,
    Refusal.BAD_CONTENT: 5,
    Refusal.TOO_LONG: 8,
    Refusal.BAD_EXTENSION: 5,
    Refusal.BAD_TIME: 5,
    Refusal.NO_SIGNATURE: 28,
    Refusal.BAD_SIGNATURE: 28,
    Refusal.BAD_TEMPLATE: 28,
    Refusal.SENSITIVE: 28,
    Refusal.BLOCKED: 21,
    Refusal.DUPLICATE: 28,
    Refusal.QUOTA: 25,
    Refusal.NO_CREDIT: 24,
    Refusal.THROTTLED: 33,
    Refusal.NO_ROUTE: 23,
    Refusal.TOO_OFTEN: 25,
}
_STATES = {0: DELIVERED, 1: "ENROUTE", 2: "UNDELIV"}


# Sequences are the ids of messages, so one count serves all connections, and another start of the program
# within the same second is unlikely to meet it.
_COUNTER = itertools.count(secrets.randbits(32))


class Sgip(Dialect):
    codec = c.CODEC
    probes = False

    def __init__(self, account: Account, clock: Clock, *, client: bool, to_enterprise: bool = False) -> None:
        """`to_enterprise`: we are a gateway that brings replies and reports."""
        super().__init__(account, clock, client=client)
        self._kind = GATEWAY_TO_ENTERPRISE if to_enterprise else ENTERPRISE_TO_GATEWAY

    def next_sequence(self) -> int:
        return c.sequence_of(self.account.node, self.stamp(), next(_COUNTER) & 0xFFFFFFFF)

    def frames(self) -> Frames:
        return c.frames()

    def outward(self, number: str) -> str:
        """Always with its country, as the document wants it."""
        return number.removeprefix("+")

    def login(self, way: Way) -> Pdu:
        return c.Bind(
            login_type=self._kind, login_name=self.account.login, login_password=self.account.password
        )

    def admits(self, login: Packet, password: str) -> bool:
        given = login.body
        return isinstance(given, c.Bind) and hmac.compare_digest(
            given.login_password.encode(), password.encode()
        )

    def welcome(self, login: Packet, answer: Answer) -> Packet:
        result = 3 if answer.verdict is Verdict.BUSY else _CODES.get(answer.verdict, 1)
        return Packet(login.sequence, c.BindResp(result=result))

    def hear(self, packet: Packet) -> Word:
        match packet.body:
            case c.SubmitResp(result=result):
                return _answer(result, _ref(packet.sequence))
            case c.Submit(report_flag=flag) as submit if flag != FEE_ONLY:
                return self._submit(submit, _ref(packet.sequence))
            case c.Deliver() as deliver:
                return self._deliver(deliver, _ref(packet.sequence))
            case c.Report() as report:
                return self._report(report)
            case c.BindResp(result=result) | c.DeliverResp(result=result) | c.ReportResp(result=result):
                return _answer(result)
            case c.Bind(login_name=name):
                return Login(name, Way.OUT)
        return _PLAIN.get(type(packet.body), Unheard())

    def _submit(self, submit: c.Submit, ref: str) -> Submit:
        return Submit(
            source=submit.sp_number,
            numbers=tuple(self.inward(one) for one in submit.user_number),
            part=self.part(submit.message_content, submit.message_coding, has_header=submit.tp_udhi == 1),
            ref=ref,
            receipt=submit.report_flag != NO_REPORT,
            due_at=self.from_absolute(submit.schedule_time),
            expires_at=self.from_absolute(submit.expire_time),
            priority=min(1, submit.priority),
        )

    def _deliver(self, deliver: c.Deliver, ref: str) -> Deliver:
        return Deliver(
            number=self.inward(deliver.user_number),
            access_number=deliver.sp_number,
            part=self.part(deliver.message_content, deliver.message_coding, has_header=deliver.tp_udhi == 1),
            ref=ref,
        )

    def _report(self, report: c.Report) -> Report:
        stat = _STATES.get(report.state, "UNKNOWN")
        return Report(
            ref=report.submit_sequence_number.hex(),
            number=self.inward(report.user_number),
            access_number="",
            stat=stat,
            at=self.clock.now(),
            final=report.state != 1,
            error=str(report.error_code) if report.error_code else "",
        )

    def say(self, request: Request) -> Pdu:
        match request:
            case Submit():
                return self._said_submit(request)
            case Deliver():
                udhi, content = content_of(request.part)
                return c.Deliver(
                    user_number=self.outward(request.number),
                    sp_number=request.access_number,
                    tp_udhi=udhi,
                    message_coding=self.coding(request.part),
                    message_content=content,
                )
            case Report():
                return self._said_report(request)
        return c.Unbind()

    def _said_submit(self, submit: Submit) -> c.Submit:
        udhi, content = content_of(submit.part)
        return c.Submit(
            sp_number=submit.source,
            user_number=tuple(self.outward(number) for number in submit.numbers),
            corp_id=self.account.corporation,
            service_type=self.account.service,
            expire_time=self.absolute(submit.expires_at),
            schedule_time=self.absolute(submit.due_at),
            priority=max(0, submit.priority),
            report_flag=1 if submit.receipt else NO_REPORT,
            tp_udhi=udhi,
            message_coding=self.coding(submit.part),
            message_content=content,
        )

    def _said_report(self, report: Report) -> c.Report:
        state = next((state for state, stat in _STATES.items() if stat == report.stat), 2)
        return c.Report(
            submit_sequence_number=bytes.fromhex(report.ref.zfill(24)),
            user_number=self.outward(report.number),
            state=state,
            error_code=int(report.error) & 0xFF if report.error.isdecimal() else 0,
        )

    def answer(self, asked: Packet, answer: Answer) -> Packet | None:
        result = _REFUSALS.get(answer.refusal) or _CODES.get(answer.verdict, 22)
        body = _response(asked.body, result)
        return None if body is None else Packet(asked.sequence, body)

    def complain(self, broken: Broken) -> Packet | None:
        """Messages are answered as not well formed, so that they aren't sent for ever."""
        kinds = {3: c.SubmitResp, 4: c.DeliverResp, 5: c.ReportResp}
        kind = kinds.get(broken.command or 0)
        return None if kind is None or broken.sequence is None else Packet(broken.sequence, kind(result=5))


def _response(asked: Pdu, result: int) -> Pdu | None:
    match asked:
        case c.Submit():
            return c.SubmitResp(result=result)
        case c.Deliver():
            return c.DeliverResp(result=result)
        case c.Report():
            return c.ReportResp(result=result)
        case c.UserRpt():
            return c.UserRptResp(result=result)
        case c.Unbind():
            return c.UnbindResp()
    return None


def _ref(sequence: int) -> str:
    return sequence.to_bytes(12, "big").hex()


def _answer(result: int, ref: str = "") -> Answer:
    if result == 0:
        return Answer(Verdict.OK, ref)
    verdict = _VERDICTS.get(result, Verdict.REFUSED)
    return Answer(verdict, "", f"SGIP {result}: {RESULTS.get(result, 'the gateway says no more')}")

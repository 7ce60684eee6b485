"""How CMPP says what ends of a link say: its numbers for results, its proof of the password."""

from __future__ import annotations

import hmac
from collections.abc import Mapping

from hotpot.kernel.clock import Clock
from hotpot.pot.messaging.accounts import Account
from hotpot.pot.messaging.cmpp import codec as c
from hotpot.pot.messaging.layout import Broken, Frames, Packet, Pdu
from hotpot.pot.messaging.talk import (
    ON_ITS_WAY,
    TIME,
    Answer,
    CallOff,
    Counted,
    Deliver,
    Dialect,
    Leave,
    Login,
    Probe,
    Report,
    Request,
    Submit,
    Unheard,
    Verdict,
    Way,
    Word,
    content_of,
    proof,
)
from hotpot.pot.messaging.wire import Refusal

RESULTS: Mapping[int, str] = {
    1: "the frame is not well formed",
    2: "unknown command",
    3: "the sequence was used before",
    4: "wrong length",
    5: "wrong fee code",
    6: "the text is too long",
    7: "wrong service id",
    8: "too fast",
    9: "the gateway doesn't serve this number",
    10: "wrong source number",
    11: "wrong message source",
    12: "wrong number to charge",
    13: "wrong destination number",
}
LOGIN_RESULTS: Mapping[int, str] = {
    1: "the frame is not well formed",
    2: "this address may not log in",
    3: "wrong login or password",
    4: "the version is too high",
    5: "too many connections",
}
# What isn't wrong with the message itself may be right for another gateway.
_VERDICTS = {
    5: Verdict.UNSERVED,
    7: Verdict.UNSERVED,
    8: Verdict.THROTTLED,
    9: Verdict.UNSERVED,
    10: Verdict.UNSERVED,
    11: Verdict.UNSERVED,
}
_PLAIN: Mapping[type[Pdu], Word] = {
    c.ActiveTest: Probe(),
    c.Terminate: Leave(),
    c.ActiveTestResp: Answer(Verdict.OK),
    c.TerminateResp: Answer(Verdict.OK),
    c.QueryResp: Answer(Verdict.OK),
    c.CancelResp: Answer(Verdict.OK),
}
_CODES = {Verdict.OK: 0, Verdict.THROTTLED: 8, Verdict.BUSY: 8, Verdict.INVALID: 1, Verdict.UNSUPPORTED: 2}
# Beyond 13 a gateway names results of its own; docs/guides/gateway.md lists ours.
_REFUSALS: Mapping[Refusal | None, int] = {
    Refusal.SUSPENDED: 14,
    Refusal.ADDRESS: 14,
    Refusal.BAD_NUMBER: 13,
    Refusal.TOO_MANY: 13,
    Refusal.BAD_CONTENT: 1,
    Refusal.TOO_LONG: 6,
    Refusal.BAD_EXTENSION: 10,
    Refusal.BAD_TIME: 15,
    Refusal.NO_SIGNATURE: 16,
    Refusal.BAD_SIGNATURE: 16,
    Refusal.BAD_TEMPLATE: 17,
    Refusal.SENSITIVE: 18,
    Refusal.BLOCKED: 19,
    Refusal.DUPLICATE: 20,
    Refusal.QUOTA: 21,
    Refusal.NO_CREDIT: 22,
    Refusal.THROTTLED: 8,
    Refusal.NO_ROUTE: 9,
    Refusal.TOO_OFTEN: 23,
}
_LOGIN_CODES = {
    Verdict.OK: 0,
    Verdict.BUSY: 5,
    Verdict.INVALID: 1,
    Verdict.UNSUPPORTED: 4,
}


class Cmpp(Dialect):
    """A server speaks the version that its client asks for."""

    def __init__(self, account: Account, clock: Clock, *, client: bool) -> None:
        super().__init__(account, clock, client=client)
        self._speak(c.V20 if account.protocol == "cmpp2" else c.V30)
        self._proof = b""

    def _speak(self, version: int) -> None:
        self._version = version
        self.codec = c.CODECS[version]

    def frames(self) -> Frames:
        return c.frames()

    def login(self, way: Way) -> Pdu:
        stamp = self.stamp()
        self._proof = _proof(self.account.login, self.account.password, stamp)
        return c.Connect(
            source_addr=self.account.login,
            authenticator_source=self._proof,
            version=self._version,
            timestamp=stamp,
        )

    def admits(self, login: Packet, password: str) -> bool:
        given = login.body
        if not isinstance(given, c.Connect):
            return False
        self._proof = given.authenticator_source
        expected = _proof(given.source_addr, password, given.timestamp)
        return hmac.compare_digest(given.authenticator_source, expected)

    def welcome(self, login: Packet, answer: Answer) -> Packet:
        status = _LOGIN_CODES.get(answer.verdict, 3)
        shown = b"" if status else self._server_proof(status)
        return Packet(
            login.sequence, c.ConnectResp(status=status, authenticator_ismg=shown, version=self._version)
        )

    def proven(self, welcome: Packet) -> bool:
        """Gateways that prove nothing (all zeros) are common; a wrong proof is somebody else."""
        shown = welcome.body.authenticator_ismg if isinstance(welcome.body, c.ConnectResp) else b""
        return not any(shown) or any(
            hmac.compare_digest(shown, proof(bytes(width), self._proof, self.account.password.encode()))
            for width in (1, 4)
        )

    def _server_proof(self, status: int) -> bytes:
        width = 4 if self._version == c.V30 else 1
        return proof(status.to_bytes(width, "big"), self._proof, self.account.password.encode())

    def hear(self, packet: Packet) -> Word:
        match packet.body:
            case c.SubmitResp(msg_id=msg_id, result=result):
                return _answer(result, RESULTS, str(msg_id))
            case c.Submit() as submit:
                return self._submit(submit)
            case c.Deliver(registered_delivery=1) as deliver:
                return self._report(deliver)
            case c.Deliver() as deliver:
                return self._deliver(deliver)
            case c.DeliverResp(result=result):
                return _answer(result, RESULTS)
            case c.Connect(source_addr=name, version=version):
                self._speak(c.V30 if version >= c.V30 else c.V20)
                return Login(name)
            case c.ConnectResp(status=status):
                return _answer(status, LOGIN_RESULTS)
        return self._question(packet.body)

    def _question(self, asked: Pdu) -> Word:
        match asked:
            case c.Query() as query:
                return self.count(query.time, query.query_code if query.query_type else "")
            case c.Cancel(msg_id=msg_id):
                return CallOff(str(msg_id))
        return _PLAIN.get(type(asked), Unheard())

    def _submit(self, submit: c.Submit) -> Submit:
        return Submit(
            source=submit.src_id,
            numbers=tuple(self.inward(one) for one in submit.dest_terminal_id),
            part=self.part(submit.msg_content, submit.msg_fmt, has_header=submit.tp_udhi == 1),
            receipt=submit.registered_delivery == 1,
            due_at=self.from_absolute(submit.at_time),
            expires_at=self.from_absolute(submit.valid_time),
            priority=min(1, submit.msg_level),
        )

    def _deliver(self, deliver: c.Deliver) -> Deliver:
        return Deliver(
            number=self.inward(deliver.src_terminal_id),
            access_number=deliver.dest_id,
            part=self.part(deliver.msg_content, deliver.msg_fmt, has_header=deliver.tp_udhi == 1),
            ref=str(deliver.msg_id or ""),
        )

    def _report(self, deliver: c.Deliver) -> Report:
        report = c.read_report(deliver.msg_content)
        return Report(
            ref=str(report.msg_id),
            number=self.inward(report.dest_terminal_id or deliver.src_terminal_id),
            access_number=deliver.dest_id,
            stat=report.stat,
            at=self.moment(report.done_time),
            final=report.stat not in ON_ITS_WAY,
            submitted_at=self.moment(report.submit_time) if report.submit_time else None,
        )

    def say(self, request: Request) -> Pdu:
        match request:
            case Submit():
                return self._said_submit(request)
            case Deliver():
                udhi, content = content_of(request.part)
                return c.Deliver(
                    msg_id=int(request.ref),
                    dest_id=request.access_number,
                    service_id=self.account.service,
                    tp_udhi=udhi,
                    msg_fmt=self.coding(request.part),
                    src_terminal_id=self.outward(request.number),
                    msg_content=content,
                )
            case Report():
                return self._said_report(request)
            case Leave():
                return c.Terminate()
        return c.ActiveTest()

    def _said_submit(self, submit: Submit) -> c.Submit:
        udhi, content = content_of(submit.part)
        concat = submit.part.concat
        return c.Submit(
            pk_total=concat.total if concat else 1,
            pk_number=concat.place if concat else 1,
            registered_delivery=int(submit.receipt),
            msg_level=max(0, submit.priority),
            service_id=self.account.service,
            tp_udhi=udhi,
            msg_fmt=self.coding(submit.part),
            msg_src=self.account.corporation or self.account.login,
            valid_time=self.absolute(submit.expires_at),
            at_time=self.absolute(submit.due_at),
            src_id=submit.source,
            dest_terminal_id=tuple(self.outward(number) for number in submit.numbers),
            msg_content=content,
        )

    def _said_report(self, report: Report) -> c.Deliver:
        time = f"{self.local(report.at):{TIME}}"
        number = self.outward(report.number)
        content = c.Report(
            msg_id=int(report.ref),
            stat=report.stat,
            submit_time=time,
            done_time=time,
            dest_terminal_id=number,
        )
        return c.Deliver(
            msg_id=int(report.ref),
            dest_id=report.access_number,
            service_id=self.account.service,
            src_terminal_id=number,
            registered_delivery=1,
            msg_content=c.write_report(content, self._version),
        )

    def answer(self, asked: Packet, answer: Answer) -> Packet | None:
        result = _REFUSALS.get(answer.refusal) or _CODES.get(answer.verdict, 9)
        body = _response(asked.body, answer, result)
        return None if body is None else Packet(asked.sequence, body)

    def complain(self, broken: Broken) -> Packet | None:
        """Messages are answered as not well formed, so that they aren't sent for ever."""
        if broken.sequence is None:
            return None
        if broken.command == 0x00000004:
            return Packet(broken.sequence, c.SubmitResp(msg_id=0, result=1))
        if broken.command == 0x00000005:
            return Packet(broken.sequence, c.DeliverResp(msg_id=0, result=1))
        return None


def _response(asked: Pdu, answer: Answer, result: int) -> Pdu | None:
    match asked:
        case c.Submit():
            return c.SubmitResp(msg_id=int(answer.ref or 0), result=result)
        case c.Deliver(msg_id=msg_id):
            return c.DeliverResp(msg_id=msg_id, result=result)
        case c.ActiveTest():
            return c.ActiveTestResp()
        case c.Terminate():
            return c.TerminateResp()
        case c.Query() if isinstance(answer.found, Counted):
            return _said_counted(asked, answer.found)
        case c.Query() if answer.verdict is Verdict.UNSUPPORTED:
            return _said_counted(asked, Counted())
        case c.Cancel():
            return c.CancelResp(success_id=int(answer.verdict is not Verdict.OK))
    return None


def _said_counted(query: c.Query, counted: Counted) -> c.QueryResp:
    """The answer has no place for a refusal: where nothing was counted there is none."""
    return c.QueryResp(
        time=query.time,
        query_type=query.query_type,
        query_code=query.query_code,
        mt_tl_msg=counted.given,
        mt_tl_usr=counted.given,
        mt_scs=counted.passed,
        mt_wt=counted.waiting,
        mt_fl=counted.failed,
        mo_scs=counted.told,
        mo_wt=counted.untold,
    )


def _answer(result: int, reasons: Mapping[int, str], ref: str = "") -> Answer:
    if result == 0:
        return Answer(Verdict.OK, ref)
    verdict = _VERDICTS.get(result, Verdict.REFUSED)
    return Answer(verdict, "", f"CMPP {result}: {reasons.get(result, 'the gateway says no more')}")


def _proof(login: str, password: str, stamp: int) -> bytes:
    return proof(login.encode(), bytes(9), password.encode(), b"%010d" % stamp)

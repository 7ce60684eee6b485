"""How SMGP says what ends of a link say."""

from __future__ import annotations

import hmac
from collections.abc import Mapping, Sequence

from hotpot.pot.messaging.layout import Broken, Frames, Packet, Pdu, Tlv, tlv
from hotpot.pot.messaging.smgp import codec as c
from hotpot.pot.messaging.talk import (
    ON_ITS_WAY,
    TIME,
    Answer,
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
from hotpot.pot.messaging.text import Part
from hotpot.pot.messaging.wire import Refusal

STATUSES: Mapping[int, str] = {
    1: "the gateway is busy",
    2: "too many connections",
    10: "the frame is not well formed",
    11: "unknown command",
    12: "the sequence was used before",
    20: "this address may not log in",
    21: "wrong login or password",
    22: "the version is too high",
    32: "wrong kind of fee",
    33: "wrong fee code",
    34: "wrong message format",
    35: "wrong time",
    36: "wrong length",
    37: "the validity is over",
    39: "no route",
    40: "wrong monthly fee",
    43: "wrong service id",
    46: "wrong source number",
    47: "wrong destination number",
    48: "wrong number to charge",
    49: "wrong service number",
    58: "no route",
    73: "wrong service id",
    74: "not at this time of the day",
    75: "more than may be sent in a day",
    76: "the account's time is over",
}
_PLAIN: Mapping[type[Pdu], Word] = {
    c.ActiveTest: Probe(),
    c.Exit: Leave(),
    c.ActiveTestResp: Answer(Verdict.OK),
    c.ExitResp: Answer(Verdict.OK),
    c.QueryResp: Answer(Verdict.OK),
}
# What isn't wrong with the message itself may be right for another gateway.
_VERDICTS = {
    1: Verdict.THROTTLED,
    2: Verdict.BUSY,
    **dict.fromkeys((32, 33, 39, 40, 43, 46, 49, 58, 73, 74, 75, 76), Verdict.UNSERVED),
}
_CODES = {
    Verdict.OK: 0,
    Verdict.THROTTLED: 1,
    Verdict.BUSY: 1,
    Verdict.INVALID: 10,
    Verdict.UNSUPPORTED: 11,
}
# Those above 200 are our own, beyond the published ones; docs/guides/gateway.md lists them.
_REFUSALS: Mapping[Refusal | None, int] = {
    Refusal.SUSPENDED: 43,
    Refusal.ADDRESS: 20,
    Refusal.BAD_NUMBER: 47,
    Refusal.TOO_MANY: 47,
    Refusal.BAD_CONTENT: 34,
    Refusal.TOO_LONG: 36,
    Refusal.BAD_EXTENSION: 46,
    Refusal.BAD_TIME: 35,
    Refusal.NO_SIGNATURE: 201,
    Refusal.BAD_SIGNATURE: 201,
    Refusal.BAD_TEMPLATE: 202,
    Refusal.SENSITIVE: 203,
    Refusal.BLOCKED: 204,
    Refusal.DUPLICATE: 205,
    Refusal.QUOTA: 75,
    Refusal.NO_CREDIT: 206,
    Refusal.THROTTLED: 1,
    Refusal.NO_ROUTE: 39,
    Refusal.TOO_OFTEN: 207,
}
_WAYS = {Way.OUT: 0, Way.IN: 1, Way.BOTH: 2}


class Smgp(Dialect):
    codec = c.CODEC
    _proof = b""

    def frames(self) -> Frames:
        return c.frames()

    def login(self, way: Way) -> Pdu:
        stamp = self.stamp()
        self._proof = _proof(self.account.login, self.account.password, stamp)
        return c.Login(
            client_id=self.account.login,
            authenticator_client=self._proof,
            login_mode=_WAYS[way],
            timestamp=stamp,
        )

    def admits(self, login: Packet, password: str) -> bool:
        given = login.body
        if not isinstance(given, c.Login):
            return False
        self._proof = given.authenticator_client
        expected = _proof(given.client_id, password, given.timestamp)
        return hmac.compare_digest(given.authenticator_client, expected)

    def welcome(self, login: Packet, answer: Answer) -> Packet:
        status = 2 if answer.verdict is Verdict.BUSY else _CODES.get(answer.verdict, 21)
        shown = b"" if status else proof(bytes(4), self._proof, self.account.password.encode())
        return Packet(login.sequence, c.LoginResp(status=status, authenticator_server=shown))

    def proven(self, welcome: Packet) -> bool:
        """Gateways that prove nothing (all zeros) are common; a wrong proof is somebody else."""
        shown = welcome.body.authenticator_server if isinstance(welcome.body, c.LoginResp) else b""
        expected = proof(bytes(4), self._proof, self.account.password.encode())
        return not any(shown) or hmac.compare_digest(shown, expected)

    def hear(self, packet: Packet) -> Word:
        match packet.body:
            case c.SubmitResp(msg_id=msg_id, status=status):
                return _answer(status, msg_id.hex())
            case c.Submit() as submit:
                return self._submit(submit)
            case c.Deliver(is_report=1) as deliver:
                return self._report(deliver)
            case c.Deliver() as deliver:
                return self._deliver(deliver)
            case c.DeliverResp(status=status) | c.LoginResp(status=status):
                return _answer(status)
            case c.Login(client_id=name, login_mode=mode):
                return Login(name, next((way for way, code in _WAYS.items() if code == mode), Way.BOTH))
            case c.Query() as query:
                return self.count(query.query_time, query.query_code if query.query_type else "")
        return _PLAIN.get(type(packet.body), Unheard())

    def _submit(self, submit: c.Submit) -> Submit:
        return Submit(
            source=submit.src_term_id,
            numbers=tuple(self.inward(one) for one in submit.dest_term_id),
            part=self._part(submit.msg_content, submit.msg_format, submit.tlvs),
            receipt=submit.need_report == 1,
            due_at=self.from_absolute(submit.at_time),
            expires_at=self.from_absolute(submit.valid_time),
            priority=min(1, submit.priority),
        )

    def _deliver(self, deliver: c.Deliver) -> Deliver:
        return Deliver(
            number=self.inward(deliver.src_term_id),
            access_number=deliver.dest_term_id,
            part=self._part(deliver.msg_content, deliver.msg_format, deliver.tlvs),
            ref=deliver.msg_id.hex() if any(deliver.msg_id) else "",
        )

    def _part(self, content: bytes, coding: int, tlvs: Sequence[Tlv]) -> Part:
        return self.part(content, coding, has_header=tlv(tlvs, c.TP_UDHI) == b"\1")

    def _report(self, deliver: c.Deliver) -> Report:
        report = c.read_report(deliver.msg_content)
        return Report(
            ref=report.msg_id.hex(),
            number=self.inward(deliver.src_term_id),
            access_number=deliver.dest_term_id,
            stat=report.stat,
            at=self.moment(report.done_date),
            final=report.stat not in ON_ITS_WAY,
            error="" if report.err == "000" else report.err,
            submitted_at=self.moment(report.submit_date) if report.submit_date else None,
        )

    def say(self, request: Request) -> Pdu:
        match request:
            case Submit():
                return self._said_submit(request)
            case Deliver():
                content, tlvs = _content(request.part)
                return c.Deliver(
                    msg_id=_msg_id(request.ref),
                    msg_format=self.coding(request.part),
                    recv_time=f"{self.local(self.clock.now()):%Y%m%d%H%M%S}",
                    src_term_id=self.outward(request.number),
                    dest_term_id=request.access_number,
                    msg_content=content,
                    tlvs=tlvs,
                )
            case Report():
                return self._said_report(request)
            case Leave():
                return c.Exit()
        return c.ActiveTest()

    def _said_submit(self, submit: Submit) -> c.Submit:
        content, tlvs = _content(submit.part)
        return c.Submit(
            need_report=int(submit.receipt),
            priority=max(0, submit.priority),
            service_id=self.account.service,
            msg_format=self.coding(submit.part),
            valid_time=self.absolute(submit.expires_at),
            at_time=self.absolute(submit.due_at),
            src_term_id=submit.source,
            dest_term_id=tuple(self.outward(number) for number in submit.numbers),
            msg_content=content,
            tlvs=tlvs,
        )

    def _said_report(self, report: Report) -> c.Deliver:
        now = self.local(self.clock.now())
        time = f"{self.local(report.at):{TIME}}"
        content = c.Report(
            msg_id=_msg_id(report.ref),
            submit_date=time,
            done_date=time,
            stat=report.stat,
            err=report.error or "000",
        )
        return c.Deliver(
            msg_id=_msg_id(report.ref),
            is_report=1,
            recv_time=f"{now:%Y%m%d%H%M%S}",
            src_term_id=self.outward(report.number),
            dest_term_id=report.access_number,
            msg_content=c.write_report(content),
        )

    def answer(self, asked: Packet, answer: Answer) -> Packet | None:
        status = _REFUSALS.get(answer.refusal) or _CODES.get(answer.verdict, 39)
        body = _response(asked.body, answer, status)
        return None if body is None else Packet(asked.sequence, body)

    def complain(self, broken: Broken) -> Packet | None:
        """Messages are answered as not well formed, so that they aren't sent for ever."""
        if broken.sequence is None:
            return None
        if broken.command == 0x00000002:
            return Packet(broken.sequence, c.SubmitResp(status=10))
        if broken.command == 0x00000003:
            return Packet(broken.sequence, c.DeliverResp(msg_id=b"", status=10))
        return None


def _content(part: Part) -> tuple[bytes, tuple[Tlv, ...]]:
    udhi, content = content_of(part)
    tlvs: list[Tlv] = [(c.TP_UDHI, b"\1")] if udhi else []
    if part.concat:
        tlvs += [(c.PK_TOTAL, bytes([part.concat.total])), (c.PK_NUMBER, bytes([part.concat.place]))]
    return content, tuple(tlvs)


def _response(asked: Pdu, answer: Answer, status: int) -> Pdu | None:
    match asked:
        case c.Submit():
            return c.SubmitResp(msg_id=_msg_id(answer.ref), status=status)
        case c.Deliver(msg_id=msg_id):
            return c.DeliverResp(msg_id=msg_id, status=status)
        case c.ActiveTest():
            return c.ActiveTestResp()
        case c.Exit():
            return c.ExitResp()
        case c.Query() if isinstance(answer.found, Counted):
            return _said_counted(asked, answer.found)
        case c.Query() if answer.verdict is Verdict.UNSUPPORTED:
            return _said_counted(asked, Counted())
    return None


def _said_counted(query: c.Query, counted: Counted) -> c.QueryResp:
    """The answer has no place for a refusal: where nothing was counted there is none."""
    return c.QueryResp(
        query_time=query.query_time,
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


def _msg_id(ref: str) -> bytes:
    """Ten bytes of which every half is a digit of the reference."""
    return bytes.fromhex(ref.zfill(20))


def _answer(status: int, ref: str = "") -> Answer:
    if status == 0:
        return Answer(Verdict.OK, ref)
    verdict = _VERDICTS.get(status, Verdict.REFUSED)
    return Answer(verdict, "", f"SMGP {status}: {STATUSES.get(status, 'the gateway says no more')}")


def _proof(login: str, password: str, stamp: int) -> bytes:
    return proof(login.encode(), bytes(7), password.encode(), b"%010d" % stamp)

"""How SMPP says what ends of a link say: receipts inside of deliver_sm, long messages three ways."""

from __future__ import annotations

import hmac
import re
from collections.abc import Mapping, Sequence

from hotpot.pot.messaging.layout import Broken, Frames, Packet, Pdu, Tlv, tlv
from hotpot.pot.messaging.smpp import codec as c
from hotpot.pot.messaging.talk import (
    ON_ITS_WAY,
    TIME,
    Answer,
    CallOff,
    Deliver,
    Dialect,
    Found,
    Leave,
    Login,
    Probe,
    Query,
    Report,
    Request,
    Submit,
    Unheard,
    Verdict,
    Way,
    Word,
    content_of,
)
from hotpot.pot.messaging.text import Alphabet, Concat, Part, encode
from hotpot.pot.messaging.wire import Refusal

STATUSES: Mapping[int, str] = {
    c.ESME_RINVMSGLEN: "wrong length",
    c.ESME_RINVCMDLEN: "the frame is not well formed",
    c.ESME_RINVCMDID: "unknown command",
    c.ESME_RINVBNDSTS: "not bound for this",
    c.ESME_RALYBND: "bound already",
    c.ESME_RSYSERR: "the system failed",
    0x0A: "wrong source number",
    c.ESME_RINVDSTADR: "wrong destination number",
    c.ESME_RINVMSGID: "there is no such message",
    c.ESME_RBINDFAIL: "the bind failed",
    c.ESME_RINVPASWD: "wrong password",
    c.ESME_RINVSYSID: "wrong system id",
    c.ESME_RCANCELFAIL: "it can't be called off",
    c.ESME_RREPLACEFAIL: "it can't be replaced",
    c.ESME_RMSGQFUL: "the queue is full",
    0x15: "wrong service type",
    c.ESME_RSUBMITFAIL: "the message was not taken",
    c.ESME_RTHROTTLED: "too fast",
    0x61: "wrong schedule",
    0x62: "wrong validity",
    c.ESME_RX_T_APPN: "the receiver can't now",
    c.ESME_RQUERYFAIL: "the question was not answered",
}
_PLAIN: Mapping[type[Pdu], Word] = {
    c.EnquireLink: Probe(),
    c.Unbind: Leave(),
    c.Outbind: Unheard(),
    c.ReplaceSm: Unheard(),
    c.AlertNotification: Unheard(),
}
# What isn't wrong with the message itself may be right for another centre.
_VERDICTS = {
    0x0A: Verdict.UNSERVED,
    0x15: Verdict.UNSERVED,
    c.ESME_RSUBMITFAIL: Verdict.UNSERVED,
    c.ESME_RALYBND: Verdict.BUSY,
    c.ESME_RSYSERR: Verdict.BUSY,
    c.ESME_RMSGQFUL: Verdict.THROTTLED,
    c.ESME_RTHROTTLED: Verdict.THROTTLED,
    c.ESME_RX_T_APPN: Verdict.BUSY,
}
_CODES = {
    Verdict.OK: c.ESME_ROK,
    Verdict.THROTTLED: c.ESME_RTHROTTLED,
    Verdict.BUSY: c.ESME_RMSGQFUL,
    Verdict.INVALID: c.ESME_RINVMSGLEN,
    Verdict.UNSUPPORTED: c.ESME_RINVCMDID,
    Verdict.REFUSED: c.ESME_RSUBMITFAIL,
    Verdict.UNSERVED: c.ESME_RSUBMITFAIL,
    Verdict.UNKNOWN: c.ESME_RINVMSGID,
}
# What isn't done, in the words of the request.
_FAILED: Mapping[type[Pdu], int] = {
    c.QuerySm: c.ESME_RQUERYFAIL,
    c.CancelSm: c.ESME_RCANCELFAIL,
    c.ReplaceSm: c.ESME_RREPLACEFAIL,
}
_NOT_DONE = (Verdict.REFUSED, Verdict.UNSUPPORTED)
# 0x0400 to 0x04ff are for centres' own reasons; docs/guides/gateway.md lists ours.
_REFUSALS: Mapping[Refusal | None, int] = {
    Refusal.SUSPENDED: 0x0400,
    Refusal.ADDRESS: 0x0400,
    Refusal.BAD_NUMBER: c.ESME_RINVDSTADR,
    Refusal.TOO_MANY: 0x33,
    Refusal.BAD_CONTENT: 0x0401,
    Refusal.TOO_LONG: c.ESME_RINVMSGLEN,
    Refusal.BAD_EXTENSION: 0x0A,
    Refusal.BAD_TIME: 0x62,
    Refusal.NO_SIGNATURE: 0x0402,
    Refusal.BAD_SIGNATURE: 0x0402,
    Refusal.BAD_TEMPLATE: 0x0403,
    Refusal.SENSITIVE: 0x0404,
    Refusal.BLOCKED: 0x0405,
    Refusal.DUPLICATE: 0x0406,
    Refusal.QUOTA: 0x0407,
    Refusal.NO_CREDIT: 0x0408,
    Refusal.THROTTLED: c.ESME_RTHROTTLED,
    Refusal.NO_ROUTE: 0x0409,
    Refusal.TOO_OFTEN: 0x040A,
}
_BINDS: Mapping[Way, type[c.BindTransceiver] | type[c.BindTransmitter] | type[c.BindReceiver]] = {
    Way.BOTH: c.BindTransceiver,
    Way.OUT: c.BindTransmitter,
    Way.IN: c.BindReceiver,
}
_STATES = {
    1: "ENROUTE",
    2: "DELIVRD",
    3: "EXPIRED",
    4: "DELETED",
    5: "UNDELIV",
    6: "ACCEPTD",
    7: "UNKNOWN",
    8: "REJECTD",
}
_CODES_OF_STATES = {stat: code for code, stat in _STATES.items()}
_STATE_UNDELIVERABLE = 5
_ALPHANUMERIC, _ISDN = 5, 1  # a type of number and a numbering plan
_RECEIPT = re.compile(
    rb"id:\s*(?P<id>[!-~]+)(?:.*?submit date:\s*(?P<submit>[0-9]{10,12}))?"
    rb"(?:.*?done date:\s*(?P<done>[0-9]{10,12}))?"
    rb"(?:.*?stat:\s*(?P<stat>[0-9A-Za-z]+))?(?:.*?err:\s*(?P<err>[0-9A-Za-z]+))?",
    re.IGNORECASE | re.DOTALL,
)


class Smpp(Dialect):
    codec = c.CODEC
    alphabets = (Alphabet.GSM7, Alphabet.UCS2)
    codings = {
        Alphabet.GSM7: 0,
        Alphabet.ASCII: 1,
        Alphabet.LATIN1: 3,
        Alphabet.BINARY: 4,
        Alphabet.UCS2: 8,
    }

    def frames(self) -> Frames:
        return c.frames()

    def login(self, way: Way) -> Pdu:
        return _BINDS[way](system_id=self.account.login, password=self.account.password)

    def admits(self, login: Packet, password: str) -> bool:
        given = login.body
        return isinstance(given, c.Bind) and hmac.compare_digest(given.password.encode(), password.encode())

    def welcome(self, login: Packet, answer: Answer) -> Packet:
        kind = _BIND_RESPONSES[type(login.body)]
        if answer.verdict is Verdict.OK:
            version: Tlv = (c.SC_INTERFACE_VERSION, bytes([c.V34]))
            return Packet(login.sequence, kind(system_id="hotpot", tlvs=(version,)))
        status = c.ESME_RALYBND if answer.verdict is Verdict.BUSY else c.ESME_RBINDFAIL
        return Packet(login.sequence, kind(), status)

    def hear(self, packet: Packet) -> Word:
        match packet.body:
            case c.SubmitSmResp(message_id=ref) | c.SubmitMultiResp(message_id=ref):
                return _answer(packet.status, canonical(ref, self.account.answer_ids))
            case c.SubmitSm(destination_addr=number) as submit:
                return self._submit(submit, [number])
            case c.SubmitMulti(dest_address=destinations) as submit:
                return self._submit(submit, [one.number for one in destinations])
            case c.DeliverSm() as deliver:
                return self._deliver(deliver, self._part(deliver))
            case c.DataSm(destination_addr=number) as data:
                return self._deliver(data, self._part(data)) if self.client else self._submit(data, [number])
            case c.Bind(system_id=name) as bind:
                return Login(name, next(way for way, kind in _BINDS.items() if isinstance(bind, kind)))
        return _PLAIN.get(type(packet.body)) or _question(packet.body) or _answer(packet.status)

    def _submit(self, submit: c.SubmitSm | c.SubmitMulti | c.DataSm, numbers: Sequence[str]) -> Submit:
        if not all(numbers):
            raise Broken("distribution lists are not known here")
        due, validity = ("", "") if isinstance(submit, c.DataSm) else _times(submit)
        return Submit(
            source=submit.source_addr,
            numbers=tuple(self.inward(number) for number in numbers),
            part=self._part(submit),
            receipt=submit.registered_delivery & 3 != 0,
            due_at=self.from_absolute(due),
            expires_at=self.from_absolute(validity),
            priority=0 if isinstance(submit, c.DataSm) else min(1, submit.priority_flag),
        )

    def _part(self, message: c.SubmitSm | c.SubmitMulti | c.DeliverSm | c.DataSm) -> Part:
        short = b"" if isinstance(message, c.DataSm) else message.short_message
        content = short or tlv(message.tlvs, c.MESSAGE_PAYLOAD) or b""
        part = self.part(content, message.data_coding, has_header=message.esm_class & c.ESM_UDHI != 0)
        concat = _segment(message.tlvs)
        if part.concat is None and concat is not None:
            return Part(part.data, part.alphabet, concat, part.elements, part.flash)
        return part

    def _deliver(self, deliver: c.DeliverSm | c.DataSm, part: Part) -> Deliver | Report:
        if deliver.esm_class & c.ESM_TYPE_MASK:
            return self._report(deliver, part.data)
        return Deliver(self.inward(deliver.source_addr), deliver.destination_addr, part)

    def _report(self, deliver: c.DeliverSm | c.DataSm, content: bytes) -> Report:
        found = _RECEIPT.search(content)
        said = {name: (value or b"").decode() for name, value in found.groupdict().items()} if found else {}
        state = tlv(deliver.tlvs, c.MESSAGE_STATE)
        stat = _STATES.get(state[-1], "UNKNOWN") if state else said.get("stat", "").upper()
        ref = (tlv(deliver.tlvs, c.RECEIPTED_MESSAGE_ID) or b"").rstrip(b"\0").decode("ascii", "replace")
        if not (ref := ref or said.get("id", "")):
            raise Broken("a receipt without the id of its message")
        final = stat not in ON_ITS_WAY and deliver.esm_class & c.ESM_TYPE_MASK == c.ESM_RECEIPT
        error = said.get("err", "")
        return Report(
            ref=canonical(ref, self.account.receipt_ids),
            number=self.inward(deliver.source_addr),
            access_number=deliver.destination_addr,
            stat=stat,
            at=self.moment(said.get("done", "")),
            final=final,
            error="" if not error.strip("0") else error,
            submitted_at=self.moment(said["submit"]) if said.get("submit") else None,
        )

    def say(self, request: Request) -> Pdu:
        match request:
            case Submit():
                return self._said_submit(request)
            case Deliver():
                return self._said_deliver(request)
            case Report():
                return self._said_report(request)
            case Leave():
                return c.Unbind()
        return c.EnquireLink()

    def _said_submit(self, submit: Submit) -> Pdu:
        esm_class, content, tlvs = self._content(submit.part)
        source_ton, source_npi = _kind(submit.source)
        [number] = submit.numbers
        return c.SubmitSm(
            service_type=self.account.service,
            source_addr_ton=source_ton,
            source_addr_npi=source_npi,
            source_addr=submit.source,
            dest_addr_ton=int(not self.account.national),
            dest_addr_npi=_ISDN,
            destination_addr=self.outward(number),
            esm_class=esm_class,
            schedule_delivery_time=self.absolute(submit.due_at),
            validity_period=self.absolute(submit.expires_at),
            priority_flag=max(0, submit.priority),
            registered_delivery=int(submit.receipt),
            data_coding=self.coding(submit.part),
            short_message=content,
            tlvs=tlvs,
        )

    def _said_deliver(self, deliver: Deliver) -> Pdu:
        esm_class, content, tlvs = self._content(deliver.part)
        ton, npi = _kind(deliver.access_number)
        return c.DeliverSm(
            source_addr_ton=int(not self.account.national),
            source_addr_npi=_ISDN,
            source_addr=self.outward(deliver.number),
            dest_addr_ton=ton,
            dest_addr_npi=npi,
            destination_addr=deliver.access_number,
            esm_class=esm_class,
            data_coding=self.coding(deliver.part),
            short_message=content,
            tlvs=tlvs,
        )

    def _content(self, part: Part) -> tuple[int, bytes, tuple[Tlv, ...]]:
        """esm_class, short_message and optional parameters, in the way that the account asks for."""
        tlvs: tuple[Tlv, ...] = ()
        if self.account.long == "sar" and part.concat is not None:
            tlvs = _segments(part.concat)
            part = Part(part.data, part.alphabet, None, part.elements, part.flash)
        udhi, content = content_of(part)
        if len(content) > c.SHORT_MESSAGE_MAX:
            tlvs, content = (*tlvs, (c.MESSAGE_PAYLOAD, content)), b""
        return c.ESM_UDHI if udhi else 0, content, tlvs

    def parts(self, text: str, ref: int, *, alphabet: str = "", flash: bool = False) -> list[Part]:
        if self.account.long != "payload":
            return super().parts(text, ref, alphabet=alphabet, flash=flash)
        chosen = self.alphabet_of(text, alphabet)
        return [Part(encode(text, chosen), chosen, flash=flash)]

    def _said_report(self, report: Report) -> Pdu:
        time = f"{self.local(report.at):{TIME}}"
        delivered = int(report.delivered)
        content = (
            f"id:{report.ref} sub:001 dlvrd:{delivered:03} submit date:{time} done date:{time}"
            f" stat:{report.stat:7.7} err:{report.error or '000':3.3} text:"
        )
        state = _CODES_OF_STATES.get(report.stat, _STATE_UNDELIVERABLE)
        ton, npi = _kind(report.access_number)
        return c.DeliverSm(
            source_addr_ton=int(not self.account.national),
            source_addr_npi=_ISDN,
            source_addr=self.outward(report.number),
            dest_addr_ton=ton,
            dest_addr_npi=npi,
            destination_addr=report.access_number,
            esm_class=c.ESM_RECEIPT,
            short_message=content.encode("ascii", "replace"),
            tlvs=(
                (c.RECEIPTED_MESSAGE_ID, report.ref.encode() + b"\0"),
                (c.MESSAGE_STATE, bytes([state])),
            ),
        )

    def answer(self, asked: Packet, answer: Answer) -> Packet | None:
        if isinstance(asked.body, c.QuerySm) and isinstance(answer.found, Found):
            body: Pdu | None = self._said_found(asked.body.message_id, answer.found)
        else:
            body = _response(asked.body, answer.ref)
        status = _REFUSALS.get(answer.refusal) or _CODES[answer.verdict]
        if answer.verdict in _NOT_DONE:
            status = _FAILED.get(type(asked.body), status)
        return None if body is None else Packet(asked.sequence, body, status)

    def _said_found(self, ref: str, found: Found) -> c.QuerySmResp:
        return c.QuerySmResp(
            message_id=ref,
            final_date=self.absolute(found.ended_at),
            message_state=_CODES_OF_STATES.get(found.stat, _STATE_UNDELIVERABLE),
            error_code=int(found.error) & 0xFF if found.error.isdecimal() else 0,
        )

    def complain(self, broken: Broken) -> Packet | None:
        known = broken.command in self.codec.layouts
        status = c.ESME_RINVCMDLEN if known or broken.lost else c.ESME_RINVCMDID
        return Packet(broken.sequence or 0, c.GenericNack(), status)


_RESPONSES: Mapping[type[Pdu], type[Pdu]] = {
    c.EnquireLink: c.EnquireLinkResp,
    c.Unbind: c.UnbindResp,
    c.QuerySm: c.QuerySmResp,
    c.CancelSm: c.CancelSmResp,
    c.ReplaceSm: c.ReplaceSmResp,
    c.DeliverSm: c.DeliverSmResp,
}
_BIND_RESPONSES: Mapping[type[Pdu], type[c.BindResp]] = {
    c.BindReceiver: c.BindReceiverResp,
    c.BindTransmitter: c.BindTransmitterResp,
    c.BindTransceiver: c.BindTransceiverResp,
}


def _response(asked: Pdu, ref: str) -> Pdu | None:
    match asked:
        case c.SubmitSm():
            return c.SubmitSmResp(message_id=ref)
        case c.SubmitMulti():
            return c.SubmitMultiResp(message_id=ref)
        case c.DataSm():
            return c.DataSmResp(message_id=ref)
    kind = _RESPONSES.get(type(asked))
    return None if kind is None else kind()


def _times(submit: c.SubmitSm | c.SubmitMulti) -> tuple[str, str]:
    return submit.schedule_delivery_time, submit.validity_period


def _question(asked: Pdu) -> Query | CallOff | None:
    match asked:
        case c.QuerySm(message_id=ref, source_addr=source):
            return Query(ref, source)
        case c.CancelSm(message_id=ref, source_addr=source):
            return CallOff(ref, source)
    return None


def canonical(ref: str, written: str) -> str:
    """One form for an id that centres write as they like: leading zeros, capitals, hexadecimal or decimal."""
    ref = ref.strip().lower()
    try:
        if written != "text":
            return str(int(ref, 16 if written == "hex" else 10))
    except ValueError:
        pass
    return ref.lstrip("0") or ref[:1]


def _kind(access_number: str) -> tuple[int, int]:
    """Type of number and numbering plan: a name is alphanumeric, of anything else we know nothing."""
    return (0, _ISDN) if access_number.removeprefix("+").isdigit() else (_ALPHANUMERIC, 0)


def _segment(tlvs: Sequence[Tlv]) -> Concat | None:
    """What the sar_ parameters say; None where they are missing or make no sense."""
    if not tlvs:
        return None
    found = [tlv(tlvs, tag) for tag in (c.SAR_MSG_REF_NUM, c.SAR_TOTAL_SEGMENTS, c.SAR_SEGMENT_SEQNUM)]
    ref, total, place = (int.from_bytes(value or b"", "big") for value in found)
    return Concat(ref & 0xFFFF, total, place, wide=True) if 1 <= place <= total <= 255 else None


def _segments(concat: Concat) -> tuple[Tlv, ...]:
    return (
        (c.SAR_MSG_REF_NUM, concat.ref.to_bytes(2, "big")),
        (c.SAR_TOTAL_SEGMENTS, bytes([concat.total])),
        (c.SAR_SEGMENT_SEQNUM, bytes([concat.place])),
    )


def _answer(status: int, ref: str = "") -> Answer:
    if status == c.ESME_ROK:
        return Answer(Verdict.OK, ref)
    verdict = _VERDICTS.get(status, Verdict.REFUSED)
    return Answer(verdict, "", f"SMPP {status:#04x}: {STATUSES.get(status, 'the centre says no more')}")

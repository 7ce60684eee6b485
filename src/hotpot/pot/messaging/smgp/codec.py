"""SMGP's frames, field by field. No I/O.

Source: China Telecom, "Short Message Gateway Protocol", version 3.0 (2005). Names are the published ones.
What 3.0 added came as optional parameters: tag, length, value.
"""

from __future__ import annotations

import re

from hotpot.pot.messaging.layout import (
    SIZED_8,
    TLVS,
    U8,
    U32,
    Broken,
    Codec,
    Frames,
    Layout,
    Lenient,
    Pdu,
    Texts,
    Tlv,
    octets,
    text,
)

V30 = 0x30
FRAME_MAX = 8192

TP_PID = 0x0001
TP_UDHI = 0x0002
LINK_ID = 0x0003
PK_TOTAL = 0x0009
PK_NUMBER = 0x000A
SUBMIT_MSG_TYPE = 0x000B
SP_DEAL_RESULT = 0x000C
MSG_SRC = 0x0010
M_SERVICE_ID = 0x0012


class Login(Pdu, frozen=True, kw_only=True):
    client_id: str
    authenticator_client: bytes
    login_mode: int = 2  # sends and receives
    timestamp: int  # MMDDhhmmss as a number
    client_version: int = V30


class LoginResp(Pdu, frozen=True, kw_only=True):
    status: int = 0
    authenticator_server: bytes = b""
    server_version: int = V30


class Submit(Pdu, frozen=True, kw_only=True):
    msg_type: int = 6  # to a phone
    need_report: int = 0
    priority: int = 0
    service_id: str = ""
    fee_type: str = "00"
    fee_code: str = "0"
    fixed_fee: str = "0"
    msg_format: int = 0
    valid_time: str = ""
    at_time: str = ""
    src_term_id: str
    charge_term_id: str = ""
    dest_term_id: tuple[str, ...]
    msg_content: bytes
    reserve: bytes = bytes(8)
    tlvs: tuple[Tlv, ...] = ()


class SubmitResp(Pdu, frozen=True, kw_only=True):
    msg_id: bytes = b""  # ten bytes: gateway, MMDDhhmm and a counter, as decimal digits in half-bytes
    status: int = 0


class Deliver(Pdu, frozen=True, kw_only=True):
    msg_id: bytes
    is_report: int = 0
    msg_format: int = 0
    recv_time: str = ""  # YYYYMMDDhhmmss
    src_term_id: str
    dest_term_id: str
    msg_content: bytes
    reserve: bytes = bytes(8)
    tlvs: tuple[Tlv, ...] = ()


class DeliverResp(Pdu, frozen=True, kw_only=True):
    msg_id: bytes
    status: int = 0


class ActiveTest(Pdu, frozen=True, kw_only=True):
    pass


class ActiveTestResp(Pdu, frozen=True, kw_only=True):
    reserved: int = 0  # not in the document; some gateways send it


class Exit(Pdu, frozen=True, kw_only=True):
    pass


class ExitResp(Pdu, frozen=True, kw_only=True):
    reserved: int = 0


class Query(Pdu, frozen=True, kw_only=True):
    query_time: str  # YYYYMMDD
    query_type: int = 0  # 0 all; 1 of the service id in query_code
    query_code: str = ""


class QueryResp(Pdu, frozen=True, kw_only=True):
    query_time: str
    query_type: int = 0
    query_code: str = ""
    mt_tl_msg: int = 0
    mt_tl_usr: int = 0
    mt_scs: int = 0
    mt_wt: int = 0
    mt_fl: int = 0
    mo_scs: int = 0
    mo_wt: int = 0
    mo_fl: int = 0
    reserve: bytes = bytes(8)


class Report(Pdu, frozen=True, kw_only=True):
    """What a Deliver with `is_report` 1 holds."""

    msg_id: bytes
    submit_date: str = ""  # YYMMDDhhmm
    done_date: str = ""
    stat: str
    err: str = "000"
    txt: bytes = b""


_REPORT = re.compile(
    rb"id:(.{10}) sub:.{3} dlvrd:.{3} submit.date:(\d{10}) done.date:(\d{10})"
    rb" stat:([ -~\0]{7}) err:([ -~\0]{3})(?: te?xt:(.*))?",
    re.IGNORECASE | re.DOTALL,
)


def read_report(content: bytes) -> Report:
    """Raises Broken."""
    found = _REPORT.fullmatch(content)
    if found is None:
        raise Broken("a report without its id, dates, stat and err")
    msg_id, submitted, done, stat, err, txt = found.groups(b"")
    return Report(
        msg_id=msg_id,
        submit_date=submitted.decode(),
        done_date=done.decode(),
        stat=stat.rstrip(b"\0 ").decode(),
        err=err.rstrip(b"\0 ").decode(),
        txt=txt,
    )


def write_report(report: Report) -> bytes:
    delivered = report.stat == "DELIVRD"
    return (
        b"id:%b sub:001 dlvrd:%03d submit date:%b done date:%b stat:%b err:%b text:%b"
        % (
            report.msg_id.ljust(10, b"\0")[:10],
            delivered,
            report.submit_date.encode(),
            report.done_date.encode(),
            report.stat.encode().ljust(7)[:7],
            report.err.encode().ljust(3)[:3],
            report.txt.ljust(20)[:20],
        )
    )  # fmt: skip


def frames() -> Frames:
    return Frames(Codec.header.size, FRAME_MAX)


CODEC = Codec(
    {
        0x00000001: Layout(
            Login,
            client_id=text(8),
            authenticator_client=octets(16),
            login_mode=U8,
            timestamp=U32,
            client_version=U8,
        ),
        0x80000001: Layout(LoginResp, status=U32, authenticator_server=octets(16), server_version=U8),
        0x00000002: Layout(
            Submit,
            msg_type=U8,
            need_report=U8,
            priority=U8,
            service_id=text(10),
            fee_type=text(2),
            fee_code=text(6),
            fixed_fee=text(6),
            msg_format=U8,
            valid_time=text(17),
            at_time=text(17),
            src_term_id=text(21),
            charge_term_id=text(21),
            dest_term_id=Texts(21),
            msg_content=SIZED_8,
            reserve=octets(8),
            tlvs=TLVS,
        ),
        0x80000002: Layout(SubmitResp, msg_id=octets(10), status=U32),
        0x00000003: Layout(
            Deliver,
            msg_id=octets(10),
            is_report=U8,
            msg_format=U8,
            recv_time=text(14),
            src_term_id=text(21),
            dest_term_id=text(21),
            msg_content=SIZED_8,
            reserve=octets(8),
            tlvs=TLVS,
        ),
        0x80000003: Layout(DeliverResp, msg_id=octets(10), status=U32),
        0x00000004: Layout(ActiveTest),
        0x80000004: Lenient(Layout(ActiveTestResp), Layout(ActiveTestResp, reserved=U8)),
        0x00000006: Layout(Exit),
        0x80000006: Lenient(Layout(ExitResp), Layout(ExitResp, reserved=U8)),
        0x00000007: Layout(Query, query_time=text(8), query_type=U8, query_code=text(10)),
        0x80000007: Layout(
            QueryResp,
            query_time=text(8),
            query_type=U8,
            query_code=text(10),
            mt_tl_msg=U32,
            mt_tl_usr=U32,
            mt_scs=U32,
            mt_wt=U32,
            mt_fl=U32,
            mo_scs=U32,
            mo_wt=U32,
            mo_fl=U32,
            reserve=octets(8),
        ),
    }
)

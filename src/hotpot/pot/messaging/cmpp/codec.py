"""CMPP's frames, field by field. No I/O.

Source: China Mobile, "China Mobile Point to Point", versions 2.0 (2002) and 3.0 (2003). Names are the
published ones. 3.0 widens numbers from 21 to 32 bytes and results from one byte to four, tells whether
a number is a pseudonym, and replaces `reserve` by `link_id`; a field that a version lacks keeps its default.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hotpot.pot.messaging.layout import (
    SIZED_8,
    U8,
    U32,
    U64,
    Broken,
    Codec,
    Fixed,
    Frames,
    Layout,
    Lenient,
    P,
    Pdu,
    Texts,
    octets,
    text,
)

V20 = 0x20
V30 = 0x30
FRAME_MAX = 4096  # 100 numbers and 255 bytes of content take 3,678


class Connect(Pdu, frozen=True, kw_only=True):
    source_addr: str
    authenticator_source: bytes
    version: int
    timestamp: int  # MMDDhhmmss as a number


class ConnectResp(Pdu, frozen=True, kw_only=True):
    status: int
    authenticator_ismg: bytes = b""
    version: int = V30


class Terminate(Pdu, frozen=True, kw_only=True):
    pass


class TerminateResp(Pdu, frozen=True, kw_only=True):
    pass


class Submit(Pdu, frozen=True, kw_only=True):
    msg_id: int = 0
    pk_total: int = 1
    pk_number: int = 1
    registered_delivery: int = 0
    msg_level: int = 0
    service_id: str = ""
    fee_user_type: int = 0
    fee_terminal_id: str = ""
    fee_terminal_type: int = 0
    tp_pid: int = 0
    tp_udhi: int = 0
    msg_fmt: int = 0
    msg_src: str = ""
    fee_type: str = "01"
    fee_code: str = "0"
    valid_time: str = ""
    at_time: str = ""
    src_id: str = ""
    dest_terminal_id: tuple[str, ...]
    dest_terminal_type: int = 0
    msg_content: bytes
    reserve: bytes = bytes(8)
    link_id: str = ""


class SubmitResp(Pdu, frozen=True, kw_only=True):
    msg_id: int
    result: int = 0


class Query(Pdu, frozen=True, kw_only=True):
    time: str
    query_type: int = 0
    query_code: str = ""
    reserve: bytes = bytes(8)


class QueryResp(Pdu, frozen=True, kw_only=True):
    time: str
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


class Deliver(Pdu, frozen=True, kw_only=True):
    msg_id: int
    dest_id: str
    service_id: str = ""
    tp_pid: int = 0
    tp_udhi: int = 0
    msg_fmt: int = 0
    src_terminal_id: str
    src_terminal_type: int = 0
    registered_delivery: int = 0
    msg_content: bytes
    reserved: bytes = bytes(8)
    link_id: str = ""


class DeliverResp(Pdu, frozen=True, kw_only=True):
    msg_id: int
    result: int = 0


class Cancel(Pdu, frozen=True, kw_only=True):
    msg_id: int


class CancelResp(Pdu, frozen=True, kw_only=True):
    success_id: int = 0


class ActiveTest(Pdu, frozen=True, kw_only=True):
    pass


class ActiveTestResp(Pdu, frozen=True, kw_only=True):
    reserved: int = 0


class Report(Pdu, frozen=True, kw_only=True):
    """What a Deliver with `registered_delivery` 1 holds."""

    msg_id: int
    stat: str
    submit_time: str = ""  # YYMMDDhhmm
    done_time: str = ""
    dest_terminal_id: str = ""
    smsc_sequence: int = 0


def _report(number: int) -> Layout[Report]:
    return Layout(
        Report,
        msg_id=U64,
        stat=text(7),
        submit_time=text(10),
        done_time=text(10),
        dest_terminal_id=text(number),
        smsc_sequence=U32,
    )


_REPORTS = {V20: _report(21), V30: _report(32)}
_REPORT_LENGTHS = {60: V20, 71: V30}


def read_report(content: bytes) -> Report:
    """Of either length under either version: senders mix them. Raises Broken."""
    version = _REPORT_LENGTHS.get(len(content))
    if version is None:
        raise Broken(f"a report of {len(content)} bytes; it has 60 (2.0) or 71 (3.0)")
    return _REPORTS[version].read(content)


def write_report(report: Report, version: int) -> bytes:
    return _REPORTS[version].write(report)


def frames() -> Frames:
    return Frames(Codec.header.size, FRAME_MAX)


def _either(version: int, layout: Callable[[int], Layout[P]]) -> Lenient[P]:
    """Answers are read in both versions: some gateways answer in another than they were asked in."""
    other = V20 if version == V30 else V30
    return Lenient(layout(version), layout(other))


def _result(version: int) -> Fixed:
    return U32 if version == V30 else U8


def _number(version: int) -> int:
    return 32 if version == V30 else 21


def _if_new(version: int, **fields: Fixed) -> dict[str, Fixed]:
    return fields if version == V30 else {}


def _connect_resp(version: int) -> Layout[ConnectResp]:
    return Layout(ConnectResp, status=_result(version), authenticator_ismg=octets(16), version=U8)


def _submit(version: int) -> Layout[Submit]:
    return Layout(
        Submit,
        msg_id=U64,
        pk_total=U8,
        pk_number=U8,
        registered_delivery=U8,
        msg_level=U8,
        service_id=text(10),
        fee_user_type=U8,
        fee_terminal_id=text(_number(version)),
        **_if_new(version, fee_terminal_type=U8),
        tp_pid=U8,
        tp_udhi=U8,
        msg_fmt=U8,
        msg_src=text(6),
        fee_type=text(2),
        fee_code=text(6),
        valid_time=text(17),
        at_time=text(17),
        src_id=text(21),
        dest_terminal_id=Texts(_number(version)),
        **_if_new(version, dest_terminal_type=U8),
        msg_content=SIZED_8,
        **({"link_id": text(20)} if version == V30 else {"reserve": octets(8)}),
    )


def _submit_resp(version: int) -> Layout[SubmitResp]:
    return Layout(SubmitResp, msg_id=U64, result=_result(version))


def _query_resp() -> Layout[QueryResp]:
    return Layout(
        QueryResp,
        time=text(8),
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
    )


def _deliver(version: int) -> Layout[Deliver]:
    return Layout(
        Deliver,
        msg_id=U64,
        dest_id=text(21),
        service_id=text(10),
        tp_pid=U8,
        tp_udhi=U8,
        msg_fmt=U8,
        src_terminal_id=text(_number(version)),
        **_if_new(version, src_terminal_type=U8),
        registered_delivery=U8,
        msg_content=SIZED_8,
        **({"link_id": text(20)} if version == V30 else {"reserved": octets(8)}),
    )


def _deliver_resp(version: int) -> Layout[DeliverResp]:
    return Layout(DeliverResp, msg_id=U64, result=_result(version))


def _cancel_resp(version: int) -> Layout[CancelResp]:
    return Layout(CancelResp, success_id=_result(version))


def _layouts(version: int) -> dict[int, Layout[Any] | Lenient[Any]]:
    return {
        0x00000001: Layout(
            Connect, source_addr=text(6), authenticator_source=octets(16), version=U8, timestamp=U32
        ),
        0x80000001: _either(version, _connect_resp),
        0x00000002: Layout(Terminate),
        0x80000002: Layout(TerminateResp),
        0x00000004: _submit(version),
        0x80000004: _either(version, _submit_resp),
        0x00000005: _deliver(version),
        0x80000005: _either(version, _deliver_resp),
        0x00000006: Layout(Query, time=text(8), query_type=U8, query_code=text(10), reserve=octets(8)),
        0x80000006: _query_resp(),
        0x00000007: Layout(Cancel, msg_id=U64),
        0x80000007: _either(version, _cancel_resp),
        0x00000008: Layout(ActiveTest),
        0x80000008: Layout(ActiveTestResp, ActiveTestResp(), reserved=U8),
    }


CODECS = {version: Codec(_layouts(version)) for version in (V20, V30)}

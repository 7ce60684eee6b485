"""SGIP's frames, field by field. No I/O.

Source: China Unicom, "Short Message Gateway Interface Protocol", version 1.2 (2001). Names are the published
ones. A sequence is three numbers of four bytes: the sender's node, MMDDhhmmss, a counter; here they are one
number of 96 bits.
"""

from __future__ import annotations

import struct

from hotpot.pot.messaging.layout import (
    SIZED_32,
    U8,
    Codec,
    Frames,
    Layout,
    Packet,
    Pdu,
    Texts,
    octets,
    text,
)

FRAME_MAX = 4096
RESERVE = bytes(8)


class Bind(Pdu, frozen=True, kw_only=True):
    login_type: int
    login_name: str
    login_password: str
    reserve: bytes = RESERVE


class BindResp(Pdu, frozen=True, kw_only=True):
    result: int = 0
    reserve: bytes = RESERVE


class Unbind(Pdu, frozen=True, kw_only=True):
    pass


class UnbindResp(Pdu, frozen=True, kw_only=True):
    pass


class Submit(Pdu, frozen=True, kw_only=True):
    sp_number: str
    charge_number: str = "000000000000000000000"  # no number: the sender pays
    user_number: tuple[str, ...]
    corp_id: str = ""
    service_type: str = ""
    fee_type: int = 1
    fee_value: str = "0"
    given_value: str = "0"
    agent_flag: int = 0
    morelateto_mt_flag: int = 2  # no phone asked for it; 3 is the gateways' own
    priority: int = 0
    expire_time: str = ""
    schedule_time: str = ""
    report_flag: int = 2  # 0 where it fails, 1 in any case, 2 none, 3 a fee and no message
    tp_pid: int = 0
    tp_udhi: int = 0
    message_coding: int = 0
    message_type: int = 0
    message_content: bytes
    reserve: bytes = RESERVE


class SubmitResp(Pdu, frozen=True, kw_only=True):
    result: int = 0
    reserve: bytes = RESERVE


class Deliver(Pdu, frozen=True, kw_only=True):
    user_number: str
    sp_number: str
    tp_pid: int = 0
    tp_udhi: int = 0
    message_coding: int = 0
    message_content: bytes
    reserve: bytes = RESERVE


class DeliverResp(Pdu, frozen=True, kw_only=True):
    result: int = 0
    reserve: bytes = RESERVE


class Report(Pdu, frozen=True, kw_only=True):
    submit_sequence_number: bytes  # the twelve bytes of the Submit's own sequence
    report_type: int = 0
    user_number: str = ""
    state: int = 0  # 0 delivered, 1 waits, 2 failed
    error_code: int = 0
    reserve: bytes = RESERVE


class ReportResp(Pdu, frozen=True, kw_only=True):
    result: int = 0
    reserve: bytes = RESERVE


class UserRpt(Pdu, frozen=True, kw_only=True):
    sp_number: str
    user_number: str
    user_condition: int = 0
    reserve: bytes = RESERVE


class UserRptResp(Pdu, frozen=True, kw_only=True):
    result: int = 0
    reserve: bytes = RESERVE


def sequence_of(node: int, stamp: int, counter: int) -> int:
    return node << 64 | stamp << 32 | counter


class _Codec(Codec):
    header = struct.Struct(">II12s")

    def _read_header(self, frame: bytes) -> tuple[int, int, int, int]:
        length, command, sequence = self.header.unpack_from(frame)
        return length, command, int.from_bytes(sequence, "big"), 0

    def _header(self, length: int, command: int, packet: Packet) -> bytes:
        return self.header.pack(length, command, packet.sequence.to_bytes(12, "big"))


def frames() -> Frames:
    return Frames(_Codec.header.size, FRAME_MAX)


_RESERVE = octets(8)

CODEC = _Codec(
    {
        0x00000001: Layout(
            Bind, login_type=U8, login_name=text(16), login_password=text(16), reserve=_RESERVE
        ),
        0x80000001: Layout(BindResp, result=U8, reserve=_RESERVE),
        0x00000002: Layout(Unbind),
        0x80000002: Layout(UnbindResp),
        0x00000003: Layout(
            Submit,
            sp_number=text(21),
            charge_number=text(21),
            user_number=Texts(21),
            corp_id=text(5),
            service_type=text(10),
            fee_type=U8,
            fee_value=text(6),
            given_value=text(6),
            agent_flag=U8,
            morelateto_mt_flag=U8,
            priority=U8,
            expire_time=text(16),
            schedule_time=text(16),
            report_flag=U8,
            tp_pid=U8,
            tp_udhi=U8,
            message_coding=U8,
            message_type=U8,
            message_content=SIZED_32,
            reserve=_RESERVE,
        ),
        0x80000003: Layout(SubmitResp, result=U8, reserve=_RESERVE),
        0x00000004: Layout(
            Deliver,
            user_number=text(21),
            sp_number=text(21),
            tp_pid=U8,
            tp_udhi=U8,
            message_coding=U8,
            message_content=SIZED_32,
            reserve=_RESERVE,
        ),
        0x80000004: Layout(DeliverResp, result=U8, reserve=_RESERVE),
        0x00000005: Layout(
            Report,
            submit_sequence_number=octets(12),
            report_type=U8,
            user_number=text(21),
            state=U8,
            error_code=U8,
            reserve=_RESERVE,
        ),
        0x80000005: Layout(ReportResp, result=U8, reserve=_RESERVE),
        0x00000011: Layout(
            UserRpt, sp_number=text(21), user_number=text(21), user_condition=U8, reserve=_RESERVE
        ),
        0x80000011: Layout(UserRptResp, result=U8, reserve=_RESERVE),
    }
)

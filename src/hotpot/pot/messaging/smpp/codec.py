"""SMPP's frames, field by field. No I/O.

Source: SMPP Developers Forum, "Short Message Peer to Peer Protocol Specification v3.4", issue 1.2 (1999).
Names are the published ones.
"""

from __future__ import annotations

import struct
from typing import Any

from hotpot.pot.messaging.layout import (
    SIZED_8,
    TLVS,
    U8,
    Codec,
    CString,
    Fixed,
    Frames,
    Layout,
    Lenient,
    Packet,
    Pdu,
    Tlv,
    Varied,
)
from hotpot.pot.messaging.smpp.destinations import (
    ADDRESS,
    Destination,
    Destinations,
    Unsuccessful,
    Unsuccessfuls,
)

V34 = 0x34
SHORT_MESSAGE_MAX = 254
FRAME_MAX = 70_000  # a message_payload has up to 65,535 bytes

# Optional parameters.
SC_INTERFACE_VERSION = 0x0210
SAR_MSG_REF_NUM = 0x020C
SAR_TOTAL_SEGMENTS = 0x020E
SAR_SEGMENT_SEQNUM = 0x020F
RECEIPTED_MESSAGE_ID = 0x001E
NETWORK_ERROR_CODE = 0x0423
MESSAGE_PAYLOAD = 0x0424
MESSAGE_STATE = 0x0427

# Command statuses.
ESME_ROK = 0x00
ESME_RINVMSGLEN = 0x01
ESME_RINVCMDLEN = 0x02
ESME_RINVCMDID = 0x03
ESME_RINVBNDSTS = 0x04
ESME_RALYBND = 0x05
ESME_RSYSERR = 0x08
ESME_RINVDSTADR = 0x0B
ESME_RINVMSGID = 0x0C
ESME_RBINDFAIL = 0x0D
ESME_RINVPASWD = 0x0E
ESME_RINVSYSID = 0x0F
ESME_RCANCELFAIL = 0x11
ESME_RREPLACEFAIL = 0x13
ESME_RMSGQFUL = 0x14
ESME_RSUBMITFAIL = 0x45
ESME_RTHROTTLED = 0x58
ESME_RX_T_APPN = 0x64
ESME_RQUERYFAIL = 0x67

# esm_class
ESM_RECEIPT = 0x04
ESM_TYPE_MASK = 0x3C
ESM_UDHI = 0x40


class Bind(Pdu, frozen=True, kw_only=True):
    system_id: str
    password: str
    system_type: str = ""
    interface_version: int = V34
    addr_ton: int = 0
    addr_npi: int = 0
    address_range: str = ""


class BindResp(Pdu, frozen=True, kw_only=True):
    system_id: str = ""
    tlvs: tuple[Tlv, ...] = ()


class BindReceiver(Bind, frozen=True, kw_only=True):
    pass


class BindReceiverResp(BindResp, frozen=True, kw_only=True):
    pass


class BindTransmitter(Bind, frozen=True, kw_only=True):
    pass


class BindTransmitterResp(BindResp, frozen=True, kw_only=True):
    pass


class BindTransceiver(Bind, frozen=True, kw_only=True):
    pass


class BindTransceiverResp(BindResp, frozen=True, kw_only=True):
    pass


class Outbind(Pdu, frozen=True, kw_only=True):
    system_id: str
    password: str


class Unbind(Pdu, frozen=True, kw_only=True):
    pass


class UnbindResp(Pdu, frozen=True, kw_only=True):
    pass


class GenericNack(Pdu, frozen=True, kw_only=True):
    pass


class EnquireLink(Pdu, frozen=True, kw_only=True):
    pass


class EnquireLinkResp(Pdu, frozen=True, kw_only=True):
    pass


class AlertNotification(Pdu, frozen=True, kw_only=True):
    source_addr_ton: int = 0
    source_addr_npi: int = 0
    source_addr: str
    esme_addr_ton: int = 0
    esme_addr_npi: int = 0
    esme_addr: str
    tlvs: tuple[Tlv, ...] = ()


class _Message(Pdu, frozen=True, kw_only=True):
    service_type: str = ""
    source_addr_ton: int = 0
    source_addr_npi: int = 0
    source_addr: str = ""
    dest_addr_ton: int = 0
    dest_addr_npi: int = 0
    destination_addr: str
    esm_class: int = 0
    protocol_id: int = 0
    priority_flag: int = 0
    schedule_delivery_time: str = ""
    validity_period: str = ""
    registered_delivery: int = 0
    replace_if_present_flag: int = 0
    data_coding: int = 0
    sm_default_msg_id: int = 0
    short_message: bytes = b""
    tlvs: tuple[Tlv, ...] = ()


class SubmitSm(_Message, frozen=True, kw_only=True):
    pass


class SubmitSmResp(Pdu, frozen=True, kw_only=True):
    message_id: str = ""
    tlvs: tuple[Tlv, ...] = ()  # 3.4 has none here; some centres send them


class DeliverSm(_Message, frozen=True, kw_only=True):
    pass


class DeliverSmResp(Pdu, frozen=True, kw_only=True):
    message_id: str = ""
    tlvs: tuple[Tlv, ...] = ()


class DataSm(Pdu, frozen=True, kw_only=True):
    service_type: str = ""
    source_addr_ton: int = 0
    source_addr_npi: int = 0
    source_addr: str = ""
    dest_addr_ton: int = 0
    dest_addr_npi: int = 0
    destination_addr: str
    esm_class: int = 0
    registered_delivery: int = 0
    data_coding: int = 0
    tlvs: tuple[Tlv, ...] = ()


class DataSmResp(Pdu, frozen=True, kw_only=True):
    message_id: str = ""
    tlvs: tuple[Tlv, ...] = ()


class SubmitMulti(Pdu, frozen=True, kw_only=True):
    service_type: str = ""
    source_addr_ton: int = 0
    source_addr_npi: int = 0
    source_addr: str = ""
    dest_address: tuple[Destination, ...]
    esm_class: int = 0
    protocol_id: int = 0
    priority_flag: int = 0
    schedule_delivery_time: str = ""
    validity_period: str = ""
    registered_delivery: int = 0
    replace_if_present_flag: int = 0
    data_coding: int = 0
    sm_default_msg_id: int = 0
    short_message: bytes = b""
    tlvs: tuple[Tlv, ...] = ()


class SubmitMultiResp(Pdu, frozen=True, kw_only=True):
    message_id: str = ""
    unsuccess_sme: tuple[Unsuccessful, ...] = ()
    tlvs: tuple[Tlv, ...] = ()


class QuerySm(Pdu, frozen=True, kw_only=True):
    message_id: str
    source_addr_ton: int = 0
    source_addr_npi: int = 0
    source_addr: str = ""


class QuerySmResp(Pdu, frozen=True, kw_only=True):
    message_id: str = ""
    final_date: str = ""
    message_state: int = 0
    error_code: int = 0


class CancelSm(Pdu, frozen=True, kw_only=True):
    service_type: str = ""
    message_id: str = ""
    source_addr_ton: int = 0
    source_addr_npi: int = 0
    source_addr: str = ""
    dest_addr_ton: int = 0
    dest_addr_npi: int = 0
    destination_addr: str = ""


class CancelSmResp(Pdu, frozen=True, kw_only=True):
    pass


class ReplaceSm(Pdu, frozen=True, kw_only=True):
    message_id: str
    source_addr_ton: int = 0
    source_addr_npi: int = 0
    source_addr: str = ""
    schedule_delivery_time: str = ""
    validity_period: str = ""
    registered_delivery: int = 0
    sm_default_msg_id: int = 0
    short_message: bytes = b""


class ReplaceSmResp(Pdu, frozen=True, kw_only=True):
    pass


class _Codec(Codec):
    """The header has a status too. An answer that refuses may come without a body."""

    header = struct.Struct(">IIII")

    def _read_header(self, frame: bytes) -> tuple[int, int, int, int]:
        length, command, status, sequence = self.header.unpack_from(frame)
        return length, command, sequence, status

    def _header(self, length: int, command: int, packet: Packet) -> bytes:
        return self.header.pack(length, command, packet.status, packet.sequence)


def frames() -> Frames:
    return Frames(_Codec.header.size, FRAME_MAX)


def _address(name: str) -> dict[str, Fixed | Varied]:
    return {f"{name}_ton": U8, f"{name}_npi": U8}


_SOURCE: dict[str, Fixed | Varied] = {**_address("source_addr"), "source_addr": ADDRESS}
_DESTINATION: dict[str, Fixed | Varied] = {**_address("dest_addr"), "destination_addr": ADDRESS}
_TIMES: dict[str, Fixed | Varied] = {"schedule_delivery_time": CString(17), "validity_period": CString(17)}
_SERVICE: dict[str, Fixed | Varied] = {"service_type": CString(6)}
_MESSAGE_ID = CString(65)
_HOW: dict[str, Fixed | Varied] = {
    "esm_class": U8,
    "protocol_id": U8,
    "priority_flag": U8,
    **_TIMES,
    "registered_delivery": U8,
    "replace_if_present_flag": U8,
    "data_coding": U8,
    "sm_default_msg_id": U8,
    "short_message": SIZED_8,
    "tlvs": TLVS,
}


def _bind(kind: type[Bind]) -> Layout[Any]:
    # The document allows passwords of eight characters; carriers give longer ones.
    return Layout(
        kind,
        system_id=CString(16),
        password=CString(33),
        system_type=CString(13),
        interface_version=U8,
        addr_ton=U8,
        addr_npi=U8,
        address_range=CString(41),
    )


def _answer(kind: type[Pdu], **fields: Fixed | Varied) -> Layout[Any]:
    return Layout(kind, kind(), **fields)


def _bind_resp(kind: type[Pdu]) -> Layout[Any]:
    return _answer(kind, system_id=CString(16), tlvs=TLVS)


_LAYOUTS: dict[int, Layout[Any] | Lenient[Any]] = {
    0x00000001: _bind(BindReceiver),
    0x80000001: _bind_resp(BindReceiverResp),
    0x00000002: _bind(BindTransmitter),
    0x80000002: _bind_resp(BindTransmitterResp),
    0x00000003: Layout(QuerySm, message_id=_MESSAGE_ID, **_SOURCE),
    0x80000003: _answer(
        QuerySmResp, message_id=_MESSAGE_ID, final_date=CString(17), message_state=U8, error_code=U8
    ),
    0x00000004: Layout(SubmitSm, **_SERVICE, **_SOURCE, **_DESTINATION, **_HOW),
    0x80000004: _answer(SubmitSmResp, message_id=_MESSAGE_ID, tlvs=TLVS),
    0x00000005: Layout(DeliverSm, **_SERVICE, **_SOURCE, **_DESTINATION, **_HOW),
    0x80000005: _answer(DeliverSmResp, message_id=_MESSAGE_ID, tlvs=TLVS),
    0x00000006: Layout(Unbind),
    0x80000006: Layout(UnbindResp),
    0x00000007: Layout(
        ReplaceSm,
        message_id=_MESSAGE_ID,
        **_SOURCE,
        **_TIMES,
        registered_delivery=U8,
        sm_default_msg_id=U8,
        short_message=SIZED_8,
    ),
    0x80000007: Layout(ReplaceSmResp),
    0x00000008: Layout(CancelSm, **_SERVICE, message_id=_MESSAGE_ID, **_SOURCE, **_DESTINATION),
    0x80000008: Layout(CancelSmResp),
    0x00000009: _bind(BindTransceiver),
    0x80000009: _bind_resp(BindTransceiverResp),
    0x0000000B: Layout(Outbind, system_id=CString(16), password=CString(33)),
    0x00000015: Layout(EnquireLink),
    0x80000015: Layout(EnquireLinkResp),
    0x00000021: Layout(SubmitMulti, **_SERVICE, **_SOURCE, dest_address=Destinations(), **_HOW),
    0x80000021: _answer(SubmitMultiResp, message_id=_MESSAGE_ID, unsuccess_sme=Unsuccessfuls(), tlvs=TLVS),
    0x00000102: Layout(
        AlertNotification,
        source_addr_ton=U8,
        source_addr_npi=U8,
        source_addr=CString(65),
        esme_addr_ton=U8,
        esme_addr_npi=U8,
        esme_addr=CString(65),
        tlvs=TLVS,
    ),
    0x00000103: Layout(
        DataSm,
        **_SERVICE,
        **_address("source_addr"),
        source_addr=CString(65),
        **_address("dest_addr"),
        destination_addr=CString(65),
        esm_class=U8,
        registered_delivery=U8,
        data_coding=U8,
        tlvs=TLVS,
    ),
    0x80000103: _answer(DataSmResp, message_id=_MESSAGE_ID, tlvs=TLVS),
    0x80000000: Layout(GenericNack),
}

CODEC = _Codec(_LAYOUTS)

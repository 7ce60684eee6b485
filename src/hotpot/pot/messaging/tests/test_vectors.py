"""Frames worked out by hand from the published layouts, byte for byte."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

import pytest

from hotpot.kernel.clock import SettableClock
from hotpot.pot.messaging.accounts import Account, Protocol
from hotpot.pot.messaging.cmpp import codec as cmpp
from hotpot.pot.messaging.dialects import speak
from hotpot.pot.messaging.layout import Codec, Packet, Pdu
from hotpot.pot.messaging.sgip import codec as sgip
from hotpot.pot.messaging.smgp import codec as smgp
from hotpot.pot.messaging.smpp import codec as smpp
from hotpot.pot.messaging.talk import Way

TEXT = "你好".encode("utf-16-be")


def padded(text: str, width: int) -> str:
    return text.encode().hex().ljust(width * 2, "0")


CMPP_SUBMIT_BEGIN = (
    "0000000000000000"  # Msg_Id 8: the gateway fills it in
    "01"  # Pk_total 1
    "01"  # Pk_number 1
    "01"  # Registered_Delivery 1: a receipt is wanted
    "00"  # Msg_level 1
    + padded("HELP", 10)  # Service_Id 10
    + "00"  # Fee_UserType 1
)
CMPP_SUBMIT_MIDDLE = (
    "00"  # TP_pId 1
    "00"  # TP_udhi 1
    "08"  # Msg_Fmt 1: UCS-2
    + padded("901234", 6)  # Msg_src 6
    + padded("01", 2)  # FeeType 2
    + padded("0", 6)  # FeeCode 6
    + padded("", 17)  # ValId_Time 17
    + padded("", 17)  # At_Time 17
    + padded("10690000", 21)  # Src_Id 21
    + "01"  # DestUsr_tl 1
)
CMPP_SUBMIT = cmpp.Submit(
    registered_delivery=1,
    service_id="HELP",
    msg_fmt=8,
    msg_src="901234",
    src_id="10690000",
    dest_terminal_id=("13800138000",),
    msg_content=TEXT,
)

VECTORS: list[tuple[str, Codec, Packet, str]] = [
    (
        "cmpp 2.0 submit",
        cmpp.CODECS[cmpp.V20],
        Packet(5, CMPP_SUBMIT),
        "000000a3" "00000004" "00000005"  # Total_Length 163 = 12 + 126 + 21 + 4, Command_Id, Sequence_Id
        + CMPP_SUBMIT_BEGIN
        + padded("", 21)  # Fee_terminal_Id 21
        + CMPP_SUBMIT_MIDDLE
        + padded("13800138000", 21)  # Dest_terminal_Id 21
        + "04" + TEXT.hex()  # Msg_Length 1, Msg_Content
        + padded("", 8),  # Reserve 8
    ),
    (
        "cmpp 3.0 submit",
        cmpp.CODECS[cmpp.V30],
        Packet(5, CMPP_SUBMIT),
        "000000c7" "00000004" "00000005"  # 199: two numbers of 32, a type each, LinkID of 20
        + CMPP_SUBMIT_BEGIN
        + padded("", 32)  # Fee_terminal_Id 32
        + "00"  # Fee_terminal_type 1
        + CMPP_SUBMIT_MIDDLE
        + padded("13800138000", 32)  # Dest_terminal_Id 32
        + "00"  # Dest_terminal_type 1
        + "04" + TEXT.hex()
        + padded("", 20),  # LinkID 20
    ),
    (
        "cmpp 2.0 submit_resp",
        cmpp.CODECS[cmpp.V20],
        Packet(5, cmpp.SubmitResp(msg_id=0x1122334455667788, result=8)),
        "00000015" "80000004" "00000005" "1122334455667788" "08",
    ),
    (
        "cmpp 3.0 submit_resp",
        cmpp.CODECS[cmpp.V30],
        Packet(5, cmpp.SubmitResp(msg_id=0x1122334455667788, result=8)),
        "00000018" "80000004" "00000005" "1122334455667788" "00000008",
    ),
    (
        "cmpp 2.0 deliver with a report",
        cmpp.CODECS[cmpp.V20],
        Packet(
            6,
            cmpp.Deliver(
                msg_id=7,
                dest_id="10690000",
                src_terminal_id="13800138000",
                registered_delivery=1,
                msg_content=cmpp.write_report(
                    cmpp.Report(
                        msg_id=7,
                        stat="DELIVRD",
                        submit_time="2610051600",
                        done_time="2610051601",
                        dest_terminal_id="13800138000",
                        smsc_sequence=9,
                    ),
                    cmpp.V20,
                ),
            ),
        ),
        "00000091" "00000005" "00000006"
        "0000000000000007"  # Msg_Id 8
        + padded("10690000", 21)  # Dest_Id 21
        + padded("", 10)  # Service_Id 10
        + "00" "00" "00"  # TP_pid, TP_udhi, Msg_Fmt
        + padded("13800138000", 21)  # Src_terminal_Id 21
        + "01"  # Registered_Delivery 1
        + "3c"  # Msg_Length 60
        + "0000000000000007"  # Msg_Id 8
        + padded("DELIVRD", 7)  # Stat 7
        + padded("2610051600", 10)  # Submit_time 10
        + padded("2610051601", 10)  # Done_time 10
        + padded("13800138000", 21)  # Dest_terminal_Id 21
        + "00000009"  # SMSC_sequence 4
        + padded("", 8),  # Reserved 8
    ),
    (
        "sgip bind",
        sgip.CODEC,
        Packet(
            sgip.sequence_of(3_000_099_999, 1_005_160_000, 1),
            sgip.Bind(login_type=1, login_name="901234", login_password="secret"),
        ),
        "0000003d"  # Message Length 61 = 20 + 41
        "00000001"  # Command ID
        "b2d1e49f" "3be98640" "00000001"  # Sequence Number: node, MMDDhhmmss, counter
        "01"  # Login Type 1: an enterprise to a gateway
        + padded("901234", 16)  # Login Name 16
        + padded("secret", 16)  # Login Password 16
        + padded("", 8),  # Reserve 8
    ),
    (
        "sgip submit",
        sgip.CODEC,
        Packet(
            sgip.sequence_of(1, 2, 3),
            sgip.Submit(
                sp_number="10690000",
                user_number=("8613800138000", "8613900139000"),
                corp_id="99999",
                service_type="HELP",
                report_flag=1,
                message_coding=8,
                message_content=TEXT,
            ),
        ),
        "000000bd" "00000003" "00000001" "00000002" "00000003"  # 189
        + padded("10690000", 21)  # SPNumber 21
        + "30" * 21  # ChargeNumber 21: zeros, the sender pays
        + "02"  # UserCount 1
        + padded("8613800138000", 21)  # UserNumber 21, as often as UserCount says
        + padded("8613900139000", 21)
        + padded("99999", 5)  # CorpId 5
        + padded("HELP", 10)  # ServiceType 10
        + "01"  # FeeType 1
        + padded("0", 6)  # FeeValue 6
        + padded("0", 6)  # GivenValue 6
        + "00"  # AgentFlag 1
        + "02"  # MorelatetoMTFlag 1: no phone asked for it
        + "00"  # Priority 1
        + padded("", 16)  # ExpireTime 16
        + padded("", 16)  # ScheduleTime 16
        + "01"  # ReportFlag 1
        + "00" "00"  # TP_pid, TP_udhi
        + "08"  # MessageCoding 1
        + "00"  # MessageType 1
        + "00000004" + TEXT.hex()  # MessageLength 4, MessageContent
        + padded("", 8),  # Reserve 8
    ),
    (
        "sgip report",
        sgip.CODEC,
        Packet(
            sgip.sequence_of(9, 8, 7),
            sgip.Report(
                submit_sequence_number=bytes.fromhex("00000001" "00000002" "00000003"),
                user_number="8613800138000",
                state=2,
                error_code=29,
            ),
        ),
        "00000040" "00000005" "00000009" "00000008" "00000007"  # 64 = 20 + 44
        "00000001" "00000002" "00000003"  # SubmitSequenceNumber 12
        "00"  # ReportType 1
        + padded("8613800138000", 21)  # UserNumber 21
        + "02"  # State 1
        + "1d"  # ErrorCode 1
        + padded("", 8),  # Reserve 8
    ),
    (
        "smgp login",
        smgp.CODEC,
        Packet(
            1,
            smgp.Login(client_id="901234", authenticator_client=bytes(range(16)), timestamp=1_005_160_000),
        ),
        "0000002a" "00000001" "00000001"  # PacketLength 42, RequestID, SequenceID
        + padded("901234", 8)  # ClientID 8
        + bytes(range(16)).hex()  # AuthenticatorClient 16
        + "02"  # LoginMode 1: both ways
        + "3be98640"  # TimeStamp 4
        + "30",  # ClientVersion 1
    ),
    (
        "smgp submit",
        smgp.CODEC,
        Packet(
            2,
            smgp.Submit(
                need_report=1,
                service_id="HELP",
                msg_format=8,
                src_term_id="10690000",
                dest_term_id=("13300133000",),
                msg_content=TEXT,
                tlvs=((smgp.TP_UDHI, b"\0"),),
            ),
        ),
        "0000009c" "00000002" "00000002"  # 156
        "06"  # MsgType 1: to a phone
        "01"  # NeedReport 1
        "00"  # Priority 1
        + padded("HELP", 10)  # ServiceID 10
        + padded("00", 2)  # FeeType 2
        + padded("0", 6)  # FeeCode 6
        + padded("0", 6)  # FixedFee 6
        + "08"  # MsgFormat 1
        + padded("", 17)  # ValidTime 17
        + padded("", 17)  # AtTime 17
        + padded("10690000", 21)  # SrcTermID 21
        + padded("", 21)  # ChargeTermID 21
        + "01"  # DestTermIDCount 1
        + padded("13300133000", 21)  # DestTermID 21
        + "04" + TEXT.hex()  # MsgLength 1, MsgContent
        + padded("", 8)  # Reserve 8
        + "0002" "0001" "00",  # TP_udhi: tag, length, value
    ),
    (
        "smgp deliver with a report",
        smgp.CODEC,
        Packet(
            3,
            smgp.Deliver(
                msg_id=bytes.fromhex("02100110051600000001"),
                is_report=1,
                recv_time="20261005160100",
                src_term_id="13300133000",
                dest_term_id="10690000",
                msg_content=smgp.write_report(
                    smgp.Report(
                        msg_id=bytes.fromhex("02100110051600000001"),
                        submit_date="2610051600",
                        done_date="2610051601",
                        stat="DELIVRD",
                    )
                ),
            ),
        ),
        "000000d3" "00000003" "00000003"  # 211
        "02100110051600000001"  # MsgID 10
        "01"  # IsReport 1
        "00"  # MsgFormat 1
        + padded("20261005160100", 14)  # RecvTime 14
        + padded("13300133000", 21)  # SrcTermID 21
        + padded("10690000", 21)  # DestTermID 21
        + "7a"  # MsgLength 1: 122
        + b"id:".hex()
        + "02100110051600000001"
        + b" sub:001 dlvrd:001 submit date:2610051600 done date:2610051601 stat:DELIVRD err:000 text:".hex()
        + (b" " * 20).hex()
        + padded("", 8),  # Reserve 8
    ),
    (
        "smgp query",
        smgp.CODEC,
        Packet(4, smgp.Query(query_time="20261005", query_type=1, query_code="HELP")),
        "0000001f" "00000007" "00000004"  # 31
        + padded("20261005", 8)  # QueryTime 8: YYYYMMDD
        + "01"  # QueryType 1: of one service
        + padded("HELP", 10),  # QueryCode 10
    ),
    (
        "smgp query_resp",
        smgp.CODEC,
        Packet(
            4,
            smgp.QueryResp(
                query_time="20261005",
                query_type=1,
                query_code="HELP",
                mt_tl_msg=1_000_000,
                mt_tl_usr=900_000,
                mt_scs=70_000,
                mt_wt=600,
                mt_fl=50,
                mo_scs=40,
                mo_wt=3,
                mo_fl=2,
            ),
        ),
        "00000047" "80000007" "00000004"  # 71
        + padded("20261005", 8)  # QueryTime 8
        + "01"  # QueryType 1
        + padded("HELP", 10)  # QueryCode 10
        + "000f4240"  # MT_TLMsg 4
        + "000dbba0"  # MT_Tlusr 4
        + "00011170"  # MT_Scs 4
        + "00000258"  # MT_WT 4
        + "00000032"  # MT_FL 4
        + "00000028"  # MO_Scs 4
        + "00000003"  # MO_WT 4
        + "00000002"  # MO_FL 4
        + padded("", 8),  # Reserve 8
    ),
    (
        "smpp submit_sm",
        smpp.CODEC,
        Packet(
            2,
            smpp.SubmitSm(
                source_addr="1069",
                dest_addr_ton=1,
                dest_addr_npi=1,
                destination_addr="8613800138000",
                esm_class=0,
                registered_delivery=1,
                data_coding=8,
                short_message=TEXT,
            ),
        ),
        "00000036" "00000004" "00000000" "00000002"  # command_length 54, id, status, sequence
        "00"  # service_type
        "00" "00" + b"1069".hex() + "00"  # source_addr_ton, _npi, source_addr
        + "01" "01" + b"8613800138000".hex() + "00"  # dest_addr_ton, _npi, destination_addr
        + "00" "00" "00"  # esm_class, protocol_id, priority_flag
        + "00" "00"  # schedule_delivery_time, validity_period
        + "01" "00" "08" "00"  # registered_delivery, replace_if_present_flag, data_coding, sm_default_msg_id
        + "04" + TEXT.hex(),  # sm_length, short_message
    ),
]  # fmt: skip


@pytest.mark.parametrize(("_", "codec", "packet", "frame"), VECTORS, ids=[one[0] for one in VECTORS])
def test_a_frame_is_as_published(_: str, codec: Codec, packet: Packet, frame: str) -> None:
    assert codec.encode(packet).hex() == frame
    assert codec.decode(bytes.fromhex(frame)) == packet


def login_of(protocol: Protocol) -> Pdu:
    account = Account(name="A", protocol=protocol, login="901234", password="1111", port=1)
    return speak(account, SettableClock(datetime(2026, 1, 8, 1, 2, 3, tzinfo=UTC)), client=True).login(
        Way.BOTH
    )


def test_cmpp_proves_its_password_as_published() -> None:
    """MD5 of the SP id, nine zeros, the shared secret and MMDDhhmmss as in Shanghai."""
    login = login_of("cmpp2")
    assert isinstance(login, cmpp.Connect)
    assert login.timestamp == 108_090_203
    expected = hashlib.md5(b"901234" + b"\0" * 9 + b"1111" + b"0108090203", usedforsecurity=False)
    assert login.authenticator_source == expected.digest()


def test_smgp_proves_its_password_as_published() -> None:
    """The same with seven zeros."""
    login = login_of("smgp")
    assert isinstance(login, smgp.Login)
    expected = hashlib.md5(b"901234" + b"\0" * 7 + b"1111" + b"0108090203", usedforsecurity=False)
    assert login.authenticator_client == expected.digest()

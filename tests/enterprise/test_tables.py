"""Messages by tables, driven by plain SQL as an old client drives them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from hotpot.conftest import Market
from hotpot.pot.access.readers import as_system
from hotpot.pot.connector import runner
from hotpot.pot.connector.address import url_of
from hotpot.pot.connector.enterprise import Enterprise
from hotpot.pot.connector.models import Connector, Problem, UnreadableRow
from hotpot.pot.connector.rules import to_latin_1
from hotpot.pot.connector.tables import actions, theirs
from hotpot.pot.connector.tables.profiles import profile_of
from hotpot.pot.connector.wire import GBK_IN_LATIN_1, PollResult, Profile, Tables
from hotpot.pot.events.wire import SYSTEM_ACTOR
from hotpot.pot.messaging.actions import receive
from hotpot.pot.messaging.models import Interface, Message, Notice
from hotpot.pot.messaging.wire import Inbound
from tests.enterprise.conftest import StartedServers
from tests.enterprise.offices import MariaDB, Server

NOW = datetime(2026, 10, 15, 2, 0, tzinfo=UTC)  # 10:00 over there
ACCESS = "1065712"
NUMBER, OTHER = "13800138000", "13900139000"

pytestmark = pytest.mark.django_db


class Office:
    """The old system's own connection to its database."""

    def __init__(self, server: Server, address: str) -> None:
        self.server = server
        self.address = address
        self.engine = create_engine(url_of(address), poolclass=NullPool)

    def run(self, statement: str, *values: Any) -> list[dict[str, Any]]:
        """As a client says it: no schema, no quotes; values by their place."""
        with self.engine.begin() as connection:
            result = connection.exec_driver_sql(statement, values or None)
            if not result.returns_rows:
                return []
            return [{name.upper(): value for name, value in row.items()} for row in result.mappings()]


@pytest.fixture(params=["mariadb", "postgresql"])
def office(request: pytest.FixtureRequest, servers: StartedServers) -> Iterator[Office]:
    server = servers[request.param]
    admin = create_engine(url_of(server.address), poolclass=NullPool, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.exec_driver_sql("DROP DATABASE IF EXISTS mas")
        connection.exec_driver_sql("CREATE DATABASE mas")
    address = url_of(server.address).set(database="mas").render_as_string(hide_password=False)
    yield Office(server, address)
    for connector_id in list(runner._pollers.__dict__.get("kept", {})):
        runner.forget(connector_id)


def connected(
    office: Office, market: Market, profile: Profile, *, code: str = "", encoding: str = ""
) -> Connector:
    tables = Tables(profile, code)
    enterprise = Enterprise(office.address, encoding)
    theirs.make(enterprise, profile_of(tables, ACCESS).tables)
    enterprise.close()
    return actions.connect(
        SYSTEM_ACTOR,
        customer=market.customer,
        name=profile,
        address=office.address,
        tables=tables,
        access_number=ACCESS,
        time_zone="Asia/Shanghai",
        encoding=encoding,
        now=NOW,
    )


def poll(connector: Connector, after_s: float = 0) -> PollResult:
    return runner.poll_once(connector.id, NOW + timedelta(seconds=after_s), jitter=lambda: 0.0)


def went_out(delivered: bool = True, error: str = "") -> None:
    """What the engine does once receipts are here."""
    with as_system():
        sent = Message.objects.filter(direction="out", state="queued").order_by("id")
        wanted = [one for one in sent if one.wants_receipt]
        sent.update(state="delivered" if delivered else "failed", error=error, ended_at=NOW)
        Notice.objects.bulk_create(
            Notice(interface_id=one.interface_id or 0, message_id=one.id, kind="receipt") for one in wanted
        )


def answered(text: str, *, access_number: str, ref: str = "1") -> None:
    receive([Inbound("acme", ref, f"+86{NUMBER}", access_number, text, NOW)], now=NOW)


def texts() -> Sequence[str]:
    return list(Message.objects.filter(direction="out").order_by("id").values_list("text", flat=True))


# --- api_ ----------------------------------------------------------------------------------------------


def submit(office: Office, content: str, *, sm_id: int = 41, mobiles: str = NUMBER, src_id: int = 88) -> None:
    office.run(
        "insert into api_mt_oa (SM_ID,SRC_ID,MOBILES,CONTENT,IS_WAP,SEND_TIME,SM_TYPE,MSG_FMT,TP_PID,TP_UDHI)"
        " values (%s,%s,%s,%s,0,NULL,0,0,0,0)",
        *(sm_id, src_id, mobiles, content),
    )


def consumed(office: Office, table: str) -> list[dict[str, Any]]:
    """As their library receives: a batch, then each row deleted by its number."""
    rows = office.run(f"select * from {table} order by AUTO_SN limit 5000")
    for row in rows:
        office.run(f"delete from {table} where AUTO_SN=%s", row["AUTO_SN"])
    return rows


def test_api_tables_there_and_back(office: Office, market: Market) -> None:
    connector = connected(office, market, "api", code="oa")
    submit(office, "请审批：差旅费", mobiles=f"{NUMBER},{OTHER}")
    assert poll(connector).taken == 2
    assert office.run("select * from api_mt_oa") == []
    first, second = Message.objects.order_by("id")
    assert (first.number, first.text, first.access_number, first.client_ref) == (
        f"+86{NUMBER}",
        "请审批：差旅费",
        f"{ACCESS}88",
        "41",
    )
    assert second.number == f"+86{OTHER}"
    [state] = office.run("select * from tbl_api_info")
    assert (state["IF_CODE"], state["IF_STATUS"], state["CONN_SUCC_STATUS"]) == ("oa", 1, 1)

    went_out()
    answered("同意", access_number=f"{ACCESS}88")
    assert poll(connector).written_back == 3
    receipts = consumed(office, "api_rpt_oa")
    assert [
        (int(one["SM_ID"]), one["MOBILE"], one["RPT_CODE"], str(one["RPT_TIME"])) for one in receipts
    ] == [
        (41, NUMBER, 0, "2026-10-15 10:00:00"),
        (41, OTHER, 0, "2026-10-15 10:00:00"),
    ]
    [reply] = consumed(office, "api_mo_oa")
    assert (int(reply["SM_ID"]), reply["CONTENT"], reply["MOBILE"]) == (88, "同意", NUMBER)
    assert not Notice.objects.exists()
    assert poll(connector) == PollResult()


def test_a_bad_row_gets_a_failed_receipt_and_stands_on_the_page(office: Office, market: Market) -> None:
    connector = connected(office, market, "api", code="oa")
    submit(office, "good", sm_id=1)
    submit(office, "bad number", sm_id=2, mobiles=f"12,{NUMBER}")
    submit(office, "nobody", sm_id=3, mobiles=" , ")
    submit(office, "bad, and they want to hear nothing", sm_id=0, mobiles="x")
    office.run(
        "insert into api_mt_oa (SM_ID,SRC_ID,MOBILES,CONTENT,SM_TYPE,MSG_FMT) values (4,0,%s,'4F60 5',2,8)",
        NUMBER,
    )
    result = poll(connector)
    assert (result.taken, result.refused, result.problem) == (2, 4, "")
    assert texts() == ["good", "bad number"]
    assert office.run("select * from api_mt_oa") == []
    failed = consumed(office, "api_rpt_oa")
    assert [(int(one["SM_ID"]), one["MOBILE"], one["RPT_CODE"]) for one in failed] == [
        (2, "12", -6),
        (3, " , ", -6),
        (4, NUMBER, -6),
    ]
    assert failed[0]["RPT_DESC"].startswith("bad_number: ")
    assert {one.code: one.times for one in Problem.objects.all()} == {"bad_number": 3, "bad_content": 1}


def test_pdus_wap_links_and_due_times(office: Office, market: Market) -> None:
    connector = connected(office, market, "api", code="oa")
    head = "insert into api_mt_oa (SM_ID,SRC_ID,MOBILES,CONTENT,SM_TYPE,MSG_FMT,TP_UDHI,IS_WAP,URL,SEND_TIME)"
    for values in (
        (1, 0, NUMBER, "4F60597D", 2, 8, 0, 0, None, None),
        (2, 0, NUMBER, "C4E3BAC3", 1, 15, 0, 0, None, None),
        (3, 0, NUMBER, "050003AA02014F60597D", 2, 8, 1, 0, None, None),
        (4, 0, NUMBER, "0102FF", 2, 4, 0, 0, None, None),
        (5, 0, NUMBER, "Look", 0, 0, 0, 1, "http://a.example/1", None),
        (6, 0, NUMBER, "Look", 0, 0, 0, 1, "http://a.example/" + "1" * 80, None),
        (7, 0, NUMBER, "later", 0, 0, 0, 0, None, "2026-10-15 10:05:00"),
        (8, 0, NUMBER, "0605040B8423F001", 2, 4, 1, 0, None, None),
    ):
        office.run(f"{head} values (%s,%s,%s,%s,%s,%s,%s,%s,%s,%s)", *values)
    poll(connector)
    assert texts() == ["你好", "你好", "你好", "0102ff", "Look http://a.example/1"]
    assert Message.objects.get(client_ref="4").alphabet == "binary"
    assert [(int(one["SM_ID"]), one["RPT_CODE"]) for one in consumed(office, "api_rpt_oa")] == [
        (6, -8),
        (8, -6),
    ]
    assert len(office.run("select * from api_mt_oa")) == 1  # due later: they may still take it back
    poll(connector, after_s=301)
    assert texts()[-1] == "later"


def test_gbk_bytes_in_a_latin_1_column(market: Market, servers: StartedServers) -> None:
    server = servers["mariadb"]
    assert isinstance(server, MariaDB)
    server.administer("DROP DATABASE IF EXISTS mas")
    server.administer("CREATE DATABASE mas CHARACTER SET latin1")
    office = Office(server, server.address.replace("/office", "/mas"))
    connector = connected(office, market, "api", code="oa", encoding=GBK_IN_LATIN_1)
    submit(office, to_latin_1("您的验证码是８８６１，①请勿泄露"))
    poll(connector)
    assert texts() == ["您的验证码是８８６１，①请勿泄露"]
    answered("收到，谢谢", access_number=f"{ACCESS}88")
    poll(connector)
    [reply] = office.run("select HEX(CONTENT) AS raw from api_mo_oa")
    assert bytes.fromhex(reply["RAW"]).decode("gb18030") == "收到，谢谢"
    runner.forget(connector.id)


def test_what_their_column_cannot_hold_is_cut_and_keeps_nothing_back(office: Office, market: Market) -> None:
    connector = connected(office, market, "api", code="oa")
    office.run("ALTER TABLE api_rpt_oa DROP COLUMN RPT_DESC")
    office.run("ALTER TABLE api_rpt_oa ADD RPT_DESC VARCHAR(4)")
    runner.forget(connector.id)
    submit(office, "x")
    poll(connector)
    went_out(delivered=False, error="UNDELIVRD: the phone is off")
    poll(connector)
    [receipt] = consumed(office, "api_rpt_oa")
    assert (receipt["RPT_CODE"], receipt["RPT_DESC"]) == (1, "UNDE")


def test_a_reply_that_their_table_refuses_is_told_on_the_page(
    market: Market, servers: StartedServers
) -> None:
    server = servers["mariadb"]
    assert isinstance(server, MariaDB)
    server.administer("DROP DATABASE IF EXISTS mas")
    server.administer("CREATE DATABASE mas CHARACTER SET latin1")
    office = Office(server, server.address.replace("/office", "/mas"))
    connector = connected(office, market, "api", code="oa")
    office.run("ALTER TABLE api_mo_oa CONVERT TO CHARACTER SET latin1")
    for number, text in enumerate(("yes", "收到", "no")):
        answered(text, access_number=ACCESS, ref=str(number))
    result = poll(connector)
    assert (result.written_back, result.refused, result.problem) == (2, 1, "")
    assert [one["CONTENT"] for one in consumed(office, "api_mo_oa")] == ["yes", "no"]
    assert Problem.objects.get().code == "not_written"
    assert not Notice.objects.exists()
    runner.forget(connector.id)


def test_a_suspended_interface_leaves_rows_where_they_are(office: Office, market: Market) -> None:
    connector = connected(office, market, "api", code="oa")
    poll(connector)
    Interface.objects.update(state="suspended")
    submit(office, "wait")
    assert poll(connector).taken == 0
    assert len(office.run("select * from api_mt_oa")) == 1
    assert office.run("select IF_STATUS from tbl_api_info") == [{"IF_STATUS": 2}]
    Interface.objects.update(state="running")
    assert poll(connector).taken == 1
    assert office.run("select IF_STATUS from tbl_api_info") == [{"IF_STATUS": 1}]
    runner.forget(connector.id)
    assert office.run("select CONN_SUCC_STATUS from tbl_api_info") == [{"CONN_SUCC_STATUS": 0}]


def test_a_changed_schema_is_told_and_mended(office: Office, market: Market) -> None:
    connector = connected(office, market, "api", code="oa")
    poll(connector)
    office.run("ALTER TABLE api_mt_oa RENAME COLUMN MOBILES TO PHONES")
    submitted = "insert into api_mt_oa (SM_ID,PHONES,CONTENT) values (1,%s,'x')"
    office.run(submitted, NUMBER)
    assert "MOBILES" in poll(connector, 1).problem.upper()
    assert "MOBILES" in poll(connector, 302).problem  # opened anew
    connector.refresh_from_db()
    assert connector.state == "broken"
    office.run("ALTER TABLE api_mt_oa RENAME COLUMN PHONES TO MOBILES")
    assert poll(connector, 1000).taken == 1
    connector.refresh_from_db()
    assert connector.state == "running"


def test_a_database_that_stops_loses_nothing(market: Market, servers: StartedServers) -> None:
    server = servers["mariadb"]
    assert isinstance(server, MariaDB)
    server.administer("DROP DATABASE IF EXISTS mas")
    server.administer("CREATE DATABASE mas CHARACTER SET utf8mb4")
    office = Office(server, server.address.replace("/office", "/mas"))
    connector = connected(office, market, "api", code="oa")
    submit(office, "one")
    poll(connector)
    went_out()
    server.stop()
    assert poll(connector, 1).problem
    connector.refresh_from_db()
    assert connector.state == "backing_off"
    server.start()
    assert poll(connector, 60).written_back == 1
    assert len(consumed(office, "api_rpt_oa")) == 1
    runner.forget(connector.id)


def test_a_row_that_cannot_be_read_keeps_no_other_away(market: Market, servers: StartedServers) -> None:
    server = servers["postgresql"]
    admin = create_engine(url_of(server.address), poolclass=NullPool, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.exec_driver_sql("DROP DATABASE IF EXISTS mas")
        connection.exec_driver_sql(
            "CREATE DATABASE mas ENCODING 'SQL_ASCII' LOCALE_PROVIDER libc LOCALE 'C' TEMPLATE template0"
        )
    address = url_of(server.address).set(database="mas").update_query_dict({"client_encoding": "utf8"})
    office = Office(server, address.render_as_string(hide_password=False))
    connector = connected(office, market, "api", code="oa")
    submit(office, "one")
    in_gbk = "values (5,%s,convert_from('\\xc4e3bac3'::bytea,'SQL_ASCII'))"
    office.run(f"insert into api_mt_oa (SM_ID,MOBILES,CONTENT) {in_gbk}", NUMBER)
    submit(office, "two")
    result = poll(connector)
    assert (result.taken, result.unreadable, result.problem) == (2, 1, "")
    assert texts() == ["one", "two"]
    assert UnreadableRow.objects.get().problem
    office.run("update api_mt_oa set CONTENT='three'")
    assert poll(connector, 31).taken == 1
    assert not UnreadableRow.objects.exists()
    runner.forget(connector.id)


# --- sms_outbox ----------------------------------------------------------------------------------------

OUTBOX = (
    "insert into sms_outbox (sismsid, extcode, destaddr, messagecontent, reqdeliveryreport, msgfmt,"
    " sendmethod, requesttime, applicationid) values (%s,%s,%s,%s,%s,15,%s,'2026-10-15 09:59:00','APP128')"
)


def test_sms_outbox_there_and_back(office: Office, market: Market) -> None:
    connector = connected(office, market, "sms_outbox")
    office.run(OUTBOX, "a-1", "70", NUMBER, "2号楼冰箱12.60度", 1, 0)
    office.run(OUTBOX, "a-2", "", OTHER, "flash", 0, 1)
    office.run(OUTBOX, "a-3", "7x", OTHER, "bad extension", 1, 0)
    result = poll(connector)
    assert (result.taken, result.refused) == (2, 1)
    assert office.run("select * from sms_outbox") == []
    first, second = Message.objects.order_by("id")
    assert (first.access_number, first.flash, second.flash, second.wants_receipt) == (
        f"{ACCESS}70",
        False,
        True,
        False,
    )
    status = "select smsstatus, messagecontent from sms_sent where sismsid='a-1'"
    assert office.run(status) == [{"SMSSTATUS": "DeliveredToNetwork", "MESSAGECONTENT": "2号楼冰箱12.60度"}]
    went_out()
    answered("收到", access_number=f"{ACCESS}70")
    poll(connector)
    sent = office.run(
        "SELECT sismsid,sentresult,smsstatus,statustime FROM sms_sent where smsstatus='DeliveryToTerminal'"
    )
    assert [one["SISMSID"] for one in sent] == ["a-1"]
    assert [
        (one["SISMSID"], one["DESTADDR"], one["SMSSTATUS"])
        for one in office.run("select * from sms_report order by id")
    ] == [("a-3", OTHER, "DeliveryImpossible"), ("a-1", NUMBER, "DeliveryToTerminal")]
    [reply] = office.run("select * from sms_inbox")
    assert (reply["SOURCEADDR"], reply["EXTCODE"], reply["MESSAGECONTENT"]) == (NUMBER, "70", "收到")


def test_an_id_used_again_is_another_message(office: Office, market: Market) -> None:
    connector = connected(office, market, "sms_outbox")
    for text in ("one", "two"):
        office.run(OUTBOX, "a-1", "", NUMBER, text, 0, 0)
        poll(connector)
    assert texts() == ["one", "two"]
    assert [one["MESSAGECONTENT"] for one in office.run("select * from sms_sent")] == ["two"]


# --- MASDB ---------------------------------------------------------------------------------------------


def test_masdb_there_and_back(office: Office, market: Market) -> None:
    connector = connected(office, market, "masdb")
    office.run(
        "insert into TBL_SMSENDTASK (CREATORID, TASKNAME, SMSENDEDNUM, OPERATIONTYPE, SUBOPERATIONTYPE,"
        " SENDTYPE, ORGADDR, DESTADDR, SM_CONTENT, SENDTIME, NEEDSTATEREPORT, SERVICEID, FEETYPE, FEECODE,"
        " MSGID, SMTYPE, MESSAGEID, DESTADDRTYPE, SUBTIME, TASKSTATUS, SENDLEVEL, SENDSTATE, TRYTIMES, COUNT,"
        " SUCCESSID)"
        f" values ('0000','77',0,'WAS','66',1,'{ACCESS}0001',%s,%s,'2005-07-18 13:41:29',1,null,'02',"
        "'0',null,"
        "0,'0',0,'2005-07-18 13:41:29',0,2,0,0,1,0)",
        *(NUMBER, "会议改期"),
    )
    poll(connector)
    assert office.run("select ID from TBL_SMSENDTASK where TASKNAME='77'") == []
    message = Message.objects.get()
    assert (message.access_number, message.text) == (f"{ACCESS}0001", "会议改期")
    answered("知道了", access_number=f"{ACCESS}0001")
    poll(connector)
    [reply] = office.run(
        "select SM_ID, ORGADDR, DESTADDR, SM_CONTENT, RECVTIME from TBL_SMRECEIVED where READED=0"
    )
    assert (reply["ORGADDR"], reply["DESTADDR"], reply["SM_CONTENT"]) == (NUMBER, f"{ACCESS}0001", "知道了")
    office.run("update TBL_SMRECEIVED set READED=1 where SM_ID=%s", reply["SM_ID"])
    assert poll(connector) == PollResult()

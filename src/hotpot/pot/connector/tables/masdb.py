"""`MASDB`: TBL_SMSENDTASK, whose rows disappear once processed; readers of TBL_SMRECEIVED set READED."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import BigInteger, Column, DateTime, Integer, MetaData, SmallInteger, String, Table

from hotpot.pot.connector.rules import text_of
from hotpot.pot.connector.tables.fields import extension_of, national, numbers_of
from hotpot.pot.connector.tables.wire import Archive, Failure, Insert, Reading, Row, Tables, Update, Write
from hotpot.pot.messaging.wire import Given, Notice


class Masdb:
    """`access_number` begins their ORGADDR: what follows is the extension.

    A task leaves its table once it is taken, and that is all that clients of this interface look for: its
    receipts have no table, so what failed is told on the page.
    """

    def __init__(self, access_number: str) -> None:
        self.access_number = access_number
        self.tables = _tables()

    def read(self, row: Row) -> Reading:
        text, extension = text_of(row["SM_CONTENT"]), self._extension(row)
        return Reading(
            "",
            [
                Given(number, text, client_ref=self.ref_of(row), extension=extension, receipt=False)
                for number in numbers_of(row["DESTADDR"])
            ],
        )

    def _extension(self, row: Row) -> str:
        """ORGADDR is the whole number to be shown, or what the enterprise adds to its own."""
        given = extension_of(row["ORGADDR"])
        return given.removeprefix(self.access_number)

    def ref_of(self, row: Row) -> str:
        return text_of(row["TASKNAME"])

    def number_of(self, row: Row) -> str:
        return text_of(row["DESTADDR"])

    def archive(self, now: str) -> Archive | None:
        return None

    def failed(self, failure: Failure, now: str) -> Sequence[Write]:
        return []

    def receipt(self, notice: Notice, at: str) -> Sequence[Write]:
        return []

    def reply(self, notice: Notice, extension: str, at: str) -> Sequence[Write]:
        values = {
            "ORGADDR": national(notice.number),
            "DESTADDR": notice.access_number,
            "SM_CONTENT": notice.text,
            "RECVTIME": at,
            "SMTYPE": "0",
            "READED": "0",
            "DROPED": "0",
        }
        return [Insert("TBL_SMRECEIVED", values)]

    def state(self, *, connected: bool, running: bool) -> Update | None:
        return None


def _tables() -> Tables:
    schema = MetaData()
    task = Table(
        "TBL_SMSENDTASK", schema,
        Column("ID", Integer, primary_key=True, autoincrement=True),
        Column("CREATORID", String(50)),
        Column("TASKNAME", String(100)),
        Column("SMSENDEDNUM", Integer),
        Column("OPERATIONTYPE", String(20)),
        Column("SUBOPERATIONTYPE", String(20)),
        Column("SENDTYPE", SmallInteger),
        Column("ORGADDR", String(30)),
        Column("DESTADDR", String(8000), nullable=False),
        Column("SM_CONTENT", String(2000), nullable=False),
        Column("SENDTIME", DateTime),
        Column("NEEDSTATEREPORT", SmallInteger),
        Column("SERVICEID", String(20)),
        Column("FEETYPE", String(2)),
        Column("FEECODE", String(6)),
        Column("MSGID", String(40)),
        Column("SMTYPE", SmallInteger),
        Column("MESSAGEID", String(40)),
        Column("DESTADDRTYPE", SmallInteger),
        Column("SUBTIME", DateTime),
        Column("TASKSTATUS", SmallInteger),
        Column("SENDLEVEL", SmallInteger),
        Column("SENDSTATE", SmallInteger),
        Column("TRYTIMES", SmallInteger),
        Column("COUNT", BigInteger),
        Column("SUCCESSID", Integer),
        Column("RESERVE1", String(100)),
        Column("RESERVE2", String(100)),
        Column("SISMSID", String(50)),
        Column("MSGFMT", Integer),
        Column("SENDMETHODTYPE", Integer),
        Column("APPLICATIONID", String(50)),
        Column("SOURCEFLAG", Integer),
    )  # fmt: skip
    received = Table(
        "TBL_SMRECEIVED", schema,
        Column("SM_ID", Integer, primary_key=True, autoincrement=True),
        Column("ORGADDR", String(30), nullable=False),
        Column("DESTADDR", String(30), nullable=False),
        Column("SM_CONTENT", String(2000), nullable=False),
        Column("RECVTIME", DateTime, nullable=False),
        Column("RESERVE1", String(100)),
        Column("RESERVE2", String(100)),
        Column("SMTYPE", SmallInteger, server_default="0"),
        Column("MESSAGEID", String(40), server_default="0"),
        Column("ORGADDRTYPE", SmallInteger, server_default="0"),
        Column("ACTIONID", SmallInteger, server_default="0"),
        Column("ACTIONREASONID", SmallInteger, server_default="0"),
        Column("SERVICEID", String(20)),
        Column("PROTOCOLTYPE", String(20)),
        Column("READED", SmallInteger, nullable=False, server_default="0"),
        Column("DROPED", SmallInteger, nullable=False, server_default="0"),
    )  # fmt: skip
    return Tables(
        outbox=task,
        others=(received,),
        needed={
            "TBL_SMSENDTASK": frozenset({"DESTADDR", "SM_CONTENT"}),
            "TBL_SMRECEIVED": frozenset({"ORGADDR", "DESTADDR", "SM_CONTENT"}),
        },
        wanted=frozenset({"TBL_SMSENDTASK", "TBL_SMRECEIVED"}),
        read=("TASKNAME", "ORGADDR", "DESTADDR", "SM_CONTENT"),
        due="SENDTIME",
    )

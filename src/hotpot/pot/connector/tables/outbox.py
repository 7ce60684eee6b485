"""The `sms_outbox` family: sms_outbox, sms_sent, sms_report and sms_inbox."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Column, DateTime, Integer, MetaData, SmallInteger, String, Table

from hotpot.pot.connector.rules import text_of
from hotpot.pot.connector.tables.fields import extension_of, from_hex, national, numbers_of, whole
from hotpot.pot.connector.tables.wire import (
    Archive,
    Failure,
    Insert,
    Reading,
    Row,
    Tables,
    Update,
    Write,
)
from hotpot.pot.messaging.wire import Given, Notice

_INSTANT = 1  # SENDMETHOD: shown at once, not kept. 0 normal, 2 long, 3 structured
_BINARY = 4  # MSGFMT

# As the same vendors' SOAP interface names what became of a message.
DELIVERED, IMPOSSIBLE, TO_NETWORK = "DeliveryToTerminal", "DeliveryImpossible", "DeliveredToNetwork"


class Outbox:
    def __init__(self) -> None:
        self.tables = _tables()

    def read(self, row: Row) -> Reading:
        text, alphabet = text_of(row["MESSAGECONTENT"]), ""
        if whole(row["MSGFMT"]) == _BINARY:
            text, alphabet = from_hex(text, _BINARY, has_header=False)
        ref, extension = self.ref_of(row), extension_of(row["EXTCODE"])
        return Reading(
            ref,
            [
                Given(
                    number,
                    text,
                    client_ref=ref,
                    extension=extension,
                    flash=whole(row["SENDMETHOD"]) == _INSTANT,
                    alphabet=alphabet,
                    receipt=bool(whole(row["REQDELIVERYREPORT"])),
                )
                for number in numbers_of(row["DESTADDR"])
            ],
        )

    def ref_of(self, row: Row) -> str:
        return text_of(row["SISMSID"])

    def number_of(self, row: Row) -> str:
        return text_of(row["DESTADDR"])

    def archive(self, now: str) -> Archive | None:
        values = {"SENTTIME": now, "SENTRESULT": "0", "SMSSTATUS": TO_NETWORK, "STATUSTIME": now}
        return Archive("sms_sent", values)

    def failed(self, failure: Failure, now: str) -> Sequence[Write]:
        values = {"SENTRESULT": "1", "SMSSTATUS": IMPOSSIBLE, "STATUSTIME": now, "STATUSDESC": failure.reason}
        return [
            Update("sms_sent", {"SISMSID": failure.ref}, values),
            self._report(failure.ref, failure.number, IMPOSSIBLE, f"{failure.code}: {failure.reason}", now),
        ]

    def receipt(self, notice: Notice, at: str) -> Sequence[Write]:
        status = DELIVERED if notice.state == "delivered" else IMPOSSIBLE
        error = "" if status == DELIVERED else notice.error or notice.state
        values = {"SMSSTATUS": status, "STATUSTIME": at, "STATUSDESC": error}
        return [
            Update("sms_sent", {"SISMSID": notice.client_ref}, values),
            self._report(notice.client_ref, national(notice.number), status, error, at),
        ]

    def _report(self, ref: str, number: str, status: str, said: str, at: str) -> Write:
        values = {
            "SISMSID": ref,
            "DESTADDR": number,
            "SMSSTATUS": status,
            "STATUSDESC": said,
            "STATUSTIME": at,
        }
        return Insert("sms_report", values)

    def reply(self, notice: Notice, extension: str, at: str) -> Sequence[Write]:
        values = {
            "SOURCEADDR": national(notice.number),
            "DESTADDR": notice.access_number,
            "EXTCODE": extension,
            "MESSAGECONTENT": notice.text,
            "MSGFMT": "15",
            "RECEIVETIME": at,
        }
        return [Insert("sms_inbox", values)]

    def state(self, *, connected: bool, running: bool) -> Update | None:
        return None


def _asked() -> list[Column[object]]:
    return [
        Column("SISMSID", String(50), primary_key=True),
        Column("EXTCODE", String(20)),
        Column("DESTADDR", String(8000), nullable=False),
        Column("MESSAGECONTENT", String(4000), nullable=False),
        Column("REQDELIVERYREPORT", SmallInteger, nullable=False, server_default="0"),
        Column("MSGFMT", SmallInteger, nullable=False, server_default="15"),
        Column("SENDMETHOD", SmallInteger, nullable=False, server_default="0"),
        Column("REQUESTTIME", DateTime),
        Column("APPLICATIONID", String(50)),
    ]


def _tables() -> Tables:
    schema = MetaData()
    outbox = Table("sms_outbox", schema, *_asked())
    sent = Table(
        "sms_sent", schema,
        *_asked(),
        Column("SENTTIME", DateTime),
        Column("SENTRESULT", SmallInteger),
        Column("SMSSTATUS", String(40)),
        Column("STATUSDESC", String(200)),
        Column("STATUSTIME", DateTime),
    )  # fmt: skip
    report = Table(
        "sms_report", schema,
        Column("ID", Integer, primary_key=True, autoincrement=True),
        Column("SISMSID", String(50), nullable=False),
        Column("DESTADDR", String(32), nullable=False),
        Column("SMSSTATUS", String(40), nullable=False),
        Column("STATUSDESC", String(200)),
        Column("STATUSTIME", DateTime, nullable=False),
    )  # fmt: skip
    inbox = Table(
        "sms_inbox", schema,
        Column("ID", Integer, primary_key=True, autoincrement=True),
        Column("SOURCEADDR", String(32), nullable=False),
        Column("DESTADDR", String(32), nullable=False),
        Column("EXTCODE", String(20)),
        Column("MESSAGECONTENT", String(4000), nullable=False),
        Column("MSGFMT", SmallInteger, nullable=False, server_default="15"),
        Column("RECEIVETIME", DateTime, nullable=False),
    )  # fmt: skip
    return Tables(
        outbox=outbox,
        others=(sent, report, inbox),
        needed={
            "sms_outbox": frozenset({"SISMSID", "DESTADDR", "MESSAGECONTENT"}),
            "sms_inbox": frozenset({"MESSAGECONTENT"}),
        },
        wanted=frozenset({"sms_outbox", "sms_inbox"}),
        read=(
            "SISMSID",
            "EXTCODE",
            "DESTADDR",
            "MESSAGECONTENT",
            "REQDELIVERYREPORT",
            "MSGFMT",
            "SENDMETHOD",
        ),
    )

"""The `api_` tables: api_mt_<code>, api_mo_<code>, api_rpt_<code> and tbl_api_info."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import CHAR, Column, DateTime, Integer, MetaData, Numeric, SmallInteger, String, Table

from hotpot.pot.connector.rules import text_of
from hotpot.pot.connector.tables.fields import extension_of, from_hex, national, numbers_of, whole
from hotpot.pot.connector.tables.wire import (
    Archive,
    Bad,
    Failure,
    Insert,
    Reading,
    Row,
    Tables,
    Update,
    Write,
)
from hotpot.pot.messaging.wire import Given, Notice, Refusal

CONTENT_MAX = 2000  # characters; the rest is cut
URL_MAX, WAP_MAX = 85, 120
ID_MAX = 99_999_999  # SM_ID and SRC_ID
DELIVERED = "0"
NETWORK_FAILED = "1"

# What their client library returns to its caller, here as a receipt's RPT_CODE.
_ARGUMENT, _TOO_LONG, _SUSPENDED, _GATEWAY_DOWN = "-6", "-8", "-10", "-11"
_CODES: Mapping[str, str] = {
    Refusal.TOO_LONG: _TOO_LONG,
    Refusal.SUSPENDED: _SUSPENDED,
    Refusal.ADDRESS: _SUSPENDED,
    Refusal.QUOTA: _SUSPENDED,
    Refusal.TOO_OFTEN: _SUSPENDED,
    Refusal.NO_CREDIT: _SUSPENDED,
    Refusal.THROTTLED: _GATEWAY_DOWN,
    Refusal.NO_ROUTE: _GATEWAY_DOWN,
}


class Api:
    def __init__(self, code: str) -> None:
        self.code = code
        self.mo, self.rpt, self.info = f"api_mo_{code}", f"api_rpt_{code}", "tbl_api_info"
        self.tables = _tables(code)

    def read(self, row: Row) -> Reading:
        ref = self.ref_of(row)
        text, alphabet = self._text(row)
        extension = extension_of(whole(row["SRC_ID"]) or "")
        numbers = numbers_of(row["MOBILES"])
        return Reading(
            ref,
            [
                Given(number, text, client_ref=ref, extension=extension, alphabet=alphabet, receipt=bool(ref))
                for number in numbers
            ],
        )

    def _text(self, row: Row) -> tuple[str, str]:
        kind = whole(row["SM_TYPE"]) or 0
        if kind not in (0, 1, 2):
            raise Bad(Refusal.BAD_CONTENT, f"SM_TYPE {kind} is not known: use 0 for text, 2 for a PDU.")
        if kind:
            has_header = bool(whole(row["TP_UDHI"]))
            return from_hex(row["CONTENT"], whole(row["MSG_FMT"]), has_header=has_header)
        text = text_of(row["CONTENT"])[:CONTENT_MAX]
        return (self._with_link(text, row) if whole(row["IS_WAP"]) else text), ""

    def _with_link(self, text: str, row: Row) -> str:
        """A WAP push: today's phones show a link in a text, and no longer the push."""
        url = text_of(row["URL"]).strip()
        if len(url) > URL_MAX or len(url) + len(text) > WAP_MAX:
            most = f"{URL_MAX} characters, with its text {WAP_MAX}"
            raise Bad(Refusal.TOO_LONG, f"A WAP push's URL has at most {most}.")
        return f"{text} {url}".strip()

    def ref_of(self, row: Row) -> str:
        """SM_ID 0: they want neither receipt nor reply."""
        sm_id = whole(row["SM_ID"])
        return str(sm_id) if sm_id else ""

    def number_of(self, row: Row) -> str:
        return text_of(row["MOBILES"])

    def archive(self, now: str) -> Archive | None:
        return None

    def failed(self, failure: Failure, now: str) -> Sequence[Write]:
        code = _CODES.get(failure.code, _ARGUMENT)
        return self._receipt(failure.ref, failure.number, code, f"{failure.code}: {failure.reason}", now)

    def receipt(self, notice: Notice, at: str) -> Sequence[Write]:
        delivered = notice.state == "delivered"
        said = "DELIVRD" if delivered else notice.error or notice.state.upper()
        code = DELIVERED if delivered else NETWORK_FAILED
        return self._receipt(notice.client_ref, national(notice.number), code, said, at)

    def _receipt(self, ref: str, number: str, code: str, said: str, at: str) -> Sequence[Write]:
        if not ref:
            return []
        values = {"SM_ID": ref, "MOBILE": number, "RPT_CODE": code, "RPT_DESC": said, "RPT_TIME": at}
        return [Insert(self.rpt, values)]

    def reply(self, notice: Notice, extension: str, at: str) -> Sequence[Write]:
        """SM_ID is the SRC_ID that the question went out with: the tail of the access number."""
        sm_id = int(extension or 0)
        values = {
            "SM_ID": str(sm_id if sm_id <= ID_MAX else 0),
            "CONTENT": notice.text[:CONTENT_MAX],
            "MOBILE": national(notice.number),
            "MO_TIME": at,
            "MSG_FMT": "15",
        }
        return [Insert(self.mo, values)]

    def state(self, *, connected: bool, running: bool) -> Update | None:
        values = {"IF_STATUS": "1" if running else "2", "CONN_SUCC_STATUS": "1" if connected else "0"}
        return Update(self.info, {"IF_CODE": self.code}, values)


def _tables(code: str) -> Tables:
    schema = MetaData()
    mt = Table(
        f"api_mt_{code}", schema,
        Column("AUTO_SN", Integer, primary_key=True, autoincrement=True),
        Column("SM_ID", Numeric(8, 0), nullable=False, server_default="0"),
        Column("SRC_ID", Numeric(8, 0), nullable=False, server_default="0"),
        Column("MOBILES", String(8000), nullable=False),
        Column("CONTENT", String(4000), nullable=False),
        Column("IS_WAP", SmallInteger, nullable=False, server_default="0"),
        Column("URL", String(200)),
        Column("SEND_TIME", DateTime),
        Column("SM_TYPE", SmallInteger, nullable=False, server_default="0"),
        Column("MSG_FMT", SmallInteger, nullable=False, server_default="0"),
        Column("TP_PID", SmallInteger, nullable=False, server_default="0"),
        Column("TP_UDHI", SmallInteger, nullable=False, server_default="0"),
        Column("FEE_TERMINAL_ID", String(32)),
        Column("FEE_TYPE", CHAR(2)),
        Column("FEE_CODE", CHAR(6)),
        Column("FEE_USER_TYPE", SmallInteger),
    )  # fmt: skip
    mo = Table(
        f"api_mo_{code}", schema,
        Column("AUTO_SN", Integer, primary_key=True, autoincrement=True),
        Column("SM_ID", Numeric(8, 0), nullable=False, server_default="0"),
        Column("CONTENT", String(4000), nullable=False),
        Column("MOBILE", String(32), nullable=False),
        Column("MO_TIME", DateTime, nullable=False),
        Column("MSG_FMT", SmallInteger, nullable=False, server_default="0"),
    )  # fmt: skip
    rpt = Table(
        f"api_rpt_{code}", schema,
        Column("AUTO_SN", Integer, primary_key=True, autoincrement=True),
        Column("SM_ID", Numeric(8, 0), nullable=False, server_default="0"),
        Column("MOBILE", String(32), nullable=False),
        Column("RPT_CODE", Integer, nullable=False),
        Column("RPT_DESC", String(200)),
        Column("RPT_TIME", DateTime, nullable=False),
    )  # fmt: skip
    info = Table(
        "tbl_api_info", schema,
        Column("IF_CODE", String(32), primary_key=True),
        Column("IF_STATUS", SmallInteger, nullable=False, server_default="1"),
        Column("CONN_SUCC_STATUS", SmallInteger, nullable=False, server_default="0"),
    )  # fmt: skip
    return Tables(
        outbox=mt,
        others=(mo, rpt, info),
        needed={
            mt.name: frozenset({"SM_ID", "MOBILES", "CONTENT"}),
            mo.name: frozenset({"SM_ID", "CONTENT", "MOBILE"}),
            rpt.name: frozenset({"SM_ID", "MOBILE", "RPT_CODE"}),
        },
        wanted=frozenset({mt.name, mo.name, rpt.name}),
        read=("SM_ID", "SRC_ID", "MOBILES", "CONTENT", "IS_WAP", "URL", "SM_TYPE", "MSG_FMT", "TP_UDHI"),
        due="SEND_TIME",
    )

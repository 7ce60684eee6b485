"""Calls, answers and pushes as clients of cloud MAS write and read them. Pure."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal
from urllib.parse import parse_qsl, unquote
from zoneinfo import ZoneInfo

import msgspec

from hotpot.pot.messaging.wire import Given, Interface, Notice, Refusal

MOBILES_MAX = 5000
SERIAL_MAX = 20  # digits
CHINA = ZoneInfo("Asia/Shanghai")

Code = Literal[
    "success",
    "IllegalMac",
    "IllegalSignId",
    "InvalidMessage",
    "InvalidUsrOrPwd",
    "NoSignId",
    "TooManyMobiles",
    "InvalidMobile",
    "NOT_WHITE_IP",
]

CODES: Mapping[str, Code] = {
    Refusal.SUSPENDED: "InvalidUsrOrPwd",
    Refusal.NO_CREDIT: "InvalidUsrOrPwd",
    Refusal.QUOTA: "InvalidUsrOrPwd",
    Refusal.ADDRESS: "NOT_WHITE_IP",
    Refusal.BAD_NUMBER: "InvalidMobile",
    Refusal.BLOCKED: "InvalidMobile",
    Refusal.TOO_OFTEN: "InvalidMobile",
    Refusal.NO_ROUTE: "InvalidMobile",
    Refusal.TOO_MANY: "TooManyMobiles",
    Refusal.NO_SIGNATURE: "NoSignId",
    Refusal.BAD_SIGNATURE: "IllegalSignId",
}

_MOBILE = re.compile(r"(?:\+?86|0086)?1[3-9][0-9]{9}|\+[1-9][0-9]{6,14}")
_STATUS = re.compile(r"[A-Z][A-Z0-9:]{2,9}")
_REFUSALS = frozenset(Refusal)


class Bad(Exception):
    """A call that is answered with `code`; `reason` is for the page."""

    def __init__(self, code: Code, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


class Answer(msgspec.Struct, frozen=True, rename="camel"):
    msg_group: str
    rspcod: str
    success: bool


class Report(msgspec.Struct, frozen=True, rename="camel"):
    """A receipt, one number each. Times are yyyyMMddHHmmss of China."""

    report_status: str
    mobile: str
    submit_date: str
    receive_date: str
    error_code: str
    msg_group: str


class Reply(msgspec.Struct, frozen=True, rename="camel"):
    """`addSerial` is the whole access number."""

    mobile: str
    sms_content: str
    send_time: str
    add_serial: str


class Call(msgspec.Struct, frozen=True, rename="camel"):
    """One submission. `content` of a template's is empty."""

    ec_name: str = ""
    ap_id: str = ""
    secret_key: str = ""
    mobiles: str = ""
    content: str = ""
    sign: str = ""
    add_serial: str = ""
    mac: str = ""
    template_id: str = ""
    params: str = ""

    def fits_mac(self, *, template: bool) -> bool:
        """Compared in a time that tells nothing."""
        what = self.template_id + self.mobiles + self.params if template else self.mobiles + self.content
        plain = self.ec_name + self.ap_id + self.secret_key + what + self.sign + self.add_serial
        own = hashlib.md5(plain.encode(errors="replace"), usedforsecurity=False).hexdigest()
        return hmac.compare_digest(own.encode(), self.mac.strip().lower().encode(errors="replace"))

    def given(self, interface: Interface, group: str, *, template: bool) -> list[Given]:
        """One message for each number, each number once. Raises Bad."""
        mobiles = _mobiles(self.mobiles)
        extension = self._extension(interface.access_number)
        params = _params(self.params) if template else ()
        if template and not self.template_id:
            raise Bad("InvalidMessage", "templateId is missing.")
        if not template and not self.content.strip():
            raise Bad("InvalidMessage", "content is empty.")
        return [
            Given(
                mobile,
                "" if template else self.content,
                client_ref=group,
                extension=extension,
                signature=self.sign,
                template=self.template_id if template else "",
                params=params,
            )
            for mobile in mobiles
        ]

    def _extension(self, access_number: str) -> str:
        """Some clients give the whole access number, others what follows it."""
        serial = self.add_serial.strip()
        if serial and not (serial.isascii() and serial.isdigit() and len(serial) <= SERIAL_MAX):
            raise Bad("InvalidMessage", f"addSerial “{serial}” is no whole number of {SERIAL_MAX} digits.")
        return serial.removeprefix(access_number)


def _mobiles(given: str) -> Sequence[str]:
    mobiles = list(dict.fromkeys(one.strip() for one in given.split(",") if one.strip()))
    if len(mobiles) > MOBILES_MAX:
        raise Bad("TooManyMobiles", f"{len(mobiles)} mobiles; {MOBILES_MAX} are the most.")
    wrong = next((one for one in mobiles if not _MOBILE.fullmatch(one)), None)
    if wrong is not None or not mobiles:
        raise Bad("InvalidMobile", f"“{wrong}” is no mobile number." if mobiles else "mobiles is empty.")
    return mobiles


def _params(given: str) -> tuple[str, ...]:
    """A JSON array in a string; `[""]` where the template has no places."""
    try:
        values = msgspec.json.decode(given or "[]", type=list[str])
    except msgspec.DecodeError:
        raise Bad("InvalidMessage", "params is no JSON array of strings.") from None
    return () if values == [""] else tuple(values)


def read(body: bytes) -> Call:
    """Base64 of JSON as the interface says, and what clients make of it. Raises Bad.

    With quotes around it, with its signs escaped, JSON as it is, a form.
    """
    text = body.strip()
    fields = _json(text) or _json(_unpacked(text)) or dict(parse_qsl(text.decode("utf-8", "replace")))
    known = {name: _text(fields[name]) for name in Call.__struct_encode_fields__ if name in fields}
    if not known:
        raise Bad("InvalidMessage", "The body is neither Base64 of JSON, nor JSON, nor a form.")
    return msgspec.convert(known, Call)


def _unpacked(text: bytes) -> bytes:
    if text[:1] == b'"':
        text = text.strip(b'"').replace(b"\\/", b"/")
    if b"%" in text:
        text = unquote(text.decode("ascii", "replace")).encode(errors="replace")
    try:
        return base64.b64decode(b"".join(text.replace(b" ", b"+").split()), validate=True)
    except (binascii.Error, ValueError):
        return b""


def _json(text: bytes) -> dict[str, Any] | None:
    if text[:1] != b"{":
        return None
    try:
        return msgspec.json.decode(text, type=dict[str, Any])
    except msgspec.DecodeError:
        raise Bad("InvalidMessage", "The JSON can't be read.") from None


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    return str(value) if isinstance(value, int) else msgspec.json.encode(value).decode()


def report(notice: Notice) -> Report:
    return Report(
        report_status=_status(notice),
        mobile=_national(notice.number),
        submit_date=_time(notice.submitted_at),
        receive_date=_time(notice.at),
        error_code="" if notice.state == "delivered" else notice.error,
        msg_group=notice.client_ref,
    )


def _status(notice: Notice) -> str:
    """The carrier's word where it gave one. REJECTD: we refused it, no carrier ever had it."""
    if notice.state == "delivered":
        return "DELIVRD"
    if notice.error in _REFUSALS:
        return "REJECTD"
    return (
        notice.error
        if _STATUS.fullmatch(notice.error)
        else notice.state.upper()[:7].replace("FAILED", "UNDELIV")
    )


def reply(notice: Notice) -> Reply:
    return Reply(_national(notice.number), notice.text, _time(notice.at), notice.access_number)


def _national(number: str) -> str:
    return number.removeprefix("+86")


def _time(moment: datetime) -> str:
    return moment.astimezone(CHINA).strftime("%Y%m%d%H%M%S")

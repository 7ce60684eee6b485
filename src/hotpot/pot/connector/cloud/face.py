"""Submissions of cloud MAS's clients, and what they are pushed. asyncio, no Django."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Collection, Sequence

import msgspec

from hotpot.kernel.errors import TooMany
from hotpot.pot.connector.cloud.wire import CODES, Answer, Bad, Call, Code, read, reply, report
from hotpot.pot.connector.noting import note
from hotpot.pot.connector.problems import Met
from hotpot.pot.messaging.gateway.desk import Desk
from hotpot.pot.messaging.gateway.face import JSON, Request, Response
from hotpot.pot.messaging.gateway.guard import Unknown, WrongAddress
from hotpot.pot.messaging.gateway.server import problem
from hotpot.pot.messaging.wire import Interface, Notice, Refused

KIND = "cloud"
PLAIN = ("/sms/norsubmit", "/sms/submit")
TEMPLATE = ("/sms/tmpsubmit", "/tmpsubmit")  # noqa: S108 (not a folder)
PUSHES_AT_ONCE = 16
ANSWERED_MAX = 300  # statuses below it mean that they have it

encode = msgspec.json.Encoder().encode


class Cloud:
    """A face. Its login is apId, its password secretKey. Settings: ec_name, report_url, reply_url."""

    paths = (*PLAIN, *TEMPLATE)

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def call(self, request: Request) -> Response:
        if request.method != "POST":
            return problem(405, "method", "Submissions are posted.")
        try:
            call = read(request.body)
            interface = self._caller(call, request.address)
        except Bad as bad:
            return _answer(bad.code)
        try:
            return _answer("success", await self._submit(interface, call, request.path in TEMPLATE))
        except Bad as bad:
            await note(self._desk, interface, [Met(bad.code, bad.reason, call.mobiles)])
            return _answer(bad.code)

    def _caller(self, call: Call, address: str) -> Interface:
        try:
            interface = self._desk.check(call.ap_id, call.secret_key, address)
        except WrongAddress as error:
            raise Bad("NOT_WHITE_IP", error.sentence) from None
        except (Unknown, TooMany) as error:
            raise Bad("InvalidUsrOrPwd", error.sentence) from None
        if interface.kind != KIND or interface.settings.get("ec_name", call.ec_name) != call.ec_name:
            raise Bad("InvalidUsrOrPwd", "apId or ecName is another interface's.")
        return interface

    async def _submit(self, interface: Interface, call: Call, template: bool) -> str:
        """The msgGroup. Raises Bad where no number was taken.

        The interface has one rspcod for a whole call and no list of numbers in its answer; what became of
        one number is said by the report of that number. So where some are taken the answer is success, as
        a client that got anything else would send them all again, and those that were refused after
        validation get a report of their own, REJECTD with our code in errorCode.
        """
        if not call.fits_mac(template=template):
            raise Bad("IllegalMac", "mac doesn't fit the fields. See the guide for their order.")
        group = self._group()
        given = call.given(interface, group, template=template)
        answers = await self._desk.take(interface, given, receipts_tell=True)
        refused = [(one, said) for one, said in zip(given, answers, strict=True) if isinstance(said, Refused)]
        if len(refused) == len(given):
            first = refused[0][1]
            raise Bad(CODES.get(first.code, "InvalidMessage"), first.reason)
        await note(self._desk, interface, [Met(said.code, said.reason, one.number) for one, said in refused])
        return group

    def _group(self) -> str:
        return f"{self._desk.clock.now():%m%d%H%M%S}{secrets.randbelow(10**12):012}"


def _answer(code: Code, group: str = "") -> Response:
    return Response(200, encode(Answer(group, code, code == "success")))


class CloudPushes:
    """Receipts and replies, one a POST. A kind without an address is nobody's to hear."""

    kind = KIND

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def listens(self, interface: Interface) -> bool:
        return any(interface.settings.get(name) for name in ("report_url", "reply_url"))

    async def tell(self, interface: Interface, notices: Sequence[Notice]) -> Collection[int]:
        told: list[int] = []
        for start in range(0, len(notices), PUSHES_AT_ONCE):
            some = notices[start : start + PUSHES_AT_ONCE]
            done = await asyncio.gather(*(self._push(interface, one) for one in some), return_exceptions=True)
            told += [one.id for one, error in zip(some, done, strict=True) if error is None]
            failed = next((error for error in done if error is not None), None)
            if failed is not None and not told:
                raise failed
            if failed is not None:
                return told
        return told

    async def _push(self, interface: Interface, notice: Notice) -> None:
        is_receipt = notice.kind == "receipt"
        url = interface.settings.get("report_url" if is_receipt else "reply_url")
        if not url:
            return
        body = encode(report(notice) if is_receipt else reply(notice))
        status = await self._desk.outward.post(str(url), body, {"content-type": JSON})
        if not 200 <= status < ANSWERED_MAX:
            raise ConnectionError(f"the address for {notice.kind}s answered {status}")

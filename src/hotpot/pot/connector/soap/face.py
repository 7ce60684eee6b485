"""The service at /services/cmcc_mas_wbs, and what it pushes to applications. asyncio, no Django."""

from __future__ import annotations

import asyncio
import base64
import binascii
import contextlib
import secrets
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from importlib.resources import files

from hotpot.kernel.errors import Refused as RefusedByUs
from hotpot.pot.connector.noting import note
from hotpot.pot.connector.problems import Met
from hotpot.pot.connector.soap import steps
from hotpot.pot.connector.soap.wire import (
    ACTION,
    AP,
    ENVELOPES,
    FAILED,
    INVALID,
    POLICY,
    SOAP_11,
    Fault,
    answer,
    body_of,
    delivery,
    envelope,
    fault,
    given,
    keys_of,
    message,
    receipts,
    reception,
    refused,
    tag,
    token_of,
)
from hotpot.pot.connector.soap.xml import BadXml, Element, read, shown
from hotpot.pot.messaging.gateway.desk import Busy, Desk
from hotpot.pot.messaging.gateway.face import Request, Response
from hotpot.pot.messaging.gateway.server import problem
from hotpot.pot.messaging.wire import Interface, Notice, Refused

KIND = "soap"
PATH = "/services/cmcc_mas_wbs"
BODY_BYTES_MAX = 1024 * 1024
KNOWN_WITHIN_S, LOOK_S = 5.0, 0.02
FETCHED_MAX = 200  # replies in one answer
ANSWERED_MAX = 300  # statuses below it mean that they have it

_WSDL = files(__package__).joinpath("cmcc_mas_wbs.wsdl").read_text("utf-8")

Verb = Callable[[Interface, Element], Awaitable[str]]


class Soap:
    """A face. ApplicationID is the interface's login.

    The protocol has no password. A caller proves who it is by HTTP Basic or a UsernameToken, or calls from
    one of the addresses that the interface is open for; where it names none, nobody is taken on trust.
    """

    paths = (PATH,)

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._verbs: Mapping[str, Verb] = {
            "sendsmsrequest": self._send,
            "getsmsdeliverystatusrequest": self._status,
            "getreceivedsmsrequest": self._received,
            "startnotificationrequest": self._start,
            "stopnotificationrequest": self._stop,
            "apregistrationreq": self._register,
            "apstatusrepreq": self._report,
            "aplogoutreq": self._log_out,
            "pauseapreq": self._pause,
            "recoveryapreq": self._recover,
        }

    async def call(self, request: Request) -> Response:
        if request.method == "GET" and request.query.lower() == "wsdl":
            host = request.headers.get("host", "127.0.0.1")
            scheme = request.headers.get("x-forwarded-proto", "http")
            address = shown(f"{'https' if scheme == 'https' else 'http'}://{host}{PATH}")
            return Response(200, _WSDL.replace("{address}", address).encode(), "text/xml; charset=utf-8")
        if request.method != "POST":
            return problem(405, "method", f"Post SOAP envelopes. Their description is at {PATH}?wsdl.")
        return await self._answer(request)

    async def _answer(self, request: Request) -> Response:
        namespace = SOAP_11
        try:
            if len(request.body) > BODY_BYTES_MAX:
                raise Fault(INVALID, f"An envelope has at most {BODY_BYTES_MAX} bytes.")
            whole = read(request.body)
            namespace = whole.namespace if whole.namespace in ENVELOPES else SOAP_11
            said = await self._perform(request, whole)
        except BadXml as error:
            return _fault(Fault(INVALID, str(error)), namespace)
        except Fault as error:
            return _fault(error, namespace)
        except Busy as error:
            return _fault(Fault(FAILED, error.sentence), namespace)
        return Response(200, envelope(said, namespace), ENVELOPES[namespace])

    async def _perform(self, request: Request, whole: Element) -> str:
        body = body_of(whole)
        verb = self._verbs.get(body.name.lower())
        if verb is None:
            raise Fault(INVALID, f"There is no operation for {body.name}.")
        interface = self._caller(request, whole, body)
        try:
            return await verb(interface, body)
        except Fault as error:
            await note(self._desk, interface, [Met(error.code, error.text, body.name)])
            raise

    # Who calls.

    def _caller(self, request: Request, whole: Element, body: Element) -> Interface:
        login = body.said("ApplicationID") or body.said("Apid")
        shown_password = token_of(whole) or _basic(request.headers.get("authorization", ""))
        try:
            if shown_password is not None:
                interface = self._desk.check(shown_password[0], shown_password[1], request.address)
            else:
                interface = self._known(login, request.address)
        except Busy:
            raise
        except RefusedByUs as error:
            raise Fault(POLICY, error.sentence) from None
        if interface.kind != KIND or interface.login != login:
            raise Fault(POLICY, f"“{login}” is not your ApplicationID.")
        return interface

    def _known(self, login: str, address: str) -> Interface:
        guest = self._desk.guest(login, address)
        if guest is None or not guest.interface.addresses:
            raise Fault(
                POLICY,
                "Call from an address that the operator entered for this application, or give its password.",
            )
        return guest.interface

    # Messages.

    async def _send(self, interface: Interface, request: Element) -> str:
        """The answer is one RequestIdentifier for all addresses. Those that were refused while others were
        taken are DeliveryImpossible under it: asked for, and told where the client wanted to be told."""
        some = given(request, self._identifier(), interface)
        answers = await self._desk.take(interface, some, receipts_tell=True)
        bad = [(one, said) for one, said in zip(some, answers, strict=True) if isinstance(said, Refused)]
        if len(bad) == len(some):
            raise refused(bad[0][1].code, bad[0][1].reason)
        await note(self._desk, interface, [Met(said.code, said.reason, one.number) for one, said in bad])
        return answer("sendSmsResponse", tag("RequestIdentifier", some[0].client_ref))

    def _identifier(self) -> str:
        return f"{self._desk.clock.now():%m%d%H%M%S}{secrets.randbelow(10**12):012}"

    async def _status(self, interface: Interface, request: Element) -> str:
        identifier = request.said("RequestIdentifier")
        found = await self._desk.perform(steps.status(keys_of(identifier, interface)))
        if not found:
            raise Fault(INVALID, f"There is no request “{identifier}”.")
        said = "".join(delivery("DeliveryStatus", number, state) for number, state in found)
        return answer("GetSmsDeliveryStatusResponse", said)

    async def _received(self, interface: Interface, request: Element) -> str:
        replies = await self._desk.perform(steps.fetched(interface.id, FETCHED_MAX))
        return answer("GetReceivedSmsResponse", "".join(message("ReceivedSms", one) for one in replies))

    # Where it is told.

    async def _start(self, interface: Interface, request: Element) -> str:
        await self._listen(interface, _endpoint(request))
        return ""

    async def _stop(self, interface: Interface, request: Element) -> str:
        await self._listen(interface, "")
        return ""

    async def _register(self, interface: Interface, request: Element) -> str:
        await self._listen(interface, request.said("APWSURI") or _endpoint(request))
        return answer("APRegistrationRsp", tag("RegResult", "Success"), AP)

    async def _report(self, interface: Interface, request: Element) -> str:
        """A heartbeat."""
        return answer("APStatusRepRsp", tag("Result", "Success"), AP)

    async def _log_out(self, interface: Interface, request: Element) -> str:
        await self._listen(interface, "")
        return answer("APLogOutRsp", tag("Result", "Success"), AP)

    async def _pause(self, interface: Interface, request: Element) -> str:
        await self._desk.perform(steps.paused(interface, True, now=self._desk.clock.now()))
        return answer("PauseAPRsp", tag("Result", "Success"), AP)

    async def _recover(self, interface: Interface, request: Element) -> str:
        await self._desk.perform(steps.paused(interface, False, now=self._desk.clock.now()))
        return answer("RecoveryAPRsp", tag("Result", "Success"), AP)

    async def _listen(self, interface: Interface, endpoint: str) -> None:
        if endpoint:
            try:
                self._desk.outward.check(endpoint)
            except RefusedByUs as error:
                raise Fault(INVALID, error.sentence) from None
        await self._desk.perform(steps.listens_at(interface, endpoint, now=self._desk.clock.now()))
        await self._known_as(interface, endpoint)

    async def _known_as(self, interface: Interface, endpoint: str) -> None:
        """Answered once it holds: what is sent next is told there."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(KNOWN_WITHIN_S):
                while (guest := self._desk.guests.by_id.get(interface.id)) is not None:
                    if guest.interface.settings.get("endpoint", "") == endpoint:
                        return
                    await asyncio.sleep(LOOK_S)


def _endpoint(request: Element) -> str:
    """The first address of those that are to be told of short messages. Raises Fault."""
    for one in request.every("MessageNotification"):
        if one.said("CMAbility") in ("SMSAbility", "") and (uri := one.said("WSURI")):
            return uri
    raise Fault(INVALID, "MessageNotification names no WSURI for SMSAbility.")


def _basic(header: str) -> tuple[str, str] | None:
    scheme, _, credentials = header.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        login, _, password = base64.b64decode(credentials, validate=True).decode().partition(":")
    except (binascii.Error, ValueError):
        raise Fault(POLICY, "The Authorization header can't be read.") from None
    return login, password


def _fault(error: Fault, namespace: str) -> Response:
    return Response(500, envelope(fault(error, namespace), namespace), ENVELOPES[namespace])


class SoapPushes:
    """notifySmsDeliveryStatus and notifySmsReception to the application's endpoint."""

    kind = KIND

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def listens(self, interface: Interface) -> bool:
        return bool(interface.settings.get("endpoint")) and not interface.settings.get("paused")

    async def tell(self, interface: Interface, notices: Sequence[Notice]) -> Collection[int]:
        """One request's receipts together, replies one by one, in their order."""
        told: list[int] = []
        for operation, some, content in _pushes(notices):
            try:
                await self._post(interface, operation, content)
            except (OSError, RefusedByUs):
                if not told:
                    raise
                return told
            told += [one.id for one in some]
        return told

    async def _post(self, interface: Interface, operation: str, content: str) -> None:
        headers = {"content-type": ENVELOPES[SOAP_11], "soapaction": f'"{ACTION}{operation}"'}
        url = str(interface.settings["endpoint"])
        status = await self._desk.outward.post(url, envelope(content), headers)
        if not 200 <= status < ANSWERED_MAX:
            raise ConnectionError(f"the application's endpoint answered {status}")


def _pushes(notices: Sequence[Notice]) -> list[tuple[str, Sequence[Notice], str]]:
    by_request: dict[str, list[Notice]] = {}
    for one in notices:
        if one.kind == "receipt":
            by_request.setdefault(one.client_ref, []).append(one)
    pushes: list[tuple[str, Sequence[Notice], str]] = [
        ("notifySmsDeliveryStatus", some, receipts(identifier, some))
        for identifier, some in by_request.items()
    ]
    replies = [one for one in notices if one.kind != "receipt"]
    return pushes + [("notifySmsReception", [one], reception(one)) for one in replies]

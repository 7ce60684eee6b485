"""Requests, answers, faults and pushes of `cmcc_mas_wbs`. Pure.

Document/literal, one element in the body, its children without a namespace. Facts are those of clients that
vendors generated from the interface's WSDL.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from hotpot.pot.connector.soap.xml import BadXml, Element, shown
from hotpot.pot.messaging.text import Alphabet
from hotpot.pot.messaging.wire import Given, Interface, Notice, Refusal

ENVELOPES = {
    "http://schemas.xmlsoap.org/soap/envelope/": "text/xml; charset=utf-8",
    "http://www.w3.org/2003/05/soap-envelope": "application/soap+xml; charset=utf-8",
}
SOAP_11, SOAP_12 = ENVELOPES
SMS = "http://www.csapi.org/schema/sms"
AP = "http://www.csapi.org/schema/ap"
COMMON = "http://www.csapi.org/schema/common/v2_0"
ACTION = "http://www.csapi.org/service/"
ADDRESSES_MAX = 1000

# Parlay X's message ids: what was given is wrong, or may not be.
INVALID, NO_ADDRESS, FAILED, POLICY = "SVC0002", "SVC0004", "SVC0001", "POL0001"
_INPUT = frozenset({Refusal.BAD_CONTENT, Refusal.TOO_LONG, Refusal.BAD_EXTENSION, Refusal.BAD_TIME})
_ADDRESS = re.compile(r"(?:tel:)?\s*(\+?[0-9]{3,20})")
_TRUE = frozenset({"true", "1"})

# Our states in their words.
STATUS: Mapping[str, str] = {
    "held": "MessageWaiting",
    "queued": "MessageWaiting",
    "sent": "DeliveredToNetwork",
    "delivered": "DeliveryToTerminal",
    "failed": "DeliveryImpossible",
    "expired": "DeliveryUncertain",
}


class Fault(Exception):
    """`message_id` begins with SVC where the request is wrong, with POL where it may not be."""

    def __init__(self, message_id: str, text: str, *, code: str = "") -> None:
        super().__init__(text)
        self.message_id = message_id
        self.text = text
        self.code = code or message_id  # of the page


def refused(code: Refusal, reason: str) -> Fault:
    if code is Refusal.BAD_NUMBER:
        return Fault(NO_ADDRESS, reason, code=code)
    return Fault(INVALID if code in _INPUT else POLICY, reason, code=code)


def body_of(envelope: Element) -> Element:
    """The request itself. Some clients put it into an element that is called like the operation.

    Raises BadXml.
    """
    body = envelope.first("Body")
    if envelope.name != "Envelope" or envelope.namespace not in ENVELOPES or body is None:
        raise BadXml("This is no SOAP envelope.")
    if not body.children:
        raise BadXml("The envelope's body is empty.")
    inner = body.children[0]
    wrapped = inner.children[0] if len(inner.children) == 1 and inner.children[0].children else None
    if wrapped is not None and wrapped.name.lower() == f"{inner.name}Request".lower():
        return wrapped
    return inner


def token_of(envelope: Element) -> tuple[str, str] | None:
    """User and password of a WS-Security UsernameToken in clear text."""
    header = envelope.first("Header")
    security = header.first("Security") if header is not None else None
    token = security.first("UsernameToken") if security is not None else None
    return (token.said("Username"), token.said("Password")) if token is not None else None


def given(request: Element, identifier: str, interface: Interface) -> list[Given]:
    """One message for each address, each once; their keys are `key_of`. Raises Fault."""
    addresses = list(dict.fromkeys(_addresses(request)))
    if not addresses or len(addresses) > ADDRESSES_MAX:
        raise Fault(NO_ADDRESS, f"Give 1 to {ADDRESSES_MAX} DestinationAddresses.")
    extension = request.said("ExtendCode")
    if extension and not (extension.isascii() and extension.isdigit()):
        raise Fault(INVALID, "ExtendCode has other signs than digits.")
    message = request.first("Message")
    if message is None or not message.text:
        raise Fault(INVALID, "Message is empty.")
    wanted = request.said("DeliveryResultRequest").lower() in _TRUE
    identifier = f"{identifier}{len(addresses):04}"
    return [
        Given(
            address,
            message.text,
            client_ref=identifier,
            key=f"{identifier}/{place}",
            extension=extension,
            flash=request.said("SendMethod") == "Instant",
            alphabet=Alphabet.BINARY if request.said("MessageFormat") == "Binary" else "",
            receipt=wanted and bool(interface.settings.get("endpoint")),
        )
        for place, address in enumerate(addresses)
    ]


def _addresses(request: Element) -> Iterable[str]:
    for one in request.every("DestinationAddresses"):
        for part in re.split(r"[;,]", one.text.strip()):
            found = _ADDRESS.fullmatch(part.strip())
            if found is None:
                raise Fault(NO_ADDRESS, f"“{part.strip()}” is no address like tel:13800138000.")
            yield found[1]


def keys_of(identifier: str, interface: Interface) -> list[str]:
    """Under which the messages of a request were stored."""
    count = identifier[-4:]
    if not (identifier.isascii() and identifier.isdigit()) or int(count or 0) > ADDRESSES_MAX:
        return []
    return [f"{interface.id}/{identifier}/{place}" for place in range(int(count or 0))]


# --- what we say ---------------------------------------------------------------------------------------


def envelope(content: str, namespace: str = SOAP_11) -> bytes:
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<soapenv:Envelope xmlns:soapenv="{namespace}"><soapenv:Body>{content}</soapenv:Body>'
        "</soapenv:Envelope>"
    ).encode()


def tag(name: str, text: str) -> str:
    return f"<{name}>{shown(text)}</{name}>"


def answer(name: str, content: str, namespace: str = SMS) -> str:
    return f'<n:{name} xmlns:n="{namespace}">{content}</n:{name}>'


def fault(of: Fault, namespace: str) -> str:
    kind = "PolicyException" if of.message_id.startswith("POL") else "ServiceException"
    said = tag("messageId", of.message_id) + tag("text", of.text) + tag("variables", of.code)
    detail = f'<v2:{kind} xmlns:v2="{COMMON}">{said}</v2:{kind}>'
    is_ours = of.message_id == FAILED
    if namespace == SOAP_12:
        code = "soapenv:Receiver" if is_ours else "soapenv:Sender"
        return (
            f"<soapenv:Fault><soapenv:Code><soapenv:Value>{code}</soapenv:Value></soapenv:Code><soapenv:Reason>"
            f'<soapenv:Text xml:lang="en">{shown(of.text)}</soapenv:Text></soapenv:Reason>'
            f"<soapenv:Detail>{detail}</soapenv:Detail></soapenv:Fault>"
        )
    code = "soapenv:Server" if is_ours else "soapenv:Client"
    said = tag("faultcode", code) + tag("faultstring", of.text)
    return f"<soapenv:Fault>{said}<detail>{detail}</detail></soapenv:Fault>"


def delivery(name: str, number: str, state: str) -> str:
    said = tag("Address", _uri(number)) + tag("DeliveryStatus", STATUS.get(state, "DeliveryUncertain"))
    return f"<{name}>{said}</{name}>"


def message(name: str, notice: Notice) -> str:
    """An SMSMessage."""
    return (
        f"<{name}>"
        + tag("Message", notice.text)
        + tag("SmsServiceActivationNumber", f"tel:{notice.access_number}")
        + tag("SenderAddress", _uri(notice.number))
        + tag("MessageFormat", "GB2312")
        + f"</{name}>"
    )


def receipts(identifier: str, notices: Sequence[Notice]) -> str:
    """What became of one request's messages."""
    said = tag("RequestIdentifier", identifier)
    said += "".join(delivery("DeliveryInformation", one.number, one.state) for one in notices)
    return answer("notifySmsDeliveryStatusRequest", said)


def reception(notice: Notice) -> str:
    return answer("notifySmsReceptionRequest", message("Message", notice))


def _uri(number: str) -> str:
    return f"tel:{number.removeprefix('+86')}"

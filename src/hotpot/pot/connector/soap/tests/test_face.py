"""A client made from the WSDL by zeep, over a real socket; and what older ones write by hand."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
import zeep
from django.conf import settings
from zeep.exceptions import Fault
from zeep.wsse.username import UsernameToken

from hotpot.pot.connector.models import Problem
from hotpot.pot.connector.soap.face import PATH, Soap, SoapPushes
from hotpot.pot.connector.soap.wire import SOAP_12, body_of, envelope
from hotpot.pot.connector.soap.xml import read
from hotpot.pot.messaging.actions import receive
from hotpot.pot.messaging.gateway.tests.serving import (
    NOW,
    PASSWORD,
    a_listener,
    open_interface,
    serving,
    until,
)
from hotpot.pot.messaging.gateway.tests.test_http import aside
from hotpot.pot.messaging.models import Interface, Message, Notice
from hotpot.pot.messaging.switch.models import ListedNumber
from hotpot.pot.messaging.wire import Inbound

pytestmark = pytest.mark.django_db(transaction=True)

APP = "P000000000000032"
NUMBER, OTHER = "13800138000", "13900139000"
BY_HAND = (
    '<x:Envelope xmlns:x="http://schemas.xmlsoap.org/soap/envelope/" xmlns:ser="http://www.csapi.org/service"'
    ' xmlns:sms="http://www.csapi.org/schema/sms"><x:Header/><x:Body><ser:sendSms><ser:sendSmsRequest>'
    f"<sms:ApplicationID>{APP}</sms:ApplicationID><sms:DestinationAddresses>tel:{NUMBER}"
    "</sms:DestinationAddresses><sms:ExtendCode>211</sms:ExtendCode><sms:Message>您好</sms:Message>"
    "<sms:MessageFormat>GB2312</sms:MessageFormat><sms:SendMethod>Normal</sms:SendMethod>"
    "<sms:DeliveryResultRequest>false</sms:DeliveryResultRequest></ser:sendSmsRequest></ser:sendSms>"
    "</x:Body></x:Envelope>"
)


def post(url: str, body: bytes) -> tuple[int, bytes]:
    request = Request(url, body, {"content-type": "text/xml"})  # noqa: S310 (our own address)
    try:
        with urlopen(request, timeout=20) as answer:  # noqa: S310
            return answer.status, answer.read()
    except HTTPError as error:
        with error:
            return error.code, error.read()


def _client(url: str, token: object) -> zeep.Client:
    return zeep.Client(url, wsse=token)  # type: ignore[no-untyped-call]


def ended(state: str) -> None:
    Message.objects.filter(direction="out").update(state=state, ended_at=NOW)
    for one in Message.objects.filter(direction="out", wants_receipt=True):
        Notice.objects.create(interface_id=one.interface_id or 0, message_id=one.id, kind="receipt")


def sms(text: str = "您好", *addresses: str, **more: Any) -> dict[str, Any]:
    usual = {
        "ApplicationID": APP,
        "DestinationAddresses": [f"tel:{one}" for one in addresses or (NUMBER,)],
        "ExtendCode": "88",
        "Message": text,
        "MessageFormat": "GB2312",
        "SendMethod": "Normal",
        "DeliveryResultRequest": True,
    }
    return usual | more


async def test_a_client_made_from_the_wsdl(database_url: str) -> None:
    await aside(open_interface, "soap", login=APP, addresses=["127.0.0.1/32"])
    with a_listener() as endpoint:
        async with serving(database_url, settings.SECRET_KEY, faces=[Soap], tellers=[SoapPushes]) as gateway:
            url = f"http://127.0.0.1:{gateway.port}{PATH}"
            client = await asyncio.to_thread(zeep.Client, f"{url}?wsdl")

            async def call(operation: str, **fields: Any) -> Any:
                return await asyncio.to_thread(client.service[operation], **fields)

            first = await call("sendSms", **sms("您好 <&>", NUMBER, OTHER))
            statuses = await call("GetSmsDeliveryStatus", ApplicationID=APP, RequestIdentifier=first)
            assert [(one.Address, one.DeliveryStatus) for one in statuses] == [
                (f"tel:{NUMBER}", "MessageWaiting"),
                (f"tel:{OTHER}", "MessageWaiting"),
            ]
            sent = await aside(lambda: list(Message.objects.order_by("id")))
            assert [(one.number, one.text) for one in sent] == [
                (f"+86{NUMBER}", "您好 <&>"),
                (f"+86{OTHER}", "您好 <&>"),
            ]
            access_number = sent[0].access_number
            reply = Inbound("acme", "1", f"+86{NUMBER}", access_number, "收到", NOW)
            await aside(receive, [reply], now=NOW)
            [got] = await call("GetReceivedSms", ApplicationID=APP)
            assert (got.Message, got.SenderAddress, got.SmsServiceActivationNumber) == (
                "收到",
                f"tel:{NUMBER}",
                f"tel:{access_number}",
            )
            assert not await call("GetReceivedSms", ApplicationID=APP)

            told = [{"CMAbility": "SMSAbility", "WSURI": [endpoint.url]}]
            await call("startNotification", ApplicationId=APP, MessageNotification=told)
            second = await call("sendSms", **sms("again"))
            await aside(ended, "delivered")
            await aside(receive, [Inbound("acme", "2", f"+86{NUMBER}", access_number, "好", NOW)], now=NOW)
            await until(lambda: len(endpoint.heard) >= 2)
            await call("stopNotification", ApplicationId=APP)
            assert (await aside(Interface.objects.get)).settings["endpoint"] == ""
    said = [
        (headers["soapaction"].rpartition("/")[2], body_of(read(body))) for headers, body in endpoint.heard
    ]
    [receipt] = [body for action, body in said if action.startswith("notifySmsDeliveryStatus")]
    assert receipt.said("RequestIdentifier") == second
    information = receipt.first("DeliveryInformation")
    assert information is not None
    assert information.said("DeliveryStatus") == "DeliveryToTerminal"
    [received] = [body for action, body in said if action.startswith("notifySmsReception")]
    inner = received.first("Message")
    assert inner is not None
    assert inner.said("Message") == "好"


async def test_a_refused_address_beside_others_is_impossible_under_their_id(
    database_url: str,
) -> None:
    await aside(ListedNumber.objects.create, kind="opt_out", number=f"+86{OTHER}", since=NOW)
    with a_listener() as endpoint:
        more = {"addresses": ["127.0.0.1/32"], "endpoint": endpoint.url}
        await aside(open_interface, "soap", login=APP, **more)
        async with serving(database_url, settings.SECRET_KEY, faces=[Soap], tellers=[SoapPushes]) as gateway:
            client = await asyncio.to_thread(zeep.Client, f"http://127.0.0.1:{gateway.port}{PATH}?wsdl")

            async def call(operation: str, **fields: Any) -> Any:
                return await asyncio.to_thread(client.service[operation], **fields)

            identifier = await call("sendSms", **sms("x", NUMBER, OTHER))
            status = await call("GetSmsDeliveryStatus", ApplicationID=APP, RequestIdentifier=identifier)
            assert [(one.Address, one.DeliveryStatus) for one in status] == [
                (f"tel:{NUMBER}", "MessageWaiting"),
                (f"tel:{OTHER}", "DeliveryImpossible"),
            ]
            await until(lambda: len(endpoint.heard) == 1)
    [(_headers, body)] = endpoint.heard
    information = body_of(read(body)).first("DeliveryInformation")
    assert information is not None
    assert information.said("Address") == f"tel:{OTHER}"
    assert information.said("DeliveryStatus") == "DeliveryImpossible"


async def test_the_life_of_an_application(database_url: str) -> None:
    await aside(open_interface, "soap", login=APP)
    async with serving(database_url, settings.SECRET_KEY, faces=[Soap]) as gateway:
        url = f"http://127.0.0.1:{gateway.port}{PATH}"
        token = UsernameToken(APP, PASSWORD)  # type: ignore[no-untyped-call]
        client = await asyncio.to_thread(_client, f"{url}?wsdl", token)

        async def call(operation: str, **more: Any) -> Any:
            return await asyncio.to_thread(lambda: client.service[operation](Apid=APP, **more))

        hook = "https://oa.example/services/ap"
        assert await call("APRegistration", APPid=1, HostIP="10.0.0.1", APWSURI=hook) == "Success"
        assert await call("APStatusRep", APStatus="Normal") == "Success"
        assert await call("PauseAP") == "Success"
        assert (await aside(Interface.objects.get)).settings == {"endpoint": hook, "paused": True}
        assert await call("RecoveryAP") == "Success"
        assert await call("APLogOut") == "Success"
        assert (await aside(Interface.objects.get)).settings == {"endpoint": "", "paused": False}


async def test_what_is_wrong_comes_back_as_its_faults(database_url: str) -> None:
    await aside(open_interface, "soap", login=APP, addresses=["127.0.0.1/32"])
    await aside(open_interface, "soap", login="open", access_number="1065713")
    async with serving(database_url, settings.SECRET_KEY, faces=[Soap]) as gateway:
        url = f"http://127.0.0.1:{gateway.port}{PATH}"
        client = await asyncio.to_thread(zeep.Client, f"{url}?wsdl")

        async def fault(send: Callable[..., Any], **fields: Any) -> str:
            with pytest.raises(Fault) as raised:
                await asyncio.to_thread(lambda: send(**fields))
            [said] = list(raised.value.detail)
            return str(said.findtext("messageId"))

        send = client.service.sendSms
        assert await fault(send, **sms("x", "12")) == "SVC0004"
        assert await fault(send, **sms("x", "abc")) == "SVC0004"
        assert await fault(send, **sms("x", ExtendCode="1a")) == "SVC0002"
        assert await fault(send, **sms(" ")) == "SVC0002"
        assert await fault(send, **sms("x", ApplicationID="other")) == "POL0001"
        assert (
            await fault(send, **sms("x", ApplicationID="open")) == "POL0001"
        )  # neither address nor password
        ask = client.service.GetSmsDeliveryStatus
        assert await fault(ask, ApplicationID=APP, RequestIdentifier="9" * 26) == "SVC0002"

        status, said = await asyncio.to_thread(post, url, BY_HAND.encode())
        assert (status, body_of(read(said)).name) == (200, "sendSmsResponse")
        status, said = await asyncio.to_thread(post, url, b"<!DOCTYPE a><a/>")
        assert (status, b"document type" in said) == (500, True)
        unknown = envelope('<sendMmsRequest xmlns="x"/>', SOAP_12)
        status, said = await asyncio.to_thread(post, url, unknown)
        whole = read(said)
        assert (status, whole.namespace, body_of(whole).name) == (500, SOAP_12, "Fault")
    codes = await aside(lambda: set(Problem.objects.values_list("code", flat=True)))
    assert codes == {"SVC0004", "SVC0002", "bad_content"}

"""What clients write, read in whatever clothes it comes."""

from __future__ import annotations

import base64
import contextlib
import json
from datetime import UTC, datetime
from urllib.parse import quote, urlencode

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotpot.pot.connector.cloud.tests.client import SMSClient, packed
from hotpot.pot.connector.cloud.wire import CODES, Bad, Call, read, reply, report
from hotpot.pot.messaging.wire import Interface, Notice, Refusal

CLIENT = SMSClient("", "cs1124", "CScs1129*", sign="odeNKvvuy")
INTERFACE = Interface(1, 2, "OA", "cloud", "cs1124", "1065712", running=True)
NUMBER = "13800138000"
AT = datetime(2026, 10, 15, 2, 0, tzinfo=UTC)


def call(**changed: str) -> Call:
    return read(packed(CLIENT.fields(NUMBER, "你好，移动。") | changed))


def test_every_form_that_clients_send_says_the_same() -> None:
    fields = CLIENT.fields(NUMBER, "你好，移动。 100% +/=")
    plain = json.dumps(fields).encode()
    base = packed(fields)
    forms = (
        base,
        base64.encodebytes(plain),  # with line ends
        json.dumps(base.decode()).encode(),  # a JSON string
        quote(base.decode()).encode(),
        plain,
        urlencode(fields).encode(),
    )
    for form in forms:
        read_call = read(form)
        assert read_call == msgspec.convert(fields, Call), form
        assert read_call.fits_mac(template=False)


@given(st.binary(max_size=300))
def test_no_body_breaks_the_reader(body: bytes) -> None:
    with contextlib.suppress(Bad):
        assert not read(body).fits_mac(template=True)


def test_a_mac_fits_its_own_fields_only() -> None:
    assert call().fits_mac(template=False)
    assert not call(content="你好，联通。").fits_mac(template=False)
    assert not call(mac="").fits_mac(template=False)
    assert not call(mac="é").fits_mac(template=False)
    template = read(packed(CLIENT.template_fields(NUMBER, "T1", '["a"]')))
    assert template.fits_mac(template=True)
    assert not template.fits_mac(template=False)


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"mobiles": ""}, "InvalidMobile"),
        ({"mobiles": "13800138000,12"}, "InvalidMobile"),
        ({"mobiles": ",".join(f"138{n:08}" for n in range(5001))}, "TooManyMobiles"),
        ({"content": " "}, "InvalidMessage"),
        ({"addSerial": "12a"}, "InvalidMessage"),
        ({"addSerial": "1" * 21}, "InvalidMessage"),
    ],
    ids=str,
)
def test_what_cannot_be_sent_has_its_code(changed: dict[str, str], code: str) -> None:
    with pytest.raises(Bad) as bad:
        call(**changed).given(INTERFACE, "g", template=False)
    assert bad.value.code == code


def test_a_serial_is_what_follows_the_access_number_or_all_of_it() -> None:
    for serial in ("88", "106571288"):
        [one] = call(addSerial=serial).given(INTERFACE, "g", template=False)
        assert (one.extension, one.client_ref, one.signature) == ("88", "g", "odeNKvvuy")


def test_templates_have_params_in_a_string() -> None:
    for params, wanted in (('["a","b"]', ("a", "b")), ('[""]', ()), ("", ())):
        fields = CLIENT.template_fields(f"{NUMBER},{NUMBER}", "T1", params)
        [one] = read(packed(fields)).given(INTERFACE, "g", template=True)
        assert (one.template, one.params, one.text) == ("T1", wanted, "")
    with pytest.raises(Bad):
        read(packed(CLIENT.template_fields(NUMBER, "T1", "{}"))).given(INTERFACE, "g", template=True)


def test_every_refusal_has_one_of_their_codes() -> None:
    assert set(CODES) <= set(Refusal)
    assert CODES[Refusal.TOO_OFTEN] == "InvalidMobile"


def notice(kind: str = "receipt", state: str = "delivered", error: str = "", text: str = "") -> Notice:
    return Notice(
        id=1,
        kind=kind,
        message_id=2,
        client_ref="g7",
        number=f"+86{NUMBER}",
        access_number="106571288",
        state=state,
        error=error,
        text=text,
        submitted_at=AT,
        at=AT,
    )


def test_pushes_are_in_their_shape() -> None:
    assert json.loads(msgspec.json.encode(report(notice()))) == {
        "reportStatus": "DELIVRD",
        "mobile": NUMBER,
        "submitDate": "20261015100000",
        "receiveDate": "20261015100000",
        "errorCode": "",
        "msgGroup": "g7",
    }
    failed = report(notice(state="failed", error="MK:0001"))
    assert (failed.report_status, failed.error_code) == ("MK:0001", "MK:0001")
    assert report(notice(state="failed", error="the phone is off")).report_status == "UNDELIV"
    assert report(notice(state="expired")).report_status == "EXPIRED"
    assert json.loads(msgspec.json.encode(reply(notice(kind="reply", text="收到")))) == {
        "mobile": NUMBER,
        "smsContent": "收到",
        "sendTime": "20261015100000",
        "addSerial": "106571288",
    }

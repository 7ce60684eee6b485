"""What goes to push services, against the RFC's own example and a library that isn't ours."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import http_ece
import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st

from hotpot.kernel.reach import EVERYWHERE
from hotpot.pot.messaging.gateway.outward import OUTSIDE_ONLY, Outward
from hotpot.pot.notification.push import (
    CURVE,
    RECORD_BYTES,
    BadKeys,
    Push,
    Signature,
    b64,
    encrypted,
    point_of,
    secret_of,
    unb64,
)
from hotpot.pot.notification.tests.standins import PushService, StandInBrowser, push_service, vapid_claims
from hotpot.pot.notification.wire import Browser, Due, Tried, Way

NOW = datetime(2026, 10, 15, 1, 0, tzinfo=UTC)
TOKEN = "0b0e1f9e-6c59-4c0f-9d62-6a0f7f7c3f11"


def key_of(number: str) -> ec.EllipticCurvePrivateKey:
    return ec.derive_private_key(int.from_bytes(unb64(number)), CURVE)


def due(*browsers: Browser, **changed: object) -> Due:
    one = Due(
        1, TOKEN, Way.PUSH, "Approvals", "12 CNY", "https://pot.example/", "en",
        NOW + timedelta(hours=48), browsers, "", 7, None, (),
    )  # fmt: skip
    return replace(one, **changed)  # type: ignore[arg-type]


def test_the_example_of_rfc_8291() -> None:
    """Its section 5, with the keys and the salt of its appendix A."""
    browser = Browser(
        1,
        "https://push.example.net/push/JzLQ3raZJfFBR0aqvOMsLrt54w4rJUsV",
        "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
        "BTBZMqHH6r4Tts7J_aSIgg",
    )
    body = encrypted(
        b"When I grow up, I want to be a watermelon",
        browser,
        key=key_of("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"),
        salt=unb64("DGv6ra1nlYgDCS1FRnbzlw"),
    )
    assert b64(body) == (
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27ml"
        "mlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPT"
        "pK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
    )


@given(payload=st.binary(max_size=2_000))
def test_another_library_opens_what_we_close(payload: bytes) -> None:
    browser = StandInBrowser()
    body = encrypted(payload, Browser(1, "", browser.p256dh, b64(browser.auth)))
    opened = http_ece.decrypt(body, private_key=browser.key, auth_secret=browser.auth, version="aes128gcm")
    assert opened == payload


def test_the_longest_notice_fits_one_record() -> None:
    push = Push(Signature(ec.generate_private_key(CURVE), "mailto:ops@pot.example"), OUTSIDE_ONLY)
    for sign in ("x", "\x01", '"', "字", "🍲"):
        payload = json.dumps(push.payload(due(title=sign * 500, text=sign * 5_000)), ensure_ascii=False)
        browser = StandInBrowser()
        body = encrypted(payload.encode(), Browser(1, "", browser.p256dh, b64(browser.auth)))
        assert len(body) <= RECORD_BYTES


@pytest.mark.parametrize("text", ["", "AAAA", "not base64!", "B" + "A" * 86])
def test_keys_that_are_none_are_refused(text: str) -> None:
    with pytest.raises(BadKeys):
        point_of(text)
    with pytest.raises(BadKeys):
        secret_of(text)


def test_a_signature_is_for_one_service_and_for_half_a_day() -> None:
    signature = Signature(ec.generate_private_key(CURVE), "mailto:ops@pot.example")
    first = signature.header("https://push.example:8443/one", NOW)
    assert vapid_claims(first)["aud"] == "https://push.example:8443"
    assert signature.header("https://push.example:8443/two", NOW + timedelta(hours=10)) == first
    assert signature.header("https://push.example:8443/two", NOW + timedelta(hours=11, minutes=1)) != first
    assert vapid_claims(signature.header("https://other.example/one", NOW))["aud"] == "https://other.example"
    forged = first.replace(f"k={signature.public_key}", f"k={StandInBrowser().p256dh}")
    with pytest.raises(InvalidSignature):
        vapid_claims(forged)


def sent(*answers: tuple[int, dict[str, str]], browsers: int = 1, outward: Outward | None = None) -> Tried:
    """What comes of one notice to so many browsers, whose service gives these answers in turn."""

    async def send() -> Tried:
        async with push_service() as service:
            service.answers = list(answers)
            push = Push(
                Signature(ec.generate_private_key(CURVE), "mailto:ops@pot.example"),
                outward or Outward(EVERYWHERE),
            )
            return await push.tell(due(*(browser_at(service, id) for id in range(1, browsers + 1))), NOW)

    return asyncio.run(send())


def browser_at(service: PushService, id: int) -> Browser:
    browser = StandInBrowser()
    return Browser(id, f"{service.origin}{browser.path}", browser.p256dh, b64(browser.auth))


def test_what_a_service_answers_decides_what_is_tried_again() -> None:
    assert sent((201, {})) == Tried(used=(1,))
    assert sent((404, {})) == Tried("the push service answered 404", gone=(1,))
    assert sent((410, {}), (201, {}), browsers=2) == Tried(used=(2,), gone=(1,))
    assert sent((413, {})) == Tried("the push service answered 413")
    assert sent((429, {"Retry-After": "90"})) == Tried("the push service answered 429", later=True, wait_s=90)
    assert sent((503, {"Retry-After": "Fri, 31 Dec 2999 23:59:59 GMT"})).wait_s == 0
    assert sent((301, {"Location": "http://127.0.0.1/"})) == Tried("the push service answered 301")


def test_an_endpoint_that_leads_inside_is_forgotten() -> None:
    came = sent(outward=OUTSIDE_ONLY)
    assert came.gone == (1,)
    assert "private network" in came.error


def test_an_endpoint_whose_name_nobody_can_look_up_spoils_no_other() -> None:
    async def send() -> Tried:
        async with push_service() as service:
            right = browser_at(service, 1)
            wrong = replace(right, id=2, endpoint=f"https://{'a' * 64}.example/push")
            signature = Signature(ec.generate_private_key(CURVE), "mailto:ops@pot.example")
            return await Push(signature, Outward(EVERYWHERE)).tell(due(wrong, right), NOW)

    assert asyncio.run(send()) == Tried(used=(1,), gone=(2,))


def test_a_service_that_is_away_is_tried_again() -> None:
    async def send() -> Tried:
        async with push_service() as service:
            browser = browser_at(service, 1)
        signature = Signature(ec.generate_private_key(CURVE), "mailto:ops@pot.example")
        return await Push(signature, Outward(EVERYWHERE)).tell(due(browser), NOW)

    came = asyncio.run(send())
    assert came.later
    assert came.gone == ()

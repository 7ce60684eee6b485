"""What a request may look like, and that one bad event costs no other."""

from __future__ import annotations

import gzip
import json

import pytest

from hotpot.pot.metering import bodies
from hotpot.pot.metering.bodies import Body, Unreadable
from hotpot.pot.metering.tests.samples import event


def read(kind: str, body: bytes, **headers: str) -> Body:
    return bodies.read(kind, headers.pop("encoding", ""), headers, body)


def batch(*events: object) -> bytes:
    return json.dumps(events).encode()


def test_every_form_gives_the_same_event() -> None:
    sent = event(data={"ms": 5})
    attributes = {f"ce-{name}": value for name, value in sent.items() if name != "data"}
    found = [
        read(bodies.SINGLE, json.dumps(sent).encode()),
        read(f"{bodies.BATCH}; charset=utf-8", batch(sent)),
        read("application/x-ndjson", json.dumps(sent).encode() + b"\n"),
        read(bodies.BATCH, gzip.compress(batch(sent)), encoding="gzip"),
        bodies.read("application/json", "", attributes, b'{"ms":5}'),
    ]
    assert [[(one.id, one.subject, one.time) for one in body.events] for body in found] == [
        [("1", sent["subject"], sent["time"])]
    ] * 5
    assert [json.loads(bytes(body.events[0].data)) for body in found] == [{"ms": 5}] * 5  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "bad", [event(id=None), event(id=""), event(specversion="0.3"), event(subject=5), 7, "x", []]
)
def test_a_bad_event_is_refused_by_itself_with_its_place(bad: object) -> None:
    found = read(bodies.BATCH, batch(event("1"), bad, event("3")))
    assert [one.id for one in found.events] == ["1", "3"]
    assert list(found.positions) == [0, 2]
    [refused] = found.refused
    assert (refused.position, refused.code) == (1, "malformed")


def test_a_bad_line_is_refused_by_itself() -> None:
    text = b"\n".join([batch(event())[1:-1], b"{not json", batch(event("2"))[1:-1]])
    found = read("application/x-ndjson", text)
    assert ([one.id for one in found.events], [one.position for one in found.refused]) == (["1", "2"], [1])


def test_extensions_are_read_over() -> None:
    assert read(bodies.BATCH, batch(event(datacontenttype="application/json", traceparent="x"))).events


@pytest.mark.parametrize(
    ("kind", "encoding", "body", "status"),
    [
        ("text/plain", "", b"[]", 415),
        ("", "", b"[]", 415),
        (bodies.BATCH, "br", b"[]", 415),
        (bodies.BATCH, "gzip", b"[]", 400),
        (bodies.BATCH, "gzip", gzip.compress(b"[1,2,3]", mtime=0)[:-3], 400),
        (bodies.BATCH, "", b"{}", 400),
        (bodies.BATCH, "", b"[{}", 400),
        (bodies.BATCH, "", b"\xff", 400),
        (bodies.BATCH, "", b"[" + b"1," * bodies.EVENTS_MAX + b"1]", 413),
    ],
)
def test_a_body_that_cannot_be_read_is_refused_whole(
    kind: str, encoding: str, body: bytes, status: int
) -> None:
    with pytest.raises(Unreadable) as refused:
        bodies.read(kind, encoding, {}, body)
    assert refused.value.status == status


def test_a_bomb_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "TEXT_BYTES_MAX", 1000)
    with pytest.raises(Unreadable) as refused:
        read(bodies.BATCH, gzip.compress(b" " * 100_000), encoding="gzip")
    assert refused.value.status == 413

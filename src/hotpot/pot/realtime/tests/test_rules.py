from __future__ import annotations

import json

import pytest

from hotpot.pot.realtime.rules import heard, topics_of


@pytest.mark.parametrize(
    ("event_type", "topics"),
    [
        ("task.opened", {"tasks", "record"}),
        ("message.replied", {"messages", "record"}),
        ("bill.issued", {"books", "record"}),
        ("connector.broken", {"connectors", "record"}),
        ("seat.assigned", {"seats", "record"}),
        ("party.certified", {"record"}),
    ],
)
def test_topics_follow_the_first_word(event_type: str, topics: set[str]) -> None:
    assert topics_of(event_type) == topics


def test_an_event_may_concern_nobody() -> None:
    event = heard(json.dumps({"type": "close.ended", "parties": "", "persons": ""}).encode())
    assert event.party_ids == event.person_ids == frozenset()


def test_an_app_s_event_names_its_own_topic() -> None:
    body = {"type": "approvals.request.sent", "parties": "1", "persons": "2", "data": {"topic": "tasks"}}
    assert heard(json.dumps(body).encode()).topics == {"record", "tasks"}

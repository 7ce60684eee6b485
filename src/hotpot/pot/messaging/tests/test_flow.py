"""Throttles, pauses and heartbeats, on a clock of numbers."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from hotpot.pot.messaging.flow import BackOff, Heartbeat, Throttle


@given(rate=st.integers(1, 1000), asked=st.lists(st.floats(0, 0.2), max_size=200))
def test_never_more_than_agreed_in_a_second(rate: int, asked: list[float]) -> None:
    throttle, now, sent = Throttle(rate), 0.0, []
    for pause in asked:
        now += pause
        now += throttle.wait_s(now)
        throttle.took(now)
        sent.append(now)
    for first in range(len(sent)):
        assert sum(sent[first] <= moment < sent[first] + 0.999 for moment in sent) <= rate


def test_no_limit_is_no_wait() -> None:
    throttle = Throttle(0)
    throttle.took(1.0)
    assert throttle.wait_s(1.0) == 0


def test_pauses_grow_while_the_other_end_is_not_content() -> None:
    throttle, now, pauses = Throttle(0), 0.0, []
    for _ in range(7):
        throttle.too_fast(now)
        throttle.too_fast(now)  # The rest of the window says the same.
        pauses.append(throttle.wait_s(now))
        now += pauses[-1]
    assert pauses == [0.25, 0.5, 1, 2, 4, 8, 8]
    throttle.accepted()
    throttle.too_fast(now)
    assert throttle.wait_s(now) == 0.25


def test_tries_to_connect_come_ever_more_slowly_and_not_together() -> None:
    back_off = BackOff(chance=random.Random(1))
    pauses = [back_off.failed() for _ in range(10)]
    for place, pause in enumerate(pauses):
        whole = min(0.5 * 2**place, 30)
        assert whole / 2 <= pause <= whole
    back_off.succeeded()
    assert back_off.failed() <= 0.5
    assert BackOff(chance=random.Random(2)).failed() != BackOff(chance=random.Random(3)).failed()


def test_a_heartbeat_is_due_after_silence_only() -> None:
    heartbeat = Heartbeat(every_s=10, misses_max=2, heard_at=0.0)
    assert not heartbeat.is_due(9.9)
    assert heartbeat.is_due(10)
    heartbeat.asked(10)
    assert not heartbeat.is_due(15)
    heartbeat.asked(20)
    assert not heartbeat.is_lost(29)
    assert heartbeat.is_lost(30)
    heartbeat.heard(29)
    assert not heartbeat.is_lost(100)

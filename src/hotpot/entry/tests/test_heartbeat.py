from __future__ import annotations

from hotpot.entry.heartbeat import together


def test_a_process_of_two_loops_beats_only_while_both_do() -> None:
    beats: list[int] = []
    one, other = together(lambda: beats.append(1), 2)
    one()
    one()
    assert beats == []
    other()
    assert len(beats) == 1
    other()
    other()
    assert len(beats) == 1
    one()
    assert len(beats) == 2

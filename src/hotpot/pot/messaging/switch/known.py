"""What was loaded once stays known until it changes: by a token that each change replaces.

A token is random, so that two contents never share one: not across databases, not after a rollback. Look-ups
bring the tokens of today along; nothing is ever stale, and nobody has to listen.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from hotpot.pot.events.steps import Steps

T = TypeVar("T")

_kept: dict[str, tuple[str, Any]] = {}


def known(topic: str, tokens: Sequence[str] | None, load: Callable[[], Steps[T]]) -> Steps[T]:
    """What `load` gave at the topic's token, one of `tokens` ("topic:token"); loaded where it is new."""
    token = next((one for one in tokens or () if one.startswith(f"{topic}:")), None)
    kept = _kept.get(topic)
    if kept is not None and kept[0] == token:
        found: T = kept[1]
        return found
    fresh = yield from load()
    if token is not None:
        _kept[topic] = (token, fresh)
    return fresh

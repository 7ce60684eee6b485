"""How messages that ended are named to enterprises: the states of receipts. Pure."""

from __future__ import annotations

from hotpot.pot.messaging.talk import DELIVERED


def stat_of(state: str, error: str) -> tuple[str, str]:
    """Of a message that is over: its state and error as receipts have them."""
    if state == "delivered":
        return DELIVERED, ""
    return ("EXPIRED", "") if state == "expired" else _failed(error)


def _failed(error: str) -> tuple[str, str]:
    """Of "UNDELIV 21", as carriers' receipts have it; what isn't theirs is told as undeliverable."""
    words = error.split()
    if words and len(words[0]) <= 7 and words[0].isalnum() and words[0].isupper():
        return words[0], words[1] if len(words) > 1 else ""
    return "UNDELIV", ""

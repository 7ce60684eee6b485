"""Messaging's decisions. Pure."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from hotpot.kernel.errors import Invalid

ACCESS_NUMBER = "10690000"  # from which the platform's own messages come
NO_TAIL_LEFT = "10,000 questions to this number are open; answer or withdraw some first"
CANNOT_BE_CARRIED = "this message could not be carried; the log of the gateway says why"
UNHEARD: Mapping[str, str] = {
    "en": "We have no open question for you, so nothing was done. See what waits for you: {url}",
    "zh-hans": "目前没有等您回复的事项，您的短信未作处理。请打开 {url} 查看待办。",
}
BACK_OFF_FIRST = timedelta(seconds=5)
BACK_OFF_MAX = timedelta(minutes=10)

INTERFACE_KINDS = ("http", "cmpp", "sgip", "smgp", "smpp", "cloud", "soap", "smtp", "drop", "tables")
_ACCESS_NUMBER = re.compile(r"[0-9]{3,20}")

_PLACE = re.compile(r"\{(\w+)\}")


def due_again(attempt: int, now: datetime) -> datetime:
    """When the next try is due after `attempt` tries: 5 s, 10 s, 20 s ... 10 minutes."""
    doublings = min(attempt - 1, 16)
    return now + min(BACK_OFF_FIRST * (1 << doublings), BACK_OFF_MAX)


def owners(pairs: Iterable[tuple[int, int, str]]) -> dict[int, list[str]]:
    """Which receipts are which messages', where only number and time tell: a message's id and its receipts.

    `pairs`: id, parts, and a reference that may be its. Oldest first, as carriers take in turn. A
    message whose receipts aren't all there gets none.
    """
    parts: dict[int, int] = {}
    refs: dict[int, list[str]] = defaultdict(list)
    for message_id, count, ref in pairs:
        parts[message_id] = count
        refs[message_id].append(ref)
    taken: set[str] = set()
    found: dict[int, list[str]] = {}
    for message_id, count in parts.items():
        free = [ref for ref in refs[message_id] if ref not in taken][:count]
        if len(free) == count:
            found[message_id] = free
            taken.update(free)
    return found


def unheard(number: str, language: str, home_url: str) -> str:
    """What the platform answers to a message that is for nobody. `language` is empty where it isn't known."""
    guess = "zh-hans" if number.startswith("+86") else "en"
    return render(UNHEARD, language or guess, {"url": home_url})


def render(template: Mapping[str, str], language: str, values: Mapping[str, str]) -> str:
    """A template (language -> text) in that language with its {places} filled.

    Falls back to English, then to whatever there is. Raises Invalid where a place has no value.
    """
    if not template:
        raise Invalid("This message has no text in any language. Register its template first.")
    text = template.get(language) or template.get("en") or next(iter(template.values()))
    missing = {name for name in _PLACE.findall(text) if name not in values}
    if missing:
        raise Invalid(f"This message needs values for: {', '.join(sorted(missing))}.")
    return _PLACE.sub(lambda place: str(values[place[1]]), text)


def check_interface(kind: str, login: str, password: str, access_number: str, platform_number: str) -> None:
    """Raises Invalid where such an interface can't be. What follows the platform's own number are tails."""
    if kind not in INTERFACE_KINDS:
        raise Invalid(
            f"There is no interface of the kind {kind!r}; choose one of: {', '.join(INTERFACE_KINDS)}."
        )
    if not login or not password:
        raise Invalid("An interface needs a login and a password.")
    if not _ACCESS_NUMBER.fullmatch(access_number):
        raise Invalid("An access number has 3 to 20 digits.")
    if access_number.startswith(platform_number) or platform_number.startswith(access_number):
        raise Invalid(f"{platform_number} is the platform's own access number. Choose another one.")

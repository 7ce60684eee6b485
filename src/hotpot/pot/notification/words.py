"""What the room itself says, in people's languages; the engine has no other catalogue. What went wrong is
kept in English and shown through `pages`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hotpot.pot.messaging.rules import render

PIECES_IN_TEXT_MAX = 5
PIECE_CHARACTERS_MAX = 60

# Why a way, or all of them, failed.
TOO_LATE = "its time was over"
NOT_SHOWN = "the phone did not show it"
NO_BROWSER = "no browser takes pushes any more"
NO_ADDRESS = "there is no mail address, or no mail server"
CAME_BACK = "the mail came back"

Words = Mapping[str, str]

DIGEST: Words = {"en": "{count} notices for you:", "zh-hans": "您有{count}条通知："}
MORE: Words = {"en": "and {count} more", "zh-hans": "另有{count}条"}
READ: Words = {"en": "Read them: {link}", "zh-hans": "查看全部：{link}"}
OPEN: Words = {"en": "Open", "zh-hans": "打开"}
ANSWER: Words = {
    "en": "Open the link, or answer this mail: your first line counts.",
    "zh-hans": "请打开链接处理，或直接回复本邮件，以第一行为准。",
}
WHY: Words = {
    "en": "You get this mail because you chose mail for these notices.",
    "zh-hans": "您在通知设置中选择了邮件，因此收到本邮件。",
}
STOP: Words = {"en": "No more mails of this kind", "zh-hans": "不再接收此类邮件"}


@dataclass(frozen=True, slots=True)
class Said:
    """A notice as a digest tells it: the app's name, and what it said."""

    title: str
    text: str

    @property
    def on_a_line(self) -> str:
        text = shortened(self.text)
        return f"{self.title}: {text}" if self.title else text


def say(words: Words, language: str, **values: str) -> str:
    return render(words, language, values)


def digest(language: str, pieces: Sequence[Said]) -> str:
    """One line a notice, the first of them only, each shortened."""
    first = pieces[:PIECES_IN_TEXT_MAX]
    lines = [say(DIGEST, language, count=str(len(pieces))), *(f"· {one.on_a_line}" for one in first)]
    if len(pieces) > PIECES_IN_TEXT_MAX:
        lines.append(say(MORE, language, count=str(len(pieces) - PIECES_IN_TEXT_MAX)))
    return "\n".join(lines)


def with_link(language: str, text: str, link: str) -> str:
    return f"{text}\n{say(READ, language, link=link)}"


def given_up(status: str, reason: str) -> str:
    """Servers mostly say the status once more."""
    said = shortened(reason, 200)
    return said if status in said else f"{status} {said}".strip()


def shortened(text: str, characters_max: int = PIECE_CHARACTERS_MAX) -> str:
    """On one line."""
    line = " ".join(text.split())
    return line if len(line) <= characters_max else line[: characters_max - 1].rstrip() + "…"

"""What an answer by message means, and who may look at a task. Pure."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from hotpot.sdk.platform import Task, Verdict
from hotpot.sdk.text import amount, shortened

COMMENT_LENGTH_MAX = 500
TITLE_LENGTH_MAX = 60  # in a message

CODES: dict[str, Verdict] = {"1": "approved", "2": "rejected"}
WORDS: dict[str, Verdict] = {
    "agree": "approved", "agreed": "approved", "approve": "approved", "approved": "approved",
    "yes": "approved",
    "reject": "rejected", "rejected": "rejected", "refuse": "rejected", "refused": "rejected",
    "disagree": "rejected", "no": "rejected",
}  # fmt: skip
WORDS_ZH: dict[str, Verdict] = {
    "同意": "approved", "批准": "approved", "通过": "approved",
    "拒绝": "rejected", "驳回": "rejected", "不同意": "rejected", "不批准": "rejected", "不通过": "rejected",
}  # fmt: skip
# "no problem" is no refusal: these two must stand alone, or before a comma or a new line.
_ALONE = ("yes", "no")

_HEAD = re.compile(
    "(?P<code>[12])(?![0-9])|(?P<word>" + "|".join(WORDS) + r")(?!\w)|(?P<zh>"
    + "|".join(sorted(WORDS_ZH, key=len, reverse=True)) + ")"
)  # fmt: skip
# Questions and figures that begin like an answer: "1 or 2?", "1/2", "1.5", "同意吗", "同意不同意".
_DOUBT = re.compile(r"\s*(\?|/|or\b|还是|或|吗|么|不|与否|[.,:-][0-9])")
_OPENING = " \t\r\n\"'“”‘’「」()[]<>*#.,:;、。"
_BETWEEN = " \t\r\n.,:;!-、。"
_BREAK = re.compile(r"[.,:;!、。\n\r-]|\Z")


@dataclass(frozen=True, slots=True)
class Said:
    verdict: Verdict
    comment: str = ""


def read(text: str) -> Said | None:
    """What a person meant: a code or a word of consent or refusal, then a comment. None: it is unclear.

    An unclear answer is asked for again, never guessed at: a wrong guess spends somebody's money.
    """
    plain = unicodedata.normalize("NFKC", text).lstrip(_OPENING)
    head = _HEAD.match(plain.casefold())
    if head is None:
        return None
    rest = plain[head.end() :]
    verdict = _verdict(head)
    if _DOUBT.match(rest.casefold()) or (head["word"] in _ALONE and not _BREAK.match(rest.lstrip(" \t"))):
        return None
    comment = rest.lstrip(_BETWEEN).rstrip()
    echo = _as_word(comment)
    if echo is not None and head["code"]:
        return Said(verdict) if echo == verdict else None  # "1 agree" says it twice, "1 reject" says nothing
    return Said(verdict, comment[:COMMENT_LENGTH_MAX])


def _verdict(head: re.Match[str]) -> Verdict:
    if head["code"]:
        return CODES[head["code"]]
    return WORDS[head["word"]] if head["word"] else WORDS_ZH[head["zh"]]


def _as_word(comment: str) -> Verdict | None:
    word = comment.strip(_BETWEEN).casefold()
    return WORDS.get(word) or WORDS_ZH.get(word)


def reference(task_id: int) -> str:
    return f"task/{task_id}"


def task_of(ask: str | None) -> int | None:
    """The task that a question was about."""
    name, _, id = (ask or "").partition("/")
    return int(id) if name == "task" and id.isascii() and id.isdecimal() else None


def described(task: Task, language: str) -> str:
    """One line for a message: who asks for what, and how much."""
    colon = "：" if language.startswith("zh") else ": "
    title = shortened(task.title, TITLE_LENGTH_MAX)
    what = f"{title} {amount(task.amount_minor, task.currency)}".strip()
    return f"{task.applicant}{colon}{what}" if task.applicant else what


def may_see(task: Task, person_id: int) -> bool:
    """Whoever has it, had it, or decided it."""
    people = {one.person_id for one in task.assignees} | {one.by.person_id for one in task.transfers}
    if task.decision:
        people.add(task.decision.by.person_id)
    return person_id in people


def may_decide(task: Task, person_id: int) -> bool:
    return task.state == "open" and any(one.person_id == person_id for one in task.assignees)

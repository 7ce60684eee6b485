"""Approvals by message: questions out, answers in. Everything in lists, for thousands pass per minute."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta

from hotpot.apps.approvals.app import app
from hotpot.apps.approvals.requests import hearing
from hotpot.apps.approvals.requests.telling import signer_of
from hotpot.apps.approvals.rules import Said, described, read, reference, task_of
from hotpot.sdk.platform import (
    DecisionResult,
    Member,
    NewDecision,
    NewMessage,
    PlatformEvent,
    Pot,
    Reply,
    Task,
)
from hotpot.sdk.text import clock_time

FUNCTION = "messages"
SECONDS_PER_HOUR = 3600
LINK_VALID_FOR = timedelta(days=7)


@app.on("task.opened")
def ask(pot: Pot, events: Sequence[PlatformEvent]) -> None:
    """Each assignee with a seat is asked; whose answer comes first decides."""
    tasks = [task for task in _tasks(pot, events) if task.state == "open"]
    allowed = _allowed(pot, (member for task in tasks for member in task.assignees))
    pot.messages.send(
        [
            NewMessage(
                f"ask/{task.id}/{member.person_id}",
                member,
                "ask",
                _values(task, member),
                reference(task.id),
                link=_link_to(pot, task, member),
                linked="ask_linked",
            )
            for task in tasks
            for member in task.assignees
            if member.number in allowed
        ]
    )


@app.on("task.transferred")
def ask_next(pot: Pot, events: Sequence[PlatformEvent]) -> None:
    """The colleague who has it now is asked. The one before learns by an answer if he answers still."""
    questions = [
        (task, len(task.transfers), task.transfers[-1])
        for task in _tasks(pot, events)
        if task.state == "open" and task.transfers
    ]
    allowed = _allowed(pot, (transfer.to for _, _, transfer in questions))
    pot.messages.send(
        [
            NewMessage(
                f"ask/{task.id}/{transfer.to.person_id}/{turn}",
                transfer.to,
                "ask_handed_over",
                {**_values(task, transfer.to), "name": transfer.by.name},
                reference(task.id),
                link=_link_to(pot, task, transfer.to),
                linked="ask_handed_over_linked",
            )
            for task, turn, transfer in questions
            if transfer.to.number in allowed
        ]
    )


@app.on("message.replied")
def hear(pot: Pot, events: Sequence[PlatformEvent]) -> None:
    """Answers become decisions; every answer is answered, once."""
    everything = pot.messages.replies(events)
    hearing.hear(pot, [one for one in everything if signer_of(one.ask)])
    replies = [one for one in everything if not signer_of(one.ask)]
    allowed = _allowed(pot, (reply.by for reply in replies))
    understood = [
        (reply, decision)
        for reply in replies
        if reply.by.number in allowed and (decision := _decision(reply)) is not None
    ]
    results = pot.tasks.decide([decision for _, decision in understood])
    answers = [_outcome(reply, result) for (reply, _), result in zip(understood, results, strict=True)]
    heard = {reply.message_id for reply, _ in understood}
    answers += _not_understood(pot, [one for one in replies if one.message_id not in heard], allowed)
    pot.messages.send(answers)


@app.on("task.decided", "task.withdrawn")
def close(pot: Pot, events: Sequence[PlatformEvent]) -> None:
    """Nobody needs to answer any more, and those who were asked besides the one who decided are told."""
    tasks = _tasks(pot, events)
    pot.messages.close_asks([reference(task.id) for task in tasks])
    others = [(task, member) for task in tasks for member in task.assignees if not _decided(task, member)]
    allowed = _allowed(pot, (member for _, member in others))
    pot.messages.send([_nothing_left(task, member) for task, member in others if member.number in allowed])


@app.on("task.write_back_refused")
def tell_refused(pot: Pot, events: Sequence[PlatformEvent]) -> None:
    """Who decided believes it done: the office system's own word counts, so the person has to know."""
    decided = [(task, task.decision.by) for task in _tasks(pot, events) if task.decision]
    allowed = _allowed(pot, (by for _, by in decided))
    pot.messages.send(
        [
            NewMessage(f"refused/{task.id}", by, "refused_over_there", _values(task, by), link=_page_of(task))
            for task, by in decided
            if by.number in allowed
        ]
    )


def _tasks(pot: Pot, events: Sequence[PlatformEvent]) -> list[Task]:
    return list(pot.tasks.get([event.data["task_id"] for event in events]).values())


def _allowed(pot: Pot, members: Iterable[Member]) -> set[str]:
    numbers = {member.number for member in members}
    return pot.entitlements.allowed(numbers, FUNCTION) if numbers else set()


def _values(task: Task, to: Member) -> dict[str, str]:
    return {"task": described(task, to.language)}


def _decided(task: Task, member: Member) -> bool:
    return task.decision is not None and task.decision.by.person_id == member.person_id


def _decision(reply: Reply) -> NewDecision | None:
    task_id = task_of(reply.ask)
    said: Said | None = read(reply.text)
    if task_id is None or said is None:
        return None
    return NewDecision(task_id, reply.by.person_id, said.verdict, said.comment, reply.way)


def _outcome(reply: Reply, result: DecisionResult) -> NewMessage:
    """How an answer that could be read came out."""
    key, task, by = f"reply/{reply.message_id}", result.task, reply.by
    if task is None:
        return NewMessage(key, by, "not_yours")
    template, values = _outcome_told(result, task, by)
    return NewMessage(key, by, template, values, link=_page_of(task))


def _outcome_told(result: DecisionResult, task: Task, by: Member) -> tuple[str, dict[str, str]]:
    """The template, and its values."""
    values = _values(task, by)
    if result.outcome == "withdrawn":
        return "withdrawn_before", values
    if result.outcome == "not_yours" and task.transfers:
        return "handed_over", {**values, "name": task.transfers[-1].to.name}
    if task.decision is None:
        return "not_yours", {}
    if result.outcome == "taken":
        return task.decision.verdict, values
    values |= {"name": task.decision.by.name, "time": clock_time(task.decision.at, by.time_zone)}
    mine = task.decision.by.person_id == by.person_id
    return "yours_before" if mine else f"{task.decision.verdict}_before", values


def _not_understood(pot: Pot, replies: Sequence[Reply], allowed: set[str]) -> list[NewMessage]:
    """Thanks after the event need no answer. Help is given once an hour, so that two machines that
    answer each other soon fall silent."""
    hour = int(pot.now.timestamp()) // SECONDS_PER_HOUR
    tasks = pot.tasks.get([id for reply in replies if (id := task_of(reply.ask)) is not None])
    answers = []
    for reply in replies:
        key = f"help/{reply.ask}/{reply.by.person_id}/{hour}"
        task = tasks.get(task_of(reply.ask) or 0)
        if reply.by.number not in allowed:
            answers.append(NewMessage(key, reply.by, "no_seat"))
        elif task is None:
            answers.append(NewMessage(key, reply.by, "no_question"))
        elif not reply.late:
            answers.append(NewMessage(key, reply.by, "unclear", _values(task, reply.by), link=_page_of(task)))
    return answers


def _nothing_left(task: Task, member: Member) -> NewMessage:
    values = _values(task, member)
    if task.decision is None:
        key = f"withdrawn/{task.id}/{member.person_id}"
        return NewMessage(key, member, "withdrawn", values, link=_page_of(task))
    values["name"] = task.decision.by.name
    key, template = f"decided/{task.id}/{member.person_id}", f"others_{task.decision.verdict}"
    return NewMessage(key, member, template, values, link=_page_of(task))


def _link_to(pot: Pot, task: Task, to: Member) -> str:
    return pot.links.make(_page_of(task), to=to, valid_for=LINK_VALID_FOR)


def _page_of(task: Task) -> str:
    return f"/tasks/{task.id}"

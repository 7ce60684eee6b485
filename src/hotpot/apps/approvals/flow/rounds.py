"""When a round is settled. The order of answers doesn't matter, save where the first one is to count
(`any`): every rejection that decides would decide whenever it came."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Literal

from hotpot.apps.approvals.flow.definition import Step
from hotpot.apps.approvals.flow.run import PENDING, Round, Signer

Outcome = Literal["open", "passed", "refused"]
VOTERS = ("named", "beside")  # those whom the step's rule counts
ADDED = ("before", "after")  # each of them must approve


def settled(step: Step, round: Round, now: datetime) -> Round:
    """The round after an answer: whoever's turn comes is waiting; at its end nobody is."""
    verdict = outcome(step, round.signers)
    if verdict == "refused":
        return closed(round, "refused", now)
    signers = round.signers
    if voters_agree(step, signers):
        signers = tuple(_not_needed(one, signers, now) for one in signers)
        if verdict == "passed":
            return closed(replace(round, signers=signers), "passed", now)
    return replace(round, signers=_next_in_turn(_released(signers)))


def closed(round: Round, state: Literal["passed", "refused", "void"], now: datetime) -> Round:
    """Whoever was still asked has nothing left to do."""
    signers = tuple(one.ended("done", now) if one.state in PENDING else one for one in round.signers)
    return replace(round, signers=signers, state=state, ended_at=now, due_at=None)


def outcome(step: Step, signers: Sequence[Signer]) -> Outcome:
    if any(one.place in ADDED and one.state == "rejected" for one in signers) or _voters_refuse(
        step, signers
    ):
        return "refused"
    after = [one for one in signers if one.place == "after" and one.state != "transferred"]
    if voters_agree(step, signers) and all(one.state == "approved" for one in after):
        return "passed"
    return "open"


def voters_agree(step: Step, signers: Sequence[Signer]) -> bool:
    voters = _voters(signers)
    approved = sum(one.state == "approved" for one in voters)
    if step.sign == "any":
        return approved > 0
    return approved * 100 >= _percent(step) * len(voters)


def _voters_refuse(step: Step, signers: Sequence[Signer]) -> bool:
    voters = _voters(signers)
    rejected = sum(one.state == "rejected" for one in voters)
    if step.sign == "any":
        return rejected > 0 and not voters_agree(step, signers)
    return (len(voters) - rejected) * 100 < _percent(step) * len(voters)


def _percent(step: Step) -> int:
    return step.percent if step.sign == "percent" else 100


def _voters(signers: Sequence[Signer]) -> list[Signer]:
    return [one for one in signers if one.place in VOTERS and one.state != "transferred"]


def _not_needed(signer: Signer, signers: Sequence[Signer], now: datetime) -> Signer:
    """The voters have agreed: those who haven't answered needn't, nor those whom they asked first."""
    pending = signer.state in PENDING and signer.place != "after"
    return signer.ended("done", now) if pending else signer


def _released(signers: tuple[Signer, ...]) -> tuple[Signer, ...]:
    """Who waited for signers added before himself is asked once they have all approved."""
    holders = {one.of for one in signers if one.place == "before" and one.state in PENDING}
    return tuple(
        replace(one, state="waiting") if one.state == "held" and one.id not in holders else one
        for one in signers
    )


def _next_in_turn(signers: tuple[Signer, ...]) -> tuple[Signer, ...]:
    if any(one.state in ("waiting", "held") for one in signers):
        return signers
    following = next((one for one in signers if one.state == "queued"), None)
    return tuple(replace(one, state="waiting") if one is following else one for one in signers)

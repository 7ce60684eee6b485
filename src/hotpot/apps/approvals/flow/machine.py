"""How a request goes through its flow: every verb takes the run as it stands and gives it as it is then.

It decides only; who is who comes from `People`, the time from `now`. A verb that doesn't fit the moment
raises and changes nothing, so a retry is harmless. States and operations: those of the leading office
products (countersign, or-sign, add a signer, transfer, roll back, recall, urge, copy).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Literal, Protocol

from hotpot.apps.approvals.flow.definition import Flow, Step, Who, applies
from hotpot.apps.approvals.flow.rounds import VOTERS, closed, settled
from hotpot.apps.approvals.flow.run import PENDING, Entry, EntryKind, Place, Round, Run, Signer
from hotpot.sdk.errors import Conflict, Forbidden, Invalid
from hotpot.sdk.platform import Verdict, Way
from hotpot.sdk.text import gettext as _

ROUNDS_MAX = 60
SIGNERS_MAX = 60  # in a round
REMINDERS_MAX = 5
URGE_EVERY = timedelta(hours=1)


class Late(Conflict):
    """What was to be answered doesn't wait for an answer any more."""

    code = "late"


class People(Protocol):
    """Whom the company's rules mean, for the applicant of one request; only those who can decide now."""

    def of(self, who: Who, step_id: str = "") -> Sequence[int]: ...

    def admins(self) -> Sequence[int]:
        """Who steps in where a rule finds nobody."""
        ...

    def deputy(self, person_id: int) -> int:
        """Who answers for the person now: the person, unless it was delegated."""
        ...


@dataclass(frozen=True, slots=True)
class Machine:
    """One request's flow, with the values of its form, at one moment."""

    flow: Flow
    values: Mapping[str, Any]
    people: People
    now: datetime

    # By the applicant

    def start(self, applicant_id: int) -> Run:
        run = Run(applicant_id).told(self._entry("started", by=applicant_id))
        return self._go_on(run, 0)

    def resend(self, run: Run, by: int) -> Run:
        """After it was sent back: from the first step on."""
        self._check_applicant(run, by)
        if run.state != "returned":
            raise Late(_("This request was not sent back to you, so there is nothing to send again."))
        return self._go_on(replace(run, state="running").told(self._entry("resent", by=by)), 0)

    def recall(self, run: Run, by: int, comment: str = "") -> Run:
        self._check_applicant(run, by)
        if run.ended:
            raise Late(_("This request has ended, so it can't be recalled."))
        if run.round:
            run = run.with_round(_withdrawn(run.round, self.now))
        return replace(run, state="recalled").told(self._entry("recalled", by=by, comment=comment))

    def urge(self, run: Run, by: int) -> Run:
        """At most once an hour."""
        self._check_applicant(run, by)
        if run.state != "running":
            raise Late(_("This request waits for nobody else, so nobody was reminded."))
        last = next((one.at for one in reversed(run.history) if one.kind == "urged"), None)
        if last is not None and self.now - last < URGE_EVERY:
            raise Conflict(_("They were reminded within the last hour. Try again later."))
        return run.told(self._entry("urged", by=by, to=run.waits_for))

    # By who is asked

    def answer(
        self, run: Run, signer_id: int, verdict: Verdict, *, by: int, comment: str = "", way: Way = "page"
    ) -> Run:
        signer, round = self._asked(run, signer_id, by)
        entry = self._entry(verdict, by=by, comment=comment, way=way, step_id=round.step_id)
        answered = _replaced(round, signer.ended(verdict, self.now))
        return self._settle(run.with_round(answered).told(entry))

    def add_signers(
        self, run: Run, signer_id: int, people: Sequence[int], where: Place, *, by: int, comment: str = ""
    ) -> Run:
        """`before`: they approve first, then the signer. `after`: the signer approves by this, then they.
        `beside`: they answer like the signer, under the step's rule. Of those before and after, all."""
        signer, round = self._asked(run, signer_id, by)
        if where == "named" or signer.place not in VOTERS:
            raise Conflict(_("You were added to this step yourself. Approve, reject or hand it over."))
        new = self._new_people(round, people)
        entry = self._entry("added", by=by, comment=comment, to=new, step_id=round.step_id)
        run, signers = self._signers(run.told(entry), new, where, of=signer.id)
        if where == "before":
            round = _replaced(round, replace(signer, state="held"))
        if where == "after":
            round = _replaced(round, signer.ended("approved", self.now))
            run = run.told(self._entry("approved", by=by, step_id=round.step_id))
        return self._settle(run.with_round(_behind(round, signer.id, signers)))

    def transfer(
        self, run: Run, signer_id: int, to: int, *, by: int, comment: str = "", way: Way = "page"
    ) -> Run:
        """To a colleague, by the signer or by an admin, e.g. for someone who is away."""
        signer, round = self._asked(run, signer_id, by, or_admin=True)
        self._new_people(round, [to])
        entry = self._entry("transferred", by=by, comment=comment, to=(to,), way=way, step_id=round.step_id)
        return self._handed(run.told(entry), round, signer, to)

    def roll_back(self, run: Run, signer_id: int, step_id: str | None, *, by: int, comment: str) -> Run:
        """To a step that was passed before, or, with None, to the applicant."""
        _signer, round = self._asked(run, signer_id, by)
        if len(run.rounds) >= ROUNDS_MAX:
            raise Conflict(_("This request went back too often. Approve or reject it."))
        if not comment:
            raise Invalid(_("Say why it goes back."))
        kind: EntryKind = "returned" if step_id is None else "rolled_back"
        if step_id is not None and step_id not in self.steps_before(run):
            raise Invalid(_("It can go back only to a step that it has passed."))
        entry = self._entry(kind, by=by, comment=comment, step_id=step_id or round.step_id)
        ended = replace(closed(round, "void", self.now), signers=_rolled_back(round, signer_id, self.now))
        run = self._voided(run.with_round(ended), step_id).told(entry)
        if step_id is None:
            return replace(run, state="returned")
        return self._go_on(run, self.flow.place_of(step_id))

    def steps_before(self, run: Run) -> list[str]:
        """Steps that a request may go back to."""
        return list(dict.fromkeys(one.step_id for one in run.rounds if one.state == "passed"))

    # By anybody concerned

    def comment(self, run: Run, by: int, comment: str) -> Run:
        if not comment:
            raise Invalid(_("Write your comment first."))
        return run.told(self._entry("commented", by=by, comment=comment))

    def copy(self, run: Run, by: int | None, people: Sequence[int], comment: str = "") -> Run:
        """Who is copied may read it."""
        new = tuple(dict.fromkeys(one for one in people if one not in run.people))
        if not new:
            return run
        run = replace(run, copied=(*run.copied, *new))
        return run.told(self._entry("copied", by=by, to=new, comment=comment))

    # By the clock

    def time_out(self, run: Run) -> Run:
        """What the step says for when its time is up; nothing before that."""
        round = run.round
        if round is None or round.due_at is None or round.due_at > self.now:
            return run
        step = self.flow.step(round.step_id)
        if step.on_timeout == "remind":
            return self._reminded(run, round, step)
        if step.on_timeout == "hand_on":
            return self._handed_on(run, round, step)
        run = run.told(self._entry("timed_out", step_id=step.id, to=run.waits_for))
        over = replace(round, signers=_overtime(round.signers, self.now))
        if step.on_timeout == "reject":
            return self._end(run.with_round(closed(over, "refused", self.now)), "rejected")
        passed = run.with_round(closed(over, "passed", self.now))
        return self._go_on(passed, self.flow.place_of(step.id) + 1)

    def _reminded(self, run: Run, round: Round, step: Step) -> Run:
        count = round.reminders + 1
        due_at = self.now + timedelta(hours=step.hours or 1) if count < REMINDERS_MAX else None
        run = run.with_round(replace(round, reminders=count, due_at=due_at))
        return run.told(self._entry("reminded", step_id=step.id, to=run.waits_for))

    def _handed_on(self, run: Run, round: Round, step: Step) -> Run:
        """Whoever gets it has all the time: it is handed on once."""
        to = self._who_takes_over(step)
        if to is None or self.people.deputy(to) in run.waits_for:
            return self._reminded(run, round, step)
        run = run.told(self._entry("timed_out", step_id=step.id, to=run.waits_for))
        first, *others = round.waiting
        for one in others:
            round = _replaced(round, one.ended("transferred", self.now))
        round = replace(round, due_at=None)
        return self._handed(run.told(self._entry("transferred", step_id=step.id, to=(to,))), round, first, to)

    def _who_takes_over(self, step: Step) -> int | None:
        named = self.people.of(Who("person", (step.hand_to,))) if step.hand_to is not None else ()
        return next(iter([*named, *self.people.admins()]), None)

    # Steps

    def _go_on(self, run: Run, place: int) -> Run:
        """Through the steps from `place` on, up to one that waits for somebody, or to the end."""
        for step in self.flow.steps[place:]:
            if not applies(step, self.values):
                continue
            run = self._opened(run, step)
            if run.state != "running" or run.round:
                return run
        return self._end(run, "approved")

    def _opened(self, run: Run, step: Step) -> Run:
        """The round is open afterwards, or passed at once."""
        people = self.people.of(step.who, step.id)
        if not people and step.on_empty == "pass":
            return run.told(self._entry("passed_empty", step_id=step.id))
        if not people:
            people = self.people.admins()
            run = run.told(self._entry("to_admin", step_id=step.id, to=tuple(people)))
        if not people:
            return replace(self._voided(run, None), state="returned").told(
                self._entry("nobody", step_id=step.id)
            )
        repeated = _approvers(run) if self.flow.skip_repeated else frozenset()
        run, signers = self._signers(run, people, "named", skip=repeated, in_turn=step.sign == "in_turn")
        skipped = tuple(one.person_id for one in signers if one.skipped)
        if skipped:
            run = run.told(self._entry("skipped", step_id=step.id, to=skipped))
        due_at = self.now + timedelta(hours=step.hours) if step.hours else None
        round = settled(step, Round(step.id, signers, self.now, due_at=due_at), self.now)
        return replace(run, rounds=(*run.rounds, round))

    def _settle(self, run: Run) -> Run:
        """After something changed in the open round."""
        round = run.rounds[-1]
        step = self.flow.step(round.step_id)
        round = settled(step, round, self.now)
        run = run.with_round(round)
        if round.state == "refused":
            return self._end(run, "rejected")
        return self._go_on(run, self.flow.place_of(step.id) + 1) if round.state == "passed" else run

    def _end(self, run: Run, state: Literal["approved", "rejected"]) -> Run:
        run = replace(run, state=state).told(self._entry("ended"))
        copies = [id for who in self.flow.copies for id in self.people.of(who)]
        return self.copy(run, None, copies) if state == "approved" else run

    def _voided(self, run: Run, step_id: str | None) -> Run:
        """Rounds from the step on (None: from the start) count no more."""
        first = 0 if step_id is None else self.flow.place_of(step_id)
        rounds = tuple(
            replace(one, state="void") if self.flow.place_of(one.step_id) >= first else one
            for one in run.rounds
        )
        return replace(run, rounds=rounds)

    # Signers

    def _signers(
        self,
        run: Run,
        people: Sequence[int],
        place: Place,
        *,
        of: int | None = None,
        skip: frozenset[int] = frozenset(),
        in_turn: bool = False,
    ) -> tuple[Run, tuple[Signer, ...]]:
        """Each person once, deputies in the places of those whom they stand for."""
        stand_for: dict[int, int | None] = {}
        for person in people:
            deputy = self.people.deputy(person)
            stand_for.setdefault(deputy, None if deputy == person else person)
        made = run.signers_made
        signers = []
        for id, (person, whose) in enumerate(stand_for.items(), start=made + 1):
            new = Signer(id, person, "queued" if in_turn else "waiting", place, of, whose)
            if person in skip:
                new = replace(new.ended("approved", self.now), skipped=True)
            signers.append(new)
        return replace(run, signers_made=made + len(signers)), tuple(signers)

    def _handed(self, run: Run, round: Round, signer: Signer, to: int) -> Run:
        run, (new,) = self._signers(run, [to], signer.place, of=signer.of)
        round = _behind(_replaced(round, signer.ended("transferred", self.now)), signer.id, (new,))
        return self._settle(run.with_round(round))

    def _asked(self, run: Run, signer_id: int, by: int, *, or_admin: bool = False) -> tuple[Signer, Round]:
        """Raises Forbidden or Late."""
        signer = run.signer(signer_id)
        if signer is None or (signer.person_id != by and not (or_admin and by in self.people.admins())):
            raise Forbidden(_("This approval does not wait for you, so nothing was changed."))
        if signer.state != "waiting" or run.round is None:
            raise Late(_("This does not wait for an answer any more, so nothing was changed."))
        return signer, run.round

    def _new_people(self, round: Round, people: Sequence[int]) -> tuple[int, ...]:
        """Those to be asked besides. Raises Invalid when nobody is, or somebody is asked already."""
        new = tuple(dict.fromkeys(people))
        pending = {one.person_id for one in round.signers if one.state in PENDING}
        if not new:
            raise Invalid(_("Choose a colleague."))
        if not pending.isdisjoint(self.people.deputy(one) for one in new) or not pending.isdisjoint(new):
            raise Invalid(_("This colleague is asked already. Choose another."))
        if len(round.signers) + len(new) > SIGNERS_MAX:
            raise Conflict(_("Too many people were asked in this step. Approve or reject it."))
        return new

    def _check_applicant(self, run: Run, by: int) -> None:
        if by != run.applicant_id:
            raise Forbidden(_("Only the applicant can do this."))

    def _entry(
        self,
        kind: EntryKind,
        *,
        by: int | None = None,
        step_id: str = "",
        comment: str = "",
        to: Sequence[int] = (),
        way: Way = "page",
    ) -> Entry:
        return Entry(self.now, kind, by, step_id, comment, tuple(to), way)


def _approvers(run: Run) -> frozenset[int]:
    """Who approved in a step that still counts."""
    return frozenset(
        one.person_id
        for round in run.rounds
        for one in round.signers
        if round.state == "passed" and one.state == "approved"
    )


def _replaced(round: Round, signer: Signer) -> Round:
    return replace(round, signers=tuple(signer if one.id == signer.id else one for one in round.signers))


def _behind(round: Round, signer_id: int, new: tuple[Signer, ...]) -> Round:
    """In the row of signers right after that one."""
    place = next(n for n, one in enumerate(round.signers) if one.id == signer_id) + 1
    return replace(round, signers=(*round.signers[:place], *new, *round.signers[place:]))


def _overtime(signers: tuple[Signer, ...], now: datetime) -> tuple[Signer, ...]:
    return tuple(one.ended("overtime", now) if one.state in PENDING else one for one in signers)


def _rolled_back(round: Round, signer_id: int, now: datetime) -> tuple[Signer, ...]:
    return tuple(
        one.ended("rolled_back" if one.id == signer_id else "done", now) if one.state in PENDING else one
        for one in round.signers
    )


def _withdrawn(round: Round, now: datetime) -> Round:
    signers = tuple(one.ended("withdrawn", now) if one.state in PENDING else one for one in round.signers)
    return replace(round, signers=signers, state="void", ended_at=now, due_at=None)

"""The people who decide: half answer the message on their phone, half call the app's page."""

from __future__ import annotations

import http.client
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

from hotpot.entry.replay.office import Staff, Step
from hotpot.kernel.errors import Refused
from hotpot.pot.events.wire import Actor
from hotpot.pot.identity.actions import make_token
from hotpot.pot.identity.models import Person
from hotpot.pot.identity.rules import TOKEN_DAYS_MAX, WRITE
from hotpot.pot.messaging.models import AirMessage
from hotpot.pot.messaging.simulated import phones

ANSWERS: Mapping[str, str] = {"approved": "1", "rejected": "2 not like this"}
COMMENTS: Mapping[str, str] = {"approved": "", "rejected": "not like this"}
CALLERS = 8  # programs calling the app at the same time
_STEP_IN_TEXT = re.compile(r"\S+/\d+")


class Phones:
    """Reads what reached the phones and answers it, as their owners would."""

    def __init__(self) -> None:
        self._seen = 0
        self._questions: dict[tuple[str, str], str] = {}

    def look(self) -> None:
        """Remembers, for every question that came in, to which access number its answer goes."""
        arrived = AirMessage.objects.filter(id__gt=self._seen, kind=AirMessage.Kind.TO_PHONE).order_by("id")
        for id_, number, access_number, text in arrived.values_list("id", "number", "access_number", "text"):
            self._seen = id_
            if named := _STEP_IN_TEXT.search(text):
                self._questions[number, named[0].rstrip(".,，。")] = access_number

    def answer(self, pairs: Iterable[tuple[Step, str]], now: datetime) -> list[tuple[Step, str]]:
        """Sends each (step, verdict) to the number that asked; those that no question came for are left."""
        unasked, answers = [], []
        for step, verdict in pairs:
            access_number = self._questions.pop((step.approver.number, step.id), None)
            if access_number is None:
                unasked.append((step, verdict))
            else:
                answers.append((step.approver.number, access_number, ANSWERS[verdict]))
        if answers:
            phones.answer_all(answers, now=now)
        return unasked


class Callers:
    """Calls the app's API over HTTP, with a token of each approver's own."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._tokens: dict[str, tuple[str, datetime]] = {}
        self._crew = ThreadPoolExecutor(CALLERS)

    def close(self) -> None:
        self._crew.shutdown()

    def decide(self, calls: Sequence[tuple[Staff, int, str]], now: datetime) -> Callable[[], None]:
        """Begins to call: (approver, task, verdict) each. What it returns waits for the last answer, and
        raises Refused if one was not taken."""
        work = [(self._token(staff, now), task, verdict) for staff, task, verdict in calls]
        # Each takes the next, since a web process that got fewer of their connections answers faster.
        left = iter(work)
        answers = [self._crew.submit(self._call_all, left) for _ in work[:CALLERS]]

        def wait() -> None:
            for answer in answers:
                answer.result()

        return wait

    def _call_all(self, calls: Iterator[tuple[str, int, str]]) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=30)
        try:
            for token, task, verdict in calls:
                _call(connection, token, task, verdict)
        finally:
            connection.close()

    def _token(self, staff: Staff, now: datetime) -> str:
        text, until = self._tokens.get(staff.number, ("", now))
        if until <= now:
            person = Person.objects.get(number=staff.number)
            token, text = make_token(
                Actor(person.id, None, "cli"),
                person=person,
                name="replay",
                scopes=[WRITE],
                days=TOKEN_DAYS_MAX,
                now=now,
            )
            self._tokens[staff.number] = text, token.expires_at or now
        return text


def _call(connection: http.client.HTTPConnection, token: str, task: int, verdict: str) -> None:
    connection.request(
        "POST",
        f"/apps/approvals/api/tasks/{task}/decision",
        json.dumps({"verdict": verdict, "comment": COMMENTS[verdict]}),
        {
            "Authorization": f"Bearer {token}",
            "Content-Type": "application/json",
            "Accept": "application/json",
        },
    )
    answer = connection.getresponse()
    body = answer.read()
    if answer.status >= 300 or json.loads(body).get("outcome") != "taken":
        raise Refused(f"The app did not take the decision on task {task}: {answer.status} {body[:300]!r}")

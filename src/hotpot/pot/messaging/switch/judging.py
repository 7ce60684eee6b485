"""What may go out. Steps: look-ups are one call for all messages of a batch, decisions are pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from hotpot.kernel.errors import Invalid
from hotpot.kernel.msisdn import InvalidMsisdn
from hotpot.pot.events.steps import Call, Steps
from hotpot.pot.messaging.layout import Unfit
from hotpot.pot.messaging.switch import policy as policies
from hotpot.pot.messaging.switch import routing, statements
from hotpot.pot.messaging.switch.content import parts_of, signature_of, signed, unsigned
from hotpot.pot.messaging.switch.known import known
from hotpot.pot.messaging.switch.limits import limited
from hotpot.pot.messaging.switch.numbers import number_of
from hotpot.pot.messaging.switch.policy import NONE_SIGNED, USUAL, Policies, Policy
from hotpot.pot.messaging.switch.routing import MINUTES_A_DAY, Snapshot, zone_of
from hotpot.pot.messaging.switch.wire import Fit, Same, Verdict
from hotpot.pot.messaging.switch.words import REFUSE, REPLACE, Words, replaced
from hotpot.pot.messaging.wire import VALID_FOR, Accepted, Given, Interface, Refusal, Refused

ACCESS_NUMBER_MAX = 20
AHEAD_MAX = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Looked:
    """What the look-up of a batch brought, by places from 0."""

    ported: Mapping[int, int]
    lists: Mapping[int, frozenset[str]]
    known: Mapping[int, int]  # message ids


NOTHING: frozenset[str] = frozenset()
SUSPENDED = Refused(Refusal.SUSPENDED, "This interface is suspended.")


def judged(interface: Interface, given: Sequence[Given], *, now: datetime) -> Steps[list[Verdict]]:
    """One verdict for each, in the order given."""
    if not interface.running:
        return [SUSPENDED for _ in given]
    numbers = [number_of(one.number) for one in given]
    same = _same(given)
    tokens, looked = yield from _looked(interface, given, numbers)
    held: Policies = yield from known("policies", tokens, policies.loaded)
    words: Words = yield from known("words", tokens, _words_loaded)
    routes: Snapshot = yield from known("routes", tokens, routing.loaded)
    judge = Judge(interface, held, words, routes, now)
    verdicts: list[Verdict] = [
        Accepted(looked.known[place], known=True)
        if place in looked.known
        else Same(same[place])
        if place in same
        else judge.verdict(one, numbers[place], place, looked)
        for place, one in enumerate(given)
    ]
    return (yield from limited(interface, judge.policy, held, verdicts, now=now))


def _same(given: Sequence[Given]) -> dict[int, int]:
    """Places whose key came before, with the first one's place."""
    first: dict[str, int] = {}
    return {
        place: first[one.key]
        for place, one in enumerate(given)
        if one.key and first.setdefault(one.key, place) != place
    }


def _looked(
    interface: Interface, given: Sequence[Given], numbers: Sequence[str | InvalidMsisdn]
) -> Steps[tuple[Sequence[str], Looked]]:
    keyed = any(one.key for one in given)
    rows = yield Call(
        statements.LOOK,
        (
            [one if isinstance(one, str) else "" for one in numbers],
            interface.customer_id,
            interface.access_number,
            [f"{interface.id}/{one.key}" if one.key else None for one in given] if keyed else [],
        ),
    )
    tokens: Sequence[str] = ()
    ported: dict[int, int] = {}
    lists: dict[int, frozenset[str]] = {}
    taken: dict[int, int] = {}
    for what, place, value, found in rows:
        if what == "tokens":
            tokens = found
        elif what == "ported":
            ported[place - 1] = value
        elif what == "known":
            taken[place - 1] = value
        else:
            lists[place - 1] = lists.get(place - 1, NOTHING) | {what}
    return tokens, Looked(ported, lists, taken)


def _words_loaded() -> Steps[Words]:
    rows = yield Call(statements.WORDS)
    return Words((row[0], row[1], row[2]) for row in rows)


class Refusing(Exception):
    """Ends the judging of one message; never leaves this file."""

    def __init__(self, code: Refusal, reason: str) -> None:
        super().__init__(reason)
        self.refused = Refused(code, reason)


class Judge:
    """One interface's rules at one moment."""

    def __init__(
        self, interface: Interface, known_policies: Policies, words: Words, routes: Snapshot, now: datetime
    ) -> None:
        self._interface = interface
        self._customer = interface.customer_id
        self._known = known_policies
        self.policy: Policy = known_policies.by_interface.get(interface.id, USUAL)
        self._words = words
        self._routes = routes
        self._now = now
        self._room = ACCESS_NUMBER_MAX - len(interface.access_number)

    def verdict(self, given: Given, number: str | InvalidMsisdn, place: int, looked: Looked) -> Fit | Refused:
        if not isinstance(number, str):
            return Refused(Refusal.BAD_NUMBER, str(number))
        try:
            return self._fit(given, number, looked.ported.get(place), looked.lists.get(place, NOTHING))
        except Refusing as refusing:
            return refusing.refused

    def _fit(self, given: Given, number: str, ported: int | None, lists: frozenset[str]) -> Fit:
        policy = self.policy
        if given.extension:
            self._check_extension(given.extension)
        if lists or policy.allowed_only:
            self._check_lists(lists)
        text, review = self._content(given)
        parts = self._parts(text, given)
        due_at, expires_at = self._times(given, number)
        home = ported or self._routes.home_of(number)
        carrier = routing.route(
            self._routes,
            number=number,
            operator=home,
            customer_id=self._customer,
            interface_id=self._interface.id,
            parts=parts,
            now=due_at,
        )
        if carrier is None:
            raise Refusing(Refusal.NO_ROUTE, "No carrier takes messages to this number now.")
        return Fit(
            given,
            number,
            text,
            carrier,
            due_at,
            expires_at,
            parts,
            given.priority or policy.priority,
            review,
            self._price(number, home, parts) if policy.paid_to else 0,
            policy,
        )

    def _check_extension(self, extension: str) -> None:
        if not (extension.isascii() and extension.isdecimal()):
            raise Refusing(Refusal.BAD_EXTENSION, "What follows the access number are digits.")
        if len(extension) > self._room:
            raise Refusing(
                Refusal.BAD_EXTENSION, f"What follows the access number has at most {self._room} digits."
            )

    def _check_lists(self, lists: frozenset[str]) -> None:
        """Its owner's word goes before the operator's, the operator's before the company's."""
        allowed = "company allow" in lists or "operator allow" in lists
        if "company opt_out" in lists or "operator opt_out" in lists:
            raise Refusing(Refusal.BLOCKED, "The owner of this number has unsubscribed.")
        if "operator block" in lists:
            raise Refusing(Refusal.BLOCKED, "The operator has blocked this number.")
        if "company block" in lists and not allowed:
            raise Refusing(Refusal.BLOCKED, "This number is on the company's block list.")
        if self.policy.sends == "marketing" and not allowed and any(one.endswith(" quiet") for one in lists):
            raise Refusing(Refusal.BLOCKED, "The owner of this number wants no marketing.")
        if self.policy.allowed_only and not allowed:
            raise Refusing(Refusal.BLOCKED, "This interface sends to numbers on an allow list only.")

    def _content(self, given: Given) -> tuple[str, str]:
        """The text that the phone shows, and why somebody has to look at it first."""
        if given.alphabet == "binary":  # a program's, not for reading
            return given.text, ""
        text = self._filled(given) if given.template else given.text
        if not text.strip():
            raise Refusing(Refusal.BAD_CONTENT, "The message has no text.")
        if "\0" in text:
            raise Refusing(Refusal.BAD_CONTENT, "The message has a character that no phone shows (NUL).")
        if self.policy.templates_only and not given.template:
            self._check_template(unsigned(text))
        text = self._signed(text, given.signature)
        found = self._words.find(text, self._customer)
        if any(one.action == REFUSE for one in found):
            word = next(one.word for one in found if one.action == REFUSE)
            raise Refusing(Refusal.SENSITIVE, f"The message has a word that may not be sent: {word}.")
        waits = sorted({one.word for one in found if one.action != REPLACE})
        text = replaced(text, (one for one in found if one.action == REPLACE))
        review = f"words: {', '.join(waits)}" if waits else "all" if self.policy.review_all else ""
        return text, review

    def _filled(self, given: Given) -> str:
        pattern = self._known.templates.get(self._customer, {}).get(given.template)
        if pattern is None:
            raise Refusing(Refusal.BAD_TEMPLATE, f"There is no approved template {given.template}.")
        try:
            return pattern.filled(given.params)
        except Invalid as error:
            raise Refusing(Refusal.BAD_TEMPLATE, error.sentence) from None

    def _check_template(self, text: str) -> None:
        patterns = self._known.templates.get(self._customer, {}).values()
        if not any(pattern.fits(text) for pattern in patterns):
            raise Refusing(Refusal.BAD_TEMPLATE, "The text fits none of the company's approved templates.")

    def _signed(self, text: str, named: str) -> str:
        """One that is named stands for itself or is the code of one; one in the text stays there."""
        policy = self.policy
        if not named and policy.signature == "any" and not policy.signature_default:
            return text
        approved = self._known.signatures.get(self._customer, NONE_SIGNED)
        written = signature_of(text)
        signature = approved.codes.get(named, named) or written or policy.signature_default
        if policy.signature == "approved":
            if not signature:
                raise Refusing(Refusal.NO_SIGNATURE, "The message has no signature, like 【Hotpot】.")
            if {signature, written or signature} - approved.texts:
                raise Refusing(Refusal.BAD_SIGNATURE, f"The signature 【{signature}】 is not approved.")
        return text if written else signed(text, signature, policy.signature_place)

    def _parts(self, text: str, given: Given) -> int:
        policy = self.policy
        if policy.characters_max and len(text) > policy.characters_max:
            raise Refusing(
                Refusal.TOO_LONG,
                f"The message has {len(text)} characters; {policy.characters_max} are allowed.",
            )
        try:
            parts = parts_of(text, given.alphabet)
        except Unfit as error:
            code = Refusal.TOO_LONG if "parts" in str(error) else Refusal.BAD_CONTENT
            raise Refusing(code, f"This message can't be sent: {error}.") from None
        except ValueError:
            raise Refusing(Refusal.BAD_CONTENT, f"There is no alphabet {given.alphabet!r}.") from None
        if policy.parts_max and parts > policy.parts_max:
            raise Refusing(
                Refusal.TOO_LONG, f"The message needs {parts} parts; {policy.parts_max} are allowed."
            )
        return parts

    def _times(self, given: Given, number: str) -> tuple[datetime, datetime]:
        now = self._now
        due_at = given.due_at if given.due_at is not None and given.due_at > now else now
        if due_at - now > AHEAD_MAX:
            raise Refusing(
                Refusal.BAD_TIME, f"A message is sent within {AHEAD_MAX.days} days. Give an earlier time."
            )
        if (hours := self.policy.open_hours) is not None:
            due_at = self._opened(due_at, number, hours)
        expires_at = given.expires_at if given.expires_at is not None else due_at + VALID_FOR
        if expires_at <= due_at:
            raise Refusing(Refusal.BAD_TIME, "Its validity is over before it may be sent.")
        return due_at, expires_at

    def _opened(self, due_at: datetime, number: str, hours: tuple[int, int]) -> datetime:
        later = opening(due_at, number, hours)
        if later > due_at and self.policy.outside_hours == "refuse":
            first, last = (f"{minute // 60:02}:{minute % 60:02}" for minute in hours)
            raise Refusing(Refusal.BAD_TIME, f"This interface sends from {first} to {last} only.")
        return later

    def _price(self, number: str, home: int | None, parts: int) -> int:
        price_e4 = self._known.price(number, home, self._customer, self.policy.paid_to)
        if price_e4 is None:
            raise Refusing(Refusal.NO_CREDIT, "The operator has set no price for this number.")
        return price_e4 * parts


def opening(at: datetime, number: str, hours: tuple[int, int]) -> datetime:
    """`at` where the hours are open there and then, else the moment when they open next."""
    zone = zone_of(number)
    local = at.astimezone(zone)
    minute = local.hour * 60 + local.minute
    first, last = hours
    if first <= minute < last:
        return at
    day = local.date() + timedelta(days=minute >= last)
    hour, past = divmod(first % MINUTES_A_DAY, 60)
    return datetime(day.year, day.month, day.day, hour, past, tzinfo=zone).astimezone(at.tzinfo)

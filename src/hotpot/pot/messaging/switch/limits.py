"""What is used up by sending: rates, quotas, credit paid in advance, and a text's right to go to a number.

One batch is one reservation: what it may use is locked and told, decided upon here in the order given, and
written down; until the transaction ends nobody else uses any of it. So counts are exact, and credit never
goes below its least.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import NamedTuple, Protocol
from uuid import UUID
from zoneinfo import ZoneInfo

from hotpot.pot.events.steps import Call, Steps
from hotpot.pot.messaging.switch import statements
from hotpot.pot.messaging.switch.policy import NO_LIMITS, PerNumber, Policies, Policy
from hotpot.pot.messaging.switch.wire import Fit, Verdict
from hotpot.pot.messaging.wire import Interface, Refusal, Refused

UTC_ZONE = ZoneInfo("UTC")
# In the order of policy.PerNumber: its word, how it is written in a key, and until when it is known at least.
_SPANS = (
    ("a minute", "%Y-%m-%dT%H:%M", timedelta(minutes=2)),
    ("an hour", "%Y-%m-%dT%H", timedelta(hours=2)),
    ("a day", "%Y-%m-%d", timedelta(days=2)),
)


class Cap(NamedTuple):
    """At most `most` of what is counted under `key`."""

    key: str
    most: int
    until: datetime
    code: Refusal
    reason: str


@dataclass(frozen=True, slots=True)
class Account:
    """Where a company's credit with an operator is, what is under way, and what is earned."""

    credit: str
    held: str
    income: str


def account(operator_id: int, customer_id: int) -> Account:
    own = f"messages:{operator_id}:{customer_id}"
    return Account(f"{own}:credit", f"{own}:held", f"messages:{operator_id}:income")


@dataclass(slots=True)
class Room:
    """What is left of all that was reserved; pure."""

    used: dict[str, int] = field(default_factory=dict)
    fresh: set[UUID] = field(default_factory=set)
    credit: int = 0
    taken: Counter[str] = field(default_factory=Counter)
    spared: list[UUID] = field(default_factory=list)  # digests of texts that do not go after all

    def refusal(self, fit: Fit, caps: Sequence[Cap], digest: UUID | None) -> Refused | None:
        """Takes what the message uses up, or says what is missing and takes nothing."""
        if digest is not None and digest not in self.fresh:
            return Refused(Refusal.DUPLICATE, "The same text went to this number a short while ago.")
        refused = self._missing(fit, caps)
        if digest is not None:
            self.fresh.discard(digest)  # the next with the same text is a duplicate
            if refused is not None:
                self.spared.append(digest)
        if refused is None:
            self.credit -= fit.price_e4
            self.taken.update(cap.key for cap in caps)
        return refused

    def _missing(self, fit: Fit, caps: Sequence[Cap]) -> Refused | None:
        for cap in caps:
            if self.used[cap.key] + self.taken[cap.key] >= cap.most:
                return Refused(cap.code, cap.reason)
        if fit.price_e4 > self.credit:
            return Refused(
                Refusal.NO_CREDIT, "The credit for messages is used up. Ask the operator for more."
            )
        return None


def limited(
    interface: Interface, policy: Policy, held: Policies, verdicts: list[Verdict], *, now: datetime
) -> Steps[list[Verdict]]:
    """The verdicts, with those refused for which nothing is left. Without limits nothing is asked."""
    if not any(isinstance(one, Fit) for one in verdicts):
        return verdicts
    shared = list(caps_of(interface, policy, held, now))
    windows = list(windows_of(interface, policy, held, now))
    lately, paid = policy.same_text_minutes, policy.paid_to
    if not (shared or windows or lately or paid):
        return verdicts
    wanted = {
        place: (
            one,
            [*shared, *(window.cap(one.number) for window in windows)] if windows else shared,
            digest_of(interface, one) if lately else None,
        )
        for place, one in enumerate(verdicts)
        if isinstance(one, Fit)
    }
    room = yield from _reserved(interface, policy, wanted, now)
    said = {place: room.refusal(*one) for place, one in wanted.items()}
    if room.taken or room.spared:
        yield Call(statements.TAKE, (list(room.taken), list(room.taken.values()), room.spared))
    return [said.get(place) or one for place, one in enumerate(verdicts)]


Wanted = Mapping[int, tuple[Fit, Sequence[Cap], UUID | None]]


def _reserved(interface: Interface, policy: Policy, wanted: Wanted, now: datetime) -> Steps[Room]:
    all_caps = {cap.key: cap.until for _, caps, _ in wanted.values() for cap in caps}
    digests = {digest for _, _, digest in wanted.values() if digest is not None}
    codes: list[str] = []
    if policy.paid_to:
        yield Call(statements.LOCK_CREDIT)
        credit = account(policy.paid_to, interface.customer_id)
        codes = [credit.credit, credit.held]
    rows = yield Call(
        statements.RESERVE,
        (
            list(all_caps),
            list(all_caps.values()),
            sorted(digests),
            now + timedelta(minutes=policy.same_text_minutes),
            now,
            codes,
        ),
    )
    room = Room()
    for what, key, amount in rows:
        if what == "tally":
            room.used[key] = amount
        elif what == "fresh":
            room.fresh.add(UUID(key))
        elif key == codes[0]:
            room.credit = amount
    return room


def caps_of(interface: Interface, policy: Policy, held: Policies, now: datetime) -> Iterator[Cap]:
    """Of the interface, then of its company."""
    zone = held.zones.get(interface.customer_id, UTC_ZONE)
    yield from caps(f"i{interface.id}", "This interface", policy, zone, now)
    company = held.limits.get(interface.customer_id, NO_LIMITS)
    yield from caps(f"c{interface.customer_id}", "This company", company, zone, now)


class Limited(Protocol):
    """What of a policy and of a company's limits is counted."""

    @property
    def per_second_max(self) -> int: ...
    @property
    def per_day_max(self) -> int: ...
    @property
    def per_month_max(self) -> int: ...


def caps(whose: str, name: str, limits: Limited, zone: ZoneInfo, now: datetime) -> Iterator[Cap]:
    """`whose` begins the keys, `name` the sentences."""
    if limits.per_second_max:
        second = now.replace(microsecond=0)
        reason = f"{name} sends at most {limits.per_second_max} messages a second. Send it again in a moment."
        until = second + timedelta(minutes=1)
        yield Cap(f"{whose}/{second:%Y%m%dT%H%M%S}", limits.per_second_max, until, Refusal.THROTTLED, reason)
    if limits.per_day_max:
        day = now.astimezone(zone)
        reason = f"{name} sends at most {limits.per_day_max} messages a day."
        yield Cap(
            f"{whose}/{day:%Y-%m-%d}", limits.per_day_max, now + timedelta(days=2), Refusal.QUOTA, reason
        )
    if limits.per_month_max:
        month = now.astimezone(zone)
        reason = f"{name} sends at most {limits.per_month_max} messages a month."
        yield Cap(
            f"{whose}/{month:%Y-%m}", limits.per_month_max, now + timedelta(days=62), Refusal.QUOTA, reason
        )


class Window(NamedTuple):
    """How many messages each number may get from `whose` in the minute, hour or day called `name`."""

    whose: str
    name: str
    most: int
    until: datetime
    reason: str

    def cap(self, number: str) -> Cap:
        key = f"{self.whose}/{number}/{self.name}"
        return Cap(key, self.most, self.until, Refusal.TOO_OFTEN, self.reason)


def windows_of(interface: Interface, policy: Policy, held: Policies, now: datetime) -> Iterator[Window]:
    """Of the interface, then of its company or its operator."""
    own = (policy.per_number_minute_max, policy.per_number_hour_max, policy.per_number_day_max)
    if not (any(own) or held.numbers.said):
        return
    local = now.astimezone(held.zones.get(interface.customer_id, UTC_ZONE))
    yield from _windows(f"i{interface.id}", "this interface", PerNumber(*own), local)
    company = held.numbers.of(interface.customer_id, local.date())
    yield from _windows(f"c{interface.customer_id}", "this company", company, local)


def _windows(whose: str, name: str, limit: PerNumber, local: datetime) -> Iterator[Window]:
    """By the calendar of the company's own time zone."""
    for most, (word, written, lasts) in zip(limit, _SPANS, strict=True):
        if most:
            reason = f"One number gets at most {most} messages {word} from {name}."
            yield Window(whose, f"{local:{written}}", most, local + lasts, reason)


def digest_of(interface: Interface, fit: Fit) -> UUID:
    said = f"{interface.id}\0{fit.number}\0{fit.text}".encode(errors="replace")
    return UUID(bytes=blake2b(said, digest_size=16).digest())

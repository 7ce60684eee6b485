"""Who may do what in a party's name, how a certification moves, and which terms hold on a day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from hotpot.kernel.errors import Conflict, Forbidden, Invalid
from hotpot.kernel.money import BP_PER_WHOLE, Money


class Right(StrEnum):
    LOOK = "look"  # see what the party sees
    RUN = "run"  # the daily business: customers, people, orders, connectors, certification, agreements
    MONEY = "money"  # bills, statements, the close of a month
    ROLES = "roles"  # give and take roles, make the party's tokens


RIGHTS: Mapping[str, frozenset[Right]] = {
    "owner": frozenset(Right),
    "manager": frozenset({Right.LOOK, Right.RUN}),
    "finance": frozenset({Right.LOOK, Right.MONEY}),
    "viewer": frozenset({Right.LOOK}),
}
_REFUSALS: Mapping[Right, object] = {
    Right.LOOK: _("You don't work for this party. Ask one of its owners to give you a role."),
    Right.RUN: _("Your role can't do this. Ask an owner to make you a manager."),
    Right.MONEY: _("Your role can't do this. Ask an owner to give you the finance role."),
    Right.ROLES: _("Only an owner can do this. Ask one of them."),
}


def may(role: str | None, right: Right | str) -> bool:
    """`role` is a Membership.Role, or None for somebody without one."""
    return role is not None and Right(right) in RIGHTS[role]


def require(role: str | None, right: Right | str) -> None:
    """Raises Forbidden with what to do about it."""
    if not may(role, right):
        raise Forbidden(_REFUSALS[Right(right)] if role else _REFUSALS[Right.LOOK])


# Certification: state -> the states that may follow. None is "never applied".
STEPS: Mapping[str | None, frozenset[str]] = {
    None: frozenset({"applied"}),
    "applied": frozenset({"reviewing", "certified", "refused"}),
    "reviewing": frozenset({"certified", "refused"}),
    "certified": frozenset({"suspended"}),
    "suspended": frozenset({"certified"}),
    "refused": frozenset({"applied"}),
}
NEED_REASON = frozenset({"refused", "suspended"})
_WRONG_STEP: Mapping[str | None, object] = {
    None: _("This integrator has not applied yet. It has to apply first."),
    "applied": _("This application is already in. It waits for the operator."),
    "reviewing": _("This application is under review. Certify or refuse it."),
    "certified": _("This integrator is certified already. You can only suspend it."),
    "suspended": _("This integrator is suspended. Resume it first."),
    "refused": _("This application was refused. The integrator has to apply again."),
}


def check_step(state: str | None, to: str, reason: str) -> None:
    """Raises Conflict where `to` can't follow `state`, Invalid where a reason is missing."""
    if to not in STEPS[state]:
        raise Conflict(_WRONG_STEP[state])
    if to in NEED_REASON and not reason.strip():
        raise Invalid(_("Say why: the integrator reads the reason."))


@dataclass(frozen=True, slots=True)
class Terms:
    """Either `share_bp` of a charge, or `fixed` for a seat and full month."""

    version_id: int
    share_bp: int | None = None
    fixed: Money | None = None


def check_terms(share_bp: int | None, fixed: Money | None, currency: str) -> None:
    """Raises Invalid unless it is exactly one of the two, in range, in the operator's `currency`."""
    if (share_bp is None) == (fixed is None):
        raise Invalid(_("Give either a share or a fixed amount a seat, not both."))
    if share_bp is not None and not 0 <= share_bp <= BP_PER_WHOLE:
        raise Invalid(_("A share lies between 0 and 100 %."))
    if fixed is not None and fixed.currency != currency:
        raise Invalid(
            _("The operator bills in %(currency)s. Give the amount in it.") % {"currency": currency}
        )
    if fixed is not None and fixed.minor < 0:
        raise Invalid(_("A fixed amount can't be negative."))


@dataclass(frozen=True, slots=True)
class Share:
    """One version of an agreement, as the sum of shares needs it. `app_id` None is all apps."""

    partner_id: int
    partner_kind: str
    app_id: str | None
    starts_on: date
    share_bp: int


def check_sum(shares: Sequence[Share], since: date) -> None:
    """Raises Invalid if on any day from `since` on a charge could owe its partners more than itself.

    A charge has one integrator and one developer at most, so their highest shares are what counts.
    """
    apps = {share.app_id for share in shares}
    days = {since} | {share.starts_on for share in shares if share.starts_on > since}
    worst = max((_highest_sum(shares, app, day) for app in apps for day in days), default=0)
    if worst > BP_PER_WHOLE:
        raise Invalid(
            _("Partners would get %(percent)s %% of a charge together. Keep it at 100 %% or less.")
            % {"percent": f"{worst / 100:g}"}
        )


def _highest_sum(shares: Iterable[Share], app_id: str | None, day: date) -> int:
    highest: dict[str, int] = {}
    for share in _in_force(shares, app_id, day):
        highest[share.partner_kind] = max(highest.get(share.partner_kind, 0), share.share_bp)
    return sum(highest.values())


def _in_force(shares: Iterable[Share], app_id: str | None, day: date) -> Iterable[Share]:
    """The newest version of each partner; an agreement for the app goes before one for all apps."""
    held: dict[int, Share] = {}
    for share in sorted(shares, key=lambda one: (one.app_id is not None, one.starts_on)):
        if share.starts_on <= day and share.app_id in (None, app_id):
            held[share.partner_id] = share
    return held.values()


def prefixes(number: str) -> list[str]:
    """Every beginning of an E.164 number that a range may name: +8, +86, +861 ..."""
    return [number[:length] for length in range(2, len(number) + 1)]

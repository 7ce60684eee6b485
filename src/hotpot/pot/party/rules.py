"""Who may do what in a party's name, how a certification moves, and which terms hold on a day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from hotpot.kernel.errors import Conflict, Forbidden, Invalid
from hotpot.kernel.money import BP_PER_WHOLE


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


LEVELS = 3  # operator -> integrator -> sub-integrator -> its own partner


def check_chain(pays: Sequence[tuple[int, int]], operator_id: int) -> None:
    """Raises Invalid where the payers of an operator's business (payer, partner) form a circle, a payer is
    paid by nobody, or a share is passed on too often."""
    reached, level = {operator_id}, {operator_id}
    for _level in range(LEVELS):
        level = {partner for payer, partner in pays if payer in level}
        reached |= level
    if any(partner == operator_id for _payer, partner in pays) or {
        partner for payer, partner in pays if payer in level
    }:
        raise Invalid(
            _("A share can be passed on %(times)s times at most, and never back. Sign with somebody else.")
            % {"times": LEVELS - 1}
        )
    if any(payer not in reached for payer, _partner in pays):
        raise Invalid(_("The payer has no agreement that pays it anything here. The operator signs first."))


@dataclass(frozen=True, slots=True)
class Share:
    """One version of an agreement, as the sum of shares needs it. None is all apps, or all customers."""

    partner_id: int
    partner_kind: str
    app_id: str | None
    starts_on: date
    share_bp: int  # the most that it can take
    customer_id: int | None = None


def check_sum(shares: Sequence[Share], since: date) -> None:
    """Raises Invalid if on any day from `since` on a charge could owe its partners more than itself.

    A charge has one integrator and one developer at most, so their highest shares are what counts.
    """
    scopes = {(share.app_id, share.customer_id) for share in shares}
    scopes |= {(app, customer) for app, _one in scopes for _other, customer in scopes}
    days = {since} | {share.starts_on for share in shares if share.starts_on > since}
    worst = max((_highest_sum(shares, scope, day) for scope in scopes for day in days), default=0)
    if worst > BP_PER_WHOLE:
        raise Invalid(
            _("Partners would get %(percent)s %% of a charge together. Keep it at 100 %% or less.")
            % {"percent": f"{worst / 100:g}"}
        )


Scope = tuple[str | None, int | None]  # app, customer


def _highest_sum(shares: Iterable[Share], scope: Scope, day: date) -> int:
    highest: dict[str, int] = {}
    for share in _in_force(shares, scope, day):
        highest[share.partner_kind] = max(highest.get(share.partner_kind, 0), share.share_bp)
    return sum(highest.values())


def _in_force(shares: Iterable[Share], scope: Scope, day: date) -> Iterable[Share]:
    """The newest version of each partner; one for the customer goes before one for the app, this before
    one for all."""
    held: dict[int, Share] = {}
    for share in sorted(
        shares, key=lambda one: (one.customer_id is not None, one.app_id is not None, one.starts_on)
    ):
        meant = share.app_id in (None, scope[0]) and share.customer_id in (None, scope[1])
        if share.starts_on <= day and meant:
            held[share.partner_id] = share
    return held.values()


# Where companies are written to in Chinese, until a person chooses otherwise (ISO 3166).
CHINESE_READING = frozenset({"CN", "HK", "MO", "SG", "TW"})


def language_of(country: str) -> str:
    """The first language of a company's people."""
    return "zh-hans" if country in CHINESE_READING else "en"


def prefixes(number: str) -> list[str]:
    """Every beginning of an E.164 number that a range may name: +8, +86, +861 ..."""
    return [number[:length] for length in range(2, len(number) + 1)]

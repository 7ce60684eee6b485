"""What an agreement pays: models of sharing revenue, each checked when it is written.

Amounts are minor units of the agreement's currency (`_minor`) or millionths of one (`_micro`); percentages
are basis points (`_bp`).
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any, Literal

import msgspec
from django.utils.translation import gettext as _

from hotpot.kernel.errors import Invalid
from hotpot.kernel.money import BP_PER_WHOLE, Money

MICRO = 1_000_000  # millionths of a minor unit in one
AMOUNT_MINOR_MAX = 10**12
UNIT_MICRO_MAX = 10**15
MONTHS_MAX = 36


class Costs(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """What the payer takes off before it shares: a part of the charge, and so much for each unit."""

    bp: int = 0
    unit_micro: int = 0


class Intro(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """Other terms for the first `months`: of each subscription, or of the agreement itself."""

    months: int
    share_bp: int | None = None
    unit_micro: int | None = None
    of: Literal["subscription", "agreement"] = "subscription"


class Terms(
    msgspec.Struct,
    frozen=True,
    forbid_unknown_fields=True,
    omit_defaults=True,
    kw_only=True,
    tag_field="model",
):
    """What all models have in common. `kinds` are kinds of price items (catalog.pricing.KINDS); none: all.

    `of` is what is shared: "charge" is what the customer was charged, "share" what the payer itself gets of
    that. `rest` is who has what is below the smallest unit: "payer", "partner", or whom it is nearest to.
    `gross` shares what was later credited, too. `bad_debts` says who bears what customers never pay.
    """

    kinds: tuple[str, ...] = ()
    of: Literal["charge", "share"] = "charge"
    rest: Literal["payer", "partner", "nearest"] = "payer"
    gross: bool = False
    bad_debts: Literal["payer", "shared"] = "payer"
    costs: Costs = Costs()
    guarantee_minor: int | None = None  # at least so much a month
    cap_minor: int | None = None  # at most so much a month
    withholding_bp: int = 0  # tax that the operator keeps back from a payout, for the tax office

    def check(self) -> None:
        """Raises Invalid where values are out of range or don't fit together."""
        _rate(self.costs.bp, _("Costs lie between nothing and the whole charge."))
        _rate(self.withholding_bp, _("Withholding tax lies between 0 and 100 %."))
        _micro(self.costs.unit_micro)
        for minor in (self.guarantee_minor, self.cap_minor):
            if minor is not None and not 0 <= minor <= AMOUNT_MINOR_MAX:
                raise Invalid(_("A guarantee or a cap can't be below zero, nor above a million million."))
        if None not in (self.guarantee_minor, self.cap_minor) and self.cap_minor < self.guarantee_minor:  # type: ignore[operator]
            raise Invalid(_("The cap can't be below the guarantee."))
        if self.of == "share" and (self.costs != Costs() or self.gross):
            raise Invalid(
                _("Costs and credits are taken off a charge. They can't be taken off a share again.")
            )

    @property
    def priced(self) -> bool:
        """Whether it names amounts, and so needs a currency."""
        return bool(self.costs.unit_micro) or (self.guarantee_minor, self.cap_minor) != (None, None)

    @property
    def highest_bp(self) -> int:
        """The largest part of a charge that it can take by percentage."""
        return 0


class Percent(Terms, frozen=True, kw_only=True, tag="percent"):
    """`share_bp` of what was charged. `kept`: that is what the payer keeps, the partner gets the rest."""

    share_bp: int
    kept: bool = False
    intro: Intro | None = None

    def check(self) -> None:
        Terms.check(self)
        _rate(self.share_bp, _("A share lies between 0 and 100 %."))
        if self.intro is not None:
            _intro(self.intro)
            if self.intro.share_bp is None or self.intro.unit_micro is not None:
                raise Invalid(_("The introductory terms must be a share in %, like the terms after them."))
            _rate(self.intro.share_bp, _("A share lies between 0 and 100 %."))

    @property
    def highest_bp(self) -> int:
        if self.of == "share":
            return 0
        rates = [self.share_bp, *([self.intro.share_bp or 0] if self.intro else [])]
        return BP_PER_WHOLE - min(rates) if self.kept else max(rates)


class PerUnit(Terms, frozen=True, kw_only=True, tag="unit"):
    """So much for each unit of the charged items: a seat and full month of a fee, a message, a minute.

    A broken month counts as the part of it that was charged. `kept`: that is what the payer keeps.
    """

    unit_micro: int
    kept: bool = False
    intro: Intro | None = None
    kinds: tuple[str, ...] = ("fee",)

    def check(self) -> None:
        Terms.check(self)
        _micro(self.unit_micro)
        if not self.kinds:
            raise Invalid(
                _("Say of which price items the units are: of fees, of usage, or of one-off items.")
            )
        if self.intro is not None:
            _intro(self.intro)
            if self.intro.unit_micro is None or self.intro.share_bp is not None:
                raise Invalid(
                    _("The introductory terms must be an amount a unit, like the terms after them.")
                )
            _micro(self.intro.unit_micro)

    @property
    def priced(self) -> bool:
        return True

    @classmethod
    def a_seat(cls, fixed: Money) -> PerUnit:
        """The book's model: so much a seat and full month."""
        return cls(unit_micro=fixed.minor * MICRO)


class Step(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, kw_only=True):
    """`share_bp` of what lies above the step before, up to `up_to_minor` (None: of all above)."""

    share_bp: int
    up_to_minor: int | None = None


class Tiers(Terms, frozen=True, kw_only=True, tag="tiers"):
    """Marginal: each part of the volume of `months` months, this one the last, at the share of its step."""

    steps: tuple[Step, ...]
    months: int = 1

    def check(self) -> None:
        Terms.check(self)
        if self.of == "share":
            raise Invalid(_("Tiers count what customers are charged. Choose a share of the charge."))
        if not 1 <= self.months <= MONTHS_MAX:
            raise Invalid(_("Tiers look at 1 to %(most)s months.") % {"most": MONTHS_MAX})
        if not self.steps or self.steps[-1].up_to_minor is not None:
            raise Invalid(_("The last step must be without an end, so that every volume has a share."))
        ends = [0, *(step.up_to_minor or 0 for step in self.steps[:-1])]
        if any(lower >= upper for lower, upper in pairwise(ends)):
            raise Invalid(_("Each step must end above the one before it."))
        if ends[-1] > AMOUNT_MINOR_MAX:
            raise Invalid(_("A step can't end above a million million."))
        for step in self.steps:
            _rate(step.share_bp, _("A share lies between 0 and 100 %."))

    @property
    def priced(self) -> bool:
        return len(self.steps) > 1 or super().priced

    @property
    def highest_bp(self) -> int:
        return max(step.share_bp for step in self.steps)


Model = Percent | PerUnit | Tiers


def read(params: Mapping[str, Any]) -> Model:
    """From JSON. Raises Invalid, naming what is wrong."""
    try:
        terms: Model = msgspec.convert(dict(params), Model)
    except msgspec.ValidationError as error:
        raise Invalid(
            _("These terms are not written as their model asks: %(problem)s.") % {"problem": error}
        ) from None
    terms.check()
    return terms


def written(terms: Model) -> dict[str, Any]:
    """As JSON keeps them."""
    kept: dict[str, Any] = msgspec.to_builtins(terms)
    return kept


def _rate(bp: int, sentence: str) -> None:
    if not 0 <= bp <= BP_PER_WHOLE:
        raise Invalid(sentence)


def _micro(micro: int) -> None:
    if not 0 <= micro <= UNIT_MICRO_MAX:
        raise Invalid(_("An amount a unit can't be below zero, nor above a thousand million."))


def _intro(intro: Intro) -> None:
    if not 1 <= intro.months <= MONTHS_MAX:
        raise Invalid(_("Introductory terms last 1 to %(most)s months.") % {"most": MONTHS_MAX})

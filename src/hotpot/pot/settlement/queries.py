"""Statements as their readers see them. Row-level security stands under each query."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet, Sum
from django.utils.translation import gettext as _

from hotpot.kernel.errors import NotFound
from hotpot.kernel.money import Money
from hotpot.kernel.period import Month
from hotpot.pot.access.readers import as_system
from hotpot.pot.billing.queries import app_names, named
from hotpot.pot.party.models import AgreementVersion, Party
from hotpot.pot.rating.models import Charge
from hotpot.pot.settlement.models import SHARE, Share, Statement, StatementLine
from hotpot.pot.settlement.rules import kind_in_words, terms_in_words
from hotpot.pot.settlement.rules_shares import Held, allotted
from hotpot.pot.web.shown import masked


@dataclass(frozen=True, slots=True)
class Line:
    """One customer's use of one app in one month under one version of the terms, or an adjustment."""

    line: StatementLine
    customer: str
    app: str
    terms: str
    month: Month
    charged: Money
    share: Money
    adjusts: bool = False  # an earlier month than the statement's

    @property
    def of_use(self) -> bool:
        """Of somebody's use, which has seats behind it; not of a whole month."""
        return self.line.kind == SHARE

    @property
    def label(self) -> str:
        """Who used it, or what else the line is."""
        return self.customer if self.of_use else kind_in_words(self.line.kind, self.customer)


@dataclass(frozen=True, slots=True)
class SeatShare:
    """What of a line's share comes from one seat; `number` is masked, "" where no seat was charged."""

    number: str
    item: str
    charged: Money
    share: Money


@dataclass(frozen=True, slots=True)
class Sheet:
    """A statement with all that is printed on it; the lines' shares sum to `total`."""

    statement: Statement
    operator: Party | None
    partner: Party | None
    month: Month
    total: Money
    lines: Sequence[Line]


def held(version: AgreementVersion) -> Held:
    """Terms from a day on, as the rules of shares read them."""
    agreement = version.agreement
    return Held(
        version.id, agreement.id, agreement.operator_id, agreement.payer_id, agreement.partner_id,
        agreement.app_id, agreement.customer_id, version.starts_on, version.terms, version.currency,
    )  # fmt: skip


def statements_of(party_ids: Iterable[int]) -> QuerySet[Statement]:
    """Statements that these parties issued or got."""
    parties = list(party_ids)
    return Statement.objects.filter(Q(operator_id__in=parties) | Q(partner_id__in=parties))


def sheet(statement_id: int, party_ids: Iterable[int]) -> Sheet:
    """Raises NotFound for a statement that is not theirs."""
    statement = statements_of(party_ids).filter(id=statement_id).first()
    if statement is None:
        raise NotFound(_("There is no such statement, or it is not yours."))
    lines = list(StatementLine.objects.filter(statement=statement).order_by("id"))
    parties = Party.objects.in_bulk(
        {statement.operator_id, statement.partner_id, *(line.customer_id for line in lines)}
    )
    terms = AgreementVersion.objects.in_bulk({line.terms_id for line in lines})
    apps = app_names(line.app_id for line in lines if line.app_id)
    currency = statement.currency
    return Sheet(
        statement=statement,
        operator=parties.get(statement.operator_id),
        partner=parties.get(statement.partner_id),
        month=Month.of(statement.period),
        total=Money(statement.total_minor, currency),
        lines=[
            Line(
                line,
                _customer(parties.get(line.customer_id), line.customer_id) if line.customer_id else "",
                apps[line.app_id] if line.app_id else "",
                terms_in_words(terms[line.terms_id]) if line.terms_id in terms else "",
                Month.of(line.period),
                Money(line.charged_minor, currency),
                Money(line.share_minor, currency),
                adjusts=line.period != statement.period,
            )
            for line in lines
        ],
    )


def shares_of(line: StatementLine) -> QuerySet[Share]:
    """What a line is the sum of."""
    return Share.objects.filter(statement_line=line).select_related("item")


def seats_of(line: StatementLine) -> list[SeatShare]:
    """A line's share down to the seat: that of each item by largest remainder over what its seats were
    charged. They sum to the line's share."""
    with as_system():
        shares = list(shares_of(line))
        charged = _charged_by_seat(shares)
        codes = {share.item_id: share.item.code for share in shares}
    families: dict[tuple[int, int], int] = defaultdict(int)
    for share in shares:
        families[share.subscription_id, share.item_id] += share.amount_minor
    currency = line.statement.currency
    found: list[SeatShare] = []
    for (subscription, item), minor in sorted(families.items()):
        seats = charged.get((subscription, item), [])
        weights = [weight for _number, weight in seats]
        rows = zip(seats, allotted(minor, weights), strict=True) if sum(weights) else [(("", 0), minor)]
        found += [
            SeatShare(number and masked(number), codes[item], Money(weight, currency), Money(part, currency))
            for (number, weight), part in rows
        ]
    return found


def _charged_by_seat(shares: Sequence[Share]) -> dict[tuple[int, int], list[tuple[str, int]]]:
    found: dict[tuple[int, int], list[tuple[str, int]]] = defaultdict(list)
    if not shares:
        return found
    rows = (
        Charge.objects.filter(
            subscription_id__in={share.subscription_id for share in shares},
            item_id__in={share.item_id for share in shares},
            period=shares[0].period,
            cause=Charge.Cause.RATED,
            seat__isnull=False,
        )
        .values_list("subscription_id", "item_id", "seat__number")
        .annotate(minor=Sum("amount_minor"))
        .order_by("subscription_id", "item_id", "seat__number")
    )
    for subscription, item, number, minor in rows:
        found[subscription, item].append((number, minor))
    return found


def shares_of_statement(statement: Statement) -> Iterator[Share]:
    """Line by line, for the export."""
    shares = Share.objects.filter(statement_line__statement=statement).select_related("item")
    return shares.order_by("statement_line_id", "id").iterator(chunk_size=2_000)


def _customer(customer: Party | None, customer_id: int) -> str:
    """A developer is paid for companies that it may not know by name."""
    return named(customer) if customer else _("Company %(id)s") % {"id": customer_id}

"""Who pays whom which part: agreements and their terms from a day on."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from hotpot.kernel.errors import Conflict, Invalid
from hotpot.kernel.period import Month
from hotpot.pot.access.readers import as_system
from hotpot.pot.events.actions import Fact, record
from hotpot.pot.events.wire import Actor
from hotpot.pot.party import queries
from hotpot.pot.party.models import PARTNERS, Agreement, AgreementVersion, Party
from hotpot.pot.party.rules import Right, Share, check_chain, check_sum
from hotpot.pot.party.terms import Model, Tiers, written


def sign_agreement(
    actor: Actor,
    *,
    operator: Party,
    partner: Party,
    terms: Model,
    starts_on: date,
    payer: Party | None = None,
    app_id: str | None = None,
    customer: Party | None = None,
    currency: str | None = None,
    now: datetime,
) -> AgreementVersion:
    """The word of an operator to pay a partner of what it bills, or of a partner (`payer`) to pass a part of
    its own share on; for all apps and customers or for one. Signed once, new terms later by `add_terms`.
    `currency` is that of the amounts in the terms: without it the operator's own."""
    payer = payer or operator
    queries.require_right(actor, Right.RUN, payer.id)
    if operator.kind != Party.Kind.OPERATOR or partner.kind not in PARTNERS:
        raise Invalid(_("An operator signs with an integrator or a developer. Choose one of each."))
    with transaction.atomic(), as_system():
        Party.objects.select_for_update(no_key=True).get(id=operator.id)
        agreement, made = Agreement.objects.get_or_create(
            operator=operator,
            payer=payer,
            partner=partner,
            app_id=app_id,
            customer=customer,
            defaults={"signed_at": now},
        )
        if not made:
            raise Conflict(_("There is an agreement for this already. Add new terms to it instead."))
        pays = Agreement.objects.filter(operator=operator).values_list("payer_id", "partner_id").distinct()
        check_chain(list(pays), operator.id)
        return _add_version(actor, agreement, "signed", terms, currency, starts_on, now)


def add_terms(
    actor: Actor,
    *,
    agreement: Agreement,
    terms: Model,
    starts_on: date,
    currency: str | None = None,
    now: datetime,
) -> AgreementVersion:
    """New terms from a day on. Months that are over keep their terms."""
    queries.require_right(actor, Right.RUN, agreement.payer_id)
    with transaction.atomic(), as_system():
        operator = Party.objects.select_for_update(no_key=True).get(id=agreement.operator_id)
        if starts_on < Month.of(queries.today(operator, now)).first_day:
            raise Invalid(_("Terms can't change a month that is over. Choose a day of this month or later."))
        if AgreementVersion.objects.filter(agreement=agreement, starts_on=starts_on).exists():
            raise Conflict(_("New terms begin on that day already. Choose another day."))
        return _add_version(actor, agreement, "changed", terms, currency, starts_on, now)


def _add_version(
    actor: Actor,
    agreement: Agreement,
    verb: str,
    terms: Model,
    currency: str | None,
    starts_on: date,
    now: datetime,
) -> AgreementVersion:
    terms.check()
    if terms.of == "share" and agreement.payer_id == agreement.operator_id:
        raise Invalid(_("An operator shares what it charges. Choose a share of the charge."))
    if isinstance(terms, Tiers) and agreement.payer_id != agreement.operator_id:
        raise Invalid(
            _("Only an operator's agreements have steps. Pass on a percentage or an amount a unit.")
        )
    params = written(terms)
    version = AgreementVersion.objects.create(
        agreement=agreement,
        starts_on=starts_on,
        model=params.pop("model"),
        params=params,
        currency=(currency or agreement.operator.currency) if terms.priced else None,
        written_by_id=actor.person_id,
        written_at=now,
    )
    if agreement.payer_id == agreement.operator_id:
        check_sum(_shares_of(agreement.operator_id), starts_on)
    fact = Fact(
        f"party.agreement.{verb}",
        f"agreement/{agreement.id}",
        tuple({agreement.operator_id, agreement.payer_id, agreement.partner_id}),
        _told(version, agreement),
    )
    record(actor, fact, now=now)
    return version


def _told(version: AgreementVersion, agreement: Agreement) -> Mapping[str, Any]:
    return {
        "app": agreement.app_id,
        "customer": agreement.customer_id,
        "payer": agreement.payer_id,
        "starts_on": version.starts_on.isoformat(),
        "model": version.model,
        "params": version.params,
        "currency": version.currency,
    }


def _shares_of(operator_id: int) -> list[Share]:
    versions = AgreementVersion.objects.filter(
        agreement__operator_id=operator_id, agreement__payer_id=operator_id
    ).select_related("agreement__partner")
    return [
        Share(
            version.agreement.partner_id,
            version.agreement.partner.kind,
            version.agreement.app_id,
            version.starts_on,
            version.terms.highest_bp,
            version.agreement.customer_id,
        )
        for version in versions
    ]

"""Opens a market in the stack's database, as whoever runs the platform would: one party of each kind that
founds nothing by itself, a certified integrator, an agreement, the approvals app on offer. Prints JSON."""

from __future__ import annotations

import json
import os
from datetime import date

from hotpot.entry.commands import platform

OPERATOR, FINANCE = "+8613800138001", "+8613800138002"
INTEGRATOR, DEVELOPER = "+8613800138003", "+8613800138004"


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hotpot.entry.settings")
    with platform():
        print(json.dumps(_open()))  # noqa: T201


def _open() -> dict[str, object]:
    from django.conf import settings

    from hotpot.apps.approvals.app import app as approvals
    from hotpot.kernel.money import Money
    from hotpot.kernel.msisdn import Msisdn
    from hotpot.pot.catalog.actions import list_app, make_offer
    from hotpot.pot.catalog.pricing import Pricing
    from hotpot.pot.events.wire import SYSTEM_ACTOR
    from hotpot.pot.party import actions as party
    from hotpot.pot.party.models import Party
    from hotpot.pot.party.terms import PerUnit
    from hotpot.sdk.host import register

    now = settings.HOTPOT_CLOCK.now()
    first = date(now.year, now.month, 1)

    def found(kind: str, name: str, number: str, role: str = "owner") -> Party:
        made = party.register_party(SYSTEM_ACTOR, kind=kind, name=name, owner=None, now=now)
        party.grant_role(
            SYSTEM_ACTOR, party=made, number=Msisdn(number), name=f"{name} {role}", role=role, now=now
        )
        return made

    operator = found("operator", "River Mobile", OPERATOR)
    party.grant_role(
        SYSTEM_ACTOR, party=operator, number=Msisdn(FINANCE), name="River finance", role="finance", now=now
    )
    integrator = found("integrator", "Hill Systems", INTEGRATOR)
    developer = found("developer", "Small Apps", DEVELOPER)
    party.apply_for_certification(SYSTEM_ACTOR, operator=operator, integrator=integrator, now=now)
    party.certify(SYSTEM_ACTOR, operator=operator, integrator=integrator, now=now)
    party.sign_agreement(
        SYSTEM_ACTOR,
        operator=operator,
        partner=integrator,
        terms=PerUnit.a_seat(Money(500, "CNY")),
        starts_on=first,
        now=now,
    )
    party.assign_range(SYSTEM_ACTOR, operator=operator, prefix="+8613", now=now)
    app = register(approvals, actor=SYSTEM_ACTOR, developer_id=developer.id, now=now)
    list_app(actor=SYSTEM_ACTOR, app_id=app.id, now=now)
    make_offer(
        actor=SYSTEM_ACTOR, operator_id=operator.id, app_id=app.id, name="Standard",
        price=Pricing.monthly(Money(1500, "CNY")), starts_on=first, now=now,
    )  # fmt: skip
    return {
        "operator": OPERATOR,
        "finance": FINANCE,
        "integrator": INTEGRATOR,
        "developer": DEVELOPER,
    }


if __name__ == "__main__":
    main()

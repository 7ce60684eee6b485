"""Opens a company whose people have the mail app, at an operator of its own. Prints JSON."""

from __future__ import annotations

import json
import os
from datetime import date

from hotpot.entry.commands import platform

OWNER, MEMBER = "+8615900139001", "+8615900139002"


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hotpot.entry.settings")
    with platform():
        _open()
        print(json.dumps({"owner": OWNER, "member": MEMBER}))  # noqa: T201


def _open() -> None:
    from django.conf import settings

    from hotpot.apps.mail.app import app as mail
    from hotpot.kernel.money import Money
    from hotpot.kernel.msisdn import Msisdn
    from hotpot.pot.catalog.actions import list_app, make_offer
    from hotpot.pot.catalog.pricing import Pricing
    from hotpot.pot.events.wire import SYSTEM_ACTOR
    from hotpot.pot.party import actions as party
    from hotpot.pot.party.wire import DirectoryMember
    from hotpot.pot.subscription.actions import assign_seats, place_order
    from hotpot.sdk.host import register

    now = settings.HOTPOT_CLOCK.now()
    today = date(now.year, now.month, now.day)
    operator = party.register_party(SYSTEM_ACTOR, kind="operator", name="Lake Mobile", owner=None, now=now)
    maker = party.register_party(SYSTEM_ACTOR, kind="developer", name="Mail Makers", owner=None, now=now)
    party.assign_range(SYSTEM_ACTOR, operator=operator, prefix="+8615", now=now)
    app = register(mail, actor=SYSTEM_ACTOR, developer_id=maker.id, now=now)
    list_app(actor=SYSTEM_ACTOR, app_id=app.id, now=now)
    offer = make_offer(
        actor=SYSTEM_ACTOR, operator_id=operator.id, app_id=app.id, name="Standard",
        price=Pricing.monthly(Money(1000, "CNY")), starts_on=today.replace(day=1), now=now,
    )  # fmt: skip
    engagement = party.onboard_customer(
        SYSTEM_ACTOR, operator=operator, integrator=None, name="Lake Shipping", owner_number=Msisdn(OWNER),
        owner_name="Zhou Min", starts_on=today, now=now,
    )  # fmt: skip
    party.sync_directory(
        SYSTEM_ACTOR,
        customer=engagement.customer,
        departments=[],
        members=[DirectoryMember("u1", "Li Lei", MEMBER), DirectoryMember("u2", "Zhou Min", OWNER)],
        now=now,
    )
    subscription = place_order(
        actor=SYSTEM_ACTOR, customer_id=engagement.customer_id, offer_id=offer.id, integrator_id=None,
        starts_on=today, key="mail", now=now,
    )  # fmt: skip
    assign_seats(
        actor=SYSTEM_ACTOR, subscription_id=subscription.id, starts_on=today, numbers=[MEMBER, OWNER], now=now
    )


if __name__ == "__main__":
    main()

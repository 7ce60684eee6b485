"""Founds the first operator, integrator and developer, and lists the apps that come with Hotpot.

Change the words below, then:  hotpot manage shell < deploy/first_day.py
"""

from django.conf import settings

from hotpot.kernel.msisdn import Msisdn
from hotpot.pot.catalog.actions import list_app
from hotpot.pot.events.wire import SYSTEM_ACTOR
from hotpot.pot.party import actions as party
from hotpot.sdk.host import hosted, register

OPERATOR, OPERATOR_OWNER = "Example Mobile", "+8613800138000"
PREFIXES = ("+86138",)  # phone numbers that are the operator's
INTEGRATOR, INTEGRATOR_OWNER = "Example Systems", "+8613800138001"
DEVELOPER, DEVELOPER_OWNER = "Example Apps", "+8613800138002"
FIRST_PASSWORD = "change me at once"  # of all three owners; each changes it at /account/
PLACE = {"country": "CN", "currency": "CNY", "time_zone": "Asia/Shanghai"}

NOW = settings.HOTPOT_CLOCK.now()
PARTIES = {}
for kind, name, number in (
    ("operator", OPERATOR, OPERATOR_OWNER),
    ("integrator", INTEGRATOR, INTEGRATOR_OWNER),
    ("developer", DEVELOPER, DEVELOPER_OWNER),
):
    made = party.register_party(SYSTEM_ACTOR, kind=kind, name=name, owner=None, **PLACE, now=NOW)
    owner = party.grant_role(
        SYSTEM_ACTOR, party=made, number=Msisdn(number), name=f"Owner of {name}", role="owner", now=NOW
    ).person
    owner.set_password(FIRST_PASSWORD)
    owner.save()
    PARTIES[kind] = made

for prefix in PREFIXES:
    party.assign_range(SYSTEM_ACTOR, operator=PARTIES["operator"], prefix=prefix, now=NOW)

for app in hosted().values():
    register(app, actor=SYSTEM_ACTOR, developer_id=PARTIES["developer"].id, now=NOW)
    list_app(actor=SYSTEM_ACTOR, app_id=app.id, now=NOW)

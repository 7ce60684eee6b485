"""The connector between the office and the platform: configuration, as an integrator would write it."""

from __future__ import annotations

import tomllib
from datetime import datetime

from hotpot.entry.replay.market import Market
from hotpot.kernel.errors import Refused
from hotpot.pot.connector.actions import create, pause, start
from hotpot.pot.connector.models import Connector
from hotpot.pot.connector.runner import poll_once
from hotpot.pot.events.wire import SYSTEM_ACTOR

CLAIMS = """
time_zone = "Europe/Amsterdam"

[source]
table = "open_step"
key = "id"

[notice]
kind = "status"
column = "status"
open = "open"

[columns]
title = "{document} {id}"
applicant = "applicant"
approver = "approver"
approver_by = "user_id"
amount = "amount"
appeared_at = "opened_at"
details = { Claim = "claim_id", Role = "role" }

[write_back]
statements = ['''
    UPDATE claim_step SET status = :verdict, remark = :comment, decided_by = :approver_user_id,
        decided_at = :decided_at WHERE id = :key AND status = 'open' ''']
verdicts = { approved = "approved", rejected = "rejected" }
"""
PEOPLE = """
[directory]
departments = "SELECT id, name, NULL FROM unit"
users = "SELECT id, name, number, unit FROM staff"
roles = "SELECT id, role FROM staff"
"""


def connect(market: Market, office_url: str, now: datetime) -> int:
    """Brings the office's people in and links its claims; the id of the claims' connector, which runs."""
    people = _connector(market, office_url, "People", PEOPLE, now)
    result = poll_once(people.id, now)
    if result.problem or result.unreadable:
        raise Refused(f"The office's people could not be brought in: {result}")
    pause(SYSTEM_ACTOR, connector=people, now=now)
    return _connector(market, office_url, "Claims", CLAIMS, now).id


def _connector(market: Market, office_url: str, name: str, config: str, now: datetime) -> Connector:
    connector = create(
        SYSTEM_ACTOR,
        customer=market.customer,
        integrator=market.integrator,
        name=name,
        address=office_url,
        config=tomllib.loads(config),
        now=now,
    )
    return start(SYSTEM_ACTOR, connector=connector, now=now)

"""The connector between the office and the platform: configuration, as an integrator would write it."""

from __future__ import annotations

import tomllib
from datetime import datetime

from hotpot.entry.replay.market import Market
from hotpot.pot.connector.actions import create, start
from hotpot.pot.events.wire import SYSTEM_ACTOR

CONFIG = """
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

[directory]
departments = "SELECT id, name, NULL FROM unit"
users = "SELECT id, name, number, unit FROM staff"
roles = "SELECT id, role FROM staff"
"""


def connect(market: Market, office_url: str, now: datetime) -> int:
    """A running connector; its id."""
    connector = create(
        SYSTEM_ACTOR,
        customer=market.customer,
        integrator=market.integrator,
        name="Office",
        address=office_url,
        config=tomllib.loads(CONFIG),
        now=now,
    )
    return start(SYSTEM_ACTOR, connector=connector, now=now).id

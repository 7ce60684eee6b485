"""The profiles by their names."""

from __future__ import annotations

from hotpot.pot.connector.tables.api import Api
from hotpot.pot.connector.tables.masdb import Masdb
from hotpot.pot.connector.tables.outbox import Outbox
from hotpot.pot.connector.tables.wire import Profile
from hotpot.pot.connector.wire import Tables


def profile_of(tables: Tables, access_number: str) -> Profile:
    match tables.profile:
        case "api":
            return Api(tables.code)
        case "sms_outbox":
            return Outbox()
        case "masdb":
            return Masdb(access_number)

"""The company's people, as its own system lists them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_noop as _

from hotpot.pot.connector import actions
from hotpot.pot.connector.enterprise import Enterprise
from hotpot.pot.connector.models import Connector, UnreadableRow
from hotpot.pot.connector.queries import DIRECTORY
from hotpot.pot.connector.rules import json_safe, text_of
from hotpot.pot.connector.trouble import Broken
from hotpot.pot.connector.wire import Directory
from hotpot.pot.events.wire import SYSTEM_ACTOR
from hotpot.pot.party.directory import sync_directory
from hotpot.pot.party.wire import DirectoryDepartment, DirectoryMember, SyncResult
from hotpot.pot.web.sentences import Sentence


def bring_in(connector: Connector, enterprise: Enterprise, directory: Directory, now: datetime) -> SyncResult:
    """Their users become members with departments and roles. Who can't be taken is kept, with the reason."""
    departments = read_departments(enterprise, directory)
    members, rows = read_members(enterprise, directory)
    with transaction.atomic():
        result = sync_directory(
            SYSTEM_ACTOR, customer=connector.customer, departments=departments, members=members, now=now
        )
        problems = {
            DIRECTORY + one.external_id: (Sentence(str(one.reason)), json_safe(rows.get(one.external_id, {})))
            for one in result.skipped
        }
        people = UnreadableRow.objects.filter(connector=connector, external_key__startswith=DIRECTORY)
        people.exclude(external_key__in=problems).delete()
        actions.keep_unreadable(connector, problems, now)
        actions.directory_read(connector, now)
    return result


def read_departments(enterprise: Enterprise, directory: Directory) -> Sequence[DirectoryDepartment]:
    """Columns in this order: id, name, parent. A parent that isn't listed is none."""
    if not directory.departments:
        return []
    rows = [_texts(row, 3, "directory.departments") for row in enterprise.query(directory.departments)]
    ids = {row[0] for row in rows}
    return [DirectoryDepartment(one, name, parent if parent in ids else "") for one, name, parent in rows]


def read_members(
    enterprise: Enterprise, directory: Directory
) -> tuple[Sequence[DirectoryMember], Mapping[str, Mapping[str, Any]]]:
    """Columns in this order: id, name, number, department. Also answers the rows by user id."""
    roles = _read_roles(enterprise, directory)
    rows: dict[str, Mapping[str, Any]] = {}
    members: list[DirectoryMember] = []
    for row in enterprise.query(directory.users):
        user_id, name, number, department = _texts(row, 4, "directory.users")
        rows[user_id] = row
        members.append(DirectoryMember(user_id, name, number, department, tuple(roles.get(user_id, ()))))
    return members, rows


def _read_roles(enterprise: Enterprise, directory: Directory) -> Mapping[str, Sequence[str]]:
    roles: dict[str, list[str]] = defaultdict(list)
    if directory.roles:
        for row in enterprise.query(directory.roles):
            user_id, role = _texts(row, 2, "directory.roles")
            if role not in roles[user_id]:
                roles[user_id].append(role)
    return roles


def _texts(row: Mapping[str, Any], count: int, key: str) -> Sequence[str]:
    values = [text_of(value).strip() for value in row.values()]
    if len(values) != count:
        sentence = _(
            "%(key)s: the query gives %(found)d columns, not %(count)d. Choose them in the order told."
        )
        raise Broken(Sentence(sentence, {"key": key, "found": len(values), "count": count}))
    return values

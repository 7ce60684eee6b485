"""What the app keeps by itself: people's rules, and mails that wait to be told together.

`held` has a mail each, `digest` a row for each person and hour at which some are told.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from pydantic import TypeAdapter

from hotpot.apps.mail.rules import Rule
from hotpot.sdk.mail import Mail
from hotpot.sdk.platform import Pot

HELD_AT_ONCE = 1000

_RULE: TypeAdapter[Rule] = TypeAdapter(Rule)


def rules_of(pot: Pot, person_id: int) -> list[Rule]:
    found = pot.storage.find("rule", {"person_id": person_id})
    return [_RULE.validate_python(one) for one in found]


def rule(pot: Pot, person_id: int, id: int) -> Rule | None:
    return next((one for one in rules_of(pot, person_id) if one.id == id), None)


def keep_rule(pot: Pot, one: Rule) -> None:
    pot.storage.put("rule", _key(one.id), _RULE.dump_python(one, mode="json"))


def forget_rule(pot: Pot, one: Rule) -> None:
    pot.storage.delete("rule", _key(one.id))


def swap_rules(pot: Pot, one: Rule, other: Rule) -> None:
    keep_rule(pot, replace(one, id=other.id))
    keep_rule(pot, replace(other, id=one.id))


def new_rule_id(pot: Pot) -> int:
    return pot.storage.next_number("rule")


def hold(pot: Pot, mail: Mail, due_at: datetime) -> None:
    due = _written(due_at)
    document = {"person_id": mail.person_id, "customer_id": mail.customer_id, "mail_id": mail.id, "due": due}
    pot.storage.put("held", _key(mail.id), document)
    pot.storage.put("digest", f"{due} {_key(mail.person_id)}", {"person_id": mail.person_id, "due": due})


def next_due(pot: Pot) -> tuple[int, str] | None:
    """The person and hour of the digest that is due now, the oldest first."""
    first = pot.storage.find("digest", {}, limit=1)
    if not first or first[0]["due"] > _written(pot.now):
        return None
    return first[0]["person_id"], first[0]["due"]


def take_held(pot: Pot, person_id: int, due: str) -> Sequence[int]:
    """The mails of one digest, once."""
    taken: list[int] = []
    while held := pot.storage.find("held", {"person_id": person_id, "due": due}, limit=HELD_AT_ONCE):
        for one in held:
            pot.storage.delete("held", _key(one["mail_id"]))
            taken.append(one["mail_id"])
    pot.storage.delete("digest", f"{due} {_key(person_id)}")
    return taken


def _key(id: int) -> str:
    return f"{id:012d}"


def _written(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"

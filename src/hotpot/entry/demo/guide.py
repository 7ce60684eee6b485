"""Whom to be in the demo."""

from __future__ import annotations

from hotpot.pot.console.landing.queries import doors


def people_to_be() -> dict[str, str]:
    """Number -> who that is, as a line in a terminal says it."""
    return {door.person.number: f"{door.person.name}, {door.role} of {door.party}" for door in doors()}

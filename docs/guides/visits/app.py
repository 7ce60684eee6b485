"""Sales people text where they are. The visit is kept, answered, put on record, and shown on the phone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from hotpot.sdk.app import App, Page, Request
from hotpot.sdk.platform import NewMessage, PlatformEvent, Pot, Reply
from hotpot.sdk.text import gettext as _

FUNCTION = "log"  # what a seat is for; named in manifest.toml

app = App.from_manifest(Path(__file__).with_name("manifest.toml"))


@app.page("/", function=FUNCTION)
def start(request: Request) -> Page:
    return Page(
        "visits/start.html", {"visits": visits_of(request.pot, request.visitor.person_id)}, _("Visits")
    )


@app.on("message.replied")
def hear(pot: Pot, events: Sequence[PlatformEvent]) -> None:
    """Many messages at once; one call answers them all."""
    replies = pot.messages.replies(events)
    allowed = pot.entitlements.allowed((reply.by.number for reply in replies), FUNCTION)
    pot.messages.send([keep(pot, reply) for reply in replies if reply.by.number in allowed])


def keep(pot: Pot, reply: Reply) -> NewMessage:
    by, place = reply.by, reply.text.strip()
    pot.storage.put("visits", str(reply.message_id), {"person_id": by.person_id, "place": place})
    pot.events.record(
        "logged",
        f"visit/{reply.message_id}",
        customer_id=by.customer_id,
        person_id=by.person_id,
        data={"place": place},
    )
    count = len(visits_of(pot, by.person_id))
    # The key makes a retry harmless: the same message is not answered twice.
    return NewMessage(f"logged/{reply.message_id}", by, "logged", {"place": place, "count": str(count)})


def visits_of(pot: Pot, person_id: int) -> Sequence[Mapping[str, Any]]:
    return pot.storage.find("visits", {"person_id": person_id})

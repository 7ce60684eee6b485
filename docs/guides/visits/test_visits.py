from __future__ import annotations

import pytest

from hotpot.sdk.app import Page
from hotpot.sdk.errors import NoSeat
from hotpot.sdk.testing import AppHarness, MemoryPot
from visits.app import app


def test_a_text_becomes_a_visit() -> None:
    pot = MemoryPot(app.manifest)
    harness = AppHarness(app, pot)
    li = pot.add_member("Li Lei", seat=True)

    pot.reply(li, "Ciqikou Tea")
    harness.deliver()

    assert pot.outbox[-1].to == li
    assert pot.outbox[-1].text == "Logged: Ciqikou Tea. That is visit 1."
    assert pot.recorded[-1].type == "visits.logged"
    page = harness.get("/", by=li)
    assert isinstance(page, Page)
    assert [visit["place"] for visit in page.context["visits"]] == ["Ciqikou Tea"]


def test_without_a_seat_nothing_answers() -> None:
    pot = MemoryPot(app.manifest)
    with pytest.raises(NoSeat):
        AppHarness(app, pot).get("/", by=pot.add_member("Wu"))

"""The intake's description is checked in, so that a change of it shows as a diff."""

from __future__ import annotations

import json
import os
from pathlib import Path

import hotpot
from hotpot.pot.metering.openapi import DOCUMENT

SNAPSHOT = Path(hotpot.__file__).parents[2] / "openapi" / "intake.json"


def test_the_description_is_as_checked_in() -> None:
    text = json.dumps(DOCUMENT, indent=2, sort_keys=True, ensure_ascii=False) + "\n"
    if os.environ.get("HOTPOT_WRITE_SNAPSHOTS"):
        SNAPSHOT.write_text(text)
    assert SNAPSHOT.read_text() == text, "run this test with HOTPOT_WRITE_SNAPSHOTS=1 and read the diff"

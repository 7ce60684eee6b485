"""The app itself: what it promises is in manifest.toml."""

from __future__ import annotations

from pathlib import Path

from hotpot.sdk.app import App

app = App.from_manifest(Path(__file__).with_name("manifest.toml"))

# They register themselves.
from hotpot.apps.approvals import api, by_link, messages, pages  # noqa: E402, F401
from hotpot.apps.approvals.kinds import pages as kind_pages  # noqa: E402, F401
from hotpot.apps.approvals.requests import by_link as request_by_link  # noqa: E402, F401
from hotpot.apps.approvals.requests import filling, hearing  # noqa: E402, F401
from hotpot.apps.approvals.requests import pages as request_pages  # noqa: E402, F401
from hotpot.apps.approvals.statistics import pages as statistics_pages  # noqa: E402, F401

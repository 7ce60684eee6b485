"""The app itself: what it promises is in manifest.toml."""

from __future__ import annotations

from pathlib import Path

from hotpot.sdk.app import App

app = App.from_manifest(Path(__file__).with_name("manifest.toml"))

FUNCTION = "mail"

# They register themselves.
from hotpot.apps.mail import inbox, letters, mailboxes, ruling, telling  # noqa: E402, F401

"""The apps that Django runs, and the files that come with them, found without loading any."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from pathlib import Path

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "procrastinate.contrib.django",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "hotpot.pot.access",
    "hotpot.pot.web",
    "hotpot.pot.events",
    "hotpot.pot.identity",
    "hotpot.pot.party",
    "hotpot.pot.ledger",
    "hotpot.pot.catalog",
    "hotpot.pot.subscription",
    "hotpot.pot.messaging",
    "hotpot.pot.notification",
    "hotpot.pot.connector",
    "hotpot.pot.connector.mailbox",
    "hotpot.pot.realtime",
    "hotpot.pot.metering",
    "hotpot.pot.rating",
    "hotpot.pot.billing",
    "hotpot.pot.payment",
    "hotpot.pot.settlement",
    "hotpot.pot.close",
    "hotpot.pot.console",
    "hotpot.sdk",
    "hotpot.apps.approvals",
    "hotpot.apps.mail",
]


def files(pattern: str) -> Iterator[Path]:
    """Those that match in each app's own folder, in the order of the apps."""
    for app in INSTALLED_APPS:
        root, *rest = app.split(".")
        package = importlib.util.find_spec(root)
        if package is None or package.origin is None:
            raise ModuleNotFoundError(app)
        yield from sorted(Path(package.origin).parent.joinpath(*rest).glob(pattern))

"""One throw-away PostgreSQL for a test run, there before Django reads its settings. Nothing is timed."""

from __future__ import annotations

import atexit
import contextlib
import os
import shutil
import tempfile
from collections.abc import Generator
from pathlib import Path

import hypothesis
import pytest

from hotpot.entry.config import DATABASE, OWNER_ROLE, WEB_ROLE, embedded_url
from tests.template import begin_migrated

OURS = "HOTPOT_TESTS_SERVER_OF"  # which of pytest's processes started the server in the variables


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Generator[None]:
    """A wrapper, because those run before every plain hook, pytest-django's among them.

    Each worker of pytest-xdist has a server of its own: an open transaction anywhere on a server keeps
    back what readers of the record may see.
    """
    if not os.environ.get("HOTPOT_DATABASE_URL") or os.environ.get(OURS) not in (None, _worker()):
        _start()
    return (yield)


def _worker() -> str:
    return os.environ.get("PYTEST_XDIST_WORKER", "controller")


def _start() -> None:
    from hotpot.entry.embedded import embedded_postgres

    data = Path(tempfile.mkdtemp(prefix="hotpot-tests-"))
    stack = contextlib.ExitStack()
    atexit.register(stack.close)  # Also when pytest ends before its own hooks for the end are there.
    stack.callback(shutil.rmtree, data, ignore_errors=True)
    begin_migrated(data)
    stack.enter_context(embedded_postgres(data, durable=False, by="a test run"))
    (data / "static").mkdir()
    os.environ |= {
        "HOTPOT_DATA": str(data),
        "HOTPOT_DATABASE_URL": embedded_url(data, OWNER_ROLE),
        "HOTPOT_WEB_DATABASE_URL": embedded_url(data, WEB_ROLE),
        "HOTPOT_SECRET_KEY": "a-secret-for-tests-only",
        "HOTPOT_INSIDE": "127.0.0.1",  # where tests have their peers
        OURS: _worker(),
    }


@pytest.hookimpl(trylast=True)
def pytest_configure() -> None:
    """Static files keep their plain names: nothing is collected for tests. Passwords are hashed fast.

    An example takes as long as it takes: the first of them may load what is slow to load.
    """
    from django.conf import settings

    hypothesis.settings.register_profile(
        "untimed", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
    )
    hypothesis.settings.load_profile("untimed")

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    if os.environ.get(OURS) == _worker():  # Nothing is left to migrate in the tests' own database.
        settings.DATABASES["default"].setdefault("TEST", {})["TEMPLATE"] = DATABASE
    settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}

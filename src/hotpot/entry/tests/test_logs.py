"""What a log says of an error: where it came from, and nothing of what was at hand there."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator

import pytest
import structlog

from hotpot.entry import logs


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    root, kept = logging.getLogger(), structlog.get_config()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.captureWarnings(False)
    structlog.configure(**kept)


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("stream", [io.StringIO(), Terminal()], ids=["file", "terminal"])
def test_an_error_is_told_without_the_values_that_were_at_hand(stream: io.StringIO) -> None:
    logs.configure("gateway", stream)
    password = "correct horse"
    try:
        _ = len(password) / 0
    except ZeroDivisionError:
        structlog.get_logger("hotpot.test").exception("it failed")
    said = stream.getvalue()
    assert "ZeroDivisionError" in said
    assert "test_logs.py" in said
    assert password not in said

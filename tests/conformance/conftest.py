"""Every verb of `hotpot.sdk.platform`, on the platform in memory and on the real one: one suite."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test.utils import override_settings

from tests.conformance.worlds import LocalWorld, MemoryWorld, World


@pytest.fixture(params=[MemoryWorld, LocalWorld], ids=["memory", "local"])
def world(request: pytest.FixtureRequest) -> Iterator[World]:
    with override_settings(HOTPOT_ACCESS_NUMBER="10690000"):
        yield request.param()

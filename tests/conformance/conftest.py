"""Every verb of `hotpot.sdk.platform`, on the platform in memory and on the real one: one suite."""

from __future__ import annotations

import pytest

from tests.conformance.worlds import LocalWorld, MemoryWorld, World


@pytest.fixture(params=[MemoryWorld, LocalWorld], ids=["memory", "local"])
def world(request: pytest.FixtureRequest) -> World:
    world: World = request.param()
    return world

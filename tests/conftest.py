"""The factories of the house, for tests that cross rooms."""

from hotpot.conftest import *  # noqa: F403

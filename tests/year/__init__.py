"""A year of business across all rooms: made from a seed, closed each month, proved after each step."""

import pytest

pytest.register_assert_rewrite(
    *(f"tests.year.{name}" for name in ("money", "play", "totals", "trading", "usage"))
)

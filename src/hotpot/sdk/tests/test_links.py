"""Signed links: what opens, what doesn't."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hotpot.conftest import NOW
from hotpot.sdk.links import BadLink, Link, opened, signed

LINK = Link("/requests/7/3", 17, 4, NOW + timedelta(days=3))


def test_a_link_says_what_was_signed() -> None:
    assert opened("approvals", signed("approvals", LINK), NOW) == LINK


def test_a_link_of_another_app_or_a_changed_one_is_refused() -> None:
    token = signed("approvals", LINK)
    for app_id, forged in (
        ("mail", token), ("approvals", f"x{token}"), ("approvals", token[:-2]), ("approvals", ""),
        ("approvals", "a.b"),
    ):  # fmt: skip
        with pytest.raises(BadLink, match="not valid"):
            opened(app_id, forged, NOW)


def test_a_link_expires() -> None:
    token = signed("approvals", LINK)
    assert opened("approvals", token, LINK.expires_at - timedelta(seconds=1)) == LINK
    with pytest.raises(BadLink, match="expired"):
        opened("approvals", token, LINK.expires_at)

"""Who may look into an account: the party whose books it stands in, and whom it is about."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import transaction

from hotpot.conftest import make_party
from hotpot.pot.access.readers import become, reader_of, web_role
from hotpot.pot.ledger.actions import NewAccount, book, hold, open_accounts, post_hold
from hotpot.pot.ledger.models import Account, Hold, Movement, Posting, Transfer
from hotpot.pot.ledger.rules import Entry
from hotpot.pot.ledger.rules import Posting as Line

NOW = datetime(2026, 10, 15, tzinfo=UTC)


@pytest.mark.django_db
def test_each_party_sees_its_own_side() -> None:
    operator, partner, stranger = (make_party(kind) for kind in ("operator", "integrator", "customer"))
    open_accounts(
        [
            NewAccount("revenue", "CNY", operator.id),
            NewAccount("payable", "CNY", operator.id, partner.id),
        ],
        now=NOW,
    )
    book([Entry("a", "", NOW, (Line("revenue", 5, "CNY"), Line("payable", -5, "CNY")))])
    hold(key="h", source="payable", target="revenue", amount=2, memo="", now=NOW)
    post_hold("h", now=NOW)
    seen = {}
    for party in (operator, partner, stranger):
        with transaction.atomic(), web_role():
            become(reader_of(0, [party.id]))
            codes = sorted(Account.objects.values_list("code", flat=True))
            counts = [model.objects.count() for model in (Posting, Transfer, Movement, Hold)]
            seen[party.kind] = (codes, counts)
    assert seen == {
        "operator": (["payable", "revenue"], [2, 1, 4, 1]),
        "integrator": (["payable"], [1, 1, 3, 1]),
        "customer": ([], [0, 0, 0, 0]),
    }

"""Who may look into an account: the party whose books it stands in, and whom it is about."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import transaction

from hotpot.conftest import make_party
from hotpot.pot.access.readers import become, reader_of, web_role
from hotpot.pot.ledger.actions import NewAccount, book, open_accounts
from hotpot.pot.ledger.models import Account, Posting
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
    seen = {}
    for party in (operator, partner, stranger):
        with transaction.atomic(), web_role():
            become(reader_of(0, [party.id]))
            codes = sorted(Account.objects.values_list("code", flat=True))
            seen[party.kind] = (codes, Posting.objects.count())
    assert seen == {
        "operator": (["payable", "revenue"], 2),
        "integrator": (["payable"], 1),
        "customer": ([], 0),
    }

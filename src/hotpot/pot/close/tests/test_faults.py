"""A close that is killed half-way leaves nothing, and the next one completes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import UTC, datetime
from urllib.parse import urlsplit

import pytest
from django.db import connection

from hotpot.conftest import make_agreement
from hotpot.kernel.period import Month
from hotpot.pot.billing.models import Bill
from hotpot.pot.close.actions import close_month
from hotpot.pot.close.books import check_books
from hotpot.pot.close.models import CloseRun
from hotpot.pot.close.tests.trade import LONG_AGO, make_bare_market, make_offer, make_subscription
from hotpot.pot.ledger.models import Entry
from hotpot.pot.rating.models import Charge
from hotpot.pot.settlement.models import Share

NOW = datetime(2026, 11, 2, tzinfo=UTC)

# Everything but the statements is written when the process is gone.
KILLED = """
import os, signal, sys
from datetime import datetime
import django
django.setup()
from hotpot.kernel.period import Month
from hotpot.pot.close import actions, booking
booking._store_statements = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
actions.close_month(Month(2026, 10), now=datetime.fromisoformat(sys.argv[1]))
"""


@pytest.mark.faults
@pytest.mark.django_db(transaction=True)
def test_kill_9_half_way_leaves_nothing_and_the_next_close_completes() -> None:
    market = make_bare_market()
    make_agreement(market.operator, market.integrator, fixed_minor=500, starts_on=LONG_AGO)
    make_subscription(market, make_offer(market, prices={LONG_AGO: 1500}), seats=[(LONG_AGO, None)] * 20)

    url = urlsplit(os.environ["HOTPOT_DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}")
    environ = {
        **os.environ,
        "HOTPOT_DATABASE_URL": url.geturl(),
        "DJANGO_SETTINGS_MODULE": "hotpot.entry.settings",
    }
    killed = subprocess.run([sys.executable, "-c", KILLED, NOW.isoformat()], env=environ, timeout=60)
    assert killed.returncode == -signal.SIGKILL
    assert CloseRun.objects.get().state == "running"
    for model in (Charge, Share, Bill, Entry):
        assert model._default_manager.count() == 0

    (figures,) = close_month(Month(2026, 10), now=NOW)
    assert figures.state == "done"
    assert Bill.objects.get().total_minor == 20 * 1500
    assert list(CloseRun.objects.order_by("id").values_list("state", flat=True)) == ["failed", "done"]
    assert check_books().right

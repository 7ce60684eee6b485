from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from hotpot.conftest import NOW
from hotpot.pot.connector.models import Connector, Decision, Task, WriteBack


@pytest.mark.django_db
def test_metrics_count_by_name() -> None:
    answer = Client().get("/metrics")
    assert answer.status_code == 200
    assert b"# TYPE hotpot_messages_open gauge" in answer.content
    assert b"process_resident_memory_bytes" in answer.content


@pytest.mark.django_db
def test_metrics_name_nobody(make_market: Any) -> None:
    """A label is one of few words: an id in it would be a new series for each customer."""
    market = make_market()
    connector = Connector.objects.create(
        customer=market.customer, name="Leave", config={}, sealed_url=b"x", state="running",
        created_at=NOW, changed_at=NOW,
    )  # fmt: skip
    for key in ("1", "2"):
        task = Task.objects.create(
            connector=connector, customer=market.customer, external_key=key, title="Leave", appeared_at=NOW
        )
        decision = Decision.objects.create(
            task=task, customer=market.customer, person=market.customer_owner, verdict="approved",
            way="page", decided_at=NOW,
        )  # fmt: skip
        WriteBack.objects.create(decision=decision, connector=connector, customer=market.customer)
    text = Client().get("/metrics").content.decode()
    assert 'hotpot_write_backs_open{state="waiting"} 2.0' in text
    ours = re.findall(r'^hotpot_\w+{(\w+)="([^"]*)"}', text, re.MULTILINE)
    assert {label for label, _ in ours} <= {"state", "reader", "of"}
    assert not [value for _, value in ours if value.isdigit()]


@pytest.mark.django_db
@pytest.mark.parametrize("headers", [{"REMOTE_ADDR": "10.0.0.7"}, {"HTTP_X_FORWARDED_FOR": "10.0.0.7"}])
def test_metrics_stay_on_the_machine(headers: dict[str, str]) -> None:
    assert Client().get("/metrics", **headers).status_code == 403  # type: ignore[arg-type]


@pytest.mark.django_db
def test_health_is_refused_while_a_part_is_missing() -> None:
    answer = Client().get("/healthz")
    assert answer.status_code == 503
    assert answer.json() == {"healthy": False, "parts": {"postgres": True, "nats": False}}

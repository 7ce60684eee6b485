from __future__ import annotations

import pytest
from django.test import Client


@pytest.mark.django_db
def test_metrics_count_by_name() -> None:
    answer = Client().get("/metrics")
    assert answer.status_code == 200
    assert b"# TYPE hotpot_messages_open gauge" in answer.content
    assert b"process_resident_memory_bytes" in answer.content


@pytest.mark.django_db
@pytest.mark.parametrize("headers", [{"REMOTE_ADDR": "10.0.0.7"}, {"HTTP_X_FORWARDED_FOR": "10.0.0.7"}])
def test_metrics_stay_on_the_machine(headers: dict[str, str]) -> None:
    assert Client().get("/metrics", **headers).status_code == 403  # type: ignore[arg-type]


@pytest.mark.django_db
def test_health_is_refused_while_a_part_is_missing() -> None:
    answer = Client().get("/healthz")
    assert answer.status_code == 503
    assert answer.json() == {"healthy": False, "parts": {"postgres": True, "nats": False}}

"""What machines ask: is it well, and how much of everything is there."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden, JsonResponse
from django.views.decorators.http import require_safe
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.platform_collector import PlatformCollector
from prometheus_client.process_collector import ProcessCollector
from prometheus_client.registry import Collector

from hotpot.entry import health
from hotpot.kernel.reach import LOOPBACK
from hotpot.pot.access.readers import as_system, web_role

# Name, help, label, and the statement that gives (label, value) rows. All are index scans or small tables.
GAUGES = (
    (
        "hotpot_messages_open", "Messages that have not ended, by state", "state",
        "SELECT state, count(*) FROM messaging_message WHERE state IN ('queued', 'sent') GROUP BY state",
    ),
    (
        "hotpot_usage_last_event", "Number of the last usage event that was taken", "of",
        "SELECT 'pot', coalesce(max(last_event), 0) FROM metering_segment",
    ),
    (
        "hotpot_connectors", "Connectors by state", "state",
        "SELECT state, count(*) FROM connector_connector GROUP BY state",
    ),
    (
        "hotpot_write_backs_open", "Decisions on their way to enterprises' systems, by state", "state",
        "SELECT state, count(*) FROM connector_writeback WHERE state = 'waiting' GROUP BY state",
    ),
    (
        "hotpot_jobs", "Jobs by state", "state",
        "SELECT status::text, count(*) FROM procrastinate_jobs GROUP BY status",
    ),
    (
        "hotpot_record_lag_events", "Events that a reader of the record has not read yet", "reader",
        "SELECT reader, (SELECT count(*) FROM events_event AS event"
        "  WHERE (event.txid, event.sequence) > (c.txid::text::xid8, c.sequence)) FROM events_cursor AS c",
    ),
)  # fmt: skip


@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """200 while this process can reach PostgreSQL and NATS, else 503."""
    parts = {"postgres": _postgres(), "nats": asyncio.run(health.nats(settings.HOTPOT_NATS_URL))}
    well = all(parts.values())
    return JsonResponse({"healthy": well, "parts": parts}, status=200 if well else 503)


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Prometheus's text format, to a scraper on this machine only."""
    if request.META.get("REMOTE_ADDR") not in LOOPBACK or "X-Forwarded-For" in request.headers:
        return HttpResponseForbidden("Metrics are given to this machine only.\n", content_type="text/plain")
    registry = CollectorRegistry()
    ProcessCollector(registry=registry)
    PlatformCollector(registry=registry)
    registry.register(_Business())
    return HttpResponse(generate_latest(registry), content_type="text/plain; version=0.0.4; charset=utf-8")


class _Business(Collector):
    def collect(self) -> Iterator[Metric]:
        with transaction.atomic(), web_role(), as_system(), connection.cursor() as cursor:
            for name, text, label, statement in GAUGES:
                gauge = GaugeMetricFamily(name, text, labels=[label])
                cursor.execute(statement)
                for key, value in cursor.fetchall():
                    gauge.add_metric([key], value)
                yield gauge


def _postgres() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True

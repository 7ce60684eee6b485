"""What the gateway counts, for Prometheus."""

from __future__ import annotations

from collections.abc import Iterable

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from hotpot.pot.messaging.gateway.desk import Desk


class Figures(Collector):
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def collect(self) -> Iterable[Metric]:
        figures = self._desk.figures
        messages = CounterMetricFamily(
            "hotpot_gateway_messages", "Messages of interfaces by what became of them", labels=["what"]
        )
        messages.add_metric(["accepted"], figures.accepted)
        messages.add_metric(["known"], figures.known)
        messages.add_metric(["refused"], figures.refused)
        yield messages
        yield CounterMetricFamily("hotpot_gateway_told", "Notices that interfaces took", figures.told)
        yield CounterMetricFamily("hotpot_gateway_commits", "Groups of messages committed", figures.commits)
        yield CounterMetricFamily("hotpot_gateway_busy", "Callers told to come again", figures.busy)
        yield GaugeMetricFamily(
            "hotpot_gateway_waiting", "Messages that wait to be committed", self._desk.waiting
        )

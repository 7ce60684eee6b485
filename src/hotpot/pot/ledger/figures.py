"""What /metrics tells of the engine."""

from __future__ import annotations

from collections.abc import Iterable

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from hotpot.pot.ledger.engine import Engine


class Figures(Collector):
    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def collect(self) -> Iterable[Metric]:
        counts = self._engine.counts
        told = (
            ("commands", "Commands answered after a commit", counts.commands),
            ("refused", "Commands refused", counts.refused),
            ("batches", "Groups committed", counts.batches),
            ("overtaken", "Groups decided again because another writer was quicker", counts.overtaken),
            ("expired", "Holds that expired", counts.expired),
            ("commit_seconds", "Time from a group's first lock to its commit", counts.commit_s),
        )
        for name, text, value in told:
            yield CounterMetricFamily(f"hotpot_ledger_{name}", text, value)
        yield GaugeMetricFamily("hotpot_ledger_waiting", "Commands that wait", self._engine.waiting)
        yield GaugeMetricFamily("hotpot_ledger_writers", "Writers that are connected", self._engine.writers)

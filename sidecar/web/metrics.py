"""GET /metrics for Prometheus: totals over all runs. They name no run, so they need no secret."""

from collections.abc import Iterator
from typing import get_args

from flask import Response
from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest
from prometheus_client.registry import Collector

from sidecar.jobs.keyspace import Keyspace
from sidecar.jobs.queue import load_of
from sidecar.jobs.run_state import ACTIVE_STATUSES
from sidecar.jobs.totals import ENDED, Totals
from sidecar.migration.report.report import Status
from sidecar.web.blueprint import Blueprint
from sidecar.web.services import services

PREFIX = "directus_migration_"
# Reported from the start, so that Prometheus sees the first failure as a rise from 0.
ENDINGS = frozenset(get_args(Status)) - ACTIVE_STATUSES
COUNTERS = {
    "rows": "Rows and files that were created at destinations",
    "bytes": "Bytes of files that were transferred",
    "retries": "Requests that were repeated",
    "throttles": "Times that an instance asked to slow down",
}
GAUGES = {
    "queued": ("jobs_queued", "Runs and shards of files that wait for a worker"),
    "started": ("jobs_started", "Runs and shards of files that a worker processes"),
    "workers": ("workers", "Workers that run"),
}

blueprint = Blueprint("metrics", __name__, description="Numbers for Prometheus")


@blueprint.route("/metrics", methods=["GET"], endpoint="Metrics")
@blueprint.response(200, {"type": "string"}, content_type="text/plain")
@blueprint.may_answer(503)
def metrics() -> Response:
    """The totals that workers keep in Redis, and the load of the workers."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Totals(services().space))
    return Response(generate_latest(registry), content_type=CONTENT_TYPE_PLAIN_0_0_4)


class _Totals(Collector):
    def __init__(self, space: Keyspace) -> None:
        self._space = space

    def collect(self) -> Iterator[Metric]:
        """Raises RedisError."""
        totals, load = Totals(self._space).read(), load_of(self._space)
        ended = CounterMetricFamily(PREFIX + "runs", "Finished runs by status", labels=["status"])
        for name in sorted({*(ENDED + status for status in ENDINGS), *totals}):
            if name.startswith(ENDED):
                ended.add_metric([name.removeprefix(ENDED)], totals.get(name, 0))
        yield ended
        for name, text in COUNTERS.items():
            yield CounterMetricFamily(PREFIX + name, text, value=totals.get(name, 0))
        for name, (title, text) in GAUGES.items():
            yield GaugeMetricFamily(PREFIX + title, text, value=load[name])

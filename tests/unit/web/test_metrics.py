"""GET /metrics exposes the totals of all runs and the load of the workers."""

from sidecar.jobs import queue
from sidecar.jobs.keyspace import Keyspace
from sidecar.jobs.totals import Totals
from tests.unit.web.client import Client


def numbers(client: Client) -> dict[str, float]:
    """The metrics by name and labels."""
    answer = client.send("GET", "/metrics", headers={})
    assert answer.status == 200
    assert answer.headers["Content-Type"].startswith("text/plain")
    lines = [line for line in answer.text.splitlines() if not line.startswith("#")]
    return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines)}


def test_all_metrics_exist_before_the_first_run(client: Client) -> None:
    metrics = numbers(client)
    assert set(metrics.values()) == {0.0}
    assert {'directus_migration_runs_total{status="failed"}', "directus_migration_workers"} <= set(
        metrics
    )


def test_totals_and_load_are_exposed(client: Client, space: Keyspace) -> None:
    Totals(space).add({"rows": 5, "bytes": 7, "ended:completed": 2})
    queue.enqueue(space, "run", 1)
    metrics = numbers(client)
    assert metrics["directus_migration_rows_total"] == 5
    assert metrics["directus_migration_bytes_total"] == 7
    assert metrics['directus_migration_runs_total{status="completed"}'] == 2
    assert metrics["directus_migration_jobs_queued"] == 1


def test_without_redis_there_are_no_metrics(client_without_redis: Client) -> None:
    assert client_without_redis.get("/metrics").refusal == (503, "REDIS_UNREACHABLE", None)

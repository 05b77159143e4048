"""Files shared by workers: two nodes of a destination behind one address and two workers, beside
one of each.

All of it runs on one machine, whose processors would be what limits. So the address leads through a
balancer that gives each node the bandwidth of a modest line: then the nodes limit, as they do in
life.
"""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from redis import Redis
from rq import Worker

from sidecar.jobs.keyspace import Keyspace
from sidecar.jobs.queue import queue_of
from tests.bench import uploads
from tests.bench.lab import VERSION, Effort, say
from tests.bench.lines import Line, MeasurementFailed, median, ratio
from tests.stack.balancer import Balancer
from tests.stack.conditions import wait_until
from tests.stack.directus import DirectusInstance
from tests.stack.nodes import two_nodes
from tests.stack.sidecar_client import SidecarClient, admin_id
from tests.stack.sidecar_processes import SidecarWorker
from tests.stack.stack import Stack

COUNT, SIZE = 150, 4_000_000
BYTES_PER_SECOND = 15_000_000
BATCH_SIZE = 5
TIMES = 1.7


@dataclass(frozen=True)
class Took:
    """Seconds of a run's transfer of files, and of all of it."""

    transfer: float
    whole: float


def measure(effort: Effort) -> Iterator[Line]:
    """The lines of the case; the number of files scales. Raises MeasurementFailed."""
    count = effort.size(COUNT)
    one: list[Took] = []
    two: list[Took] = []
    with (
        tempfile.TemporaryDirectory(prefix="directus-migration-bench-") as folder,
        ExitStack() as stack,
    ):
        site = stack.enter_context(
            Stack(Path(folder), VERSION, "postgres", parts=("source", "redis", "web", "worker"))
        )
        nodes = stack.enter_context(two_nodes(VERSION, site.redis.url, Path(folder)))
        uploads.seed(site.source, count, SIZE)
        second = SidecarWorker(site.sidecar, site.logs, site.web.url, "second")
        stack.callback(second.process.stop)
        for _ in range(effort.runs):
            second.process.stop()
            one.append(_run(site, nodes[:1], workers=1))
            second.start()
            two.append(_run(site, nodes, workers=2))
    megabytes = count * SIZE / 1e6
    what, note = f"{count} x {SIZE / 1e6:g} MB, two nodes and two workers", "one node, one worker"
    yield ratio(
        "shared",
        f"{what}, stage apply",
        megabytes / median([took.transfer for took in two]),
        megabytes / median([took.transfer for took in one]),
        "MB/s",
        note,
        least=TIMES,
    )
    yield ratio(
        "shared",
        f"{what}, whole run",
        megabytes / median([took.whole for took in two]),
        megabytes / median([took.whole for took in one]),
        "MB/s",
        note,
    )


def _run(site: Stack, nodes: Sequence[DirectusInstance], workers: int) -> Took:
    queue = queue_of(Keyspace.of(Redis.from_url(site.redis.url), site.source.url))
    wait_until(lambda: Worker.count(queue=queue) == workers)
    client = SidecarClient(site, admin_id(site.source))
    with Balancer([node.url for node in nodes], BYTES_PER_SECOND) as balancer:
        body = {
            "destination_url": balancer.url,
            "destination_token": nodes[0].admin_token,
            "dry_run": False,
            "options": ["content"],
            "references": "empty",
            "batch_size": BATCH_SIZE,
        }
        run = client.wait_for_end(client.post("/runs", body).json()["id"])
    uploads.drop(nodes[0])
    if run["status"] != "completed":
        raise MeasurementFailed(
            f"the run ended {run['status']}: {run['message']} {run['problems'][:3]}"
        )
    took = Took(
        *(
            next(stage["seconds"] for stage in run["stages"] if stage["name"] == "apply"),
            run["seconds"],
        )
    )
    say(
        f"  {len(nodes)} nodes, {workers} workers: {took.transfer:.1f} s, the whole run "
        f"{took.whole:.1f} s"
    )
    for line in run["log"]["lines"]:
        if "transferred" in line["message"]:
            say(f"  {line['message']}")
    return took

"""A run that is cancelled ends within seconds at whatever stage, with the destination in its final
form."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

import pytest

from sidecar.migration.report.report import Report
from sidecar.migration.schema.loading_mode import NOTE
from tests.integration.oracle import differences
from tests.resilience.runs import CONTENT, Pair, cancelled_run, run
from tests.resilience.site import TABLES
from tests.stack.balancer import Balancer
from tests.stack.conditions import wait_until
from tests.stack.delay_proxy import DelayProxy
from tests.stack.dump import dump
from tests.stack.fault_plan import Fault, FaultPlan
from tests.stack.fault_proxy import FaultProxy
from tests.stack.many_files import seed_files
from tests.stack.seed.api import Api

SECONDS = 5.0
MINUTE = 60
LARGE_BYTES, SLOW_BYTES_PER_SECOND = 12_000_000, 400_000


@dataclass(frozen=True)
class Held:
    """Requests of one kind to one side whose answers are held back for a minute, and the stage they
    belong to."""

    stage: str
    side: str
    method: str
    path: str
    # A real run looks for other runs before it reads anything, so only a dry run asks this later.
    dry_run: bool = False


HELD = [
    Held("extract", "source", "GET", "/schema/snapshot"),
    Held("extract", "destination", "SEARCH", "/users"),
    Held("extract", "destination", "SEARCH", "/presets"),
    Held("plan", "destination", "SEARCH", "/files", dry_run=True),
    Held("apply", "destination", "POST", "/items/articles"),
    Held("apply", "source", "GET", "/assets/"),
    Held("apply", "destination", "POST", "/files"),
    Held("apply", "destination", "PATCH", "/settings"),
    Held("verify", "destination", "GET", "/assets/"),
]


@pytest.mark.parametrize("held", HELD, ids=lambda held: f"{held.stage}-{held.method}{held.path}")
def test_a_request_that_is_not_answered_holds_up_nobody(sites: Pair, held: Held) -> None:
    plan = FaultPlan({Fault.STALL: 1.0}, 0, only=(held.method, held.path))
    with at(sites, held.side, plan, stall_seconds=MINUTE) as pair:
        request = replace(CONTENT, dry_run=held.dry_run)
        report, seconds = cancelled_run(
            pair, lambda: wait_until(lambda: plan.met[Fault.STALL]), request
        )
    assert [stage.name for stage in report.stages if stage.status == "failed"] == [held.stage]
    assert_cancelled(sites, report, seconds)


def test_a_retry_after_of_a_minute_is_not_waited_for(sites: Pair) -> None:
    """Rows are refused; what puts the destination back is not."""
    plan = FaultPlan({Fault.STORM: 1.0}, 0, only=("POST", "/items/articles"))
    with at(sites, "destination", plan, storm_seconds=0.0, retry_after=MINUTE) as pair:
        report, seconds = cancelled_run(pair, lambda: wait_until(lambda: plan.met[Fault.STORM]))
    assert_cancelled(sites, report, seconds)


def test_a_destination_that_refuses_everything_is_asked_again_until_it_is_put_back(
    sites: Pair,
) -> None:
    """The final form comes before the five seconds, and before what is left of a minute of
    Retry-After."""
    refused_for = 4.0
    plan = FaultPlan({Fault.STORM: 1.0}, 0, only=("POST", "/items/articles"))
    with at(sites, "destination", plan, storm_seconds=refused_for, retry_after=MINUTE) as pair:
        report, seconds = cancelled_run(pair, lambda: wait_until(lambda: plan.met[Fault.STORM]))
    assert_cancelled(sites, report, seconds, within=refused_for + SECONDS)


def test_a_large_file_on_a_slow_line_is_left(sites: Pair) -> None:
    seed_files(sites.source, [LARGE_BYTES])
    with Api(sites.source.url, sites.source.admin_token) as api:
        large = str(api.get("/files", sort="-filesize", limit="1", fields="id")[0]["id"])
    try:
        with (
            DelayProxy(sites.source.url) as source,
            Balancer([sites.destination.url], SLOW_BYTES_PER_SECOND) as destination,
        ):
            pair = replace(sites, source_url=source.url, destination_url=destination.url)
            report, seconds = cancelled_run(
                pair,
                lambda: wait_until(
                    lambda: any(
                        one.path == f"/assets/{large}" and one.status for one in source.exchanges
                    )
                ),
            )
        assert_cancelled(sites, report, seconds)
    finally:
        with Api(sites.source.url, sites.source.admin_token) as api:
            api.delete(f"/files/{large}")


@contextmanager
def at(sites: Pair, side: str, plan: FaultPlan, **proxy: float) -> Iterator[Pair]:
    """The two sides, one of them through a proxy."""
    instance = sites.source if side == "source" else sites.destination
    with FaultProxy(instance.url, plan, **proxy) as faulty:
        yield (
            replace(sites, source_url=faulty.url)
            if side == "source"
            else replace(sites, destination_url=faulty.url)
        )


def assert_cancelled(
    sites: Pair, report: Report, seconds: float, *, within: float = SECONDS
) -> None:
    """It was cancelled in time and without a problem, left nothing to be put back, and can be
    completed."""
    assert (report.status, report.problems) == ("cancelled", [])
    assert seconds < within
    described = dump(sites.destination.database)["directus_collections"]
    assert [row["collection"] for row in described if row["note"] == NOTE] == []
    assert run(sites).status == "completed"
    assert differences(sites.source.database, sites.destination.database, TABLES) == []

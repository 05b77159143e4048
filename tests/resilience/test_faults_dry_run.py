"""A dry run writes nothing, whatever is asked for and whatever an earlier run has left behind."""

from dataclasses import replace

import pytest

from sidecar.migration.request import MigrationRequest
from sidecar.migration.schema.loading_mode import NOTE
from sidecar.options import OPTIONS
from tests.resilience.runs import Pair, run
from tests.stack.delay_proxy import DelayProxy
from tests.stack.dump import dump
from tests.stack.fault_plan import Fault, FaultPlan
from tests.stack.fault_proxy import FaultProxy

READING = {"GET", "SEARCH"}
# Compares, and writes nothing.
DIFF = ("POST", "/schema/diff")


@pytest.mark.parametrize("force", [False, True], ids=["", "force"])
def test_a_dry_run_of_everything_sends_nothing_that_could_write(sites: Pair, force: bool) -> None:
    assert_writes_nothing(sites, force=force)


@pytest.mark.parametrize("force", [False, True], ids=["", "force"])
def test_a_dry_run_leaves_what_an_interrupted_run_left(sites: Pair, force: bool) -> None:
    """Its token expired for good, so that it could put nothing back."""
    plan = FaultPlan({Fault.EXPIRED: 1.0}, 0, only=("POST", "/items/notes"))
    with FaultProxy(sites.destination.url, plan) as proxy:
        stopped = run(replace(sites, destination_url=proxy.url))
    assert "NOT_PUT_BACK" in {problem.code for problem in stopped.problems}
    assert_writes_nothing(sites, force=force)
    left = dump(sites.destination.database)["directus_collections"]
    assert [row["collection"] for row in left if row["note"] == NOTE] != []
    assert run(sites).status == "completed"


def assert_writes_nothing(sites: Pair, *, force: bool) -> None:
    """By what is sent to both sides, and by what stands there before and after."""
    databases = sites.source.database, sites.destination.database
    before = [dump(database) for database in databases]
    request = MigrationRequest(OPTIONS, dry_run=True, force=force)
    with DelayProxy(sites.source.url) as source, DelayProxy(sites.destination.url) as destination:
        report = run(
            replace(sites, source_url=source.url, destination_url=destination.url), request
        )
    assert report.status in ("completed", "completed_with_problems"), report.message
    asked = [(one.method, one.path) for proxy in (source, destination) for one in proxy.exchanges]
    assert len(asked) > 50
    assert {one for one in asked if one[0] not in READING} == {DIFF}
    assert [dump(database) for database in databases] == before

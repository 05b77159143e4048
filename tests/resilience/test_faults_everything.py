"""The whole seeded project, with people, rights, flows and insights, over a bad line to both
sides."""

from collections.abc import Iterator

import pytest

from sidecar.migration.request import MigrationRequest
from tests.integration import oracle, system_oracle
from tests.resilience.runs import READ_SECONDS, Pair, run, run_until_completed
from tests.stack.chance import SEED
from tests.stack.directus import DirectusInstance
from tests.stack.dump import dump
from tests.stack.fault_plan import Fault, FaultPlan
from tests.stack.fault_proxy import FaultProxy
from tests.stack.seed import COUNTS
from tests.stack.stack import Stack

EVERYTHING = MigrationRequest(
    ("users", "comments", "presets", "dashboards", "flows", "content"), dry_run=False
)
SHARES = {
    Fault.RESET_BEFORE: 0.025,
    Fault.RESET_AFTER: 0.025,
    Fault.BAD_GATEWAY: 0.025,
    Fault.UNAVAILABLE: 0.025,
    Fault.TRUNCATED: 0.01,
    Fault.ERROR_PAGE: 0.01,
    Fault.PAGE: 0.002,
    Fault.STORM: 0.002,
}
CAUSES = {
    "UNREACHABLE",
    "BAD_GATEWAY",
    "NOT_A_DIRECTUS",
    "SOURCE_UNREACHABLE",
    "DESTINATION_UNREACHABLE",
    "NOT_PUT_BACK",
}


@pytest.fixture(scope="module")
def empty(
    tmp_path_factory: pytest.TempPathFactory, version: str, database: str
) -> Iterator[DirectusInstance]:
    with DirectusInstance(
        "empty", version, database, workdir=tmp_path_factory.mktemp("faulty")
    ) as instance:
        yield instance


def test_everything_arrives_once_over_a_bad_line(
    stack: Stack, empty: DirectusInstance, version: str
) -> None:
    before = dump(empty.database)
    # Rows whose SEED the destination gives cannot be looked up by it: whoever loses that answer has
    # to stop.
    lost = FaultPlan({Fault.RESET_AFTER: 1.0}, SEED, only=("POST", "/permissions"), times=1)
    with FaultProxy(empty.url, lost) as proxy:
        pair = Pair(stack.source, empty, stack.source.url, proxy.url)
        report = run(pair, EVERYTHING, read_seconds=10 * READ_SECONDS)
    assert (report.status, lost.met.total()) == ("failed", 1)
    assert {problem.code for problem in report.problems} == {"UNREACHABLE"}
    plans = FaultPlan(SHARES, SEED), FaultPlan(SHARES, SEED + 1)
    with (
        FaultProxy(stack.source.url, plans[0]) as source,
        FaultProxy(empty.url, plans[1]) as destination,
    ):
        pair = Pair(stack.source, empty, source.url, destination.url)
        *stopped, last = run_until_completed(pair, EVERYTHING, read_seconds=10 * READ_SECONDS)
    assert all(plan.met.total() > 10 for plan in plans)
    assert {problem.code for report in stopped for problem in report.problems} <= CAUSES
    assert (last.status, last.problems) == ("completed", [])
    here, there = dump(stack.source.database), dump(empty.database)
    assert system_oracle.differences(here, before, there, version) == []
    assert (
        oracle.differences(stack.source.database, empty.database, [*COUNTS, "directus_files"]) == []
    )
    assert {name: len(there[name]) for name in COUNTS} == COUNTS

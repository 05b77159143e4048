"""Whatever happens on the way to either side, a run ends completed or stops with a named cause, and
a later one completes: nothing is lost, nothing is there twice, and nothing is called a problem that
is none."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace

import pytest

from sidecar.migration.report.report import Report
from sidecar.migration.schema.loading_mode import NOTE
from tests.integration.oracle import differences
from tests.resilience.runs import READ_SECONDS, Pair, run, run_until_completed
from tests.resilience.site import TABLES, rows
from tests.stack.chance import SEED
from tests.stack.dump import dump
from tests.stack.fault_plan import Fault, FaultPlan
from tests.stack.fault_proxy import FaultProxy

SHARE = 0.05
# What a run may stop with, by the fault that caused it; NOT_PUT_BACK is said when it lasts.
CAUSES = {
    Fault.PAGE: {"NOT_A_DIRECTUS", "NOT_PUT_BACK"},
    Fault.EXPIRED: {"TOKEN_EXPIRED", "NOT_PUT_BACK"},
}
EXPIRES_AT = {"source": ("GET", "/assets/"), "destination": ("POST", "/items/notes")}
# These are mended by asking again, unless a request must not be made twice.
PASSING = {"UNREACHABLE", "BAD_GATEWAY", "SOURCE_UNREACHABLE", "DESTINATION_UNREACHABLE"}
NETWORK: Mapping[Fault, float] = {Fault.RESET_BEFORE: SHARE / 2, Fault.RESET_AFTER: SHARE / 2}
GATEWAY: Mapping[Fault, float] = {Fault.BAD_GATEWAY: SHARE / 2, Fault.UNAVAILABLE: SHARE / 2}
PAGES: Mapping[Fault, float] = {Fault.ERROR_PAGE: SHARE, Fault.PAGE: 0.01}
SLOW: Mapping[Fault, float] = {Fault.STALL: 0.01, Fault.STORM: 0.02, Fault.TRUNCATED: SHARE}


@pytest.mark.parametrize(
    "shares", [NETWORK, GATEWAY, SLOW, PAGES], ids=["network", "gateway", "slow", "pages"]
)
def test_faults_on_both_sides_cost_nothing_but_time(
    sites: Pair, shares: Mapping[Fault, float]
) -> None:
    plans = FaultPlan(shares, SEED), FaultPlan(shares, SEED + 1)
    with between(sites, *plans) as pair:
        reports = run_until_completed(pair)
    assert sum((plan.met.total() for plan in plans), 0) > 0
    allowed = PASSING.union(*(CAUSES.get(fault, set()) for fault in shares))
    assert_arrived(sites, reports, allowed)


@pytest.mark.parametrize("side", ["source", "destination"])
def test_a_token_that_expires_on_the_way_stops_the_run_and_a_new_one_goes_on(
    sites: Pair, side: str
) -> None:
    """The proxy lets in again what comes after the run, as a new token does."""
    nothing = FaultPlan({}, SEED)
    plans = {
        "source": nothing,
        "destination": nothing,
        side: FaultPlan({Fault.EXPIRED: 1.0}, SEED, only=EXPIRES_AT[side]),
    }
    with between(sites, plans["source"], plans["destination"]) as pair:
        stopped = run(pair)
    assert stopped.status == "failed"
    assert {problem.code for problem in stopped.problems} <= CAUSES[Fault.EXPIRED]
    assert_arrived(sites, [stopped, run(sites)], CAUSES[Fault.EXPIRED])


def test_a_schema_whose_answer_is_lost_is_compared_again(sites: Pair) -> None:
    """Sent once more, it is refused: what it makes is there by then."""
    plan = FaultPlan({Fault.RESET_AFTER: 1.0}, SEED, only=("POST", "/schema/apply"), times=1)
    with between(sites, FaultPlan({}, SEED), plan) as pair:
        report = run(pair)
    assert plan.met[Fault.RESET_AFTER] == 1
    assert_arrived(sites, [report], set())


@contextmanager
def between(sites: Pair, here: FaultPlan, there: FaultPlan) -> Iterator[Pair]:
    """The two sides through a proxy each."""
    with (
        FaultProxy(sites.source.url, here, stall_seconds=READ_SECONDS + 0.5) as source,
        FaultProxy(sites.destination.url, there, stall_seconds=READ_SECONDS + 0.5) as destination,
    ):
        yield replace(sites, source_url=source.url, destination_url=destination.url)


def assert_arrived(sites: Pair, reports: list[Report], causes: set[str]) -> None:
    """The last of ``reports`` completed, the others named one of ``causes``, and both sides are the
    same by SQL."""
    *stopped, last = reports
    assert {problem.code for report in stopped for problem in report.problems} <= causes, stopped
    assert (last.status, last.problems) == ("completed", [])
    assert differences(sites.source.database, sites.destination.database, TABLES) == []
    here, there = rows(sites)
    assert here == there
    described = dump(sites.destination.database)["directus_collections"]
    assert [row["collection"] for row in described if row["note"] == NOTE] == []

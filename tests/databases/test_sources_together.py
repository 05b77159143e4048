"""All kinds of trouble in one source, migrated to a destination in use: what arrives is the same by
SQL, what does not is named, and what is well is not held up by what is not.

The tests build on each other, in this order. PostgreSQL only: the sources are SQL of its own.
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pytest

from tests.databases.comparison.compare import snapshot
from tests.databases.comparison.snapshot import Snapshot
from tests.databases.invariants import Finding, prove
from tests.databases.sources import CONFLICTS, SOURCES, used
from tests.databases.sources.build import build
from tests.databases.sources.source import Source, Step
from tests.stack.awkward.killed import kill_at
from tests.stack.gate import Gate
from tests.stack.pair import Pair, bare_pair
from tests.stack.proxy import Proxy

# One run is killed when it has written so many parts of the schema, another is cancelled after so
# many rows, and the one after them has to be as good as if it was the first.
KILLED_AT, CUT = 4, 5


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory, version: str, database: str) -> Iterator[Pair]:
    assert database == "postgres", "Run it with --database postgres"
    with bare_pair(tmp_path_factory.mktemp("together"), version, database) as pair:
        build_both(pair, SOURCES, used.DESTINATION)
        yield pair


@pytest.fixture(scope="module")
def before(pair: Pair) -> Snapshot:
    return snapshot(pair.destination.database)


@pytest.fixture(scope="module")
def first(pair: Pair, before: Snapshot, tmp_path_factory: pytest.TempPathFactory) -> list[Finding]:
    log = tmp_path_factory.mktemp("killed") / "killed.log"
    return prove(*pair, SOURCES, cut=CUT, kill=partial(kill_a_run, pair, log))


@pytest.fixture(scope="module")
def later(pair: Pair, first: list[Finding]) -> list[Finding]:
    build(pair.source, [step for source in SOURCES for step in source.later])
    return prove(*pair, SOURCES)


@pytest.fixture(scope="module")
def contradicted(pair: Pair, later: list[Finding]) -> list[Finding]:
    build_both(pair, CONFLICTS)
    return prove(*pair, CONFLICTS)


def test_a_first_migration_holds_what_it_promises(first: list[Finding]) -> None:
    assert first == [], report(first)


def test_a_source_that_has_changed_is_followed(later: list[Finding]) -> None:
    assert later == [], report(later)


def test_the_destination_keeps_its_own(pair: Pair, before: Snapshot, later: list[Finding]) -> None:
    after = snapshot(pair.destination.database)
    for table in used.OWN:
        assert after.rows[table] == before.rows[table]
    lost = {
        (table, key)
        for table, rows in before.rows.items()
        for key in rows
        if key not in after.rows.get(table, {})
    }
    assert lost == set()


def test_what_contradicts_is_refused_and_named(contradicted: list[Finding]) -> None:
    assert contradicted == [], report(contradicted)


def kill_a_run(pair: Pair, log: Path) -> None:
    """Start a run and kill it while it writes the schema."""
    gate = Gate("POST", "/schema/apply", nth=KILLED_AT)
    with Proxy(pair.destination.url, gate.rewrite) as proxy:
        kill_at(gate, pair.source, proxy.url, pair.destination.admin_token, log)


def build_both(pair: Pair, sources: Sequence[Source], more: Sequence[Step] = ()) -> None:
    """Put ``sources`` into the source and, with ``more``, what they want into the destination."""
    here = [step for source in sources for step in source.steps]
    there = [*more, *(step for source in sources for step in source.destination)]
    with ThreadPoolExecutor() as pool:
        list(pool.map(lambda side: build(*side), [(pair.source, here), (pair.destination, there)]))


def report(findings: list[Finding]) -> str:
    """The findings, a line each."""
    return "\n".join([f"{len(findings)} findings:", *map(str, findings)])

"""Each source by itself, so that none hides what another one does; destinations new and in use.
After a run that is refused because both sides contradict each other, the next is as good as a first
one, once they do not.

Takes minutes, so `make matrix-full` runs it."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from tests.databases.invariants import prove
from tests.databases.reset import Reset
from tests.databases.sources import CONFLICTS, SOURCES, used
from tests.databases.sources.build import build
from tests.databases.sources.source import Source
from tests.stack.pair import Pair, bare_pair

pytestmark = pytest.mark.full


@pytest.fixture(scope="module")
def started(
    tmp_path_factory: pytest.TempPathFactory, version: str, database: str
) -> Iterator[tuple[Pair, list[Reset]]]:
    assert database == "postgres", "Run it with --database postgres"
    folder: Path = tmp_path_factory.mktemp("alone")
    with bare_pair(folder, version, database) as pair:
        yield pair, [Reset(side, folder) for side in pair]


@pytest.fixture
def pair(started: tuple[Pair, list[Reset]]) -> Pair:
    pair, resets = started
    with ThreadPoolExecutor() as pool:
        list(pool.map(Reset.restore, resets))
    return pair


@pytest.mark.parametrize("is_used", [False, True], ids=["new", "in use"])
@pytest.mark.parametrize("source", [*SOURCES, *CONFLICTS], ids=lambda one: f"{one.kind} {one.name}")
def test_a_source_alone(pair: Pair, source: Source, is_used: bool) -> None:
    build(pair.source, source.steps)
    build(pair.destination, [*(used.DESTINATION if is_used else ()), *source.destination])
    findings = [f"{one}" for one in prove(*pair, [source])]
    if source.later:
        build(pair.source, source.later)
        findings += [f"later: {one}" for one in prove(*pair, [source])]
    if source.conflict:
        build(pair.destination, source.resolved)
        agreed = replace(source, conflict=False, named=())
        findings += [f"resolved: {one}" for one in prove(*pair, [agreed])]
    assert findings == [], "\n".join([str(source), *findings])

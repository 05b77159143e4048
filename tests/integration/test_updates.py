"""An update gives rows that exist the source's values and touches nothing else: both sides changed
at random, and every table compared with what it has to be by SQL."""

from collections.abc import Iterator
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from sidecar.migration.report.report import Report
from tests.integration.system_oracle import Dump
from tests.integration.update_mutations import Mutations
from tests.integration.update_oracle import Case, counts, differences, tables_of
from tests.integration.update_sides import Sides, contents
from tests.stack.chance import SEED
from tests.stack.contents import PEOPLE, SITE
from tests.stack.directus import DirectusInstance
from tests.stack.pair import started

EXAMPLES = 2
CHANGES = 40
NUMBERS = ("created", "updated", "unchanged", "kept", "only_at_destination")
SCHEMA = ("directus_collections", "directus_fields", "directus_relations", "directus_settings")


@pytest.fixture(scope="module")
def sides(tmp_path_factory: pytest.TempPathFactory, version: str, database: str) -> Iterator[Sides]:
    folder = tmp_path_factory.mktemp("updates")
    source = DirectusInstance("from", version, database, workdir=folder, content=SITE)
    destination = DirectusInstance("to", version, database, workdir=folder, content=PEOPLE)
    with started(source, destination) as pair:
        yield Sides(pair, folder)


def changed(sides: Sides, chance: Random, number: int = CHANGES) -> list[str]:
    """Both sides as after the first run, and then with ``number`` changes each; says which."""
    sides.restore()
    source = Mutations(sides.pair.source, chance)
    source.make(number)
    destination = Mutations(sides.pair.destination, chance, source)
    destination.make(number)
    return [*source.done, *destination.done]


def numbers(report: Report) -> dict[str, dict[str, int]]:
    """What a run says of each table."""
    found = {}
    for name, row in report.resources.items():
        outcomes = {one: getattr(row.rows, one) for one in NUMBERS[:-1]}
        found[name] = {**outcomes, NUMBERS[-1]: row.only_at_destination or 0}
    return found


def expected_numbers(case: Case, names: Any) -> dict[str, dict[str, int]]:
    return {name: {one: counts(case, name)[one] for one in NUMBERS} for name in names}


def told(case: Case, report: Report) -> dict[str, dict[str, int]]:
    """The numbers of the tables that the oracle knows."""
    return {name: row for name, row in numbers(report).items() if name in tables_of(case)}


def assert_as_expected(case: Case, report: Report, after: Dump) -> None:
    assert report.status == "completed", (report.message, report.problems)
    assert differences(case, after) == []
    expected = expected_numbers(case, told(case, report))
    assert told(case, report) == expected
    for name in SCHEMA:
        assert after[name] == case.before[name], name
    assert noise(case.before, after) == []


def noise(before: Dump, after: Dump) -> list[Any]:
    """Activity and revisions of content."""
    return [
        row
        for table in ("directus_activity", "directus_revisions")
        for row in after[table]
        if row not in before[table] and not row["collection"].startswith("directus_")
    ]


def test_every_row_becomes_the_sources_and_nothing_else_changes(sides: Sides) -> None:
    @seed(SEED)
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(st.randoms(use_true_random=True))
    def attempt(chance: Random) -> None:
        done = changed(sides, chance)
        case = sides.case()
        dry_run = sides.run(dry_run=True)
        assert sides.dumps() == (case.source, case.before)
        report = sides.run(dry_run=False)
        source, after = sides.dumps()
        try:
            assert_as_expected(case, report, after)
            assert source == case.source
            assert (
                contents(sides.pair.destination, after).items()
                >= contents(sides.pair.source, source).items()
            )
            assert (dry_run.status, numbers(dry_run)) == (report.status, numbers(report))
            again = sides.run(dry_run=False)
            assert again.status == "completed"
            assert sum(row["created"] + row["updated"] for row in numbers(again).values()) == 0
            assert sides.dumps()[1] == after
        except AssertionError as error:
            error.add_note("\n".join(done))
            raise

    attempt()

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

EXAMPLES = 1
CONFLICT = "CHANGED_ON_BOTH_SIDES"
CHANGES = 40
OUTCOMES = ("created", "updated", "unchanged", "kept", "problem")
NUMBERS = (*OUTCOMES, "only_at_destination", "conflicts")
POLICIES = (None, "ask", "source", "destination")
SCHEMA = ("directus_collections", "directus_fields", "directus_relations", "directus_settings")


@pytest.fixture(scope="module")
def sides(tmp_path_factory: pytest.TempPathFactory, version: str, database: str) -> Iterator[Sides]:
    folder = tmp_path_factory.mktemp("updates")
    source = DirectusInstance("from", version, database, workdir=folder, content=SITE)
    destination = DirectusInstance("to", version, database, workdir=folder, content=PEOPLE)
    with started(source, destination) as pair:
        yield Sides(pair, folder)


def changed(sides: Sides, chance: Random, *, swaps: bool, number: int = CHANGES) -> list[str]:
    """Both sides as after the first run, and then with ``number`` changes each; says which."""
    sides.restore()
    source = Mutations(sides.pair.source, chance)
    source.make(number, swaps=swaps)
    destination = Mutations(sides.pair.destination, chance, source)
    destination.make(number, swaps=swaps)
    return [*source.done, *destination.done]


def numbers(report: Report) -> dict[str, dict[str, int]]:
    """What a run says of each table."""
    found = {}
    for name, row in report.resources.items():
        outcomes = {one: getattr(row.rows, one) for one in OUTCOMES}
        more = {"only_at_destination": row.only_at_destination or 0, "conflicts": row.conflicts}
        found[name] = {**outcomes, **more}
    return found


def expected_numbers(case: Case, names: Any) -> dict[str, dict[str, int]]:
    return {name: {one: counts(case, name)[one] for one in NUMBERS} for name in names}


def told(case: Case, report: Report) -> dict[str, dict[str, int]]:
    """The numbers of the tables that the oracle knows."""
    return {name: row for name, row in numbers(report).items() if name in tables_of(case)}


def assert_as_expected(case: Case, report: Report, after: Dump) -> None:
    asked = [one for one in report.problems if one.code == CONFLICT]
    assert report.problems == asked, (report.message, report.problems)
    assert (report.status == "completed") is not bool(asked)
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


@pytest.mark.parametrize("conflicts", POLICIES)
def test_every_row_becomes_the_sources_and_nothing_else_changes(
    sides: Sides, conflicts: str | None
) -> None:
    """Without a policy the last run is not known."""
    more = {"conflicts": conflicts} if conflicts else {}

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
        # Rows that are kept would keep values that others need.
        done = changed(sides, chance, swaps=not conflicts)
        case = sides.case(baseline=sides.first if conflicts else None, **more)
        try:
            assert_updates(sides, case, remembers=bool(conflicts), **more)
        except AssertionError as error:
            error.add_note("\n".join(done))
            raise

    attempt()


def assert_updates(sides: Sides, case: Case, **how: Any) -> None:
    """A dry run, a run and another one do what they have to, and say so."""
    dry_run = sides.run(dry_run=True, **how)
    assert sides.dumps() == (case.source, case.before)
    report = sides.run(dry_run=False, **how)
    source, after = sides.dumps()
    assert_as_expected(case, report, after)
    assert source == case.source
    here, there = (
        contents(one, tables) for one, tables in zip(sides.pair, (source, after), strict=True)
    )
    assert {key: there.get(key) for key in here} == here
    assert (dry_run.status, numbers(dry_run)) == (report.status, numbers(report))
    again = sides.run(dry_run=False, **how)
    assert again.status == report.status
    assert sum(row["created"] + row["updated"] for row in numbers(again).values()) == 0
    later = sides.dumps()[1]
    assert [table for table in tables_of(case) if later[table] != after[table]] == []

"""An update gives rows that exist the source's values and touches nothing else: both sides changed
at random, and every table compared with what it has to be by SQL."""

import json
from collections.abc import Iterator, Sequence
from random import Random
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from sidecar.migration.existing import ExistingRows
from sidecar.migration.report.report import Report
from sidecar.migration.selection import Selection
from tests.integration.command import sidecar
from tests.integration.selection_sides import begin
from tests.integration.system_oracle import Dump
from tests.integration.update_mutations import Mutations, reload
from tests.integration.update_oracle import counts, differences, expected_bytes
from tests.integration.update_pairs import Case, tables_of
from tests.integration.update_sides import EVERYTHING, Sides, contents
from tests.stack.awkward.statements import execute, insert
from tests.stack.chance import SEED
from tests.stack.contents import PEOPLE, SITE
from tests.stack.directus import DirectusInstance
from tests.stack.gate import Gate
from tests.stack.pair import started
from tests.stack.proxy import Proxy

EXAMPLES = 1
CONFLICT = "CHANGED_ON_BOTH_SIDES"
CHANGES = 30
OUTCOMES = ("created", "updated", "unchanged", "kept", "problem")
NUMBERS = (*OUTCOMES, "only_at_destination", "conflicts")
POLICIES = (None, "ask", "source", "destination")
CHANGED_BY_ADMINISTRATORS = [
    "UPDATE directus_policies SET description = 'x', icon = 'star' WHERE name = 'Administrator'",
    "UPDATE directus_roles SET description = 'x', icon = 'star' WHERE name = 'Administrator'",
    "UPDATE directus_users SET language = 'fr-FR', appearance = 'light', text_direction = 'rtl'",
]
SCHEMA = ("directus_collections", "directus_fields", "directus_relations", "directus_settings")


@pytest.fixture(scope="module")
def sides(tmp_path_factory: pytest.TempPathFactory, version: str, database: str) -> Iterator[Sides]:
    folder = tmp_path_factory.mktemp("updates")
    source = DirectusInstance("from", version, database, workdir=folder, content=SITE)
    destination = DirectusInstance("to", version, database, workdir=folder, content=PEOPLE)
    with started(source, destination) as pair:
        yield Sides(pair, folder)


def change(
    sides: Sides,
    chance: Random,
    *,
    swaps: bool = False,
    tables: Sequence[str] = (),
    number: int = CHANGES,
) -> list[str]:
    """Make ``number`` changes on each side; says which."""
    source = Mutations(sides.pair.source, chance, tables=tables)
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
        sides.restore()
        done = change(sides, chance, swaps=conflicts in (None, "source"))
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
    assert contents(sides.pair.destination, after) == expected_bytes(case)
    assert (dry_run.status, numbers(dry_run)) == (report.status, numbers(report))
    again = sides.run(dry_run=False, **how)
    assert again.status == report.status
    assert sum(row["created"] + row["updated"] for row in numbers(again).values()) == 0
    later = sides.dumps()[1]
    assert [table for table in tables_of(case) if later[table] != after[table]] == []


def test_each_collection_has_a_mode_of_its_own(sides: Sides) -> None:
    sides.restore()
    updated = ("orders", "directus_panels")
    change(sides, Random(SEED), tables=("tags", "subscribers", *updated))
    case = sides.case(skipped={*tables_of(sides.case())} - {*updated})
    modes = dict.fromkeys(updated, "update")
    sides.run(ExistingRows("skip", modes), remembers=False, dry_run=False)
    assert differences(case, sides.dumps()[1]) == []


def test_rows_that_are_not_selected_stay(sides: Sides) -> None:
    sides.restore()
    for instance, views in zip(sides.pair, (1, 2), strict=True):
        execute(instance.database, [f"UPDATE posts SET views = {views}"])
    keys = [str(row["id"]) for row in sides.first[0]["posts"]][:7]
    case = sides.case(selected={"posts": keys})
    report = sides.run(
        dry_run=False,
        remembers=False,
        selection=Selection(("posts",), filters={"posts": {"id": {"_in": keys}}}),
        references="keep",
        parts=("schema", "content"),
    )
    assert report.status == "completed", report.problems
    assert differences(case, sides.dumps()[1]) == []
    posts = report.resources["posts"]
    assert (posts.updated, posts.only_at_destination) == (len(keys), None)


def test_a_value_that_another_row_keeps_is_a_problem_that_the_dry_run_knows(sides: Sides) -> None:
    sides.restore()
    database = sides.pair.destination.database
    page, *_ = (str(row["id"]) for row in sides.first[1]["pages"] if row["path"] == "/faq")
    execute(database, ["UPDATE pages SET path = '/answers' WHERE path = '/faq'"])
    other = {**plain(sides.first[1]["pages"][0]), "id": str(UUID(int=7)), "path": "/faq"}
    insert(database, "pages", [other])
    ends = [sides.run(dry_run=dry_run, remembers=False) for dry_run in (True, False)]
    for report in ends:
        assert report.status == "completed_with_problems"
        assert [(one.resource, one.key, one.code) for one in report.problems] == [
            ("pages", page, "RECORD_NOT_UNIQUE")
        ]
    assert numbers(ends[0]) == numbers(ends[1])
    assert {row["path"] for row in sides.dumps()[1]["pages"]} >= {"/answers", "/faq"}


def test_administrators_the_account_and_settings_of_users_stay(sides: Sides) -> None:
    sides.restore()
    source, destination = sides.pair
    helen = next(row for row in sides.first[0]["directus_users"] if row["first_name"] == "Helen")
    namesake = {**plain(helen), "id": str(UUID(int=8)), "email": destination.admin_email}
    insert(source.database, "directus_users", [{**namesake, "token": None, "role": None}])
    execute(source.database, CHANGED_BY_ADMINISTRATORS)
    reload(source)
    case = sides.case()
    report = sides.run(dry_run=False, remembers=False)
    after = sides.dumps()[1]
    assert_as_expected(case, report, after)
    assert numbers(report)["directus_users"]["updated"] == 0
    for table in ("directus_roles", "directus_policies", "directus_users", "directus_access"):
        assert after[table] == case.before[table]


def test_a_killed_run_ends_as_one_that_was_not(sides: Sides) -> None:
    """The run is killed before it hears that a row was written. What it wrote itself is nobody's
    change afterwards."""
    sides.restore()
    source, destination = sides.pair
    gate = Gate("PATCH", "/items/", nth=3)
    with Proxy(destination.url, gate.rewrite) as proxy:
        how = ("--to", proxy.url, "--options", ",".join(EVERYTHING), "--existing", "update")
        assert begin(source, destination, *how).wait() == 0
        tables = ("posts", "authors", "products", "tags")
        done = change(sides, Random(SEED), tables=tables, number=2 * CHANGES)
        case = sides.case(baseline=sides.first)
        child = begin(source, destination, *how)
        gate.wait()
        child.kill()
        child.wait()
        gate.open()
        report = sidecar(source, "migrate", "--json", *how, token=destination.admin_token).document
    assert {one["code"] for one in report["problems"]} <= {CONFLICT}, (report["problems"], done)
    assert differences(case, sides.dumps()[1]) == [], done


def plain(row: dict[str, Any]) -> dict[str, Any]:
    """``row`` as SQL takes it."""
    return {
        name: json.dumps(value) if isinstance(value, dict | list) else value
        for name, value in row.items()
    }

"""Selected rows arrive with all that they need, and nothing else does: selections drawn at random,
compared with an independent computation by SQL."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import requests
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from sidecar.directus.client import Directus
from sidecar.migration.pipeline import migrate
from sidecar.migration.report.report import Report
from sidecar.migration.request import MigrationRequest
from sidecar.migration.selection import Selection
from tests.databases.reset import Reset
from tests.integration.selection_oracle import TEXTS, Key, Model, closure, model_of
from tests.stack.chance import SEED
from tests.stack.contents import SITE
from tests.stack.directus import DirectusInstance
from tests.stack.dump import dump
from tests.stack.pair import Pair, started
from tests.stack.sidecar_client import as_admin
from tests.unit.memory import Recorder

EXAMPLES = 5
# What a migration writes besides the rows that it moves.
OF_THE_MIGRATION = frozenset(
    {"directus_activity", "directus_revisions", "directus_settings", "directus_presets"}
)
SCHEMA = frozenset({"directus_collections", "directus_fields", "directus_relations"})
ALWAYS = frozenset({"directus_translations"})
SHARES, VERSIONS = "directus_shares", "directus_versions"
PEOPLE = frozenset({"directus_users", "directus_roles"})


@dataclass
class Sides:
    pair: Pair
    model: Model
    reset: Reset


@pytest.fixture(scope="module")
def sides(tmp_path_factory: pytest.TempPathFactory, version: str, database: str) -> Iterator[Sides]:
    folder = tmp_path_factory.mktemp("selection")
    source = DirectusInstance("from", version, database, workdir=folder, content=SITE)
    destination = DirectusInstance("to", version, database, workdir=folder)
    with started(source, destination) as pair:
        model = model_of(source.database, version, texts_of(source))
        yield Sides(pair, model, Reset(destination, folder))


def texts_of(instance: DirectusInstance) -> dict[str, list[str]]:
    answer = requests.get(f"{instance.url}/fields", headers=as_admin(instance), timeout=60)
    texts: dict[str, list[str]] = {}
    for field in answer.json()["data"]:
        if field["type"] in TEXTS and field["schema"]:
            texts.setdefault(field["collection"], []).append(field["field"])
    return texts


def run(sides: Sides, selection: Selection, references: str = "bring") -> Report:
    source, destination = sides.pair
    request = MigrationRequest(
        ("content",), dry_run=False, references=references, selection=selection
    )
    with (
        Directus(source.url, source.admin_token) as here,
        Directus(destination.url, destination.admin_token) as there,
    ):
        return migrate(here, there, request, Recorder())


def user_tables(model: Model) -> list[str]:
    return sorted(
        table
        for table in model.tables
        if not table.startswith("directus_") and table in model.keys and model.tables[table]
    )


@st.composite
def selections(draw: st.DrawFn, model: Model) -> tuple[Selection, list[Key]]:
    """A selection, and the rows that it selects."""
    names = draw(st.lists(st.sampled_from(user_tables(model)), min_size=1, max_size=3, unique=True))
    filters: dict[str, Any] = {}
    chosen: list[Key] = []
    for name in names:
        keys = [*model.rows(name)]
        if len(keys) > 1 and draw(st.booleans()):
            keys = draw(st.lists(st.sampled_from(keys), min_size=1, max_size=5, unique=True))
            filters[name] = {model.keys[name]: {"_in": keys}}
        chosen += [(name, key) for key in keys]
    return Selection(tuple(names), filters=filters), chosen


def test_what_is_selected_arrives_with_all_that_it_needs(sides: Sides) -> None:
    reachable = {*user_tables(sides.model), *PEOPLE, "directus_files", "directus_folders"}

    @seed(SEED)
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(selections(sides.model))
    def attempt(drawn: tuple[Selection, list[Key]]) -> None:
        selection, chosen = drawn
        sides.reset.restore()
        before = dump(sides.pair.destination.database)
        report = run(sides, selection)
        assert report.status == "completed", (selection, report.message, report.problems)
        after = dump(sides.pair.destination.database)
        expected = closure(sides.model, chosen, reachable)
        both = [*chosen, *owned(sides.model, expected)]
        expected = closure(sides.model, both, {*reachable, SHARES, VERSIONS})
        assert_exactly(sides.model, before, after, expected, selection)
        again = run(sides, selection)
        assert again.status == "completed"
        assert sum(row.created for row in again.resources.values()) == 0
        later = dump(sides.pair.destination.database)
        assert [table for table in after if later[table] != after[table]] == []

    attempt()


def owned(model: Model, expected: set[Key]) -> set[Key]:
    """Shares and versions of rows that travel."""
    travelling = {(table, str(key)) for table, key in expected}
    return {
        (table, row["id"])
        for table in (SHARES, VERSIONS)
        for row in model.tables[table]
        if (row["collection"], str(row["item"])) in travelling
    }


def as_shown(row: dict[str, Any]) -> dict[str, Any]:
    """``row`` as Directus shows it: JSON's null is one with the database's."""
    return {name: None if value == "null" else value for name, value in row.items()}


def assert_exactly(
    model: Model, before: Any, after: Any, expected: set[Key], selection: Selection
) -> None:
    """The destination has the ``expected`` rows as the source has them, and else what it had."""
    for table in sorted(after.keys() - OF_THE_MIGRATION - SCHEMA - ALWAYS):
        key = model.keys.get(table)
        if key is None or table in PEOPLE:
            continue
        had = {row[key] for row in before.get(table, ())}
        arrived = {row[key]: row for row in after[table] if row[key] not in had}
        wanted = {one for name, one in expected if name == table}
        if table == VERSIONS:
            # The destination gives them other keys.
            assert len(arrived) == len(wanted)
            continue
        assert arrived.keys() == wanted, (table, selection)
        if not table.startswith("directus_"):
            rows = model.rows(table)
            expected_rows = {one: as_shown(rows[one]) for one in wanted}
            found = {one: as_shown(row) for one, row in arrived.items()}
            assert found == expected_rows, (table, selection)
    for table in after.keys() & PEOPLE:
        wanted = {one for name, one in expected if name == table}
        assert len(after[table]) - len(before[table]) <= len(wanted), table

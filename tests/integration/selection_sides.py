"""Runs selections between two instances, and compares what arrived with what has to."""

import os
import subprocess
import sys
from dataclasses import dataclass
from typing import Any

import requests

from sidecar.directus.client import Directus
from sidecar.migration.pipeline import migrate as run_migration
from sidecar.migration.report.report import Report
from sidecar.migration.request import MigrationRequest
from sidecar.migration.selection import Selection
from tests.databases.reset import Reset
from tests.integration.selection_oracle import TEXTS, Key, Model
from tests.stack.directus import DirectusInstance
from tests.stack.pair import Pair
from tests.stack.sidecar_client import as_admin
from tests.unit.memory import Recorder

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


def texts_of(instance: DirectusInstance) -> dict[str, list[str]]:
    answer = requests.get(f"{instance.url}/fields", headers=as_admin(instance), timeout=60)
    texts: dict[str, list[str]] = {}
    for field in answer.json()["data"]:
        if field["type"] in TEXTS and field["schema"]:
            texts.setdefault(field["collection"], []).append(field["field"])
    return texts


def run(
    sides: Sides,
    selection: Selection,
    references: str = "bring",
    *,
    dry_run: bool = False,
    parts: tuple[str, ...] | None = None,
) -> Report:
    """A run of the content, or of ``parts``."""
    source, destination = sides.pair
    request = MigrationRequest(
        ("content",), dry_run, references=references, selection=selection, parts=parts
    )
    with (
        Directus(source.url, source.admin_token) as here,
        Directus(destination.url, destination.admin_token) as there,
    ):
        return run_migration(here, there, request, Recorder())


def rows(tables: Any, name: str) -> list[str]:
    """The rows of a table, whose order is the database's. Directus dates some of its own when they
    are written, so of them only the keys."""
    is_own = name.startswith("directus_")
    return sorted(str(row.get("id") if is_own else row) for row in tables[name])


def begin(source: DirectusInstance, destination: DirectusInstance, *options: str) -> Any:
    """The process of a run that has begun."""
    environment = {
        "DIRECTUS_URL": source.url,
        "DIRECTUS_TOKEN": source.admin_token,
        "MIGRATION_DESTINATION_TOKEN": destination.admin_token,
    }
    return subprocess.Popen(
        [sys.executable, "-m", "sidecar.cli", "migrate", *options],
        env={**os.environ, **environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


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

"""Settings: the destination gets what it has not set itself, each setting by itself."""

from dataclasses import replace
from typing import Any, cast

import pytest

from sidecar.errors import DirectusRejected
from sidecar.migration.instance.instance import Instance
from sidecar.migration.instance.settings import read_settings
from sidecar.migration.mapping.identities import Identities
from sidecar.migration.plan.run import Run
from sidecar.migration.system.setting_decisions import SettingsDecider, merge_entries
from sidecar.migration.system.settings import (
    apply_settings,
    preview_settings,
    verify_settings,
)
from sidecar.resources.base import FILES, ROLES
from sidecar.resources.data_model import build_data_model
from sidecar.resources.settings import SETTINGS, settings_resource
from tests.unit.instances import column, instance
from tests.unit.memory import MemoryRows, run_of
from tests.unit.migration.system.rows import NOTES
from tests.unit.scripted_client import ScriptedClient

Values = dict[str, Any]
LOGO: dict[str, Any] = {
    "collection": SETTINGS,
    "field": "project_logo",
    "related_collection": FILES,
    "meta": None,
    "schema": {},
}
REFUSED = DirectusRejected("Invalid value", code="FAILED_VALIDATION", status=400)


def setting(name: str, default: Any = None, type: str = "string") -> dict[str, Any]:
    return {**column(SETTINGS, name, default=default), "type": type}


COLUMNS = (
    setting("project_name", "Directus"),
    setting("public_note"),
    setting("module_bar", type="json"),
    setting("project_url"),
    setting("project_logo"),
    column(FILES, "id", nullable=False, key=True),
    column(ROLES, "id", nullable=False, key=True),
)


def side(values: Values, rows: MemoryRows, *missing: str) -> Instance:
    """An instance with these settings, whose version lacks the ``missing`` ones."""
    client = ScriptedClient({"/settings": {"id": 1, **values}})
    columns = [row for row in COLUMNS if row["field"] not in missing]
    described = instance("12.4.0", *columns, client=client)
    model = build_data_model(described.collections, described.fields, (LOGO,))
    return replace(described, rows=rows, writer=rows, relations=(LOGO,), model=model)


class Sides:
    def __init__(self, source: Values, destination: Values, *missing: str) -> None:
        self.source_rows, self.rows = MemoryRows(), MemoryRows()
        self.source = side(source, self.source_rows)
        self.destination = side(destination, self.rows, *missing)

    def run(self, *, dry_run: bool = False) -> Run:
        who = Identities({ROLES: {"r1": "r2"}}, frozenset({FILES}))
        run = run_of(NOTES, MemoryRows(), MemoryRows(), identities=who)
        request = replace(run.plan.request, dry_run=dry_run)
        resources = {FILES: self.source.model.resources[FILES]}
        run.plan = replace(run.plan, source=self.source, request=request, resources=resources)
        run.destination = self.destination
        return run

    def outcomes(self, *, dry_run: bool = False) -> dict[str, tuple[str, Any]]:
        resource = settings_resource(self.source.model.columns[SETTINGS], self.source.relations)
        values = read_settings(self.source), read_settings(self.destination)
        decider = SettingsDecider(self.run(dry_run=dry_run), resource, *values)
        return {one.name: (one.outcome, one.value) for one in decider.decide()}


def counts(run: Run) -> dict[str, int]:
    report = run.progress.report.resources[SETTINGS]
    names = ("create", "conflicting", "created", "skipped", "failed", "verified", "different")
    return {name: count for name in names if (count := getattr(report, name))}


def notes(run: Run) -> set[tuple[str | None, str]]:
    return {(note.column, note.code) for note in run.progress.report.notes.values()}


def test_what_only_the_source_has_set_is_set() -> None:
    sides = Sides({"project_name": "Shop"}, {"project_name": "Directus"})
    assert sides.outcomes() == {"project_name": ("create", "Shop")}


def test_what_the_source_has_at_its_default_is_no_setting_to_migrate() -> None:
    assert Sides({"project_name": "Directus", "public_note": ""}, {}).outcomes() == {}


def test_a_setting_that_the_source_has_emptied_is_emptied() -> None:
    sides = Sides({"project_name": None}, {"project_name": "Directus"})
    assert sides.outcomes() == {"project_name": ("create", None)}
    run = sides.run()
    apply_settings(run)
    assert sides.rows.tables[SETTINGS][None] == {"project_name": None}


def test_an_emptied_setting_is_unchanged_or_kept_like_any_other() -> None:
    emptied = {"project_name": None}
    assert Sides(emptied, emptied).outcomes() == {"project_name": ("unchanged", None)}
    kept = Sides(emptied, {"project_name": "Theirs"}).outcomes()
    assert kept == {"project_name": ("conflicting", "Theirs")}


def test_a_setting_without_a_default_is_not_emptied() -> None:
    assert Sides({"public_note": None}, {"public_note": "theirs"}).outcomes() == {}


def test_equal_settings_are_unchanged() -> None:
    sides = Sides({"project_name": "Shop"}, {"project_name": "Shop"})
    assert sides.outcomes() == {"project_name": ("unchanged", "Shop")}


def test_the_destinations_value_is_kept() -> None:
    sides = Sides({"public_note": "ours"}, {"public_note": "theirs"})
    assert sides.outcomes() == {"public_note": ("conflicting", "theirs")}


def test_lists_merge_by_the_name_of_their_entries() -> None:
    content, users = {"id": "content", "enabled": True}, {"id": "users", "enabled": True}
    sides = Sides({"module_bar": [content, users]}, {"module_bar": [content]})
    assert sides.outcomes() == {"module_bar": ("create", [content, users])}


def test_entries_with_the_same_name_are_kept_and_named() -> None:
    existing, other = {"id": "content", "enabled": False}, {"id": "content", "enabled": True}
    decision = merge_entries("module_bar", [existing], [other, "users"])
    assert (decision.outcome, decision.value) == ("create", [existing, "users"])
    assert decision.note is not None
    assert decision.note[0] == "KEPT"
    assert decision.note[1].endswith(": content")
    assert merge_entries("module_bar", [existing], [existing]).outcome == "unchanged"


def test_ids_of_roles_in_a_setting_are_mapped() -> None:
    old, new = "11111111-0000-4000-8000-000000000000", "22222222-0000-4000-8000-000000000000"
    sides = Sides({"public_note": f"ask {old}"}, {})
    run = sides.run()
    run.identities = Identities({ROLES: {old: new}})
    apply_settings(run)
    assert sides.rows.tables[SETTINGS][None]["public_note"] == f"ask {new}"


@pytest.mark.parametrize(
    ("dry_run", "at_source", "at_destination", "outcome"),
    [
        (False, True, True, "create"),
        (False, True, False, "missing_reference"),
        (True, True, False, "create"),
        (True, False, False, "missing_reference"),
    ],
)
def test_a_setting_that_points_at_a_file_needs_the_file(
    dry_run: bool, at_source: bool, at_destination: bool, outcome: str
) -> None:
    sides = Sides({"project_logo": "f1"}, {})
    for rows, has_file in ((sides.source_rows, at_source), (sides.rows, at_destination)):
        if has_file:
            rows.tables[FILES]["f1"] = {"id": "f1"}
    assert sides.outcomes(dry_run=dry_run)["project_logo"][0] == outcome


def test_what_cannot_travel_is_named_and_not_set() -> None:
    run = Sides({"project_url": "https://a.example", "public_note": "ours"}, {}, "public_note").run(
        dry_run=True
    )
    preview_settings(run)
    assert notes(run) == {("project_url", "BELONGS_TO_INSTANCE"), ("public_note", "CANNOT_TRAVEL")}
    assert counts(run) == {}


def test_a_column_of_the_project_is_expected_by_a_dry_run_and_required_by_a_real_one() -> None:
    sides = Sides({"public_note": "ours"}, {}, "public_note")
    added = [row for row in COLUMNS if row["field"] == "public_note"]
    sides.source = replace(sides.source, snapshot={"fields": added})
    assert sides.outcomes(dry_run=True) == {"public_note": ("create", "ours")}
    assert sides.outcomes(dry_run=False) == {}


def test_all_settings_are_sent_in_one_request() -> None:
    sides = Sides({"project_name": "Shop", "public_note": "ours"}, {})
    run = sides.run()
    apply_settings(run)
    assert sides.rows.requests == [("update", [None])]
    assert counts(run) == {"created": 2}


def test_a_refused_setting_stops_no_other() -> None:
    sides = Sides({"project_name": "Shop", "public_note": "ours"}, {})
    sides.rows.refuse = lambda rows: REFUSED if "public_note" in rows[0] else None
    run = sides.run()
    apply_settings(run)
    assert sides.rows.tables[SETTINGS][None]["project_name"] == "Shop"
    assert counts(run) == {"created": 1, "failed": 1}
    assert [(one.key, one.code) for one in run.progress.report.problems] == [
        ("public_note", "FAILED_VALIDATION")
    ]


def test_verification_passes_over_what_was_kept_and_names_what_differs() -> None:
    sides = Sides({"project_name": "Shop", "public_note": "ours"}, {"public_note": "theirs"})
    run = sides.run()
    apply_settings(run)
    assert counts(run) == {"created": 1, "skipped": 1}
    verify_settings(run)
    assert [(one.key, one.code) for one in run.progress.report.problems] == [
        ("project_name", "DIFFERENT")
    ]
    cast(Any, run.destination.client).answers["/settings"]["project_name"] = "Shop"
    verify_settings(run)
    assert counts(run)["verified"] == 1

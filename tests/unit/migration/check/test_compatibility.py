"""What a check concludes, and when a run of a request must not start."""

from dataclasses import replace
from typing import Any

import pytest

from sidecar.errors import InvalidRequest
from sidecar.migration.check.compatibility import (
    Compatibility,
)
from sidecar.migration.check.differences import find_differences
from sidecar.migration.check.licence import LicenceLimit
from sidecar.migration.check.references import CODE as MISSING_CODE
from sidecar.migration.check.references import MissingReferences
from sidecar.migration.check.requirements import require_compatible
from sidecar.migration.report.findings import Finding
from sidecar.migration.request import EMPTY, MigrationRequest
from sidecar.migration.schema.conflicts import CODE as CONFLICT_CODE
from sidecar.migration.schema.diff import SchemaDiff
from tests.unit.instances import instance

CONFLICT = Finding(CONFLICT_CODE, "notes: one thing here and another there")
SEATS = Finding("LICENSE_SEATS", "Too many seats")
COLLECTIONS = Finding("LICENSE_COLLECTIONS", "Too many collections")
MISSING = MissingReferences("posts", "author", "directus_users", "users", 3, frozenset({"u1"}))
REAL = MigrationRequest(dry_run=False)


def checked(
    version: str = "12.4.0", vendor: str = "sqlite", *more: Finding, **changes: Any
) -> Compatibility:
    """The check of a source with Directus 12.4.0 on SQLite."""
    source, destination = instance("12.4.0"), instance(version, vendor=vendor)
    force_helps = changes.get("schema", True) is not None and not {CONFLICT, COLLECTIONS} & {*more}
    findings = (*find_differences(source, destination, force_helps=force_helps), *more)
    result = Compatibility(source, destination, findings, SchemaDiff(None, {}), None)
    return replace(result, **changes)


def refusal(result: Compatibility, request: MigrationRequest) -> str:
    with pytest.raises(InvalidRequest) as caught:
        require_compatible(result, request)
    assert caught.value.status == 409
    return caught.value.code


@pytest.mark.parametrize(
    ("result", "compatible", "force_would_help"),
    [
        (checked(), True, False),
        (checked("12.4.0", "sqlite", SEATS), True, False),
        (checked("11.1.2"), False, True),
        (checked("12.4.0", "postgres"), False, True),
        (checked("12.4.0", "oracle"), False, False),
        (checked("11.1.2", schema=None), False, False),
        (checked("11.1.2", "sqlite", CONFLICT), False, False),
        (checked("12.4.0", "sqlite", CONFLICT), False, False),
        (checked("11.1.2", "sqlite", COLLECTIONS), False, False),
        (checked("12.4.0", "sqlite", COLLECTIONS), False, False),
    ],
)
def test_force_helps_with_differences_that_it_knows(
    result: Compatibility, compatible: bool, force_would_help: bool
) -> None:
    assert (result.compatible, result.force_would_help) == (compatible, force_would_help)
    document = result.document()
    assert document["compatible"] == compatible
    assert document["force_would_help"] == force_would_help


def test_findings_are_told_apart_by_their_codes() -> None:
    result = checked("11.1.2", "postgres", CONFLICT, SEATS)
    assert [one.code for one in result.differences] == ["VERSION_DIFFERS", "VENDOR_DIFFERS"]
    assert (result.conflicts, result.licence) == ((CONFLICT,), (SEATS,))


@pytest.mark.parametrize(
    ("result", "words"),
    [
        (checked("11.1.2"), "Update one of them, or use Force"),
        (checked("12.4.0", "postgres"), "Use Force to migrate between them"),
        (checked("12.4.0", "oracle"), "SQLite, PostgreSQL, MySQL or MariaDB only"),
    ],
)
def test_a_difference_says_what_to_do(result: Compatibility, words: str) -> None:
    assert words in result.differences[0].message


def test_between_unknown_databases_force_is_not_offered_for_the_version() -> None:
    versions, _ = checked("11.1.2", "oracle").differences
    assert versions.message.endswith("Update one of them")


@pytest.mark.parametrize("stop", [CONFLICT, COLLECTIONS])
def test_where_something_stops_every_run_force_is_not_offered(stop: Finding) -> None:
    result = checked("11.1.2", "postgres", stop)
    assert not [one for one in result.differences if "Force" in one.message]
    assert result.blocking == (stop,)
    assert result.document()["blocking"] == [{"code": stop.code, "message": stop.message}]


def test_references_are_left_empty_only_without_permission() -> None:
    result = checked(references=(MISSING,))
    assert result.leaves_empty(MigrationRequest())
    assert not result.leaves_empty(MigrationRequest(references=EMPTY))
    assert not checked().leaves_empty(MigrationRequest())


def test_a_compatible_pair_may_run() -> None:
    require_compatible(checked(), REAL)
    require_compatible(checked("11.1.2"), replace(REAL, force=True))


def test_what_stops_a_run_has_the_code_of_its_finding() -> None:
    forced = replace(REAL, force=True)
    assert refusal(checked("11.1.2", "postgres"), REAL) == "VERSION_DIFFERS"
    assert refusal(checked("11.1.2", "oracle"), forced) == "VENDOR_DIFFERS"
    assert refusal(checked("11.1.2", "sqlite", CONFLICT), forced) == CONFLICT_CODE
    for request in (REAL, forced, MigrationRequest(), MigrationRequest(force=True)):
        for version in ("11.1.2", "12.4.0"):
            refused = checked(version, "sqlite", SEATS, COLLECTIONS)
            assert refusal(refused, request) == COLLECTIONS.code
    require_compatible(checked("12.4.0", "sqlite", SEATS), REAL)
    assert refusal(checked(references=(MISSING,)), REAL) == MISSING_CODE


def test_missing_references_do_not_stop_a_dry_run() -> None:
    require_compatible(checked(references=(MISSING,)), MigrationRequest(dry_run=True))


def test_the_document_is_plain_data() -> None:
    limit = LicenceLimit("seats", 3, 1, 2)
    document = checked(references=(MISSING,), limits=(limit,), force=(SEATS,)).document()
    assert document["licence"] == [{"name": "seats", "allowed": 3, "present": 1, "brought": 2}]
    assert document["references"] == [MISSING.document()]
    assert document["force"] == [{"code": "LICENSE_SEATS", "message": "Too many seats"}]
    assert document["source"]["version"] == "12.4.0"
    assert document["schema"] == {"added": 0, "changed": 0, "kept": 0, "dropped": 0}
    without = checked(schema=None).document()
    assert (without["schema"], without["schema_names"], without["licence"]) == (None, None, None)

"""The check: may this source be migrated to this destination, and what would change? It writes
nothing."""

from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from typing import Any

from sidecar.directus.answers import parse_guard
from sidecar.directus.client import Directus
from sidecar.errors import DirectusRejected
from sidecar.migration.check.columns import review_columns
from sidecar.migration.check.coverage import Coverage
from sidecar.migration.check.differences import CODES as DIFFERENCES
from sidecar.migration.check.differences import (
    are_different,
    are_vendors_supported,
    find_differences,
)
from sidecar.migration.check.exclusions import (
    exclusion_findings,
    with_exclusions,
    without_untracked,
)
from sidecar.migration.check.existing_names import require_known_names
from sidecar.migration.check.force import force_findings
from sidecar.migration.check.leaving_references import CODE as NO_TARGET
from sidecar.migration.check.leaving_references import (
    leaving_references,
    missing_required_targets,
)
from sidecar.migration.check.left_out import left_out_findings
from sidecar.migration.check.licence import PREFIX as LICENCE
from sidecar.migration.check.licence import STOPS_EVERYTHING, LicenceLimit, review_licence
from sidecar.migration.check.references import (
    MissingReferences,
    missing_references,
    points_outside,
    references_finding,
)
from sidecar.migration.check.schema_stays import CODE as NO_SCHEMA
from sidecar.migration.check.schema_stays import missing_schema, with_schema_of
from sidecar.migration.check.scope import resources_of
from sidecar.migration.check.select import select
from sidecar.migration.check.selection_summary import SelectionSummary
from sidecar.migration.check.setting_differences import SettingDifference, setting_differences
from sidecar.migration.check.sides import inspect_sides
from sidecar.migration.instance.first_rows import FirstRows
from sidecar.migration.instance.identity_columns import with_identity_columns
from sidecar.migration.instance.instance import Instance
from sidecar.migration.instance.key_sets import KeySets
from sidecar.migration.instance.readable_fields import with_readable_fields
from sidecar.migration.mapping.identities import Identities, identify
from sidecar.migration.report.findings import Finding
from sidecar.migration.request import REFUSE, MigrationRequest
from sidecar.migration.schema.comparison import compare_sides
from sidecar.migration.schema.conflicts import CODE as SCHEMA_CONFLICT
from sidecar.migration.schema.conflicts import schema_conflicts
from sidecar.migration.schema.diff import SchemaDiff
from sidecar.migration.values.number_ranges import with_exact_numbers, with_wide_numbers

# They stop every run.
FORBIDDEN = frozenset({STOPS_EVERYTHING, NO_SCHEMA, NO_TARGET})
# Tells somebody who waits what a check does, in words.
Announce = Callable[[str], None]
READING = "Reading the data models of both sides"
LOOKING = "Looking at the tables of both sides"
SELECTING = "Looking for the rows that travel"
COMPARING = "Comparing the data models"
REFERRING = "Looking for rows that others refer to"


def be_silent(_: str) -> None:
    """Nobody waits."""


@dataclass(frozen=True, slots=True)
class Compatibility:
    """The result of a check."""

    source: Instance
    destination: Instance
    findings: tuple[Finding, ...]
    # None: Directus cannot compare the schemas, not even by force.
    schema: SchemaDiff | None
    # None: the destination's version has no licence.
    limits: tuple[LicenceLimit, ...] | None
    # What Force would do. Empty: nothing differs, or Force does not help.
    force: tuple[Finding, ...] = ()
    # References that a run would leave empty.
    references: tuple[MissingReferences, ...] = ()
    # None: the check did not need them.
    identities: Identities | None = None
    # What the request selects. None: everything that it includes.
    selection: SelectionSummary | None = None
    # What a successful run covers. None: nothing.
    coverage: Coverage | None = None
    # What both sides have set differently.
    settings: tuple[SettingDifference, ...] = ()

    @property
    def differences(self) -> tuple[Finding, ...]:
        """The findings that only Force gets past."""
        return tuple(finding for finding in self.findings if finding.code in DIFFERENCES)

    @property
    def conflicts(self) -> tuple[Finding, ...]:
        """The findings that stop every run until one of the schemas changes."""
        return tuple(finding for finding in self.findings if finding.code == SCHEMA_CONFLICT)

    @property
    def blocking(self) -> tuple[Finding, ...]:
        """The findings that stop every run, with Force too: conflicts, what the licence forbids,
        and what a selection lacks."""
        forbidden = (one for one in self.findings if one.code in FORBIDDEN)
        return (*self.conflicts, *forbidden)

    @property
    def compatible(self) -> bool:
        """Whether a run is possible without Force."""
        return not self.differences and not self.blocking

    def leaves_empty(self, request: MigrationRequest) -> bool:
        """Whether ``request`` would leave references empty without permission."""
        return bool(self.references) and request.references == REFUSE

    @property
    def force_would_help(self) -> bool:
        """Whether a run is possible with Force, but not without it.

        Force needs databases that it knows, schemas that Directus can compare, and nothing that
        stops every run.
        """
        can_be_forced = self.schema is not None and self.vendors_known and not self.blocking
        return bool(self.differences) and can_be_forced

    @property
    def vendors_known(self) -> bool:
        """Whether both use the same database, or Force can migrate between their databases."""
        return are_vendors_supported(self.source, self.destination)

    @property
    def licence(self) -> tuple[Finding, ...]:
        """The findings about the destination's licence."""
        return tuple(finding for finding in self.findings if finding.code.startswith(LICENCE))

    def document(self) -> dict[str, Any]:
        """The result as plain data: what ``sidecar check --json`` prints and the module shows."""
        return {
            "source": self.source.summary(),
            "destination": self.destination.summary(),
            "compatible": self.compatible,
            "force_would_help": self.force_would_help,
            "force": [asdict(finding) for finding in self.force],
            "findings": [asdict(finding) for finding in self.findings],
            "blocking": [asdict(finding) for finding in self.blocking],
            "schema": self.schema.counts().document() if self.schema else None,
            "schema_added": self.schema.added_parts() if self.schema else None,
            "schema_names": asdict(self.schema.names()) if self.schema else None,
            "references": [missing.document() for missing in self.references],
            "selection": self.selection.document() if self.selection else None,
            "settings": [asdict(setting) for setting in self.settings],
            "licence": None if self.limits is None else [asdict(limit) for limit in self.limits],
        }


def check(
    source: Directus,
    destination: Directus,
    request: MigrationRequest,
    keys: KeySets,
    thorough: bool = True,
    announce: Announce = be_silent,
    begin_reading: Callable[[], None] | None = None,
    first_rows: FirstRows | None = None,
) -> Compatibility:
    """Check both sides. Sends only reads. ``keys`` keeps which rows travel, if not all do.

    A check that is not ``thorough`` does not look at tables and their numbers: it takes each table
    for readable, each number for one that the usual types can hold, and all rows of the collections
    that a selection can reach for selected. A thorough one may refuse what it allows, and allow
    what it refuses. ``begin_reading`` is called once the destination answers, before its data model
    is read. ``first_rows`` keeps rows that a run compares; without it they are only counted.

    Raises InvalidRequest when no migration between them is possible, whatever the request says, and
    DirectusError when a side cannot be read.
    """
    announce(READING)
    origin, target = inspect_sides(source, destination, begin_reading)
    announce(LOOKING)
    with parse_guard(f"{source.url} or {destination.url}"):
        origin, target = _readable(origin, target, request, first_rows, thorough=thorough)
        if not request.selection.is_everything:
            announce(SELECTING)
        selected = select(origin, target, request, keys if thorough else None)
        origin = _with_columns(selected.source, target, request, thorough=thorough)
        announce(COMPARING)
        result = _compare(origin, target, request)
        result = replace(result, selection=selected.summary, coverage=selected.coverage)
        if not result.compatible and not result.force_would_help:
            return result
        announce(REFERRING)
        result = _with_references(result, request)
        result = _with_settings(result, request) if thorough else result
        force = force_findings(origin, target, request.included) if result.force_would_help else ()
    return replace(result, force=force)


def _readable(
    origin: Instance,
    target: Instance,
    request: MigrationRequest,
    first_rows: FirstRows | None,
    *,
    thorough: bool,
) -> tuple[Instance, Instance]:
    """Both sides without the collections that cannot be read. Raises InvalidRequest for names that
    the source does not have."""
    require_known_names(origin, request)
    if thorough:
        return with_exclusions(origin, target, request, first_rows)
    return without_untracked(origin, target), target


def _with_columns(
    origin: Instance, target: Instance, request: MigrationRequest, *, thorough: bool
) -> Instance:
    """The source with the columns that its rows are read by."""
    if "schema" not in request.included:
        origin = with_schema_of(origin, target)
    origin = with_identity_columns(with_readable_fields(origin))
    if not thorough:
        return origin
    is_same = origin.vendor == target.vendor
    return with_exact_numbers(origin) if is_same else with_wide_numbers(origin)


def _compare(source: Instance, destination: Instance, request: MigrationRequest) -> Compatibility:
    licence = review_licence(source, destination, request.included)
    schema = _compare_schema(source, destination, force=are_different(source, destination))
    conflicts = schema_conflicts(source, destination, schema)
    columns = review_columns(source, destination)
    left_out = (*exclusion_findings(source), *left_out_findings(source))
    missing = missing_schema(source, destination, request)
    required = missing_required_targets(source, destination, request)
    findings = (*conflicts, *missing, *required, *columns, *licence.findings, *left_out)
    checked = Compatibility(source, destination, findings, schema, licence.limits)
    force_helps = schema is not None and not checked.blocking
    differences = find_differences(source, destination, force_helps=force_helps)
    return replace(checked, findings=(*differences, *findings))


def _compare_schema(source: Instance, destination: Instance, *, force: bool) -> SchemaDiff | None:
    try:
        return compare_sides(source, destination, force=force)
    except DirectusRejected:
        if force:
            return None
        raise


def _with_references(checked: Compatibility, request: MigrationRequest) -> Compatibility:
    source, destination = checked.source, checked.destination
    resources = list(resources_of(source, destination, request.included).values())
    leaving = tuple(leaving_references(source, destination, request))
    if not leaving and not points_outside(resources):
        return checked
    identities = identify(source, destination, resources)
    missing = (*missing_references(source, resources, identities), *leaving)
    can_bring = source.selected is not None
    by_part = request.parts is not None
    found = references_finding(missing, can_bring=can_bring, by_part=by_part)
    findings = (*checked.findings, *found)
    return replace(checked, references=missing, identities=identities, findings=findings)


def _with_settings(checked: Compatibility, request: MigrationRequest) -> Compatibility:
    if "settings" not in request.included:
        return checked
    return replace(checked, settings=setting_differences(checked.source, checked.destination))

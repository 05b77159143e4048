"""Of which collections a run moves all rows, so that a later run needs only what has changed
since."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sidecar.directus.client import Directus
from sidecar.directus.retry import LONG
from sidecar.directus.server_time import server_time
from sidecar.migration.check.last_run import ChangedSince, scopes_of
from sidecar.migration.check.reach import Reach
from sidecar.migration.closure.edges import Needs, needs_of
from sidecar.migration.instance.instance import Instance
from sidecar.migration.request import BRING, REFUSE, MigrationRequest
from sidecar.migration.selection import LAST
from sidecar.resources.base import FILES


@dataclass(frozen=True, slots=True)
class Coverage:
    """The collections that a run covers, by what it moves of them."""

    # When the source was looked at, in Unix seconds by its clock.
    began_at: float
    collections: Mapping[str, Sequence[str]]
    # Whether the request itself moves what has changed since the last run.
    continues: bool


def time_of_start(source: Directus, request: MigrationRequest) -> float | None:
    """When a run of ``request`` begins, in Unix seconds by the clock of the source. None: no later
    run can continue it. Raises DirectusError."""
    can_be_continued = not request.dry_run and request.selection.since in ("", LAST)
    return server_time(source, LONG) if can_be_continued else None


def coverage_of(
    source: Instance,
    request: MigrationRequest,
    reach: Reach,
    since: ChangedSince,
    began_at: float | None,
) -> Coverage | None:
    """What a run of ``request`` covers that began at this time. None: nothing. ``source`` is whole.
    Raises DirectusError."""
    if began_at is None or not reach.by_time:
        return None
    scopes = since.scopes if since.scopes.project else scopes_of(source, request)
    complete = _complete(source, request, reach, since)
    found: dict[str, list[str]] = defaultdict(list)
    for name in reach.by_time:
        is_complete = name in complete and _has_all(reach, since, name)
        found[scopes.complete(name)[0] if is_complete else scopes.same].append(name)
    return Coverage(began_at, dict(found), continues=request.selection.since == LAST)


def _has_all(reach: Reach, since: ChangedSince, name: str) -> bool:
    """Whether all rows of a selected collection are moved with what they need, now or before."""
    return name not in reach.moments or since.continues_complete(name)


def _complete(
    source: Instance, request: MigrationRequest, reach: Reach, since: ChangedSince
) -> frozenset[str]:
    """The collections whose moved rows need nothing that is not moved, directly or not."""
    selected = {*reach.selected, *reach.by_activity}
    if request.references == BRING:
        moved = {*reach.reachable}
    else:
        filtered = request.selection.filters.keys()
        moved = {name for name in selected - filtered if _has_all(reach, since, name)}
    known = source.model.resources
    needs = {
        # Of what Directus does not know any more, nothing can be moved by anybody.
        name: _targets(needs_of(source, reach.reachable[name], known), request) & known.keys()
        for name in {*moved, *selected}
    }
    complete = {*needs}
    while incomplete := {name for name in complete if not needs[name] <= complete & moved}:
        complete -= incomplete
    return frozenset(complete)


def _targets(needs: Needs, request: MigrationRequest) -> frozenset[str]:
    """The collections of what rows need, but for what the destination has for certain."""
    targets = {part.collection for part in needs.parts}
    targets |= {target for item in needs.items for target in item.targets}
    if request.references != REFUSE:
        targets |= {reference.target for reference in needs.references}
    return frozenset({*targets, FILES} if needs.texts else targets)

"""From which collections rows can travel: those that are selected, and those whose rows can be
brought along."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from sidecar.migration.check.last_run import ChangedSince
from sidecar.migration.check.row_rules import Rules
from sidecar.migration.check.scope import resources_of
from sidecar.migration.closure.edges import needs_of, parts_of
from sidecar.migration.closure.since import log_reaches
from sidecar.migration.instance.instance import Instance
from sidecar.migration.instance.rows import Filter
from sidecar.migration.request import BRING, MigrationRequest
from sidecar.migration.selection import Selection
from sidecar.options import PARTS
from sidecar.resources.base import COMMENTS, FILES, FOLDERS, SHARES, VERSIONS, Resource
from sidecar.resources.system import SERVER_ASSIGNED_KEYS

# Their rows travel with the item that they belong to.
OWNED_BY_ITEMS = (COMMENTS, SHARES, VERSIONS)
# Of a selection, only files that are referred to travel.
BROUGHT_ONLY = (FILES, FOLDERS)


@dataclass(frozen=True, slots=True)
class Reach:
    """What a request selects of a source, and what it can bring along."""

    # All rows (None), or those that match.
    selected: Mapping[str, Filter | None]
    # Whose rows can travel, those selected among them.
    reachable: Mapping[str, Resource]
    # Whose rows travel if their item does.
    owned: tuple[Resource, ...] = ()
    # Whose rows travel if the activity log has them as changed, and if they match.
    by_activity: Mapping[str, Filter | None] = field(default_factory=dict)
    # Of which nobody can tell what has changed, so that all of it travels.
    undated: tuple[str, ...] = ()
    # Of the selected ones, those of which only changed rows can be selected.
    by_time: tuple[str, ...] = ()
    # Since when rows of these have to have changed to be selected.
    moments: Mapping[str, datetime] = field(default_factory=dict)

    def user_collections(self) -> frozenset[str]:
        return frozenset(name for name, one in self.reachable.items() if one.is_user_collection)


def reach_of(
    source: Instance, destination: Instance, request: MigrationRequest, since: ChangedSince
) -> Reach:
    """The collections of ``source`` from which ``request`` can move rows. Reads only. Raises
    DirectusError."""
    selection = request.selection
    chosen = resources_of(source, destination, request.included)
    modelled = dict(chosen)
    if _is_model_only(request):
        modelled |= resources_of(source, destination, {"content"})
    excluded = _with_parts(source, selection)
    owned, left_to_others = _dependent(selection)
    names = [
        name
        for name, resource in modelled.items()
        if name not in (*owned, *left_to_others, *excluded)
        and (not resource.is_user_collection or selection.includes(name))
    ]
    reachable = {name: modelled[name] for name in names}
    if request.references == BRING:
        candidates = {
            name: resource
            for name, resource in resources_of(source, destination, PARTS).items()
            if name not in excluded and _can_be_brought(resource, request)
        }
        reachable = _reached(source, reachable, candidates)
    selected = [chosen[name] for name in names if name in chosen]
    return _with_rules(
        Reach({}, reachable, tuple(chosen[name] for name in owned if name in chosen)),
        selected,
        Rules(source, request, since),
    )


def _with_rules(reach: Reach, selected: Sequence[Resource], rules: Rules) -> Reach:
    """``reach`` with the rows of ``selected`` resources. Raises DirectusError."""
    moments = {one.name: moment for one in selected if (moment := rules.moment(one))}
    rules = replace(
        rules, has_log=bool(moments) and log_reaches(rules.source, min(moments.values()))
    )
    filters = {one.name: rules.filter(one) for one in selected}
    by_activity = {one.name for one in selected if rules.by_activity(one)}
    undated = tuple(one.name for one in selected if rules.is_undated(one))
    return replace(
        reach,
        selected={name: rule for name, rule in filters.items() if name not in by_activity},
        by_activity={name: rule for name, rule in filters.items() if name in by_activity},
        undated=undated,
        by_time=tuple(one.name for one in selected if rules.goes_by_time(one)),
        moments={name: moment for name, moment in moments.items() if name not in undated},
    )


def _is_model_only(request: MigrationRequest) -> bool:
    """Whether the data model of what is selected travels without its rows."""
    has_model = "schema" in request.included and "content" not in request.included
    return has_model and not request.selection.is_everything


def _dependent(selection: Selection) -> tuple[Collection[str], Collection[str]]:
    """Of which collections rows travel only with their item, and of which only if they are
    referred to."""
    if replace(selection, since="").is_everything:
        return (), ()
    return OWNED_BY_ITEMS, BROUGHT_ONLY


def _with_parts(source: Instance, selection: Selection) -> frozenset[str]:
    """The excluded collections, and those whose rows are parts of theirs, unless they are
    selected by name."""
    named = selection.collections or ()
    parts = {
        part.collection
        for name in selection.exclude
        for part in parts_of(source, name)
        if part.collection not in named
    }
    return frozenset({*selection.exclude, *parts})


def _can_be_brought(resource: Resource, request: MigrationRequest) -> bool:
    if resource.is_user_collection:
        return "content" in request.included or _is_model_only(request)
    return resource.name not in (*OWNED_BY_ITEMS, *SERVER_ASSIGNED_KEYS)


def _reached(
    source: Instance, selected: Mapping[str, Resource], candidates: Mapping[str, Resource]
) -> dict[str, Resource]:
    """``selected``, and what their rows can need of ``candidates``, directly or not."""
    reached = dict(selected)
    waiting = list(selected.values())
    while waiting:
        needs = needs_of(source, waiting.pop(), candidates)
        targets = {one.target for one in needs.references}
        targets |= {target for item in needs.items for target in item.targets}
        targets |= {part.collection for part in needs.parts}
        if needs.texts:
            targets.add(FILES)
        for name in sorted(targets & candidates.keys() - reached.keys()):
            reached[name] = candidates[name]
            waiting.append(candidates[name])
    return reached

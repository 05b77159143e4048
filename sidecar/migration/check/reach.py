"""From which collections rows can travel: those that are selected, and those whose rows can be
brought along."""

from collections.abc import Mapping
from dataclasses import dataclass

from sidecar.migration.check.scope import resources_of
from sidecar.migration.closure.edges import needs_of, parts_of
from sidecar.migration.instance.instance import Instance
from sidecar.migration.instance.rows import Filter
from sidecar.migration.request import BRING, MigrationRequest
from sidecar.migration.selection import Selection
from sidecar.options import PARTS
from sidecar.resources.base import ACCESS, COMMENTS, FILES, FOLDERS, SHARES, VERSIONS, Resource
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

    def user_collections(self) -> frozenset[str]:
        return frozenset(name for name, one in self.reachable.items() if one.is_user_collection)


def reach_of(source: Instance, destination: Instance, request: MigrationRequest) -> Reach:
    """The collections of ``source`` from which ``request`` can move rows. Sends nothing."""
    selection = request.selection
    chosen = resources_of(source, destination, request.included)
    owned = [] if selection.is_everything else [name for name in OWNED_BY_ITEMS if name in chosen]
    left_to_others = () if selection.is_everything else BROUGHT_ONLY
    excluded = _with_parts(source, selection)
    selected = {
        name: _rule(name, request)
        for name, resource in chosen.items()
        if name not in (*owned, *left_to_others)
        and (not resource.is_user_collection or selection.includes(name))
        and name not in excluded
    }
    reachable = {name: chosen[name] for name in selected}
    if request.references == BRING:
        candidates = {
            name: resource
            for name, resource in resources_of(source, destination, PARTS).items()
            if name not in excluded and _can_be_brought(resource, request)
        }
        reachable = _reached(source, reachable, candidates)
    return Reach(selected, reachable, tuple(chosen[name] for name in owned))


def _rule(name: str, request: MigrationRequest) -> Filter | None:
    """Which rows of a selected collection travel. None: all."""
    if name == ACCESS and "users" not in request.included:
        return {"user": {"_null": True}}
    return request.selection.filters.get(name)


def _with_parts(source: Instance, selection: Selection) -> frozenset[str]:
    """The excluded collections, and those whose rows are parts of theirs, unless they are
    selected by name."""
    named = selection.collections or ()
    parts = {
        part.collection
        for name in selection.excluded
        for part in parts_of(source, name)
        if part.collection not in named
    }
    return frozenset({*selection.excluded, *parts})


def _can_be_brought(resource: Resource, request: MigrationRequest) -> bool:
    if resource.is_user_collection:
        return "content" in request.included
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

"""Makes a source smaller: what a request does not select is nowhere in the result, and its reader
shows only the rows that travel."""

from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple

from sidecar.directus.client import Row
from sidecar.errors import InvalidRequest
from sidecar.migration.check.coverage import Coverage, coverage_of, time_of_start
from sidecar.migration.check.filters import (
    count_matching,
    rowless_collections,
    unknown_collections,
)
from sidecar.migration.check.last_run import changed_since
from sidecar.migration.check.reach import BROUGHT_ONLY, Reach, reach_of
from sidecar.migration.check.selection_summary import SelectionSummary, summarize
from sidecar.migration.closure.closure import Closure
from sidecar.migration.closure.since import keys_by_activity
from sidecar.migration.instance.instance import Instance
from sidecar.migration.instance.key_sets import KeySets
from sidecar.migration.instance.reduction import reduce_to
from sidecar.migration.instance.rows import keys_from_text
from sidecar.migration.instance.selected_rows import SelectedRows
from sidecar.migration.request import BRING, MigrationRequest
from sidecar.migration.selection import FIELD, Selection, wrong_selection
from sidecar.resources.base import ItemReference, Resource

NOT_INCLUDED = "Collections can only be selected if content or their data model is included"
EMPTY = "The selection is empty: it leaves out every collection. Select at least one"
UNMOVABLE = "Nothing of the selection can be migrated. {}: {}"
NO_ROWS = (
    "The selection is empty: no row matches {}. Change the filter, or select something beside it"
)


class Selected(NamedTuple):
    """What a request selects of a source."""

    source: Instance
    # None: everything that the request includes.
    summary: SelectionSummary | None = None
    # What a successful run covers. None: nothing.
    coverage: Coverage | None = None


def select(
    source: Instance, destination: Instance, request: MigrationRequest, keys: KeySets | None
) -> Selected:
    """``source`` as ``request`` selects it. ``keys`` keeps the keys of the rows that travel. None:
    all rows of the collections that it can reach.

    Sends only reads. Raises InvalidRequest for a selection that does not fit the source, and
    DirectusError.
    """
    began_at = time_of_start(source.client, request)
    _require_known(source, request)
    matching = _require_filters(source, request)
    since = changed_since(source, destination, request)
    reach = reach_of(source, destination, request, since)
    coverage = coverage_of(source, request, reach, since, began_at)
    if _is_whole(request):
        return Selected(source, None, coverage)
    _require_some(source, reach, request, matching)
    reduced = source
    if not request.selection.is_everything:
        reduced = reduce_to(source, reach.user_collections(), destination)
        reduced = _without_other_exclusions(reduced, request.selection)
    if keys is None:
        return Selected(reduced)
    selected = _selected_rows(source, request, reach, keys)
    partial = selected.partial
    counts = {name: rows for name, rows in source.counts.items() if name not in partial}
    reduced = replace(reduced, rows=selected, selected=selected, counts=counts)
    summary = None
    if request.references == BRING or not request.selection.is_everything:
        summary = summarize(source, request, reach, selected)
    return Selected(reduced, summary, coverage)


def _without_other_exclusions(source: Instance, selection: Selection) -> Instance:
    """``source`` without what is said of collections that nobody has selected."""
    return replace(
        source,
        excluded={name: one for name, one in source.excluded.items() if selection.includes(name)},
        excluded_relations={
            (name, column): target
            for (name, column), target in source.excluded_relations.items()
            if name in source.model.resources
        },
    )


def _is_whole(request: MigrationRequest) -> bool:
    """Whether all rows of what ``request`` includes travel, and no others."""
    brings = request.references == BRING
    return request.selection.is_everything and not brings and not leaves_out_users(request)


def leaves_out_users(request: MigrationRequest) -> bool:
    """Whether roles travel without what they give to users."""
    return "roles" in request.included and "users" not in request.included


def _selected_rows(
    source: Instance, request: MigrationRequest, reach: Reach, keys: KeySets
) -> SelectedRows:
    """The rows of ``source`` that travel. Reads them."""
    brings = request.references == BRING
    closure = Closure(source, reach.selected, reach.reachable, keys, brings)
    closure.compute()
    for name, filter in reach.by_activity.items():
        resource = reach.reachable[name]
        for texts in keys_by_activity(source, resource, reach.moments[name]):
            closure.choose(resource, keys_from_text(resource, dict.fromkeys(texts)), filter)
    for resource in reach.owned:
        _choose_owned(source, closure, reach, resource)
    closure.follow()
    may_travel = {*reach.reachable, *(one.name for one in reach.owned), *BROUGHT_ONLY}
    return SelectedRows(source.rows, closure.keys, frozenset(may_travel - closure.whole))


def _require_known(source: Instance, request: MigrationRequest) -> None:
    named = request.selection.named()
    if named and not {"content", "schema"} & request.included:
        raise wrong_selection(NOT_INCLUDED)
    known = {
        name for name, one in source.model.resources.items() if one.is_user_collection
    } | source.excluded.keys()
    if unknown := sorted(named.keys() - known):
        listed = {row["collection"] for row in source.collections}
        without_rows = [
            name for name in unknown if name in listed and not name.startswith("directus_")
        ]
        raise rowless_collections(without_rows) if without_rows else unknown_collections(unknown)


def _require_filters(source: Instance, request: MigrationRequest) -> dict[str, int]:
    """How many rows match each filter. Raises InvalidRequest for those that Directus refuses."""
    return {
        name: count_matching(
            source.client, name, filter, singleton=source.model.resources[name].singleton
        )
        for name, filter in request.selection.filters.items()
        if name in source.model.resources
    }


def _require_some(
    source: Instance, reach: Reach, request: MigrationRequest, matching: Mapping[str, int]
) -> None:
    """Raises InvalidRequest if nothing is selected of the content, whatever the time is."""
    if request.selection.is_everything:
        return
    if not reach.user_collections() and {"content", "schema"} & request.included:
        for name, exclusion in sorted(source.excluded.items()):
            if request.selection.includes(name):
                message = UNMOVABLE.format(name, exclusion.message)
                raise InvalidRequest(message, code=exclusion.code, field=FIELD)
        raise wrong_selection(EMPTY)
    selected = {*reach.selected, *reach.by_activity}.intersection(reach.user_collections())
    if selected and selected <= {name for name, rows in matching.items() if rows == 0}:
        filters = f"the filter of {', '.join(sorted(selected))}"
        raise wrong_selection(NO_ROWS.format(filters))


def _choose_owned(source: Instance, closure: Closure, reach: Reach, resource: Resource) -> None:
    """Choose the comments, shares or versions of items that travel."""
    (item,) = resource.rules.item_references
    for page in source.rows.pages(resource, [resource.key, item.collection, item.item]):
        chosen = [row[resource.key] for row in page if _owner_travels(closure, reach, item, row)]
        closure.bring(resource, chosen)


def _owner_travels(closure: Closure, reach: Reach, item: ItemReference, row: Row) -> bool:
    name, key = row[item.collection], row[item.item]
    if name in closure.whole:
        return True
    return name in reach.reachable and closure.keys.has(name, key)

"""Makes a source smaller: what a request does not select is nowhere in the result, and its reader
shows only the rows that travel."""

from dataclasses import replace

from sidecar.directus.client import Row
from sidecar.errors import DirectusRejected, InvalidRequest
from sidecar.migration.check.reach import BROUGHT_ONLY, Reach, reach_of
from sidecar.migration.closure.closure import Closure
from sidecar.migration.instance.instance import Instance
from sidecar.migration.instance.key_sets import KeySets
from sidecar.migration.instance.reduction import reduce_to
from sidecar.migration.instance.selected_rows import SelectedRows
from sidecar.migration.request import BRING, MigrationRequest
from sidecar.migration.schema.refusal import words_of
from sidecar.migration.selection import FIELD
from sidecar.resources.base import ItemReference, Resource

UNKNOWN = (
    "The source has no collection {}. `sidecar collections` and the page list those that it has"
)
REFUSED_FILTER = "The filter of {} was refused by Directus: {}"
SINGLETON = "{} is a singleton, so it has nothing to filter. Select it as a whole, or leave it out"
NOT_CONTENT = "Collections can only be selected if content is included"


def select(
    source: Instance, destination: Instance, request: MigrationRequest, keys: KeySets
) -> Instance:
    """``source`` as ``request`` selects it. ``keys`` keeps the keys of the rows that travel.

    Sends only reads. Raises InvalidRequest for a selection that does not fit the source, and
    DirectusError.
    """
    selection = request.selection
    if selection.is_everything and request.references != BRING:
        return source
    _require_known(source, request)
    _require_filters(source, request)
    reach = reach_of(source, destination, request)
    closure = Closure(source, reach.selected, reach.reachable, keys)
    closure.compute()
    for resource in reach.owned:
        _choose_owned(source, closure, reach, resource)
    closure.follow()
    may_travel = {*reach.reachable, *(one.name for one in reach.owned), *BROUGHT_ONLY}
    partial = frozenset(may_travel - closure.whole)
    selected = SelectedRows(source.rows, keys, partial)
    reduced = source
    if not selection.is_everything:
        reduced = reduce_to(source, reach.user_collections(), destination)
    counts = {name: rows for name, rows in source.counts.items() if name not in partial}
    return replace(reduced, rows=selected, selected=selected, counts=counts)


def _require_known(source: Instance, request: MigrationRequest) -> None:
    named = request.selection.named()
    if named and "content" not in request.included:
        raise InvalidRequest(NOT_CONTENT, code="SELECTION_INVALID", field=FIELD)
    known = {
        name for name, one in source.model.resources.items() if one.is_user_collection
    } | source.excluded.keys()
    if unknown := sorted(named.keys() - known):
        message = UNKNOWN.format(", ".join(unknown))
        raise InvalidRequest(message, code="UNKNOWN_COLLECTION", field=FIELD)


def _require_filters(source: Instance, request: MigrationRequest) -> None:
    for name, filter in request.selection.filters.items():
        resource = source.model.resources[name]
        if resource.singleton:
            raise InvalidRequest(SINGLETON.format(name), code="FILTER_REFUSED", field=FIELD)
        try:
            source.rows.count(resource, dict(filter))
        except DirectusRejected as error:
            message = REFUSED_FILTER.format(name, words_of(error))
            raise InvalidRequest(message, code="FILTER_REFUSED", field=FIELD) from error


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

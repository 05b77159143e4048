"""Counts the rows that a person's filter selects, and says what is wrong with a filter."""

from sidecar.directus.answers import parse_guard
from sidecar.directus.client import Directus
from sidecar.directus.counts import count_rows
from sidecar.errors import DirectusRejected, InvalidRequest
from sidecar.migration.schema.refusal import words_of
from sidecar.migration.selection import FIELD, Filter
from sidecar.resources.base import items_path, segment

CODE = "FILTER_REFUSED"
REFUSED = "The filter of {} was refused by Directus: {}"
SINGLETON = "{} is a singleton, so it has nothing to filter. Select it as a whole, or leave it out"
# An address means something else by them.
NO_SEGMENTS = (".", "..")
UNKNOWN = (
    "The source has no collection {}. `sidecar collections` and the page list those that it has"
)

ROWLESS = (
    "{} cannot be selected: it is a folder, or a table without a primary key of one column, so "
    "Directus shows no rows of it. Select the collections in the folder, or leave it out"
)


def rowless_collections(names: list[str]) -> InvalidRequest:
    """The error for what the source has and Directus shows no rows of."""
    return InvalidRequest(ROWLESS.format(", ".join(names)), code="UNKNOWN_COLLECTION", field=FIELD)


def unknown_collections(names: list[str]) -> InvalidRequest:
    """The error for collections that the source does not have."""
    return InvalidRequest(UNKNOWN.format(", ".join(names)), code="UNKNOWN_COLLECTION", field=FIELD)


def count_matching(
    source: Directus, collection: str, filter: Filter, *, singleton: bool = False
) -> int:
    """How many rows of a user collection match. Raises InvalidRequest for a filter that Directus
    refuses, and DirectusError."""
    if singleton and filter:
        raise InvalidRequest(SINGLETON.format(collection), code=CODE, field=FIELD)
    try:
        return count_rows(source, items_path(collection), filter)
    except DirectusRejected as error:
        # Directus names an unknown field as one that may not be read.
        reason = words_of(error).rpartition(" denies access: ")[2]
        message = REFUSED.format(collection, reason)
        raise InvalidRequest(message, code=CODE, field=FIELD) from error


def count_selected(source: Directus, collection: str, filter: Filter) -> tuple[int, int]:
    """How many rows of a user collection match, and how many it has. Raises InvalidRequest for an
    unknown collection and for a filter that Directus refuses, and DirectusError."""
    path = f"/collections/{segment(collection)}"
    if collection in NO_SEGMENTS:
        raise unknown_collections([collection])
    try:
        row = source.get(path)
    except DirectusRejected as error:
        raise unknown_collections([collection]) from error
    with parse_guard(source.url + path):
        is_table = bool(row.get("schema")) and not collection.startswith("directus_")
        singleton = bool((row.get("meta") or {}).get("singleton"))
    if not is_table:
        raise unknown_collections([collection])
    rows = count_matching(source, collection, filter, singleton=singleton)
    return rows, count_matching(source, collection, {}) if filter else rows

"""Listed changes as plain data, for whoever exports them. No secret is in it."""

from collections.abc import Iterator
from typing import Any

from sidecar.masking import mask_values
from sidecar.migration.changes.change import Kind, ListedChange
from sidecar.migration.changes.change_list import ChangeList

# Rows that stay as they are tell nobody anything.
EXPORTED: tuple[Kind, ...] = ("new", "changed", "conflict", "only_at_destination")
# So many rows are held at a time.
PER_PAGE = 100


def exported(changes: ChangeList, collection: str, kind: Kind) -> Iterator[ListedChange]:
    """All listed changes of one kind. Only a page of them is held."""
    after = 0
    while page := changes.page(collection, kind, after, PER_PAGE):
        yield from page
        after = page[-1].id


def all_exported(changes: ChangeList) -> Iterator[ListedChange]:
    """All listed changes of the kinds that are exported, collection by collection."""
    for collection in changes.counts():
        for kind in EXPORTED:
            yield from exported(changes, collection, kind)


def document_of(change: ListedChange) -> dict[str, Any]:
    """``fields`` is None if the list has no room for the values."""
    fields = change.fields
    document = {
        "collection": change.collection,
        "kind": change.kind,
        "key": change.key,
        "label": change.label,
        "changed_by": change.changed_by,
        "fields": None
        if fields is None
        else {name: {"before": before, "after": after} for name, (before, after) in fields.items()},
        "cut": list(change.cut),
    }
    masked: dict[str, Any] = mask_values(document)
    return masked

"""The changes of a run as one JSON document, made piece by piece."""

from collections.abc import Iterator, Mapping
from typing import Any

from sidecar.masking import mask_values
from sidecar.migration.changes.change_list import ChangeList
from sidecar.migration.changes.documents import all_exported, document_of
from sidecar.migration.changes.values import to_json

# What is told of the run itself.
OF_RUN = (
    "id", "status", "message", "dry_run", "created_at", "started_at", "ended_at", "user_name",
    "source", "destination", "destination_url",
)  # fmt: skip


def json_document(run: Mapping[str, Any], changes: ChangeList) -> Iterator[str]:
    """``{"run", "collections", "changes"}``. The list of changes can be long; the rest is not."""
    head = {name: run.get(name) for name in OF_RUN}
    listed = changes.listed()
    collections = [
        {"collection": name, "kind_counts": counts, "listed": listed[name]}
        for name, counts in changes.counts().items()
    ]
    yield f'{{"run": {_json(head)},\n"collections": {_json(collections)},\n"changes": ['
    comma = ""
    for change in all_exported(changes):
        yield f"{comma}\n{to_json(document_of(change)).decode()}"
        comma = ","
    yield "\n]}\n"


def _json(document: Any) -> str:
    return to_json(mask_values(document)).decode()

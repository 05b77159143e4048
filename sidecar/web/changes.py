"""/runs/<id>/changes: what a run changes, or would change, row by row and field by field."""

from collections.abc import Callable, Iterator
from typing import Any

from flask import Response

from sidecar.jobs.run_changes import change_lists
from sidecar.migration.changes.change import ListedChange
from sidecar.migration.changes.change_list import ChangeList
from sidecar.web.blueprint import ALWAYS, Blueprint
from sidecar.web.change_schemas import (
    ChangedRowsOutput,
    ChangeRowsQuery,
    ChangesOutput,
    DownloadQuery,
)
from sidecar.web.changes_json import json_document
from sidecar.web.changes_page import html_page
from sidecar.web.services import services

PIECE_BYTES = 64 * 1024
DOWNLOADS: dict[str, tuple[str, Callable[..., Iterator[str]]]] = {
    "json": ("application/json", json_document),
    "html": ("text/html", html_page),
}
# The page has no scripts and loads nothing. Nothing that it shows can change that.
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
    "X-Content-Type-Options": "nosniff",
}

blueprint = Blueprint("changes", __name__, description="What a run changes")


@blueprint.route("/runs/<uuid:run_id>/changes", methods=["GET"])
@blueprint.response(200, ChangesOutput)
@blueprint.may_answer(*ALWAYS, 404)
def show_changes(run_id: object) -> dict[str, Any]:
    """How many rows of each collection are new, changed, unchanged, only at the destination, or in
    conflict."""
    with _open(str(run_id)) as changes:
        listed = changes.listed()
        collections = [
            {"collection": name, "kind_counts": counts, "listed": listed[name]}
            for name, counts in changes.counts().items()
        ]
        return {"collections": collections, "baseline": changes.baseline}


@blueprint.route("/runs/<uuid:run_id>/changes/rows", methods=["GET"])
@blueprint.arguments(ChangeRowsQuery, location="query")
@blueprint.response(200, ChangedRowsOutput)
@blueprint.may_answer(*ALWAYS, 404)
def list_changed_rows(query: dict[str, Any], run_id: object) -> dict[str, Any]:
    """A page of the rows of a collection, each with its old and new values."""
    collection, kind = query["collection"], query["kind"]
    with _open(str(run_id)) as changes:
        rows = changes.page(collection, kind, query["after"], query["limit"])
        types = changes.types(collection)
        last = rows[-1].id if rows else 0
        has_more = rows and changes.page(collection, kind, last, 1)
    return {"rows": [_row(row, types) for row in rows], "next": last if has_more else None}


@blueprint.route("/runs/<uuid:run_id>/changes/download", methods=["GET"])
@blueprint.arguments(DownloadQuery, location="query")
@blueprint.response(200, {"type": "object"}, content_type="application/json")
@blueprint.alt_response(200, schema={"type": "string"}, content_type="text/html", success=True)
@blueprint.may_answer(*ALWAYS, 404)
def download_changes(query: dict[str, str], run_id: object) -> Response:
    """All listed changes as a file. Rows that stay as they are, are only counted."""
    content_type, make = DOWNLOADS[query["format"]]
    slots, run = services().slots, services().runs.summary(str(run_id))
    slots.enter_download()
    try:
        changes = _open(str(run_id))
    except BaseException:
        slots.leave_download()
        raise
    response = Response(_pieces(make(run, changes)), content_type=f"{content_type}; charset=utf-8")
    response.call_on_close(changes.close)
    response.call_on_close(slots.leave_download)
    response.headers.update(HEADERS)
    name = f"changes-{run_id}.{query['format']}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _open(run_id: str) -> ChangeList:
    """Raises InvalidRequest (404) for an unknown run, and for one without a list."""
    services().runs.order(run_id)
    return change_lists(services().settings, services().space).open(run_id)


def _row(change: ListedChange, types: dict[str, str]) -> dict[str, Any]:
    fields = None
    if change.fields is not None:
        fields = [
            {
                "field": name,
                "type": types.get(name),
                "before": before,
                "after": after,
                "cut": name in change.cut,
            }
            for name, (before, after) in change.fields.items()
        ]
    return {**change._asdict(), "fields": fields}


def _pieces(texts: Iterator[str]) -> Iterator[bytes]:
    """The texts in pieces that are worth sending."""
    waiting = bytearray()
    for text in texts:
        waiting += text.encode(errors="replace")
        if len(waiting) >= PIECE_BYTES:
            yield bytes(waiting)
            waiting.clear()
    yield bytes(waiting)

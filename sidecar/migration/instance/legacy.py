"""What Directus 11.1 still keeps where older versions put it: comments in the activity, the content
of versions in the revisions. Its successors have moved both to where they are today, and so does a
migration to one of those."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any
from uuid import NAMESPACE_OID, uuid5

from sidecar.directus.client import Row
from sidecar.directus.pages import count_rows, read_pages
from sidecar.migration.instance.instance import Instance

ACTIVITY = "directus_activity"
ACTIVITY_PATH, REVISIONS_PATH = "/activity", "/revisions"
COMMENTS_ONLY = {"action": {"_eq": "comment"}}
# What each column of a comment is called in the activity.
CALLED = {
    "collection": "collection",
    "item": "item",
    "comment": "comment",
    "user_created": "user",
    "date_created": "timestamp",
}


def is_moved(source: Instance, destination: Instance) -> bool:
    """Whether the source keeps such things, and the destination no longer does: one version moved
    both."""
    return has_comments_in_activity(source) and not has_comments_in_activity(destination)


def has_comments_in_activity(instance: Instance) -> bool:
    """Whether the activity has a column for them; such a version answers them among its comments,
    too."""
    return "comment" in instance.model.columns.get(ACTIVITY, {})


def count_comments(source: Instance) -> int:
    """How many comments lie in the activity."""
    return count_rows(source.client, ACTIVITY_PATH, filter=COMMENTS_ONLY)


def comments(source: Instance, key: str, fields: Sequence[str]) -> Iterator[list[Row]]:
    """They as rows of comments, with ``fields``; those that the activity does not know are null."""
    for page in read_pages(
        source.client,
        ACTIVITY_PATH,
        key="id",
        key_type="integer",
        filter=COMMENTS_ONLY,
        fields=["id", *CALLED.values()],
        limit=source.query_limit,
    ):
        yield [
            {
                **{field: row[CALLED[field]] if field in CALLED else None for field in fields},
                key: _id(row),
            }
            for row in page
        ]


def with_deltas(source: Instance, pages: Iterable[list[Row]]) -> Iterator[list[Row]]:
    """``pages`` of content versions, with the delta of those that have none: all saves of it, one
    after the other."""
    for page in pages:
        empty = [row["id"] for row in page if row["delta"] is None]
        saved = _saved(source, empty) if empty else {}
        yield [{**row, "delta": saved[row["id"]]} if row["id"] in saved else row for row in page]


def _saved(source: Instance, versions: list[Any]) -> dict[Any, Row]:
    merged: dict[Any, Row] = {}
    for page in read_pages(
        source.client,
        REVISIONS_PATH,
        key="id",
        key_type="integer",
        filter={"version": {"_in": versions}},
        fields=["id", "version", "delta"],
        limit=source.query_limit,
    ):
        for row in page:
            merged[row["version"]] = {**merged.get(row["version"], {}), **(row["delta"] or {})}
    return merged


def _id(row: Row) -> str:
    """The same at every run, and another one for a comment of another instance."""
    return str(
        uuid5(
            NAMESPACE_OID,
            " ".join(str(row[name]) for name in ("id", "collection", "item", "timestamp")),
        )
    )

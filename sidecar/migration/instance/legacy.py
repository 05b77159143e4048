"""Rows that Directus 11.1 still keeps where older versions put them.

Comments lie in the activity, and the deltas of content versions in the revisions. Newer versions
have moved both, and so does a migration to a newer version.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import NAMESPACE_OID, uuid5

from sidecar.directus.client import Directus, Row
from sidecar.directus.counts import count_rows
from sidecar.directus.pages import PageReader
from sidecar.resources.model import DataModel

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


@dataclass(frozen=True, slots=True)
class LegacyRows:
    """The rows of one instance that newer versions keep elsewhere."""

    client: Directus
    # The server's maximum of rows per answer. None: it has none.
    query_limit: int | None

    def count_comments(self) -> int:
        """How many comments lie in the activity."""
        return count_rows(self.client, ACTIVITY_PATH, filter=COMMENTS_ONLY)

    def comments(self, key: str, fields: Sequence[str]) -> Iterator[list[Row]]:
        """The comments in the activity, as rows of comments. Fields that the activity does not
        know are null."""
        for page in PageReader(
            self.client,
            ACTIVITY_PATH,
            key="id",
            key_type="integer",
            filter=COMMENTS_ONLY,
            fields=["id", *CALLED.values()],
            limit=self.query_limit,
        ).pages():
            yield [{**_comment(row, fields), key: _id(row)} for row in page]

    def with_deltas(self, pages: Iterable[list[Row]]) -> Iterator[list[Row]]:
        """``pages`` of content versions. A version without a delta gets it from its revisions."""
        for page in pages:
            empty = [row["id"] for row in page if row["delta"] is None]
            saved = self._deltas(empty) if empty else {}
            yield [{**row, "delta": saved.get(row["id"], row["delta"])} for row in page]

    def _deltas(self, versions: list[Any]) -> dict[Any, Row]:
        """The delta of each version: all of its revisions, one after the other."""
        deltas: dict[Any, Row] = {}
        for page in PageReader(
            self.client,
            REVISIONS_PATH,
            key="id",
            key_type="integer",
            filter={"version": {"_in": versions}},
            fields=["id", "version", "delta"],
            limit=self.query_limit,
        ).pages():
            for row in page:
                deltas[row["version"]] = {
                    **deltas.get(row["version"], {}),
                    **(row["delta"] or {}),
                }
        return deltas


def has_comments_in_activity(model: DataModel) -> bool:
    """Whether the activity has a column for comments. Such a version lists these comments among
    the others, too."""
    return "comment" in model.columns.get(ACTIVITY, {})


def _comment(row: Row, fields: Sequence[str]) -> Row:
    return {field: row[CALLED[field]] if field in CALLED else None for field in fields}


def _id(row: Row) -> str:
    """Each run gives the same id. Comments of other instances get other ids."""
    return str(
        uuid5(
            NAMESPACE_OID,
            " ".join(str(row[name]) for name in ("id", "collection", "item", "timestamp")),
        )
    )

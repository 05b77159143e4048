"""What Directus 11.1 keeps where older versions put it. No API writes it there any more, so it is
made by SQL."""

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from typing import Any

from tests.matrix.newer import Dump
from tests.stack.directus import DirectusInstance
from tests.stack.dump import Table

SAID = "Said long ago"
SAID_AT = 1_500_000_000_123
SAY = """INSERT INTO directus_activity (action, user, timestamp, collection, item, comment)
    VALUES ('comment', ?, ?, ?, ?, ?)"""
SOMEBODY = (
    "SELECT user_created, collection, item FROM directus_comments WHERE user_created IS NOT NULL "
    "LIMIT 1"
)
SAVED = "SELECT id, delta FROM directus_versions WHERE delta IS NOT NULL LIMIT 1"


@dataclass(frozen=True)
class Old:
    """A ``comment`` that lies in the activity (but for its id), and a ``version`` whose ``delta``
    lies in the revisions alone."""

    comment: Mapping[str, Any]
    version: str
    delta: str

    def as_moved(self, source: Dump, after: Dump) -> dict[str, Table]:
        """The ``source`` as it should stand at a newer destination, which has chosen the id of the
        comment."""
        ids = [row["id"] for row in after["directus_comments"] if row["comment"] == SAID] or [""]
        return {
            **source,
            "directus_comments": [
                *source["directus_comments"],
                *({**self.comment, "id": key} for key in ids),
            ],
            "directus_versions": [
                {**row, "delta": self.delta} if row["id"] == self.version else row
                for row in source["directus_versions"]
            ],
        }


def use_what_is_old(source: DirectusInstance) -> Old:
    """Have a seeded 11.1.2 on SQLite look as one that was updated from Directus 10."""
    path = source.database.sqlite_path
    assert path is not None
    with closing(sqlite3.connect(path, timeout=30)) as connection, connection:
        user, collection, item = connection.execute(SOMEBODY).fetchone()
        connection.execute(SAY, (user, SAID_AT, collection, item, SAID))
        version, delta = connection.execute(SAVED).fetchone()
        connection.execute("UPDATE directus_versions SET delta = NULL WHERE id = ?", (version,))
    comment = {
        "collection": collection,
        "item": item,
        "comment": SAID,
        "user_created": user,
        "date_created": SAID_AT,
        "user_updated": None,
        "date_updated": None,
    }
    return Old(comment, version, delta)

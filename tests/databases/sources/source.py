"""What a source is: steps that build it, as data that can be read and printed."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]


@dataclass(frozen=True)
class Sql:
    """A statement in the database of the instance. One that ``may_fail`` is no reason to give up
    the source."""

    statement: str
    may_fail: bool = False

    def __str__(self) -> str:
        return f"{self.statement};"


@dataclass(frozen=True)
class Track:
    """Has Directus know tables that were made by SQL."""

    tables: tuple[str, ...]
    meta: Json = field(default_factory=dict, hash=False)
    may_fail: bool = False

    def __str__(self) -> str:
        return f"-- track {', '.join(self.tables)} {json.dumps(self.meta) if self.meta else ''}"


@dataclass(frozen=True)
class Call:
    """A request to Directus."""

    method: str
    path: str
    body: Any = field(default=None, hash=False)
    may_fail: bool = False

    def __str__(self) -> str:
        return f"-- {self.method} {self.path} {json.dumps(self.body, ensure_ascii=False)}"


@dataclass(frozen=True)
class Upload:
    """A file of the library, known by its title."""

    title: str
    content: bytes

    def __str__(self) -> str:
        return f"-- upload {self.title!r} ({len(self.content)} bytes)"


Step = Sql | Track | Call | Upload


@dataclass(frozen=True)
class Source:
    """One small database. ``kind`` is the letter of its kind."""

    kind: str
    name: str
    steps: tuple[Step, ...]
    # What happens to it between two migrations.
    later: tuple[Step, ...] = ()
    # What the destination has before the first migration.
    destination: tuple[Step, ...] = ()
    # Both sides contradict each other: a run is refused before it writes, dry or not, and says why.
    # None: they may.
    conflict: bool | None = False
    # What somebody does at the destination so that they no longer contradict each other.
    resolved: tuple[Step, ...] = ()
    # SQL that is true at the destination after each migration.
    holds: tuple[str, ...] = ()
    # Table and column (None: the table as a whole) that a report names, where no comparison sees
    # that something is missing.
    named: tuple[tuple[str, str | None], ...] = ()
    # Columns whose values are other numbers at the destination, by design; ``holds`` proves them.
    renumbered: tuple[tuple[str, str], ...] = ()
    # Tables that arrive as they are, so no problem or note may name them.
    plain: tuple[str, ...] = ()
    # Tables that stand at the destination after a run, whatever became of the others.
    arrives: tuple[str, ...] = ()

    def __str__(self) -> str:
        lines = [f"-- {self.kind}: {self.name}", *map(str, self.steps)]
        for title, steps in (
            ("destination before", self.destination),
            ("later", self.later),
            ("resolved at the destination", self.resolved),
        ):
            if steps:
                lines += [f"-- {title}:", *map(str, steps)]
        return "\n".join(lines)


def sql(*statements: str) -> tuple[Sql, ...]:
    """Steps that run ``statements``."""
    return tuple(map(Sql, statements))


def adopted(*tables: str, **meta: Any) -> Track:
    """A step that has Directus track ``tables``."""
    return Track(tables, meta)


def post(path: str, body: Any, *, may_fail: bool = False) -> Call:
    """A step that creates."""
    return Call("POST", path, body, may_fail)


def patch(path: str, body: Any, *, may_fail: bool = False) -> Call:
    """A step that changes."""
    return Call("PATCH", path, body, may_fail)


def deleted(*collections: str) -> tuple[Call, ...]:
    """Steps that delete collections, with their rows."""
    return tuple(Call("DELETE", f"/collections/{name}") for name in collections)


def table(name: str, fields: Sequence[Json], **meta: Any) -> Call:
    """A step that has Directus make a table."""
    body = {"collection": name, "schema": {}, "meta": meta, "fields": list(fields)}
    return post("/collections", body)


def link(many: str, column: str, one: str, **schema: Any) -> Call:
    """A step that has Directus relate a column to a collection."""
    body = {"collection": many, "field": column, "related_collection": one, "schema": schema}
    return post("/relations", body)


def described(collection: str, field_name: str, **meta: Any) -> Call:
    """A step that gives a column metadata, so that it is in the snapshot."""
    return patch(f"/fields/{collection}/{field_name}", {"meta": {"interface": "input", **meta}})

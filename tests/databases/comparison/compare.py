"""Names each difference between a source and a destination."""

import json
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from tests.databases.comparison import mariadb, postgres, sqlite
from tests.databases.comparison.identities import Identities
from tests.databases.comparison.rows import METADATA
from tests.databases.comparison.snapshot import (
    Difference,
    Facts,
    Key,
    Rule,
    Snapshot,
    Values,
    key_text,
    short,
)
from tests.stack.databases import Database

COLLECTIONS = "directus_collections"
# A setting that the source has never set stays as it is at the destination.
SETTINGS = "directus_settings"
FIELDS = "directus_fields"
# Directus writes metadata of its own for what it makes.
UNASKED = frozenset({"directus_relations", FIELDS})
# Specials of fields that have no column (`ALIAS_TYPES` in `@directus/api`).
ALIASES = frozenset({"alias", "o2m", "m2m", "m2a", "o2a", "files", "translations"})


def snapshot(database: Database) -> Snapshot:
    """What ``database`` is now."""
    if database.sqlite_path:
        return sqlite.read(database.sqlite_path)
    if database.vendor == "mysql":
        return mariadb.read(database)
    return postgres.read(database.dsn or "")


def differences(source: Snapshot, there: Snapshot, before: Snapshot) -> list[Difference]:
    """What the destination, that was ``before``, does not have as the source. What it had before
    and the source has not is its own."""
    return sorted(
        [
            *_tables(source, there),
            *_columns(source, there),
            *_rules(source, there, before),
            *(
                Difference("counter", table, (column,), None, "would give a number that is taken")
                for table, column in there.behind - source.behind - before.behind
            ),
            *_rows(source, there, before),
        ]
    )


def _tables(source: Snapshot, there: Snapshot) -> Iterator[Difference]:
    for name, kind in source.tables.items():
        if name not in there.tables:
            yield Difference("table", name, (), None, f"a {kind} that is missing")
        elif there.tables[name] != kind:
            yield Difference("table", name, (), None, f"{kind} became {there.tables[name]}")


def _columns(source: Snapshot, there: Snapshot) -> Iterator[Difference]:
    for (table, name), facts in source.columns.items():
        if table not in there.tables:
            continue
        if (table, name) not in there.columns:
            yield Difference("column", table, (name,), None, f"missing ({facts.type})")
            continue
        became = there.columns[table, name]
        for word, wanted, got in zip(Facts._fields, facts, became, strict=True):
            if wanted != got:
                kind = word.replace("_", " ")
                yield Difference(kind, table, (name,), None, f"{short(wanted)} → {short(got)}")


def _rules(source: Snapshot, there: Snapshot, before: Snapshot) -> Iterator[Difference]:
    for table in source.tables.keys() & there.tables.keys():
        wanted, got = source.rules.get(table, set()), there.rules.get(table, set())
        for rule in wanted - got:
            yield _rule(table, rule, "missing")
        for rule in got - wanted - before.rules.get(table, set()):
            yield _rule(table, rule, "only at the destination")


def _rule(table: str, rule: Rule, what: str) -> Difference:
    return Difference(rule.kind, table, rule.columns, None, f"{what}: {rule.text}")


def _rows(source: Snapshot, there: Snapshot, before: Snapshot) -> Iterator[Difference]:
    identities = Identities(source, there)
    for table in source.rows.keys() & there.rows.keys():
        wanted = identities.of_source(table)
        got = identities.of_destination(table)
        own = Identities(source, before).of_destination(table) if table in before.rows else {}
        names = METADATA.get(table)
        for found in _of_table(source, table, wanted, got, own):
            if not names:
                yield found
            elif table == COLLECTIONS or (
                _has_collection(there, found) and _is_shown(source, found)
            ):
                yield _about_model(found, names)


def _has_collection(there: Snapshot, found: Difference) -> bool:
    """Whether the collection is there, so that its fields are not missing with it."""
    collection, _, _ = (found.key or "").partition(", ")
    return (collection,) in there.rows.get(COLLECTIONS, {}) or collection.startswith("directus_")


def _is_shown(source: Snapshot, found: Difference) -> bool:
    """Whether Directus shows the metadata. It shows none of a field that has no column, and is no
    alias: PostgreSQL's driver gives a column the name `a$1` where it was asked for `a?`."""
    if found.table != FIELDS:
        return True
    collection, _, name = (found.key or "").partition(", ")
    rows = source.rows[FIELDS].get((collection, name), ())
    specials = {word for row in rows for word in (row.get("special") or "").split(",")}
    return (collection, name) in source.columns or bool(specials & ALIASES) or not rows


def _of_table(
    source: Snapshot,
    table: str,
    wanted: Mapping[Key, list[Values]],
    got: Mapping[Key, list[Values]],
    own: Mapping[Key, list[Values]],
) -> Iterator[Difference]:
    for key, rows in wanted.items():
        named = key_text(key)
        if key not in got:
            yield Difference("row", table, (), named, f"missing ({len(rows)})")
            continue
        if len(got[key]) < len(rows):
            yield Difference("row", table, (), named, f"{len(rows)} became {len(got[key])}")
        for row, became in zip(rows, got[key], strict=False):
            yield from _values(source, table, named, row, became)
    for key in got.keys() - wanted.keys() - own.keys():
        if table not in UNASKED:
            yield Difference("row", table, (), key_text(key), "only at the destination")
    if table in UNASKED:
        for key, rows in got.items():
            if len(rows) > max(1, len(wanted.get(key, ())), len(own.get(key, ()))):
                yield Difference("row", table, (), key_text(key), f"there {len(rows)} times")


def _values(
    source: Snapshot, table: str, key: str, row: Values, became: Values
) -> Iterator[Difference]:
    for column, value in row.items():
        if table == SETTINGS and value is None:
            continue
        # A column that is missing is named once, not with each row.
        if column in became and not _same(
            value, became[column], (table, column) in source.documents
        ):
            detail = f"{short(value)} → {short(became[column])}"
            yield Difference("value", table, (column,), key, detail)


def _same(value: str | None, became: str | None, document: bool) -> bool:
    if value == became:
        return True
    if not document or value is None or became is None:
        return False
    try:
        return bool(_document(value) == _document(became))
    except ValueError:
        return False


def _document(text: str) -> Any:
    return _told_apart(json.loads(text, parse_float=Decimal, parse_int=Decimal))


def _told_apart(value: Any) -> Any:
    """In Python true is 1."""
    if isinstance(value, dict):
        return {name: _told_apart(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_told_apart(one) for one in value]
    return type(value), value


def _about_model(found: Difference, names: tuple[str, str | None]) -> Difference:
    """A row of metadata is about a collection or a field, not about Directus' own table."""
    collection, _, field = (found.key or "").partition(", ")
    what = f"{found.table.removeprefix('directus_')} {','.join(found.columns)}: {found.detail}"
    columns = (field,) if names[1] and field else ()
    return Difference("metadata", collection, columns, None, what)

"""Which rows a selection has to bring, worked out from the tables alone: an independent
computation, by SQL and plain loops, of what the product does over REST."""

import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from tests.stack.databases import Database
from tests.stack.dump import Table, dump, primary_keys

UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
PARTS = frozenset({"m2m", "m2a", "files", "translations"})
AUTHORS = frozenset({"user-created", "user-updated"})
# Relations of Directus' own tables, which no table names.
OWN = (
    ("directus_files", "folder", "directus_folders"),
    ("directus_files", "uploaded_by", "directus_users"),
    ("directus_folders", "parent", "directus_folders"),
    ("directus_users", "role", "directus_roles"),
    ("directus_users", "avatar", "directus_files"),
    ("directus_roles", "parent", "directus_roles"),
    ("directus_shares", "role", "directus_roles"),
)
# Types of fields in which people quote files.
TEXTS = frozenset({"text", "json", "csv"})
Key = tuple[str, Any]


@dataclass(frozen=True)
class Model:
    """The tables of a database, and what points where."""

    tables: Mapping[str, Table]
    keys: Mapping[str, str]
    # Table, column and target.
    references: Collection[tuple[str, str, str]]
    # Table, the column that names the target, and the column with its key.
    items: Collection[tuple[str, str, str]]
    # Table, and where rows are that are parts of its rows.
    parts: Collection[tuple[str, str, str]]
    texts: Mapping[str, Collection[str]]

    def rows(self, table: str) -> dict[Any, dict[str, Any]]:
        return {row[self.keys[table]]: row for row in self.tables[table]}


def model_of(database: Database, version: str, texts: Mapping[str, Collection[str]]) -> Model:
    """``version`` is that of Directus. ``texts`` are the columns of a type in TEXTS, by table."""
    tables = dump(database)
    fields = {
        (row["collection"], row["field"]): {*(row["special"] or "").split(",")}
        for row in tables["directus_fields"]
    }
    references = [*OWN]
    if not version.startswith("12."):
        # Later versions let nobody set it.
        references.append(("directus_shares", "user_created", "directus_users"))
    references += [
        (table, field, "directus_users")
        for (table, field), specials in fields.items()
        if specials & AUTHORS
    ]
    items, parts = [], []
    for row in tables["directus_relations"]:
        many, field, one = row["many_collection"], row["many_field"], row["one_collection"]
        if row["one_collection_field"]:
            items.append((many, row["one_collection_field"], field))
        else:
            references.append((many, field, one))
        if fields.get((one, row["one_field"]), set()) & PARTS:
            parts.append((one, many, field))
    return Model(tables, primary_keys(database), references, items, parts, texts)


def closure(model: Model, selected: Collection[Key], reachable: Collection[str]) -> set[Key]:
    """``selected`` rows, and all rows of ``reachable`` tables that they need, directly or not."""
    by_key = {table: model.rows(table) for table in model.tables if table in model.keys}
    found: set[Key] = set()
    waiting = list(selected)
    while waiting:
        table, key = waiting.pop()
        is_new = (table, key) not in found and key in by_key.get(table, {})
        if not is_new or table not in reachable:
            continue
        found.add((table, key))
        waiting += _needed(model, by_key, table, by_key[table][key])
    return found


def _needed(
    model: Model, by_key: Mapping[str, dict[Any, Any]], table: str, row: Mapping[str, Any]
) -> list[Key]:
    needed = [
        (target, row[column]) for origin, column, target in model.references if origin == table
    ]
    for origin, named_in, column in model.items:
        if origin == table:
            target = str(row[named_in])
            needed += [
                (target, key) for key in by_key.get(target, ()) if str(key) == str(row[column])
            ]
    for origin, part, column in model.parts:
        if origin == table:
            key = row[model.keys[table]]
            needed += [(part, other) for other, one in by_key[part].items() if one[column] == key]
    for column in model.texts.get(table, ()):
        text = row[column] if isinstance(row[column], str) else json.dumps(row[column])
        needed += [("directus_files", uuid) for uuid in UUID.findall(text.lower())]
    return needed

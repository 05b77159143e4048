"""Changes a running instance at random: cells, values of unique columns, relations, rows."""

import json
from collections.abc import Callable, Sequence
from random import Random
from typing import Any

from tests.databases.sources.build import CLEAR
from tests.integration.update_bytes import change_files
from tests.integration.update_columns import ACTIVE, Column, columns_of, new_key, value
from tests.integration.update_pairs import OF_THE_MODULE
from tests.stack.changes import Execute, add, change, count_on, delete, last_of, writing
from tests.stack.directus import DirectusInstance
from tests.stack.dump import Table, dump, primary_keys
from tests.stack.seed.api import Api

# What others name without a foreign key, and where.
NAMED_IN = (("page_blocks", "item"), ("directus_comments", "item"), ("directus_shares", "item"),
            ("directus_versions", "item"))  # fmt: skip
# Others need their rows, or who they are decides who may do what.
KEPT = frozenset({"globals", "languages", "products", "directus_users", "directus_roles",
                  "directus_policies", "directus_access", "directus_flows", "directus_files",
                  "directus_folders", "directus_dashboards"})  # fmt: skip
COPIED_BADLY = frozenset({"globals", "directus_access", "directus_policies", "directus_roles",
                          "directus_users", "directus_flows", "directus_files"})  # fmt: skip
# How many tables are changed at a time, and from which version on Directus asks for a licence.
TABLES, LICENSED = 8, 12
FRESH = {"directus_translations": ("key",), "directus_operations": ("key",)}
UNSET = {"directus_operations": ("resolve", "reject")}


def reload(instance: DirectusInstance) -> None:
    """Have Directus notice what SQL has changed of flows and rights."""
    with Api(instance.url, instance.admin_token) as api:
        api.post(CLEAR, {})
        # Only a change of a flow makes it read all of them again.
        flow, *_ = api.get("/flows")
        api.patch(f"/flows/{flow['id']}", {"name": flow["name"]})


class Mutations:
    """Changes some tables of one instance. ``done`` says what was changed."""

    def __init__(
        self,
        instance: DirectusInstance,
        chance: Random,
        source: "Mutations | None" = None,
        tables: Sequence[str] = (),
    ) -> None:
        """``source`` are the mutations of the source, if this is the destination. Without
        ``tables`` some are drawn."""
        self._instance = instance
        self._database = instance.database
        self._chance = chance
        has_rules = int(instance.version.partition(".")[0]) < LICENSED
        with Api(instance.url, instance.admin_token) as api:
            columns = columns_of(api, rules=has_rules)
        chosen = tables or chance.sample(sorted(columns), TABLES)
        self.tables: Sequence[str] = source.tables if source else chosen
        self._columns = {table: columns[table] for table in self.tables}
        # A new row that only the destination has would keep a value that another one needs.
        self._gives_up = source is None
        # Rows that are there no more. What only the destination has keeps its values.
        self.gone: set[tuple[str, Any]] = set()
        self._keeps = {*source.gone} if source else set()
        self._keys = primary_keys(self._database)
        self._tables = dump(self._database)
        # Rows that have to stay, because values go round among them.
        self._held: set[tuple[str, Any]] = set()
        self.done: list[str] = []

    def make(self, number: int, *, swaps: bool = True) -> None:
        """Change ``number`` things, deletions last. ``swaps`` lets values of unique columns go from
        row to row."""
        kinds: list[Callable[[Execute], None]] = [self._cell] * 4 + [self._new, self._flow]
        if swaps:
            kinds += [self._swap, self._hand_over]
        with writing(self._database) as execute:
            for _ in range(number):
                self._chance.choice(kinds)(execute)
        for _ in range(max(1, number // 6)):
            self._delete()
        count_on(self._database, self._keys)
        if "directus_files" in self._columns:
            self.done += change_files(self._instance, self._chance)
        reload(self._instance)

    def _cell(self, execute: Execute) -> None:
        table = self._chance.choice(sorted(self._columns))
        rows, plain = self._rows(table), [one for one in self._columns[table] if not one.unique]
        if rows and plain:
            row, column = self._chance.choice(rows), self._chance.choice(plain)
            self._set(execute, table, row, {column.name: self._value(table, column, row)})

    def _swap(self, execute: Execute) -> None:
        """Two rows change values of a unique column."""
        if not (found := self._unique()):
            return
        table, column = found
        rows = [
            row for row in self._rows(table) if (table, row[self._keys[table]]) not in self._keeps
        ]
        if len(rows) < 2:
            return
        one, other = self._chance.sample(rows, 2)
        mine, theirs = one[column.name], other[column.name]
        if table == "directus_operations" and not self._can_swap(one, other, column.name):
            return
        self._set(execute, table, one, {column.name: None if column.nullable else "~"})
        self._set(execute, table, other, {column.name: mine})
        self._set(execute, table, one, {column.name: theirs})
        self._held |= {(table, row[self._keys[table]]) for row in (one, other)}

    def _hand_over(self, execute: Execute) -> None:
        """A row gives up its value of a unique column to a new one."""
        if not (found := self._unique()):
            return
        table, column = found
        rows = self._rows(table)
        if column.target or not rows or not self._gives_up or table.startswith("directus_"):
            return
        row = self._chance.choice(rows)
        given = row[column.name]
        self._set(execute, table, row, {column.name: self._fresh(column)})
        self._insert(execute, table, {**self._copy(execute, table, row), column.name: given})
        self._held.add((table, row[self._keys[table]]))

    def _new(self, execute: Execute) -> None:
        table = self._chance.choice(sorted({*self._columns}))
        if table in COPIED_BADLY:
            return
        if rows := self._rows(table):
            self._insert(execute, table, self._copy(execute, table, self._chance.choice(rows)))

    def _flow(self, execute: Execute) -> None:
        """Whether a flow is active, and where it begins."""
        if "directus_flows" not in self._columns:
            return
        row = self._chance.choice(self._rows("directus_flows"))
        operations = self._rows("directus_operations")
        own = [one["id"] for one in operations if one["flow"] == row["id"]]
        values = {
            "status": self._chance.choice(ACTIVE),
            "operation": self._chance.choice([None, *own]),
        }
        self._set(execute, "directus_flows", row, values)

    def _delete(self) -> None:
        if not (tables := sorted({*self._columns} - KEPT)):
            return
        table = self._chance.choice(tables)
        key = self._keys[table]
        rows = [row for row in self._rows(table) if (table, row[key]) not in self._held]
        if not rows or len(rows) < 2:
            return
        row = self._chance.choice(rows)
        for other, column in NAMED_IN:
            delete(self._database, other, column, str(row[key]))
        if delete(self._database, table, key, row[key]):
            self._tables[table].remove(row)
            self.gone.add((table, row[key]))
            self.done.append(f"{self._instance.name}: {table} {row[key]} deleted")

    def _set(self, execute: Execute, table: str, row: dict[str, Any], values: Any) -> None:
        key = self._keys[table]
        change(execute, table, key, row[key], self._bound(values))
        row |= values
        self.done.append(f"{self._instance.name}: {table} {row[key]} {values}")

    def _insert(self, execute: Execute, table: str, row: dict[str, Any]) -> None:
        add(execute, table, self._bound(row))
        self._tables[table].append(row)
        if not self._gives_up:
            self._keeps.add((table, row[self._keys[table]]))
        self.done.append(f"{self._instance.name}: {table} new {row}")

    def _copy(self, execute: Execute, table: str, row: dict[str, Any]) -> dict[str, Any]:
        key = self._keys[table]
        unique = [one for one in self._columns[table] if one.unique]
        fresh = {one.name: None if one.target else self._fresh(one) for one in unique}
        more = {name: self._word() for name in FRESH.get(table, ())}
        unset = dict.fromkeys(UNSET.get(table, ()))
        last = last_of(execute, table, key)
        return {**row, **fresh, **more, **unset, key: new_key(self._chance, last)}

    def _value(self, table: str, column: Column, row: dict[str, Any]) -> Any:
        source, name = (column.target, self._keys.get(column.target or "", ""))
        if not source:
            source, name = table, column.name
        others = [one[name] for one in self._rows(source) if one[name] is not None]
        return value(self._chance, column, row[column.name], others)

    def _unique(self) -> tuple[str, Column] | None:
        found = [
            (table, column)
            for table in sorted(self._columns)
            for column in self._columns[table]
            if column.unique
        ]
        return self._chance.choice(found) if found else None

    def _can_swap(self, one: dict[str, Any], other: dict[str, Any], column: str) -> bool:
        """Whether operations would still go on within their flow, and to an end. Directus dies of
        an active flow that does not."""
        after = {row["id"]: dict(row) for row in self._tables["directus_operations"]}
        after[one["id"]][column], after[other["id"]][column] = other[column], one[column]
        for start in (one["id"], other["id"]):
            waiting = [after[start]["resolve"], after[start]["reject"]]
            while waiting:
                key = waiting.pop()
                if key == start or (key and after[key]["flow"] != one["flow"]):
                    return False
                if key:
                    waiting += [after[key]["resolve"], after[key]["reject"]]
        return bool(one["flow"] == other["flow"])

    def _rows(self, table: str) -> Table:
        return [row for row in self._tables[table] if row.get("collection") not in OF_THE_MODULE]

    def _fresh(self, column: Column) -> str:
        return self._word()[: column.length]

    def _word(self) -> str:
        return f"{self._instance.name[:1]}{self._chance.randrange(10**9):09d}"

    def _bound(self, values: dict[str, Any]) -> dict[str, Any]:
        """As the database's driver takes them."""
        if self._database.vendor == "postgres":
            return values
        return {
            name: json.dumps(one, ensure_ascii=False) if isinstance(one, dict | list) else one
            for name, one in values.items()
        }

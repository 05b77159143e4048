"""Which rows of two databases are the same thing, by SQL alone, for what an update has to make of a
destination. It knows nothing of the product."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from tests.integration.system_oracle import RULES, Dump, Row, Rule, who_is_who
from tests.integration.update_cells import canonical, mapped
from tests.stack.dump import Table

FILES = "directus_files"
PEOPLE = ("directus_users", "directus_roles", "directus_policies")
# Rows that keep their key where the destination has it, and are else known by something else.
BY_KEY_FIRST = ("directus_access", "directus_translations")
ELSEWHERE = "the destination decides where it keeps the bytes"
OVERWRITTEN = "set by Directus on every write"
FILE_RULE = Rule(
    lost={
        **dict.fromkeys(("storage", "filename_disk", "tus_id", "tus_data"), ELSEWHERE),
        **dict.fromkeys(("modified_on", "modified_by"), OVERWRITTEN),
    }
)
# What a run keeps for itself.
OF_THE_MODULE = ("migration_bundle", "directus_migration_journal", "directus_migration_lease")


@dataclass(frozen=True)
class Case:
    """Both sides before a run, and what the run is asked to do."""

    source: Dump
    before: Dump
    # Of Directus at the destination.
    version: str
    # The primary key's column by table.
    keys: Mapping[str, str]
    singletons: Collection[str] = ()
    # The e-mail of the account that the migration uses there.
    account: str = ""
    # Tables whose rows are left as they are, and the keys at the source of selected rows by table.
    skipped: Collection[str] = ()
    selected: Mapping[str, Collection[Any]] = field(default_factory=dict)
    # Digests of the bytes of each file, at the source and there.
    contents: tuple[Mapping[str, str], Mapping[str, str]] = ({}, {})
    # Both sides after the last run, and what becomes of rows that both have changed since.
    baseline: tuple[Dump, Dump] | None = None
    conflicts: str = "ask"

    @cached_property
    def ids(self) -> dict[str, str]:
        """The destination's ids of people by the source's."""
        return who_is_who(self.source, self.before)

    @cached_property
    def replaced(self) -> set[str]:
        """Files with other bytes at the source."""
        here, there = self.contents
        return {key for key, one in here.items() if there.get(key, one) != one}

    @cached_property
    def then(self) -> tuple[dict[str, dict[str, Row]], ...]:
        """The rows of both sides after the last run, by table and key."""
        return tuple(
            {
                table: {
                    str(row[self.keys[table]]): row
                    for row in (mapped(table, one, ids) for one in rows)
                }
                for table, rows in side.items()
                if table in self.keys
            }
            for side, ids in zip(self.baseline or (), (self.ids, {}), strict=False)
        )


@dataclass(frozen=True)
class Pair:
    """One thing: its row at the source, in the words of the destination, and its row there."""

    source: Row | None
    before: Row | None


def tables_of(case: Case) -> list[str]:
    """Every table with rows that travel."""
    own = {*RULES, FILES, "directus_folders"}
    return sorted(name for name in case.source if name in own or not name.startswith("directus_"))


def pairs_of(case: Case, table: str) -> list[Pair]:
    """Which rows of ``table`` are the same thing."""
    column, values = rule_of(table).stays
    source = [
        mapped(table, row, case.ids) for row in case.source[table] if row.get(column) not in values
    ]
    before = [canonical(row) for row in case.before.get(table, ()) if is_content(table, row)]
    if table in case.singletons:
        # Each side has one row, whose key is its own.
        one, other = next(iter(source), None), next(iter(before), None)
        return [Pair(one, other)]
    key = case.keys[table]
    matched: list[Pair] = []
    natural = rule_of(table).natural
    if natural == ("id",) or table in (*PEOPLE, *BY_KEY_FIRST):
        matched, source, before = _paired(source, before, (key,))
    if natural != ("id",):
        more, source, before = _paired(source, before, natural)
        matched += more
    return [
        *matched,
        *(Pair(row, None) for row in source),
        *(Pair(None, row) for row in before),
    ]


def _paired(
    source: Table, before: Table, columns: tuple[str, ...]
) -> tuple[list[Pair], Table, Table]:
    """The first row with a natural key with the first one there, the second with the second; and
    the rows of both sides that are left."""
    waiting: dict[tuple[Any, ...], list[Row]] = defaultdict(list)
    for row in _in_order(before):
        waiting[tuple(str(row[name]) for name in columns)].append(row)
    pairs, left = [], []
    for row in _in_order(source):
        candidates = waiting[tuple(str(row[name]) for name in columns)]
        if candidates:
            pairs.append(Pair(row, candidates.pop(0)))
        else:
            left.append(row)
    return pairs, left, [row for rows in waiting.values() for row in rows]


def _in_order(rows: Table) -> Table:
    """By the number that the server has given; other keys have no order that means something."""
    return sorted(rows, key=lambda row: row["id"] if isinstance(row.get("id"), int) else 0)


def is_content(table: str, row: Row) -> bool:
    return table != "directus_presets" or row["collection"] not in OF_THE_MODULE


def rule_of(table: str) -> Rule:
    return FILE_RULE if table == FILES else RULES.get(table, Rule())

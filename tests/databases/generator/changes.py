"""What may happen to a source between two runs."""

from collections.abc import Callable
from urllib.parse import quote

from hypothesis import strategies as st

from tests.databases.generator.description import Change, Column, Description, Table
from tests.databases.generator.steps import column_type, insert, quoted
from tests.databases.generator.vendors import KINDS
from tests.databases.sources.source import Call, Sql, Step, Track

MAX_CHANGES = 4
Draw = st.DrawFn


def draw_changes(draw: Draw, description: Description) -> tuple[Change, ...]:
    """Some changes of some tables."""
    changes = []
    for _ in range(draw(st.integers(1, MAX_CHANGES))):
        table = draw(st.sampled_from(description.tables))
        column = draw(st.sampled_from(table.columns))
        kind = draw(st.sampled_from(KINDS_OF_CHANGE))
        steps = kind(draw, description, table, column)
        if steps:
            changes.append(Change(table.number, tuple(steps)))
    return tuple(changes)


def _alter(table: Table, what: str) -> Sql:
    return Sql(f"alter table {quoted(table.name)} {what}", may_fail=True)


def _widen(draw: Draw, description: Description, table: Table, column: Column) -> list[Step]:
    wider = KINDS[description.vendor][column.type].wider if column.target is None else ()
    if not wider or description.vendor == "sqlite":
        return []
    kind = draw(st.sampled_from(wider))
    name = quoted(column.name)
    if description.vendor == "mariadb":
        return [_alter(table, f"modify column {name} {kind}")]
    return [_alter(table, f"alter column {name} type {kind}")]


def _add(draw: Draw, description: Description, table: Table, column: Column) -> list[Step]:
    kinds = KINDS[description.vendor]
    kind = draw(st.sampled_from(sorted(kinds)))
    defaults = kinds[kind].defaults
    default = f" default {draw(st.sampled_from(defaults))}" if defaults else ""
    name = quoted(f"later_{len(column.name)}")
    return [_alter(table, f"add column {name} {kind}{default}")]


def _delete(draw: Draw, description: Description, table: Table, column: Column) -> list[Step]:
    return [Sql(f"delete from {quoted(table.name)} where {quoted(column.name)} is null", True)]


def _insert(draw: Draw, description: Description, table: Table, column: Column) -> list[Step]:
    if table.key not in ("serial", "identity", "none") or not table.rows:
        return []
    return [insert(table, draw(st.sampled_from(table.rows)))]


def _require(draw: Draw, description: Description, table: Table, column: Column) -> list[Step]:
    name = quoted(column.name)
    if description.vendor == "sqlite":
        return []
    if description.vendor == "mariadb":
        kind = column_type(description, column)
        return [_alter(table, f"modify column {name} {kind} not null")]
    word = "drop" if column.not_null else "set"
    return [_alter(table, f"alter column {name} {word} not null")]


def _unique(draw: Draw, description: Description, table: Table, column: Column) -> list[Step]:
    index = f"gen_later_{table.number}_{len(column.name)}"
    if table.native and description.vendor == "postgres":
        # Directus shows no index of the other kind, and knows of no SQL in its own tables.
        return [_alter(table, f"add constraint {index} unique ({quoted(column.name)})")]
    on = f"{quoted(table.name)} ({quoted(column.name)})"
    return [Sql(f"create unique index {index} on {on}", may_fail=True)]


def _default(draw: Draw, description: Description, table: Table, column: Column) -> list[Step]:
    if column.target is not None or description.vendor == "sqlite":
        return []
    defaults = KINDS[description.vendor][column.type].defaults
    name = quoted(column.name)
    if column.default is not None or not defaults:
        return [_alter(table, f"alter column {name} drop default")]
    return [_alter(table, f"alter column {name} set default {draw(st.sampled_from(defaults))}")]


def _toggle(draw: Draw, description: Description, table: Table, column: Column) -> list[Step]:
    return [Track((table.name,), {"singleton": not table.singleton}, may_fail=True)]


def _track(draw: Draw, description: Description, table: Table, column: Column) -> list[Step]:
    return [] if table.tracked else [Track((table.name,), may_fail=True)]


def _drop(draw: Draw, description: Description, table: Table, column: Column) -> list[Step]:
    return [_alter(table, f"drop column {quoted(column.name)}")]


def _retarget(draw: Draw, description: Description, table: Table, column: Column) -> list[Step]:
    old = description.table(column.target) if column.target is not None else None
    others = [
        one
        for one in description.tables
        if old and one.key == old.key and one.number != old.number and one.tracked
    ]
    if not others or description.vendor != "postgres":
        return []
    other = draw(st.sampled_from(others))
    path = f"/relations/{quote(table.name, safe='')}/{quote(column.name, safe='')}"
    body = {"collection": table.name, "field": column.name, "related_collection": other.name}
    empty = f"update {quoted(table.name)} set {quoted(column.name)} = null"
    return [
        Call("DELETE", path, may_fail=True),
        Sql(empty, may_fail=True),
        Call("POST", "/relations", body, may_fail=True),
    ]


KINDS_OF_CHANGE: tuple[Callable[[Draw, Description, Table, Column], list[Step]], ...] = (
    _widen, _add, _delete, _insert, _require, _unique, _default, _toggle, _track, _drop, _retarget,
)  # fmt: skip

"""The comparison by SQL sees each difference, and what is the destination's own is none."""

from dataclasses import replace

import pytest

from tests.databases.comparison.compare import differences
from tests.databases.comparison.snapshot import Difference, Facts, Key, Rule, Snapshot, Values

KNOWN: dict[str, dict[Key, list[Values]]] = {"directus_collections": {("dogs",): [{}]}}
EMPTY = Snapshot({}, {}, {}, set(), {})
NAME = Facts("varchar(20)", False, None, None, None)
SIDE = Snapshot(
    {"dogs": "table"},
    {("dogs", "id"): Facts("integer", True, "a counter", None, None), ("dogs", "name"): NAME},
    {"dogs": {Rule("primary key", ("id",), "primary key"), Rule("unique", ("name",), "unique")}},
    set(),
    {"dogs": {("1",): [{"id": "1", "name": "Rex"}], ("2",): [{"id": "2", "name": None}]}},
)


def kinds(source: Snapshot, there: Snapshot, before: Snapshot = EMPTY) -> list[tuple[str, ...]]:
    return [
        (one.kind, one.table, *one.columns, *([one.key] if one.key else []))
        for one in differences(source, there, before)
    ]


def test_equal_databases_have_no_difference() -> None:
    assert kinds(SIDE, SIDE) == []


def test_a_table_that_is_missing_is_one_difference() -> None:
    assert kinds(SIDE, EMPTY) == [("table", "dogs")]


@pytest.mark.parametrize(
    ("facts", "kind"),
    [
        (NAME._replace(type="text"), "type"),
        (NAME._replace(not_null=True), "not null"),
        (NAME._replace(default="'x'"), "default"),
        (NAME._replace(generated="'x'"), "generated"),
        (NAME._replace(comment="x"), "comment"),
    ],
)
def test_each_fact_of_a_column_is_compared(facts: Facts, kind: str) -> None:
    there = replace(SIDE, columns={**SIDE.columns, ("dogs", "name"): facts})
    assert kinds(SIDE, there) == [(kind, "dogs", "name")]


def test_rules_are_compared_both_ways() -> None:
    there = replace(SIDE, rules={"dogs": {Rule("primary key", ("id",), "primary key")}})
    assert kinds(SIDE, there) == kinds(there, SIDE) == [("unique", "dogs", "name")]
    assert kinds(there, SIDE, before=SIDE) == []


def test_rows_and_values_are_compared() -> None:
    third: dict[Key, list[Values]] = {("3",): [{"id": "3", "name": None}]}
    there = replace(SIDE, rows={"dogs": {("1",): [{"id": "1", "name": "Max"}], **third}})
    assert kinds(SIDE, there) == [
        ("row", "dogs", "2"),
        ("row", "dogs", "3"),
        ("value", "dogs", "name", "1"),
    ]
    own = replace(SIDE, rows={"dogs": third})
    assert ("row", "dogs", "3") not in kinds(SIDE, there, before=own)


def test_documents_are_compared_by_what_they_say() -> None:
    here, there = (
        replace(SIDE, rows={"dogs": {("1",): [{"name": text}]}}, documents={("dogs", "name")})
        for text in ('{"a": 1, "b": 2.50}', '{"b":2.5,"a":1}')
    )
    assert kinds(here, there) == []
    large = '{"a": 12345678901234567890, "b": 2.5}', '{"a": 12345678901234567000, "b": 2.5}'
    here, there = (replace(here, rows={"dogs": {("1",): [{"name": text}]}}) for text in large)
    assert kinds(here, there) == [("value", "dogs", "name", "1")]
    here, there = (
        replace(here, rows={"dogs": {("1",): [{"name": text}]}}) for text in ("[true]", "[1]")
    )
    assert kinds(here, there) == [("value", "dogs", "name", "1")]


def test_people_are_known_by_their_names() -> None:
    ids = [f"0000000{number}-0000-4000-8000-000000000000" for number in (1, 2)]
    here, there = (
        Snapshot(
            {"dogs": "table", "directus_users": "table"},
            {},
            {},
            set(),
            {
                "dogs": {("1",): [{"id": "1", "owner": one}]},
                "directus_users": {(one,): [{"id": one, "email": "A@example.com"}]},
            },
        )
        for one in ids
    )
    assert kinds(here, there) == []


def test_metadata_is_about_the_field_that_it_describes() -> None:
    here, there = (
        replace(
            EMPTY,
            columns=SIDE.columns,
            rows={**KNOWN, "directus_fields": {("dogs", "name"): [{"interface": word}]}},
        )
        for word in ("input", "select")
    )
    assert differences(here, there, EMPTY) == [
        Difference("metadata", "dogs", ("name",), None, "fields interface: 'input' → 'select'")
    ]


@pytest.mark.parametrize(
    ("field", "special", "is_shown"),
    [("name", None, True), ("a?b", "uuid", False), ("a?b", None, False), ("notice", "alias", True)],
)
def test_metadata_of_a_field_that_has_no_column_and_is_no_alias_is_not_compared(
    field: str, special: str | None, is_shown: bool
) -> None:
    rows: dict[str, dict[Key, list[Values]]] = {
        "directus_fields": {("dogs", field): [{"special": special}]}
    }
    here = replace(EMPTY, columns=SIDE.columns, rows={**KNOWN, **rows})
    there = replace(EMPTY, columns=SIDE.columns, rows={**KNOWN, "directus_fields": {}})
    assert kinds(here, there) == ([("metadata", "dogs", field)] if is_shown else [])


def test_fields_that_are_missing_with_their_collection_are_one_difference() -> None:
    fields: dict[str, dict[Key, list[Values]]] = {"directus_fields": {("dogs", "name"): [{}]}}
    here = replace(EMPTY, rows={**KNOWN, **fields})
    there = replace(EMPTY, rows={"directus_collections": {}, "directus_fields": {}})
    assert kinds(here, there) == [("metadata", "dogs")]


def test_a_second_row_for_one_relation_is_a_difference() -> None:
    relations: list[dict[str, dict[Key, list[Values]]]] = [
        {"directus_relations": {("dogs", "owner"): [{}] * count}} for count in (1, 2)
    ]
    here, there = (replace(EMPTY, rows={**KNOWN, **rows}) for rows in relations)
    assert kinds(here, there) == [("metadata", "dogs", "owner")]

"""The check lists once, in words, what is tracked at the source and is not migrated."""

from dataclasses import replace
from typing import Any

from sidecar.migration.check.left_out import left_out_findings
from sidecar.resources.data_model import build_data_model
from tests.unit.instances import column, instance

Row = dict[str, Any]


def table(name: str, **meta: Any) -> Row:
    return {"collection": name, "meta": meta, "schema": {"name": name}}


def found(
    *tables: Row, columns: tuple[Row, ...] = (), relations: tuple[Row, ...] = ()
) -> dict[str, str]:
    """The findings about a source with these collections, by code."""
    keys = [
        column(row["collection"], "id", key=True, system=False)
        for row in tables
        if "key" in (row["meta"] or {})
    ]
    source = instance("11.17.4", *keys, *columns, tables=tables)
    model = build_data_model(tables, source.fields, ())
    source = replace(source, collections=tables, relations=relations, model=model)
    return {finding.code: finding.message for finding in left_out_findings(source)}


def test_a_source_made_with_directus_leaves_nothing_out() -> None:
    assert found(table("posts", key=True)) == {}


def test_tables_without_a_key_are_named() -> None:
    assert "not migrated: prices." in found(table("posts", key=True), table("prices"))["NO_KEY"]


def test_a_key_of_a_type_that_directus_does_not_know_is_named_with_its_column_alone() -> None:
    key = {**column("spans", "id", key=True, system=False), "type": "unknown"}
    assert found(table("spans"), columns=(key,)) == {}


def test_deactivated_and_untracked_tables_are_named() -> None:
    untracked = {"collection": "raw", "meta": None, "schema": {"name": "raw"}}
    assert found(table("old", status="inactive"), untracked).keys() == {"INACTIVE", "UNTRACKED"}


def test_a_folder_with_nothing_in_it_may_be_a_view() -> None:
    folders = (
        {"collection": "site", "meta": {"group": None}, "schema": None},
        {"collection": "later", "meta": {"icon": "folder"}, "schema": None},
    )
    view: Row = {"collection": "totals", "meta": {}, "schema": None}
    messages = found(*folders, view, table("posts", key=True, group="site"))
    assert messages.keys() == {"NO_TABLE"}
    assert "content for totals." in messages["NO_TABLE"]


def test_what_a_relation_points_at_is_no_folder() -> None:
    view: Row = {"collection": "site", "meta": {"icon": "folder"}, "schema": None}
    relation = {"collection": "posts", "field": "site", "related_collection": "site"}
    messages = found(view, table("posts", key=True, group="site"), relations=(relation,))
    assert "content for site." in messages["NO_TABLE"]


def test_tables_that_sql_has_made_may_have_more_than_directus_shows() -> None:
    key = {**column("orders", "code", key=True, system=False), "meta": None}
    added = {**column("posts", "added", system=False), "meta": None}
    messages = found(table("posts", key=True), table("orders"), columns=(key, added))
    assert messages.keys() == {"HIDDEN_SCHEMA"}
    assert "(orders)" in messages["HIDDEN_SCHEMA"]

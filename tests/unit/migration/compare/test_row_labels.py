"""A row is named as Directus names it."""

from dataclasses import replace
from typing import Any

import pytest

from sidecar.migration.compare.row_labels import MAX_LENGTH, RowLabels
from sidecar.resources.base import Resource
from tests.unit.memory import MemoryRows, side

ROWS = Resource("rows", "content", "/items/rows", "id", "integer", ("id", "title", "name", "city"))


def label(
    template: str | None, row: dict[str, Any], name: str = "rows", *columns: str
) -> str | None:
    resource = replace(ROWS, name=name, columns=(*ROWS.columns, *columns))
    described = side(MemoryRows(), resource)
    tables = [{"collection": name, "meta": {"display_template": template}}]
    return RowLabels(replace(described, collections=tuple(tables)), resource).of(row)


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("{{title}} ({{ city }})", "Hello (Rome)"),
        ("{{name}} – {{city}}", "Ada – Rome"),
        # What belongs to related rows is left out, with what stands between.
        ("{{author.name}} - {{title}}", "Hello"),
        ("{{title}}, {{absent}}", "Hello"),
        # Nothing is known: the likely column.
        ("{{author.name}}", "Hello"),
        (None, "Hello"),
        ("No field", "Hello"),
    ],
)
def test_it_follows_the_display_template(template: str | None, expected: str) -> None:
    assert label(template, {"id": 1, "title": "Hello", "name": "Ada", "city": "Rome"}) == expected


@pytest.mark.parametrize("value", [None, "", "  \n ", ["a"], {"a": 1}])
def test_a_row_without_a_name_has_no_label(value: Any) -> None:
    assert label("{{title}}", {"id": 1, "title": value}) is None


def test_a_label_is_one_line_of_bounded_length() -> None:
    assert label("{{title}}", {"title": "one\ntwo\t three"}) == "one two three"
    assert label("{{title}}", {"title": "x" * 10_000}) == "x" * MAX_LENGTH
    assert label("{{title}}", {"title": 7}) == "7"


def test_people_have_their_names() -> None:
    row = {"first_name": "Ada", "last_name": "Lovelace", "email": "ada@example.com"}
    assert label("{{email}}", row, "directus_users", *row) == "Ada Lovelace ada@example.com"


def test_it_reads_no_other_columns_than_it_needs() -> None:
    described = side(MemoryRows(), ROWS)
    table = {
        "collection": "rows",
        "meta": {"display_template": "{{city}} {{author.name}} {{city}}"},
    }
    labels = RowLabels(replace(described, collections=(table,)), ROWS)
    assert labels.columns == ("city",)
    assert RowLabels(described, ROWS).columns == ("title",)

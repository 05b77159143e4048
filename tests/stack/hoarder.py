"""Sides whose answers are good ones of Directus, and large."""

import json
from typing import Any

from tests.stack import liar
from tests.stack.liar import Attack, Liar
from tests.stack.pretender import DATA, SNAPSHOT, data_answer

# Paths, and how many MB of an answer the sidecar reads there.
DESCRIPTIONS = ("/schema/snapshot", "/collections", "/fields", "/relations")
DESCRIPTION_MEGABYTES, OTHER_MEGABYTES = 31, 7


def hoard(side: Liar, filling: str) -> None:
    """Let ``side`` fill all its answers: with few long "texts", or many small "values"."""
    side.attacks = {path: _filled(path, data, filling) for path, data in DATA.items()}


def _filled(path: str, data: Any, filling: str) -> Attack:
    megabytes = DESCRIPTION_MEGABYTES if path in DESCRIPTIONS else OTHER_MEGABYTES
    if filling == "values":
        # More would be refused for their number.
        content = "[" + ",".join(["{}"] * 200_000) + "]"
    else:
        content = json.dumps("x" * megabytes * 1_000_000)
    if isinstance(data, dict):
        document = json.dumps({"data": {**data, "more": "FILLING"}})
    else:
        row = {"id": "1", "collection": SNAPSHOT["vendor"], "field": "id", "meta": "FILLING"}
        document = json.dumps({"data": [{**row, "schema": None}]})
    return liar.body(document.replace('"FILLING"', content).encode())


def describe_much(side: Liar, collections: int = 500, fields: int = 20) -> None:
    """Let ``side`` describe a large project in 11 MB."""
    names = [f"collection_{number}" for number in range(collections)]
    described = {
        "collections": [
            {"collection": name, "meta": {}, "schema": {"name": name}} for name in names
        ],
        "fields": [_field(name, number) for name in names for number in range(fields)],
        "relations": [],
    }
    side.answers |= {f"/{part}": data_answer(rows) for part, rows in described.items()}
    side.answers["/schema/snapshot"] = data_answer({**SNAPSHOT, **described})


def _field(collection: str, number: int) -> dict[str, Any]:
    """A field as Directus describes it: "id", or a text."""
    name = f"field_{number}" if number else "id"
    nothing = (
        "default_value", "generation_expression", "numeric_precision", "numeric_scale",
        "foreign_key_schema", "foreign_key_table", "foreign_key_column", "comment",
    )  # fmt: skip
    unset = (
        "special", "options", "display", "display_options", "translations", "group", "validation",
        "validation_message", "conditions",
    )  # fmt: skip
    schema = {
        "name": name, "table": collection, "data_type": "character varying", "max_length": 255,
        "is_nullable": number > 0, "is_unique": number == 0, "is_indexed": False,
        "is_primary_key": number == 0, "is_generated": False, "has_auto_increment": False,
    }  # fmt: skip
    meta = {
        "id": 1, "collection": collection, "field": name, "interface": "input", "readonly": False,
        "hidden": False, "sort": number, "width": "full", "required": False, "searchable": True,
        "note": "What editors enter here, and what it is for on the pages of the site. " * 3,
    }  # fmt: skip
    return {
        "collection": collection,
        "field": name,
        "type": "string",
        "schema": {**schema, **dict.fromkeys(nothing)},
        "meta": {**meta, **dict.fromkeys(unset)},
    }

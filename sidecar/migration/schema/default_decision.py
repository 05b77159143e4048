"""Decides about the default of a column between equal databases."""

import orjson

from sidecar.directus.client import Row
from sidecar.migration.schema.column_decision import (
    COUNTER_LOST,
    DEFAULT_LOST,
    MADE_AS,
    ColumnFinding,
)
from sidecar.migration.schema.defaults import (
    NOW_EXPRESSION,
    PRECISE_NOW,
    is_same_default,
    translate_default,
)
from sidecar.migration.schema.expressions import NEXT_VALUE, is_counter, is_expression
from sidecar.migration.schema.sequence_name import sequence_name
from sidecar.resources.vendors import POSTGRES

Findings = tuple[ColumnFinding, ...]
LOST = "Directus cannot create its default, which it shows as {}, so it is not migrated"
COUNTER = "a sequence counts it ({}). Directus cannot create one, so only its values are migrated"
AUTO_INCREMENT = (
    "the database counts it, and Directus counts only keys, so only its values are migrated"
)
IDENTITY = "the identity column becomes a column with a sequence"
OTHER_COUNTER = "the sequence {} becomes one that Directus names {}"
OTHER_DEFAULT = "its default {} becomes {}, which means the same"


def decide_default(
    field: Row, requested: str, existing: Row | None, vendor: str, shown_type: str
) -> tuple[Row, Findings]:
    """The field with the default that Directus creates for it.

    ``requested`` is the type that it is created with, ``existing`` the destination's field, and
    ``shown_type`` the type that the source shows the default as.
    """
    schema = field["schema"]
    if schema.get("is_primary_key") and is_counter(schema.get("default_value")):
        # Directus takes only a sequence that belongs to the column for a counter.
        field = {**field, "schema": {**schema, "has_auto_increment": True}}
        schema = field["schema"]
    shown = schema.get("default_value")
    present = existing["schema"].get("default_value") if existing else None
    if schema.get("has_auto_increment") and not schema.get("is_primary_key"):
        # Directus would make it the key.
        is_counted = existing is not None and bool(existing["schema"].get("has_auto_increment"))
        counted = {**field, "schema": {**schema, "has_auto_increment": is_counted}}
        return counted, () if is_counted else (ColumnFinding(COUNTER_LOST, AUTO_INCREMENT),)
    if schema.get("has_auto_increment"):
        is_same = existing is not None and present == shown
        return field, () if is_same else _counter_findings(field, vendor)
    if shown is None or (existing and shown == present):
        return field, ()
    if requested == "json" and shown_type != requested and isinstance(shown, str):
        # A special makes Directus show the document as its text.
        schema = {**schema, "default_value": _parsed(shown)}
    default = translate_default(requested, schema, vendor, vendor)
    if default is None:
        # The destination's own default stays.
        return _with_default(field, present), (_lost(shown),)
    if existing and is_same_default(requested, default, present):
        default = present
    return _with_default(field, default), _changed(shown, default)


def _parsed(text: str) -> object:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return text


def _with_default(field: Row, default: object) -> Row:
    return {**field, "schema": {**field["schema"], "default_value": default}}


def _lost(shown: object) -> ColumnFinding:
    if is_counter(shown):
        return ColumnFinding(COUNTER_LOST, COUNTER.format(shown))
    return ColumnFinding(DEFAULT_LOST, LOST.format(shown))


def _changed(shown: object, default: object) -> Findings:
    """A finding about a function that becomes another one."""
    if not isinstance(shown, str) or not isinstance(default, str):
        return ()
    is_same_now = all(NOW_EXPRESSION.fullmatch(one) for one in (shown, default))
    is_same_now = is_same_now and not PRECISE_NOW.fullmatch(shown)
    is_function = is_expression(shown, "")
    if not is_function or is_same_now or shown == default:
        return ()
    return (ColumnFinding(MADE_AS, OTHER_DEFAULT.format(shown, default)),)


def _counter_findings(field: Row, vendor: str) -> Findings:
    """Findings about a key that the database counts, where the destination creates its sequence."""
    shown = field["schema"].get("default_value")
    if vendor != POSTGRES:
        return ()
    if shown is None:
        return (ColumnFinding(MADE_AS, IDENTITY),)
    match = NEXT_VALUE.match(str(shown))
    usual = sequence_name(field["collection"], field["field"])
    if match is None or (sequence := _unquoted(match["sequence"])) == usual:
        return ()
    return (ColumnFinding(MADE_AS, OTHER_COUNTER.format(sequence, usual)),)


def _unquoted(name: str) -> str:
    """A name that is quoted in a text, as it is."""
    name = name.replace("''", "'")
    return name[1:-1].replace('""', '"') if name.startswith('"') else name

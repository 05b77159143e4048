"""Rules for texts, UUIDs and JSON."""

from typing import Any

from sidecar.directus.exact_numbers import is_exact
from sidecar.migration.schema.specials import JSON_SPECIAL
from sidecar.migration.values.parsers import parse_json_text, parse_uuid
from sidecar.migration.values.rule import Check, ColumnPair, Rule, unchanged
from sidecar.resources.base import Column
from sidecar.resources.vendors import POSTGRES, SQLITE

# What Directus creates without a requested size: bytes of a MySQL text, characters of a varchar.
DEFAULT_TEXT_BYTES = 65_535
DEFAULT_STRING_LENGTH = 255
MAX_BYTES_PER_CHARACTER = 4
ROUNDED_NUMBERS = "Directus rounds its numbers to double precision when it stores the document"


def text_rule(pair: ColumnPair) -> Rule | None:
    """Texts have to fit the destination's column. None: SQLite stores every text."""
    column = pair.destination_column
    if pair.destination_vendor == SQLITE:
        return None
    if pair.destination_vendor == POSTGRES:
        return Rule(check=_check_postgres(column))
    if column.type in ("text", "csv") or "text" in column.data_type:
        return Rule(check=_check_bytes(column.size or DEFAULT_TEXT_BYTES))
    return Rule(check=_check_mysql_string(column))


def uuid_rule(pair: ColumnPair) -> Rule | None:
    """PostgreSQL has a type for UUIDs. The other databases store them as texts."""
    if pair.destination_vendor != POSTGRES:
        return text_rule(pair)
    return Rule(comparison_note="UUIDs in lower case", parse=parse_uuid, encode=unchanged)


def json_rule(pair: ColumnPair) -> Rule | None:
    """JSON that is a text is compared parsed. On PostgreSQL, Directus parses such a text again."""
    if POSTGRES not in (pair.source_vendor, pair.destination_vendor):
        return None
    return Rule(compare_key=parse_json_text)


def shown_as_text_rule(source: Column, destination: Column | None) -> Rule | None:
    """JSON of SQLite that the source shows as a text, because its field lacks the special, while
    the destination shows a document. None: both show the same."""
    if source.type != "json" or destination is None or JSON_SPECIAL in source.special:
        return None
    if JSON_SPECIAL not in destination.special:
        return None
    return Rule(
        parse=parse_json_text,
        encode=unchanged,
        compare_key=_rounded,
        inexact_note=ROUNDED_NUMBERS,
        strict=False,
    )


def _rounded(document: Any) -> Any:
    """``document`` with numbers as JavaScript has them."""
    if isinstance(document, dict):
        return {name: _rounded(value) for name, value in document.items()}
    if isinstance(document, list):
        return [_rounded(value) for value in document]
    return document if is_exact(document) else float(document)


def _check_postgres(column: Column) -> Check:
    # Directus shows a negative size for texts without a limit.
    max_length = column.size if (column.size or 0) > 0 else None

    def check(value: Any) -> None:
        text = _joined(value)
        if "\0" in text:
            raise ValueError("contains a NUL character, which PostgreSQL cannot store")
        if max_length is not None:
            _check_length(text, max_length)

    return check


def _check_mysql_string(column: Column) -> Check:
    max_length = column.size or DEFAULT_STRING_LENGTH
    removes_spaces = column.data_type == "char"

    def check(value: Any) -> None:
        text = _joined(value)
        _check_length(text, max_length)
        if removes_spaces and text.endswith(" "):
            raise ValueError("ends with a space, which the destination's column would remove")

    return check


def _check_bytes(max_bytes: int) -> Check:
    def check(value: Any) -> None:
        text = _joined(value)
        if len(text) * MAX_BYTES_PER_CHARACTER <= max_bytes:
            return
        size = len(text.encode())
        if size > max_bytes:
            raise ValueError(f"has {size} bytes, but the destination's column holds {max_bytes}")

    return check


def _check_length(text: str, max_length: int) -> None:
    if len(text) > max_length:
        raise ValueError(
            f"has {len(text)} characters, but the destination's column holds {max_length}"
        )


def _joined(value: Any) -> str:
    """The text of a value as the database stores it: a CSV list is one text."""
    return ",".join(map(str, value)) if isinstance(value, list) else str(value)

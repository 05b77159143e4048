"""Decides how a column is made on the database that it comes from.

Directus creates columns of a few data types, and reads many more. A column of another type becomes
the nearest one that Directus creates. What exists at the destination and means the same stays as it
is, so that a second run changes nothing.
"""

from collections.abc import Iterable, Mapping

from sidecar.directus.client import Row
from sidecar.migration.instance.instance import Instance
from sidecar.migration.schema.column_changes import SIZES
from sidecar.migration.schema.column_decision import (
    CANNOT_TRAVEL,
    MADE_AS,
    ColumnDecision,
    ColumnFinding,
)
from sidecar.migration.schema.decimal_size import combined_size, made_size, size_of
from sidecar.migration.schema.default_decision import decide_default
from sidecar.migration.schema.dialects import DIALECTS, has_length
from sidecar.migration.schema.existing_columns import NOTATION
from sidecar.migration.schema.field_name import FieldName, field_name
from sidecar.migration.schema.requested_types import (
    COUNTED,
    has_column,
    has_type_of_special,
    is_created,
    requested_type,
)
from sidecar.migration.schema.required_specials import with_required_special
from sidecar.migration.schema.unsigned_columns import unsigned_columns
from sidecar.migration.schema.unsupported_columns import unsupported_columns
from sidecar.resources.vendors import MYSQL, SQLITE

BECOMES = "Directus cannot create {}, so it becomes {}"
NOT_INDEXED = ColumnFinding(MADE_AS, "Directus can index no JSON, so it has no index")
ONE_INDEX = ColumnFinding(MADE_AS, "its unique index serves as its index, so it has no second one")
FOREIGN_INDEX = ColumnFinding(
    MADE_AS,
    "Directus adds an index for its foreign key. At the source, an index of several columns serves",
)
NO_COMMENT = ColumnFinding(CANNOT_TRAVEL, "Directus does not migrate its comment in the database")
METADATA_ADDED = ColumnFinding(MADE_AS, "Directus adds metadata to a new field of JSON")
NOT_COMPUTED = "the database computes this key ({}); it becomes an ordinary column"
# Numbers that the values decide about: the column becomes a decimal where they need it.
FLOATING = frozenset({"float", "decimal"})
INTEGERS = frozenset({"integer", "bigInteger"})
Findings = tuple[ColumnFinding, ...]


class SameDatabase:
    """Decides about the columns of one source."""

    def __init__(self, source: Instance, current: Row, existing: Iterable[Row]) -> None:
        """``current`` is the destination's snapshot, ``existing`` its fields."""
        self._vendor = source.vendor
        self._decimals = source.decimals
        self._unsigned = unsigned_columns(source)
        self._unsupported = unsupported_columns(source, current)
        self._existing: Mapping[FieldName, Row] = {
            field_name(row): row for row in existing if has_column(row)
        }

    def decide(self, field: Row) -> ColumnDecision:
        """How the destination gets a field of the source."""
        existing = self._existing.get(field_name(field))
        if reason := self._unsupported.get(field_name(field)):
            return _decide_unsupported(field, existing, reason)
        if not has_column(field) or self._vendor not in DIALECTS:
            return ColumnDecision(field)
        made, findings = self._with_type(field, existing)
        made, more = with_required_special(made, existing, self._vendor)
        findings += more
        requested = requested_type(made, self._vendor)
        made, more = decide_default(made, requested, existing, self._vendor, field["type"])
        findings += more
        if self._vendor == SQLITE:
            made, more = _with_one_index(made, existing)
            findings += more
        if self._vendor == MYSQL:
            made, more = _with_foreign_index(made, existing)
            findings += more
        if requested == "json":
            made, more = _without_index(made, existing)
            findings += more
            if field.get("meta") is None and not (existing and existing.get("meta") is None):
                findings += (METADATA_ADDED,)
        made, more = _not_generated(made, existing)
        return ColumnDecision(made, findings + more + _comment(field, existing))

    def _with_type(self, field: Row, existing: Row | None) -> tuple[Row, Findings]:
        """The field with the type that Directus creates for it."""
        if existing and _notation(existing) == _notation(field):
            return field, ()
        requested = requested_type(field, self._vendor)
        unsigned = self._unsigned.get(field_name(field)) if requested in INTEGERS else None
        if unsigned and (not existing or existing["schema"]["data_type"] == unsigned.data_type):
            return unsigned.made(field)
        if field_name(field) in self._decimals:
            requested = "decimal"
        column_type = DIALECTS[self._vendor].get(requested)
        if column_type is None or self._is_creatable(field, requested):
            return _sized_like(existing, field, requested), ()
        notation = self._notation_of_number(field, requested, existing)
        if notation is None:
            sized = {**field["schema"], **self._size(field, requested)}
            type_ = column_type.shown_as or requested
            notation = {"type": type_, **column_type.attributes(sized)}
        made = _made(field, notation)
        message = BECOMES.format(_described(field), _described(made))
        return made, (ColumnFinding(MADE_AS, message),)

    def _is_creatable(self, field: Row, requested: str) -> bool:
        """Whether Directus creates the column with just this data type and these digits."""
        if field["schema"]["data_type"] in COUNTED:
            return field_name(field) in self._unsigned
        if not is_created(field, requested, self._vendor):
            return False
        if requested == "float" and self._vendor == MYSQL:
            # Of a float without digits, Directus makes one with five after the point.
            return None not in size_of(field)
        return requested != "decimal" or made_size(field, self._decimals) == size_of(field)

    def _notation_of_number(self, field: Row, requested: str, existing: Row | None) -> Row | None:
        """The notation of an existing number that takes in numbers of another data type.

        It stays floating-point even where the values need a decimal: changing it would cut it to
        six digits. An existing decimal is widened where the values need it.
        """
        if requested not in FLOATING or existing is None or existing["type"] not in FLOATING:
            return None
        notation = {name: existing["schema"].get(name) for name in NOTATION}
        if existing["type"] == "decimal":
            notation |= self._size(field, requested, existing)
        return {"type": existing["type"], **notation}

    def _size(self, field: Row, requested: str, existing: Row | None = None) -> Row:
        """The digits of a decimal; nothing of another type."""
        if requested != "decimal":
            return {}
        size = combined_size(made_size(field, self._decimals), existing)
        return dict(zip(SIZES[1:], size, strict=True))


def _decide_unsupported(field: Row, existing: Row | None, reason: ColumnFinding) -> ColumnDecision:
    """Metadata can follow where the column exists. The column itself stays."""
    if existing is None:
        return ColumnDecision(None, (reason,))
    expression = existing["schema"].get("generation_expression")
    is_same = expression and expression == field["schema"].get("generation_expression")
    made = {**field, "type": existing["type"], "schema": existing["schema"]}
    return ColumnDecision(made, () if is_same else (reason,))


def _made(field: Row, notation: Row) -> Row:
    """The field with another type. Directus tells the type of some fields from their metadata."""
    shown = field["type"] if has_type_of_special(field) else notation["type"]
    attributes = {name: value for name, value in notation.items() if name != "type"}
    return {**field, "type": shown, "schema": {**field["schema"], **attributes}}


def _sized_like(existing: Row | None, field: Row, requested: str) -> Row:
    """A decimal that holds the values of both sides, if they need different digits."""
    if requested != "decimal" or not existing or existing["type"] != "decimal":
        return field
    size = combined_size(size_of(field), existing)
    return _with_schema(field, **dict(zip(SIZES[1:], size, strict=True)))


def _comment(field: Row, existing: Row | None) -> Findings:
    comment = field["schema"].get("comment")
    if not comment or (existing and existing["schema"].get("comment") == comment):
        return ()
    return (NO_COMMENT,)


def _with_one_index(field: Row, existing: Row | None) -> tuple[Row, Findings]:
    """A unique field of SQLite without a second index, unless the destination's column has one."""
    schema = field["schema"]
    is_doubled = schema.get("is_unique") and schema.get("is_indexed")
    if not is_doubled or (existing and existing["schema"].get("is_indexed")):
        return field, ()
    return _with_schema(field, is_indexed=False), (ONE_INDEX,)


def _with_foreign_index(field: Row, existing: Row | None) -> tuple[Row, Findings]:
    """A field of MySQL, which needs an index for its foreign key. An index of several columns that
    begins with the field serves, too; Directus does not create it."""
    existing_schema = existing["schema"] if existing else {}
    if field["schema"].get("is_indexed"):
        return field, ()
    is_indexed = existing_schema.get("foreign_key_table") and existing_schema.get("is_indexed")
    made = _with_schema(field, is_indexed=True) if is_indexed else field
    is_shared = field["schema"].get("foreign_key_table") and (is_indexed or not existing)
    return made, (FOREIGN_INDEX,) if is_shared else ()


def _without_index(field: Row, existing: Row | None) -> tuple[Row, Findings]:
    """A field of JSON, which has an index only where the destination's column has one."""
    lost = [
        name
        for name in ("is_indexed", "is_unique")
        if field["schema"].get(name) and not (existing and existing["schema"].get(name))
    ]
    if not lost:
        return field, ()
    return _with_schema(field, **dict.fromkeys(lost, False)), (NOT_INDEXED,)


def _not_generated(field: Row, existing: Row | None) -> tuple[Row, Findings]:
    """A field whose key the database computes, as an ordinary one."""
    schema = field["schema"]
    if not schema.get("is_generated") or (existing and existing["schema"].get("is_generated")):
        return field, ()
    message = NOT_COMPUTED.format(schema.get("generation_expression"))
    plain = _with_schema(field, is_generated=False, generation_expression=None)
    return plain, (ColumnFinding(MADE_AS, message),)


def _with_schema(field: Row, **values: object) -> Row:
    return {**field, "schema": {**field["schema"], **values}}


def _notation(field: Row) -> list[object]:
    return [field["schema"].get(name) for name in NOTATION]


def _described(field: Row) -> str:
    """The data type with its size, such as ``numeric(10, 5)``."""
    schema = field["schema"]
    precision, scale = size_of(field)
    if field["type"] == "decimal" or (field["type"] == "float" and scale is not None):
        return f"{schema['data_type']}({precision}, {scale})"
    if field["type"] == "string":
        length = f"({schema['max_length']})" if has_length(schema) else " without a length"
        return f"{schema['data_type']}{length}"
    return str(schema["data_type"])

"""The digits of a decimal that Directus creates."""

from collections.abc import Mapping

from sidecar.directus.client import Row
from sidecar.migration.schema.dialects import LARGE_DECIMAL
from sidecar.migration.schema.field_name import FieldName, field_name

# Digits in all, and those after the decimal point.
Size = tuple[int | None, int | None]
# PostgreSQL keeps a negative scale in eleven bits, which Directus reads as a positive number.
MAX_SCALE, SCALES = 1_000, 2_048


def size_of(field: Row) -> Size:
    """The digits that a snapshot shows for a field."""
    schema = field["schema"]
    return schema.get("numeric_precision"), schema.get("numeric_scale")


def made_size(field: Row, decimals: Mapping[FieldName, tuple[int, int]]) -> Size:
    """The digits that a field needs as a decimal: those of its values, or its own."""
    if size := decimals.get(field_name(field)):
        return size
    precision, scale = size_of(field)
    if precision is None or scale is None:
        return LARGE_DECIMAL[1:]
    if scale > MAX_SCALE:
        return precision + SCALES - scale, 0
    return max(precision, scale), scale


def combined_size(size: Size, existing: Row | None) -> Size:
    """The digits that hold the values of both a decimal of this size and an existing one."""
    digits, scale = size
    if existing is None or existing["type"] != "decimal":
        return size
    other_digits, other_scale = size_of(existing)
    if digits is None or scale is None or other_digits is None or other_scale is None:
        return size
    combined_scale = max(scale, other_scale)
    return max(digits - scale, other_digits - other_scale) + combined_scale, combined_scale

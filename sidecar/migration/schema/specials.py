"""The specials that a field needs, so that Directus reads its column as the right type."""

from collections.abc import Mapping

from sidecar.directus.client import Row
from sidecar.resources.specials import specials_of
from sidecar.resources.vendors import MYSQL, POSTGRES, SQLITE

JSON_SPECIAL = "cast-json"
# By vendor and type: without the special, Directus shows what the database stores.
REQUIRED_SPECIALS: Mapping[str, Mapping[str, str]] = {
    SQLITE: {"json": JSON_SPECIAL, "timestamp": "cast-timestamp"},
    MYSQL: {"json": JSON_SPECIAL},
    POSTGRES: {},
}
# Only PostgreSQL has a type for booleans. A source on PostgreSQL does not need this special.
BOOLEAN = "cast-boolean"
# A source on SQLite has this special only because of its database.
SQLITE_TIMESTAMP = "cast-timestamp"


def translate_meta(
    field: Row, field_type: str, existing: Row | None, source_vendor: str, vendor: str
) -> Row | None:
    """The metadata of a field with the specials that the database ``vendor`` requires.

    ``existing`` is the same field in the destination's snapshot: the order of its specials stays.
    """
    meta: Row | None = field.get("meta")
    special = _translate_specials(field, field_type, source_vendor, vendor)
    existing_special = specials_of(existing)
    if sorted(existing_special) == sorted(special):
        special = existing_special
    if meta is not None:
        return {**meta, "special": special or None}
    if not special:
        return None
    # New metadata has to name its field.
    return {"collection": field["collection"], "field": field["field"], "special": special}


def _translate_specials(field: Row, field_type: str, source_vendor: str, vendor: str) -> list[str]:
    specials = [
        word for word in specials_of(field) if word != SQLITE_TIMESTAMP or source_vendor != SQLITE
    ]
    required = REQUIRED_SPECIALS[vendor].get(field_type)
    if field_type == "boolean" and source_vendor == POSTGRES:
        required = BOOLEAN
    if required and required not in specials:
        specials.append(required)
    return specials

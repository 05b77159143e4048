"""Short words for the definitions that Directus takes at ``POST /collections`` and ``POST
/relations``.

Every function returns the JSON of one field, collection or relation; nothing here talks to anybody.
"""

from typing import Any

Json = dict[str, Any]


def field(name: str, kind: str, *, schema: Json | None = None, **meta: Any) -> Json:
    """Any column. ``schema`` is Directus' column definition, the other arguments are field
    metadata."""
    return {
        "field": name,
        "type": kind,
        "schema": {"is_nullable": True, **(schema or {})},
        "meta": meta,
    }


def needed(name: str, kind: str, *, schema: Json | None = None, **meta: Any) -> Json:
    """A NOT NULL column that the form also insists on."""
    return field(name, kind, schema={"is_nullable": False, **(schema or {})}, required=True, **meta)


def uuid_key() -> Json:
    """Primary key ``id``, a uuid."""
    schema = {"is_primary_key": True, "is_nullable": False, "has_auto_increment": False}
    return field(
        "id", "uuid", schema=schema, special=["uuid"], hidden=True, readonly=True, interface="input"
    )


def counted_key(kind: str = "integer") -> Json:
    """Primary key ``id`` that the database counts up; ``kind`` integer or bigInteger."""
    schema = {"is_primary_key": True, "is_nullable": False, "has_auto_increment": True}
    return field("id", kind, schema=schema, hidden=True, readonly=True, interface="input")


def text_key(name: str, length: int = 255) -> Json:
    """A primary key that people type in."""
    schema = {
        "is_primary_key": True,
        "is_nullable": False,
        "has_auto_increment": False,
        "max_length": length,
    }
    return field(name, "string", schema=schema, interface="input", required=True)


def flag(name: str, default: bool) -> Json:
    """A NOT NULL boolean."""
    schema = {"is_nullable": False, "default_value": default}
    return field(name, "boolean", schema=schema, special=["cast-boolean"], interface="boolean")


def document(name: str) -> Json:
    """A JSON column."""
    return field(
        name, "json", special=["cast-json"], interface="input-code", options={"language": "json"}
    )


def listing(name: str) -> Json:
    """A CSV column: a list of words."""
    return field(name, "csv", special=["cast-csv"], interface="tags")


def money(name: str, scale: int = 2) -> Json:
    """A NOT NULL decimal of 12 digits."""
    return needed(
        name, "decimal", schema={"numeric_precision": 12, "numeric_scale": scale}, interface="input"
    )


def choice(name: str, *values: str) -> Json:
    """A NOT NULL string, the first of ``values`` by default."""
    choices = [{"text": value.capitalize(), "value": value} for value in values]
    schema = {"is_nullable": False, "default_value": values[0], "max_length": 32}
    return field(
        name, "string", schema=schema, interface="select-dropdown", options={"choices": choices}
    )


def order() -> Json:
    """The column that keeps the editors' own order."""
    return field("sort", "integer", interface="input", hidden=True)


def authorship() -> list[Json]:
    """Who created and updated the row, and when."""
    return [
        field(
            "user_created",
            "uuid",
            special=["user-created"],
            interface="select-dropdown-m2o",
            readonly=True,
        ),
        field(
            "date_created",
            "timestamp",
            special=["date-created"],
            interface="datetime",
            readonly=True,
        ),
        field(
            "user_updated",
            "uuid",
            special=["user-updated"],
            interface="select-dropdown-m2o",
            readonly=True,
        ),
        field(
            "date_updated",
            "timestamp",
            special=["date-updated"],
            interface="datetime",
            readonly=True,
        ),
    ]


def alias(name: str, special: str, interface: str, **meta: Any) -> Json:
    """The other end of a relation: no column, only a place in the form."""
    return {
        "field": name,
        "type": "alias",
        "meta": {"special": [special], "interface": interface, **meta},
    }


def collection(name: str, group: str, fields: list[Json], **meta: Any) -> Json:
    """A table in a folder of the navigation."""
    return {"collection": name, "schema": {}, "meta": {"group": group, **meta}, "fields": fields}


def folder(name: str, icon: str, label: str) -> Json:
    """A folder of the navigation: a collection without a table."""
    meta = {
        "icon": icon,
        "collapse": "open",
        "translations": [{"language": "en-US", "translation": label}],
    }
    return {"collection": name, "schema": None, "meta": meta}


def link(many: str, column: str, one: str, on_delete: str = "SET NULL", **meta: Any) -> Json:
    """A foreign key from ``many.column`` to the primary key of ``one``."""
    ends = {"collection": many, "field": column, "related_collection": one}
    return {**ends, "schema": {"on_delete": on_delete}, "meta": meta}


def authored(name: str) -> list[Json]:
    """The foreign keys that belong to ``authorship``; users who leave do not take their work with
    them."""
    return [link(name, column, "directus_users") for column in ("user_created", "user_updated")]

"""The source's snapshot in the words of the destination's database, so that Directus can compare
and apply it there.

What the destination has already and means the same is taken over as it stands there, so that
nothing differs that nobody would call a difference; what is new reads as the destination will read
it, and ``field_request`` asks for that.
"""

from collections.abc import Mapping
from typing import Any

from sidecar.directus.client import Row
from sidecar.migration.instance.instance import Instance
from sidecar.migration.schema.defaults import default_of, same_default
from sidecar.migration.schema.dialects import DIALECTS, SIZES, meaning_of
from sidecar.migration.schema.row_size import IN_AN_INDEX, crowded_out
from sidecar.migration.schema.unsupported_columns import unsupported_columns
from sidecar.resources.data_model import TYPES_WITHOUT_COLUMN

KEYS = frozenset({"string", "text", "uuid", "integer", "bigInteger"})
# Types of which Directus has to be told by a special, or it reads what lies in the database.
SPECIALS: dict[str, dict[str, str]] = {
    "sqlite": {"json": "cast-json", "timestamp": "cast-timestamp"},
    "mysql": {"json": "cast-json"},
    "postgres": {},
}
# PostgreSQL alone has booleans that read as such without one.
BOOLEAN = "cast-boolean"
ONLY_SQLITE = "cast-timestamp"
# What an existing column says of itself, and how much of that is the database's own doing.
NOTATION = ("data_type", *SIZES)
AUTOMATIC = ("is_generated", "generation_expression", "schema", "foreign_key_schema", "comment")
NO_RULE = frozenset({"RESTRICT", "NO ACTION"})


def translated(wanted: Row, source: Instance, current: Row) -> Row:
    """``wanted``, a snapshot of ``source``, as it has to stand at a destination whose snapshot is
    ``current``.

    Itself where both have the same database, or one that is none of DIALECTS.
    """
    vendors = {source.vendor, current["vendor"]}
    if len(vendors) == 1 or not vendors <= DIALECTS.keys():
        return wanted
    translation, absent = (
        _Translation(wanted, source, current),
        unsupported_columns(source, current),
    )
    return {
        **wanted,
        "vendor": current["vendor"],
        "fields": [translation.field(row) for row in wanted["fields"] if _name(row) not in absent],
        "relations": [
            translation.relation(row) for row in wanted["relations"] if _name(row) not in absent
        ],
        **translation.system_fields(),
    }


class _Translation:
    def __init__(self, wanted: Row, source: Instance, current: Row) -> None:
        self._wanted, self._current = wanted, current
        self._from, self._to = source.vendor, str(current["vendor"])
        self._fields = {_name(row): row for row in current["fields"]}
        self._relations = {_name(row): row for row in current["relations"]}
        self._wide, self._decimals = source.wide, source.decimals
        self._key_types = {
            row["collection"]: self._made_as(row)
            for row in source.fields
            if (row.get("schema") or {}).get("is_primary_key")
        }
        self._targets = {
            _name(row): row["related_collection"]
            for row in (*source.relations, *wanted["relations"])
            if row.get("related_collection")
        }
        counted = {
            row["collection"]
            for row in source.fields
            if (row.get("schema") or {}).get("has_auto_increment")
        }
        self._crowded = crowded_out(wanted["fields"]) if self._to == "mysql" else frozenset()
        self._counted_and_pointed_at = counted.intersection(self._targets.values())

    def field(self, row: Row) -> Row:
        if not row.get("schema") or row["type"] in TYPES_WITHOUT_COLUMN:
            return row
        meaning = self._meaning(row)
        shape = DIALECTS[self._to].get(meaning)
        there = self._fields.get(_name(row))
        row = {**row, "meta": self._meta(row, meaning, there)}
        if shape is None:
            return _in_words_of(there, row)
        schema = {
            **row["schema"],
            **shape.of(self._sizes(row)),
            "default_value": self._default(row, meaning),
        }
        if self._from == "mysql" and schema.get("foreign_key_table"):
            # MySQL indexes foreign keys by itself.
            schema["is_indexed"] = False
        new = {**row, "type": shape.reads_as or meaning, "schema": schema}
        return (
            new
            if there is None or not there.get("schema")
            else self._as_it_stands(new, meaning, there)
        )

    def relation(self, row: Row) -> Row:
        there = self._relations.get(_name(row))
        if not row.get("schema"):
            return row
        schema = dict(row["schema"])
        own = (there or {}).get("schema") or {}
        for rule in ("on_update", "on_delete"):
            if self._from == "mysql" and schema.get(rule) == "RESTRICT":
                schema[rule] = "NO ACTION"
            if {schema.get(rule), own.get(rule)} <= NO_RULE:
                schema[rule] = own[rule]
        schema["constraint_name"] = own.get("constraint_name")
        return {**row, "schema": schema}

    def system_fields(self) -> Row:
        """Indexes of system columns: those that the destination has stay. MySQL has some of its own
        making, for foreign keys, that nobody asked for."""
        if "systemFields" not in self._wanted or "systemFields" not in self._current:
            return {}
        brought = self._wanted["systemFields"] if self._from != "mysql" else []
        names = {_name(row) for row in self._current["systemFields"]}
        return {
            "systemFields": [
                *self._current["systemFields"],
                *(row for row in brought if _name(row) not in names),
            ]
        }

    def _meaning(self, row: Row) -> str:
        """The type that ``row`` is to be made as at the destination: that of the key that it points
        at."""
        meaning, schema = self._made_as(row), row["schema"]
        target = self._targets.get(_name(row))
        if meaning in KEYS and self._key_types.get(str(target), meaning) in KEYS:
            meaning = self._key_types.get(str(target), meaning)
        if self._to == "sqlite" and schema.get("has_auto_increment"):
            return "integer"
        if self._to != "mysql":
            return meaning
        whose_key = row["collection"] if schema["is_primary_key"] else target
        if meaning == "bigInteger" and whose_key in self._counted_and_pointed_at:
            # MySQL counts bigIntegers without a sign, and Directus cannot make a column that may
            # point at them.
            return "integer"
        if meaning == "text" and (target or any(schema.get(name) for name in IN_AN_INDEX)):
            return "string"
        return "text" if meaning == "string" and _name(row) in self._crowded else meaning

    def _made_as(self, row: Row) -> str:
        if _name(row) in self._decimals:
            return "decimal"
        return "bigInteger" if _name(row) in self._wide else meaning_of(row)

    def _sizes(self, row: Row) -> Row:
        """The column of ``row`` with the sizes that its values need."""
        digits = dict(zip(SIZES[1:], self._decimals.get(_name(row), ()), strict=False))
        return {**row["schema"], **digits}

    def _meta(self, row: Row, meaning: str, there: Row | None) -> Row | None:
        """Metadata with the specials that the destination's database needs."""
        meta: Row | None = row.get("meta")
        special = [
            word
            for word in (meta or {}).get("special") or ()
            if word != ONLY_SQLITE or self._from != "sqlite"
        ]
        needed = (
            BOOLEAN
            if meaning == "boolean" and self._from == "postgres"
            else SPECIALS[self._to].get(meaning)
        )
        if needed and needed not in special:
            special.append(needed)
        own = ((there or {}).get("meta") or {}).get("special") or []
        if sorted(own) == sorted(special):
            special = own
        if meta is None:
            # Directus has to be told whose metadata these are.
            return (
                {"collection": row["collection"], "field": row["field"], "special": special}
                if special
                else None
            )
        return {**meta, "special": special or None}

    def _default(self, row: Row, meaning: str) -> Any:
        return default_of(meaning, row["schema"], self._to)

    def _as_it_stands(self, new: Row, meaning: str, there: Row) -> Row:
        """``new`` with the notation of the column that is ``there``, in whatever means the same."""
        schema, own = dict(new["schema"]), there["schema"]
        schema |= {name: own[name] for name in AUTOMATIC if name in own}
        if schema.get("is_primary_key") and own.get("is_primary_key"):
            schema |= {
                name: own[name]
                for name in ("is_unique", "is_indexed", "is_nullable")
                if name in own
            }
        if own.get("is_indexed"):
            schema["is_indexed"] = True
        if own.get("is_unique") and "is_indexed" in own:
            schema["is_indexed"] = own["is_indexed"]
        if same_default(meaning, schema["default_value"], own["default_value"]) or own.get(
            "has_auto_increment"
        ):
            schema["default_value"] = own["default_value"]
        if self._is_same(new, meaning, there):
            return {
                **new,
                "type": there["type"],
                "schema": {**schema, **{name: own.get(name) for name in NOTATION}},
            }
        return {**new, "schema": schema}

    def _is_same(self, new: Row, meaning: str, there: Row) -> bool:
        """Whether a column that is ``there`` is what ``new`` asks for."""
        own, schema = there["schema"], new["schema"]
        found = meaning_of(there)
        if "sqlite" in (self._from, self._to) and {found, meaning} <= {"float", "decimal"}:
            # SQLite does not tell them apart.
            return True
        if self._from == "sqlite" and {found, meaning} == {"integer", "bigInteger"}:
            return bool(own.get("has_auto_increment") or own.get("foreign_key_table"))
        if found == meaning and meaning in ("string", "decimal"):
            return all(own.get(name) == schema[name] for name in SIZES)
        if found == "uuid" and meaning == "string":
            # Directus makes keys of 36 characters uuids.
            return bool(schema["max_length"] == own["max_length"])
        # PostgreSQL has binary columns, of which Directus does not know the type.
        return found == meaning or (meaning == "binary" and own["data_type"] == schema["data_type"])


def _in_words_of(there: Row | None, row: Row) -> Row:
    """``row``, of a type that has no shape here, in the notation of the column that is ``there``
    where it has the same type."""
    own = (there or {}).get("schema") or {}
    if not own or (there or {}).get("type") != row["type"]:
        return row
    notation = {name: own[name] for name in (*NOTATION, *AUTOMATIC, "default_value") if name in own}
    return {**row, "schema": {**row["schema"], **notation}}


def _name(row: Mapping[str, Any]) -> tuple[str, str]:
    return row["collection"], row["field"]

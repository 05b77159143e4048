"""Translates a snapshot of the source to the destination's database.

Directus can then compare and apply it there. What exists at the destination and means the same is
taken over in the destination's notation, so that the comparison finds no difference. What is new
gets the notation in which the destination will show it; ``field_request`` asks for that.
"""

from sidecar.directus.client import Row
from sidecar.migration.instance.instance import Instance
from sidecar.migration.schema.column_decision import ColumnDecision
from sidecar.migration.schema.defaults import translate_default
from sidecar.migration.schema.destination_types import DestinationTypes
from sidecar.migration.schema.dialects import DIALECTS, ColumnType
from sidecar.migration.schema.existing_columns import keep_existing, with_existing_notation
from sidecar.migration.schema.field_name import field_name
from sidecar.migration.schema.same_database import SameDatabase
from sidecar.migration.schema.specials import translate_meta
from sidecar.migration.schema.unmade import without_unmade
from sidecar.migration.schema.unsupported_columns import unsupported_columns
from sidecar.resources.data_model import TYPES_WITHOUT_COLUMN
from sidecar.resources.vendors import MYSQL

# Rules of a foreign key that mean the same.
NO_RULES = frozenset({"RESTRICT", "NO ACTION"})


def translate_to_vendor(desired: Row, source: Instance, current: Row) -> Row:
    """Translate a snapshot of ``source``; ``current`` is the destination's snapshot.

    What cannot be made is left out: columns, relations of such columns, and collections whose key
    is one. Returns the same object for two databases of which one has no dialect.
    """
    if source.vendor == current["vendor"]:
        database = SameDatabase(source, current, current["fields"])
        return _with_existing_names(without_unmade(desired, database.decide), current)
    if not {source.vendor, current["vendor"]} <= DIALECTS.keys():
        return desired
    translation = _Translation(desired, source, current)
    translated = without_unmade(desired, translation.decide)
    return {
        **translated,
        "vendor": current["vendor"],
        "relations": [translation.relation(row) for row in translated["relations"]],
        **translation.system_fields(),
    }


def _with_existing_names(desired: Row, current: Row) -> Row:
    """A snapshot with the destination's names of foreign keys, which Directus compares."""
    names = {
        field_name(row): row["schema"].get("constraint_name")
        for row in current["relations"]
        if row.get("schema")
    }
    relations = [
        {**row, "schema": {**row["schema"], "constraint_name": names[field_name(row)]}}
        if row.get("schema") and field_name(row) in names
        else row
        for row in desired["relations"]
    ]
    return {**desired, "relations": relations}


class _Translation:
    """Translates the parts of one snapshot."""

    def __init__(self, desired: Row, source: Instance, current: Row) -> None:
        self._desired = desired
        self._current = current
        self._source_vendor = source.vendor
        self._vendor = str(current["vendor"])
        self._types = DestinationTypes(desired, source, self._vendor)
        self._fields = {field_name(row): row for row in current["fields"]}
        self._relations = {field_name(row): row for row in current["relations"]}
        self._unsupported = unsupported_columns(source, current)

    def decide(self, row: Row) -> ColumnDecision:
        """How the destination gets a field of the source."""
        if reason := self._unsupported.get(field_name(row)):
            return ColumnDecision(None, (reason,))
        return ColumnDecision(self._field(row))

    def _field(self, row: Row) -> Row:
        """Translate a field; one without a column stays as it is."""
        if not row.get("schema") or row["type"] in TYPES_WITHOUT_COLUMN:
            return row
        field_type = self._types.of(row)
        existing = self._fields.get(field_name(row))
        meta = translate_meta(row, field_type, existing, self._source_vendor, self._vendor)
        column_type = DIALECTS[self._vendor].get(field_type)
        if column_type is None:
            return with_existing_notation({**row, "meta": meta}, existing)
        new = {
            **row,
            "type": column_type.shown_as or field_type,
            "meta": meta,
            "schema": self._schema(row, field_type, column_type),
        }
        if existing is None or not existing.get("schema"):
            return new
        return keep_existing(new, field_type, existing, self._source_vendor, self._vendor)

    def relation(self, row: Row) -> Row:
        """Translate a relation. The name and equivalent rules of an existing foreign key stay."""
        if not row.get("schema"):
            return row
        schema = dict(row["schema"])
        existing = (self._relations.get(field_name(row)) or {}).get("schema") or {}
        for rule in ("on_update", "on_delete"):
            if self._source_vendor == MYSQL and schema.get(rule) == "RESTRICT":
                schema[rule] = "NO ACTION"
            if {schema.get(rule), existing.get(rule)} <= NO_RULES:
                schema[rule] = existing[rule]
        schema["constraint_name"] = existing.get("constraint_name")
        return {**row, "schema": schema}

    def system_fields(self) -> Row:
        """The indexes of system columns: all of the destination's, and new ones of the source.

        Empty when one side's version does not list them. MySQL creates some for foreign keys, so
        none of a source on MySQL are added.
        """
        if "systemFields" not in self._desired or "systemFields" not in self._current:
            return {}
        existing = self._current["systemFields"]
        names = {field_name(row) for row in existing}
        desired = self._desired["systemFields"] if self._source_vendor != MYSQL else []
        new = [row for row in desired if field_name(row) not in names]
        return {"systemFields": [*existing, *new]}

    def _schema(self, row: Row, field_type: str, column_type: ColumnType) -> Row:
        schema = {
            **row["schema"],
            **column_type.attributes(self._types.sized_schema(row)),
            "default_value": translate_default(
                field_type, row["schema"], self._source_vendor, self._vendor
            ),
        }
        if self._source_vendor == MYSQL and schema.get("foreign_key_table"):
            # MySQL itself indexes every foreign key.
            schema["is_indexed"] = False
        return schema

"""The meaning of a resource's values between two databases: what is written for them, by what they
are compared.

Where both sides are of one vendor there is nothing to do, and nothing is done.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from types import MappingProxyType
from typing import Any, NamedTuple

from sidecar.directus.client import Row
from sidecar.migration.instance.instance import Instance
from sidecar.migration.schema.field_request import is_changed
from sidecar.migration.schema.snapshot import wanted_snapshot
from sidecar.migration.values.rules import Pair, Rule, rule_for
from sidecar.resources.base import Column, Resource
from sidecar.resources.data_model import column_of
from sidecar.resources.vendors import MAX_EXACT_INTEGER, POSTGRES

NOTHING: Mapping[str, Any] = MappingProxyType({})
BEYOND_EXACT = (
    "is beyond 2^53, and Directus cannot tell such keys apart on the destination's database"
)


class Loss(NamedTuple):
    """The ``code`` of a note, and in ``words`` what is left."""

    code: str
    words: str


class Encoded(NamedTuple):
    """``values`` as they are to be written. ``unsupported_values`` columns hold what the
    destination cannot, with the reason; of ``lossy_columns`` ones it keeps or shows less, with the
    code of a note and its words."""

    values: Row
    unsupported_values: Mapping[str, str] = NOTHING
    lossy_columns: Mapping[str, Loss] = NOTHING


@dataclass(frozen=True, slots=True)
class ValueCodec:
    """``rules`` by column; columns without one are the same on both sides."""

    rules: Mapping[str, Rule] = field(default_factory=dict)

    @property
    def words(self) -> tuple[str, ...]:
        """What is compared otherwise than as it is shown, once each; empty: the comparison is
        exact."""
        return tuple(sorted({rule.words for rule in self.rules.values() if rule.words}))

    def encode(self, values: Row) -> Encoded:
        """A row of the source as the destination takes it."""
        if not self.rules:
            return Encoded(values)
        made = dict(values)
        unsupported_values: dict[str, str] = {}
        lossy_columns: dict[str, Loss] = {}
        for column, rule in self.rules.items():
            value = values.get(column)
            if value is None:
                continue
            try:
                meant = rule.parse(value)
                kept = rule.keep(meant)
                rule.check(kept)
            except (ValueError, OverflowError) as error:
                if rule.strict:
                    unsupported_values[column] = str(error)
                continue
            if kept != meant:
                lossy_columns[column] = Loss("ROUNDED", rule.kept)
            elif rule.shown and rule.compare_key(kept) != kept:
                lossy_columns[column] = Loss("INEXACT", rule.shown)
            if rule.show is not None:
                made[column] = rule.show(kept)
        return Encoded(made, unsupported_values, lossy_columns)

    def value(self, column: str, value: Any) -> Any:
        """One value as it is written; what the destination cannot hold stays as it is."""
        return self.encode({column: value}).values[column] if column in self.rules else value

    def normalize(self, row: Row) -> Row:
        """A row of either side by what it is compared: equal rows mean the same."""
        if not self.rules:
            return row
        made = dict(row)
        for column, rule in self.rules.items():
            value = row.get(column)
            if value is not None:
                try:
                    made[column] = rule.compare_key(rule.keep(rule.parse(value)))
                except (ValueError, OverflowError):
                    continue
        return made


class ValueCodecs:
    """The meanings of all resources between two sides."""

    def __init__(self, source: Instance, destination: Instance) -> None:
        self._source = source
        self._destination = destination
        self._made: dict[str, ValueCodec] = {}

    @property
    def differ(self) -> bool:
        """Whether the vendors do."""
        return self._source.vendor != self._destination.vendor

    def of(self, resource: Resource) -> ValueCodec:
        if resource.name not in self._made:
            self._made[resource.name] = self._make(resource) if self.differ else ValueCodec()
        return self._made[resource.name]

    def key_in_text(self, collection: str, key: Any) -> Any:
        """``key``, by which a text refers to a row of ``collection``, as the destination spells
        it."""
        target = self._source.model.resources.get(collection) if self.differ else None
        if target is None:
            return key
        encode = self.of(target).value(target.key, key)
        return str(encode) if isinstance(key, str) else encode

    @cached_property
    def _wanted(self) -> dict[tuple[str, str], Column]:
        """The columns that the destination is to have, without those that stay as they are
        there."""
        current = self._destination.snapshot
        there = {
            (row["collection"], row["field"]): row for row in current["fields"] if row.get("schema")
        }
        wanted = {
            (row["collection"], row["field"]): row
            for row in wanted_snapshot(self._source, self._destination)["fields"]
            if row.get("schema")
        }
        return {
            name: column_of(row)
            for name, row in wanted.items()
            if name not in there or is_changed(there[name], row, current["vendor"])
        }

    def _make(self, resource: Resource) -> ValueCodec:
        here = self._source.model.columns[resource.name]
        there = self._destination.model.columns.get(resource.name, {})
        rules = {}
        for name in resource.columns:
            column = self._wanted.get((resource.name, name)) or there.get(name)
            # What the destination's version does not have does not travel.
            rule = (
                rule_for(Pair(here[name], column, self._source.vendor, self._destination.vendor))
                if column
                else None
            )
            if rule is not None:
                rules[name] = rule
        if (
            resource.key_type == "bigInteger"
            and self._destination.vendor != POSTGRES
            and resource.key in rules
        ):
            rules[resource.key] = replace(rules[resource.key], check=_check_key, strict=True)
        return ValueCodec(rules)


def _check_key(number: int) -> None:
    if abs(number) > MAX_EXACT_INTEGER:
        raise ValueError(BEYOND_EXACT)

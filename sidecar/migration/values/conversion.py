"""Converts the rows of a resource from the source's database to the destination's.

A codec encodes a row for writing and normalizes the rows of both sides for comparison. Between
equal databases it changes only numbers and dates that the destination has in another type, and
rejects what Directus does not write.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import Any, NamedTuple

from sidecar.directus.client import Row
from sidecar.migration.instance.instance import Instance
from sidecar.migration.schema.field_name import FieldName
from sidecar.migration.schema.specials import BOOLEAN
from sidecar.migration.values.decimal_rules import misnamed_decimal_rule
from sidecar.migration.values.destination_columns import migrated_columns
from sidecar.migration.values.integer_rules import big_key_rule, shown_as_boolean_rule
from sidecar.migration.values.moment_rules import fraction_rule
from sidecar.migration.values.rule import Check, ColumnPair, Rule
from sidecar.migration.values.rules import rule_for
from sidecar.migration.values.shown_values import shown_check
from sidecar.migration.values.text_rules import shown_as_text_rule
from sidecar.resources.base import Column, Resource
from sidecar.resources.vendors import MYSQL, POSTGRES, SQLITE

# Types of numbers with fractions.
FRACTIONS = frozenset({"float", "decimal"})
# Directus shows a bigInteger as a text.
INTEGERS = frozenset({"integer", "bigInteger"})
NOTHING: Mapping[str, Any] = MappingProxyType({})


class Loss(NamedTuple):
    """A note about a value of which the destination stores or shows less than the source."""

    # "ROUNDED": the destination stores less. "INEXACT": it shows less.
    code: str
    message: str


class Encoded(NamedTuple):
    """A row as it is written to the destination."""

    values: Row
    # By column: why the destination cannot hold its value.
    unsupported_values: Mapping[str, str] = NOTHING
    # By column: what is lost of its value.
    lossy_columns: Mapping[str, Loss] = NOTHING


@dataclass(frozen=True, slots=True)
class ValueCodec:
    """Encodes and normalizes the rows of one resource."""

    # By column. A column without a rule shows the same values on both sides.
    rules: Mapping[str, Rule] = field(default_factory=dict)
    # By column: raises ValueError for what no destination takes.
    checks: Mapping[str, Check] = field(default_factory=dict)

    @property
    def comparison_notes(self) -> tuple[str, ...]:
        """What is compared by its meaning instead of its notation, sorted. Empty: nothing."""
        return tuple(
            sorted({rule.comparison_note for rule in self.rules.values() if rule.comparison_note})
        )

    def encode(self, values: Row) -> Encoded:
        """Encode a row of the source for the destination.

        A value that the destination cannot hold stays as it is and is reported as unsupported. A
        destination that stores any value gets it as it is.
        """
        unsupported_values = self._rejected(values)
        if not self.rules:
            return Encoded(values, unsupported_values)
        encoded = dict(values)
        lossy_columns: dict[str, Loss] = {}
        for column, rule in self.rules.items():
            value = values.get(column)
            if value is None:
                continue
            try:
                encoded[column], loss = _encode(rule, value)
            except (ValueError, OverflowError) as error:
                if rule.strict:
                    unsupported_values.setdefault(column, str(error))
                continue
            if loss:
                lossy_columns[column] = loss
        return Encoded(encoded, unsupported_values, lossy_columns)

    def _rejected(self, values: Row) -> dict[str, str]:
        """By column: why its value is not written."""
        rejected = {}
        for column, check in self.checks.items():
            try:
                check(values.get(column))
            except ValueError as error:
                rejected[column] = str(error)
        return rejected

    def encode_value(self, column: str, value: Any) -> Any:
        """Encode one value; a value that the destination cannot hold stays as it is."""
        return self.encode({column: value}).values[column] if column in self.rules else value

    def normalize(self, row: Row) -> Row:
        """Convert a row of either side for comparison: equal results mean equal content."""
        if not self.rules:
            return row
        normalized = dict(row)
        for column, rule in self.rules.items():
            value = row.get(column)
            if value is not None:
                try:
                    normalized[column] = rule.compare_key(rule.store(rule.parse(value)))
                except (ValueError, OverflowError):
                    continue
        return normalized

    def as_stored(self, expected: Row, actual: Row) -> Row:
        """``expected``, with what a coarser column of the destination stores where ``actual`` has
        that. Both are normalized."""
        cut = {
            column: actual[column]
            for column, rule in self.rules.items()
            if expected.get(column) is not None
            and actual.get(column) != expected[column]
            and _is_cut(rule, expected[column], actual.get(column))
        }
        return {**expected, **cut} if cut else expected


class ValueCodecs:
    """The codecs of all resources between two sides, built on first use."""

    def __init__(self, source: Instance, destination: Instance) -> None:
        self._source = source
        self._destination = destination
        self._codecs: dict[str, ValueCodec] = {}

    @property
    def vendors_differ(self) -> bool:
        """Whether the sides have different databases. Otherwise, codecs change only numbers
        and dates."""
        return self._source.vendor != self._destination.vendor

    @property
    def depend_on_schema(self) -> bool:
        """Whether the columns of the destination decide how values are encoded."""
        return self.vendors_differ or bool(self._other_columns)

    def of(self, resource: Resource) -> ValueCodec:
        """The codec of a resource."""
        if resource.name not in self._codecs:
            rules, checks = self._rules(resource), self._checks(resource)
            self._codecs[resource.name] = ValueCodec(rules, checks)
        return self._codecs[resource.name]

    def key_in_text(self, collection: str, key: Any) -> Any:
        """Encode a key of ``collection`` that a column of another type holds.

        A text stays a text. A key of an unknown collection stays as it is.
        """
        target = self._source.model.resources.get(collection) if self.vendors_differ else None
        if target is None:
            return key
        encoded = self.of(target).encode_value(target.key, key)
        return str(encoded) if isinstance(key, str) else encoded

    @cached_property
    def _migrated_columns(self) -> Mapping[FieldName, Column]:
        return migrated_columns(self._source, self._destination)

    @cached_property
    def _other_columns(self) -> frozenset[FieldName]:
        """Numbers and dates that the destination has, or will have, in a column of another type or
        size."""
        return frozenset(
            (collection, name)
            for collection, columns in self._source.model.columns.items()
            for name, column in columns.items()
            if _is_other_number(column, self._existing(collection, name))
            or _is_date_of_moment(column, self._existing(collection, name))
            or _is_other_number(column, self._migrated(collection, name))
        )

    def _existing(self, collection: str, name: str) -> Column | None:
        return self._destination.model.columns.get(collection, {}).get(name)

    def _migrated(self, collection: str, name: str) -> Column | None:
        """The column as it is when the values arrive. None: the destination's version lacks it."""
        existing = self._existing(collection, name)
        return self._migrated_columns.get((collection, name)) or existing

    def _rules(self, resource: Resource) -> dict[str, Rule]:
        rules = {name: rule for name in resource.columns if (rule := self._rule(resource, name))}
        is_inexact = self._destination.vendor != POSTGRES
        if resource.key_type == "bigInteger" and is_inexact and resource.key in rules:
            rules[resource.key] = big_key_rule(rules[resource.key])
        return rules

    def _checks(self, resource: Resource) -> dict[str, Check]:
        columns = self._source.model.columns.get(resource.name, {})
        existing = self._destination.model.columns.get(resource.name, {})
        checks = {
            name: shown_check(
                self._source.vendor,
                columns[name],
                existing.get(name),
                self._migrated(resource.name, name),
            )
            for name in resource.columns
            if name in columns
        }
        return {name: check for name, check in checks.items() if check}

    def _rule(self, resource: Resource, name: str) -> Rule | None:
        source_column = self._source.model.columns.get(resource.name, {}).get(name)
        if source_column is None:
            return None
        if not self.vendors_differ and (resource.name, name) not in self._other_columns:
            return self._rule_of_equals(resource, source_column)
        column = self._migrated(resource.name, name)
        if column is None:
            return None
        return rule_for(
            ColumnPair(source_column, column, self._source.vendor, self._destination.vendor)
        )

    def _rule_of_equals(self, resource: Resource, column: Column) -> Rule | None:
        """The rule for a column between equal databases."""
        if rule := misnamed_decimal_rule(column) or shown_as_boolean_rule(column):
            return rule
        if self._source.vendor == MYSQL:
            return fraction_rule(column.type)
        if self._source.vendor == SQLITE:
            return shown_as_text_rule(column, self._migrated(resource.name, column.name))
        return None


def _is_other_number(source: Column, other: Column | None) -> bool:
    """Whether a number is stored or shown differently by two columns of equal databases."""
    numbers = FRACTIONS | INTEGERS
    if other is None or not {source.type, other.type} <= numbers or BOOLEAN in source.special:
        return False
    if {source.type, other.type} <= INTEGERS:
        return source.type != other.type
    return _number_type(source) != _number_type(other)


def _is_date_of_moment(source: Column, existing: Column | None) -> bool:
    """Whether the destination's column is a date, and becomes the moment that the source's is."""
    return existing is not None and (existing.type, source.type) == ("date", "dateTime")


def _number_type(column: Column) -> tuple[Any, ...]:
    return column.type, column.data_type, column.precision, column.scale


def _is_cut(rule: Rule, expected: Any, actual: Any) -> bool:
    try:
        return actual is not None and bool(rule.may_store(expected) == actual)
    except (ValueError, TypeError, OverflowError):
        # A value that could not be parsed.
        return False


def _encode(rule: Rule, value: Any) -> tuple[Any, Loss | None]:
    """The value as it is written, and what is lost of it.

    Raises ValueError or OverflowError when the destination cannot hold it.
    """
    parsed = rule.parse(value)
    stored = rule.store(parsed)
    rule.check(stored)
    loss = None
    if stored != parsed or rule.may_store(stored) != stored:
        loss = Loss("ROUNDED", rule.rounding_note)
    elif rule.inexact_note and rule.compare_key(stored) != stored:
        loss = Loss("INEXACT", rule.inexact_note)
    return (rule.encode(stored) if rule.encode else value), loss

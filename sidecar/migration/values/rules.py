"""Chooses the rule for a column that travels between two different databases.

The rules follow what Directus 11.17.4 shows and refuses on SQLite, PostgreSQL 15 and MariaDB.
"""

from collections.abc import Callable, Mapping

from sidecar.migration.values.decimal_rules import decimal_rule, float_rule
from sidecar.migration.values.integer_rules import boolean_rule, integer_rule
from sidecar.migration.values.moment_rules import date_rule, moment_rule, time_rule
from sidecar.migration.values.rule import ColumnPair, Rule
from sidecar.migration.values.text_rules import json_rule, text_rule, uuid_rule

RULES: Mapping[str, Callable[[ColumnPair], Rule | None]] = {
    "boolean": boolean_rule,
    "integer": integer_rule,
    "bigInteger": integer_rule,
    "float": float_rule,
    "decimal": decimal_rule,
    "date": date_rule,
    "time": time_rule,
    "dateTime": moment_rule,
    "timestamp": moment_rule,
    "json": json_rule,
    "string": text_rule,
    "text": text_rule,
    "csv": text_rule,
    "hash": text_rule,
    "uuid": uuid_rule,
}


def rule_for(pair: ColumnPair) -> Rule | None:
    """The rule for the destination column's type.

    None: the destination stores and shows every value as the source shows it.
    """
    make_rule = RULES.get(pair.destination_column.type)
    return make_rule(pair) if make_rule else None

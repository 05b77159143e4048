"""Compares the system tables of two databases by SQL after a migration, and names each difference.

It knows nothing of the product: from the source and from what the destination was like ``before``
it works out itself who is who, writes the destination's ids into every text of the source, and then
expects each row as it was there. Rows that the destination had before have to be as they were.
Settings are no rows and have rules of their own.
"""

import json
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from tests.stack.dump import Table

Dump = Mapping[str, Table]
Row = dict[str, Any]
Groups = dict[tuple[Any, ...], list[Row]]
ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
PEOPLE = ("directus_users", "directus_roles", "directus_policies")

HIDDEN = "cannot be read through the API"
OVERWRITTEN = "set by Directus on every write"
FIXED = "Directus 12 lets nobody set it"
GIVEN = "the destination gives it"
COMPUTED = "the destination computes it from the item"


@dataclass(frozen=True)
class Rule:
    """How rows of a table are known (``natural``), which columns cannot travel and why (``lost``,
    and ``since_12`` at destinations of that version), and which rows stay where they are
    (``stays``: a column and its values)."""

    natural: tuple[str, ...] = ("id",)
    lost: Mapping[str, str] = field(default_factory=dict)
    since_12: Mapping[str, str] = field(default_factory=dict)
    stays: tuple[str, frozenset[str]] = ("", frozenset())

    def cannot_travel(self, version: str) -> set[str]:
        newer = int(version.partition(".")[0]) >= 12
        return {*self.lost, *(self.since_12 if newer else ())}


RULES: dict[str, Rule] = {
    "directus_roles": Rule(),
    "directus_policies": Rule(),
    "directus_users": Rule(
        lost=dict.fromkeys(("password", "token", "tfa_secret", "auth_data"), HIDDEN)
    ),
    "directus_permissions": Rule(("policy", "collection", "action"), lost={"id": GIVEN}),
    "directus_access": Rule(("role", "user", "policy")),
    "directus_dashboards": Rule(),
    "directus_panels": Rule(),
    "directus_flows": Rule(),
    "directus_operations": Rule(),
    "directus_presets": Rule(
        ("user", "role", "collection", "bookmark"),
        lost={"id": GIVEN},
        # Those of the migration module hold tokens of destinations.
        stays=("collection", frozenset({"migration_bundle"})),
    ),
    "directus_comments": Rule(
        lost={"user_updated": OVERWRITTEN, "date_updated": OVERWRITTEN},
        since_12={"user_created": FIXED},
    ),
    "directus_translations": Rule(("language", "key")),
    "directus_shares": Rule(lost={"password": HIDDEN}, since_12={"user_created": FIXED}),
    "directus_versions": Rule(
        ("collection", "item", "key"),
        lost={
            "id": GIVEN,
            "hash": COMPUTED,
            **dict.fromkeys(
                ("user_created", "date_created", "user_updated", "date_updated"), OVERWRITTEN
            ),
        },
    ),
}
# On SQLite Directus shows the dates of some of its own tables in whole seconds, so the rest cannot
# be read.
WHOLE_SECONDS = {"directus_flows": "date_created", "directus_operations": "date_created"}
# Directus signs each object in a version's delta with whoever saves it.
STAMPS = frozenset({"_user", "_date"})


def differences(
    source: Dump, before: Dump, after: Dump, version: str, tables: Collection[str] = tuple(RULES)
) -> list[str]:
    """A line for each table, row and column that is not as it has to be; ``before`` and ``after``
    are dumps of the destination, ``version`` is its Directus."""
    people = who_is_who(source, before)
    found: list[str] = []
    for table in tables:
        rule = RULES[table]
        column, values = rule.stays
        travelling = [row for row in source[table] if row.get(column) not in values]
        wanted, had, has = (
            _groups(_rounded(rows, WHOLE_SECONDS.get(table)), rule, ids)
            for rows, ids in ((travelling, people), (before[table], {}), (after[table], {}))
        )
        for key in sorted({*wanted, *had, *has}, key=repr):
            group = wanted.get(key, []), had.get(key, []), has.get(key, [])
            found += [
                f"{table} {' '.join(map(str, key))}: {fault}"
                for fault in _faults(*group, passed_over=rule.cannot_travel(version))
            ]
    return found


def who_is_who(source: Dump, destination: Dump) -> dict[str, str]:
    """The destination's id by the source's, for each user, role and policy that the destination has
    under another.

    Users by e-mail in any case, else by id; roles and policies by id, else by name; what makes
    administrators is the same on both sides.
    """
    return {
        **_counterparts(
            *(_names(side["directus_users"], "email") for side in (source, destination))
        ),
        **_counterparts(
            *(_names(side["directus_roles"], "name") for side in (source, destination))
        ),
        **_counterparts(
            *(_names(side["directus_policies"], "name") for side in (source, destination))
        ),
        **dict(zip(_administrators(source), _administrators(destination), strict=True)),
    }


def ids_of_others(source: Dump, before: Dump) -> set[str]:
    """Ids that must not stand anywhere at the destination, because it knows these people under
    others."""
    return {here for here, there in who_is_who(source, before).items() if here != there}


def texts(tables: Dump) -> str:
    """Everything that a database holds, as one text to search in."""
    return "\n".join(
        f"{table} {row}" for table, rows in tables.items() for row in map(_canonical, rows)
    )


def _faults(
    wanted: list[Row], had: list[Row], has: list[Row], passed_over: Collection[str]
) -> Iterable[str]:
    """What is wrong with the rows of one natural key."""
    if had:
        # The schema may have brought columns that it did not have.
        now = [{name: row[name] for name in had[0]} for row in has]
        if _count(had) - _count(now):
            yield f"{_difference(had, now)}, although the destination had it before"
        if len(has) > max(len(had), len(wanted)):
            yield f"{len(had)} before and {len(wanted)} at the source, now {len(has)}"
    elif not wanted:
        yield "neither at the source nor at the destination before"
    elif not has:
        yield "only at the source"
    else:
        left, right = (
            [
                {name: value for name, value in row.items() if name not in passed_over}
                for row in rows
            ]
            for rows in (wanted, has)
        )
        if _count(left) != _count(right):
            yield _difference(left, right)


def _difference(left: Sequence[Row], right: Sequence[Row]) -> str:
    """In words; column by column where there is one row on each side."""
    if len(left) != 1 or len(right) != 1:
        return f"{len(left)} rows became {len(right)}: {_short(left)} became {_short(right)}"
    (one,), (other,) = left, right
    return ", ".join(
        f"{name}: {_short(one.get(name))} became {_short(other.get(name))}"
        for name in sorted({*one, *other})
        if repr(one.get(name)) != repr(other.get(name))
    )


def _groups(rows: Table, rule: Rule, people: Mapping[str, str]) -> Groups:
    groups: Groups = defaultdict(list)
    for row in rows:
        mapped = {name: _rewritten(value, people) for name, value in _canonical(row).items()}
        groups[tuple(mapped[name] for name in rule.natural)].append(mapped)
    return groups


def _rounded(rows: Table, column: str | None) -> Table:
    return [{**row, column: _whole_second(row[column])} if column else row for row in rows]


def _whole_second(value: Any) -> Any:
    """Of milliseconds, as SQLite has them, or of a moment."""
    if isinstance(value, datetime):
        return value.replace(microsecond=0)
    return value // 1000 * 1000 if isinstance(value, int) else value


def _count(rows: Sequence[Row]) -> Counter[str]:
    return Counter(repr(sorted(row.items())) for row in rows)


def _rewritten(value: Any, people: Mapping[str, str]) -> Any:
    return (
        ID.sub(lambda found: people.get(found[0], found[0]), value)
        if isinstance(value, str)
        else value
    )


def _canonical(row: Row) -> Row:
    """Ids and JSON as texts of one spelling, whether the database's driver has parsed them or
    not."""
    return {name: as_text(value) for name, value in row.items()}


def as_text(value: Any) -> Any:
    """An id or a JSON document in one spelling, without the stamps of a version's delta."""
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, str) and value[:1] in ("{", "["):
        try:
            value = json.loads(value)
        except ValueError:
            return value
    if isinstance(value, dict | list):
        return json.dumps(_unstamped(value), sort_keys=True, ensure_ascii=False)
    return value


def _unstamped(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _unstamped(inner) for name, inner in value.items() if name not in STAMPS}
    return [_unstamped(inner) for inner in value] if isinstance(value, list) else value


def _names(rows: Table, column: str) -> dict[str, str]:
    return {str(row["id"]): (row[column] or "").casefold() for row in rows}


def _counterparts(here: Mapping[str, str], there: Mapping[str, str]) -> dict[str, str]:
    by_name = {name: other for other, name in there.items() if name}
    return {
        one: one if one in there else by_name[name]
        for one, name in here.items()
        if one in there or name in by_name
    }


def _administrators(side: Dump) -> tuple[str, str]:
    """The policy that makes administrators, and the role that has it."""
    (policy,) = (row["id"] for row in side["directus_policies"] if row["admin_access"])
    (role,) = (
        row["role"] for row in side["directus_access"] if row["policy"] == policy and row["role"]
    )
    return str(policy), str(role)


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 200 else f"{text[:160]}… ({len(text)} characters)"

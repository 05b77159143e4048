"""Works out by SQL alone what an update has to make of a destination, and names each difference.

From the source and from what the destination was ``before`` it works out which rows the run
updates, and what every cell has to hold. It knows nothing of the product.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from tests.integration.system_oracle import Dump, Row
from tests.integration.update_cells import canonical, cell
from tests.integration.update_pairs import (
    FILES,
    Case,
    Pair,
    is_content,
    pairs_of,
    rule_of,
    tables_of,
)

OWN_SETTINGS = (
    "language", "appearance", "theme_light", "theme_dark", "theme_light_overrides",
    "theme_dark_overrides", "text_direction", "email_notifications",
)  # fmt: skip
# Columns that Directus changes with every write of a row.
STAMPED = {
    FILES: ("modified_on", "modified_by"),
    "directus_comments": ("user_updated", "date_updated"),
    "directus_versions": ("user_updated", "date_updated", "hash"),
}


def differences(case: Case, after: Dump) -> list[str]:
    """A line for each table, row and column that is not as it has to be."""
    return [
        f"{table} {fault}" for table in tables_of(case) for fault in _faults(case, table, after)
    ]


def expected_bytes(case: Case) -> dict[str, str]:
    """A digest of the bytes that each file has to have there."""
    here, there = case.contents
    expected = dict(there)
    for pair in pairs_of(case, FILES):
        if pair.source and (pair.before is None or _is_updated(case, FILES, pair)):
            expected[pair.source["id"]] = here[pair.source["id"]]
    return expected


def counts(case: Case, table: str) -> Counter[str]:
    """What a run has to report of ``table``."""
    found: Counter[str] = Counter()
    for pair in pairs_of(case, table):
        if pair.source is None:
            found["only_at_destination"] += 1
        elif _is_selected(case, table, pair):
            found[_outcome(case, table, pair)] += 1
            found["conflicts"] += is_conflict(case, table, pair)
    return found


def is_conflict(case: Case, table: str, pair: Pair) -> bool:
    """Whether both sides have changed the row since the last run."""
    if case.baseline is None or pair.source is None or pair.before is None:
        return False
    if not _may_change(case, table, pair):
        return False
    key = case.keys[table]
    rows = (pair.source, pair.before)
    one, other = (
        side.get(table, {}).get(str(row[key])) for side, row in zip(case.then, rows, strict=True)
    )
    columns = {*pair.before} - {*rule_of(table).cannot_travel(case.version), key}
    if one is None or other is None:
        return False
    if not all(_differing(table, *two, columns) for two in zip(rows, (one, other), strict=True)):
        return False
    return bool(_changed(case, table, pair))


def _faults(case: Case, table: str, after: Dump) -> Iterator[str]:
    key = case.keys[table]
    remaining = [canonical(row) for row in after[table] if is_content(table, row)]
    by_key = {str(row[key]): row for row in remaining}
    created = []
    for pair in pairs_of(case, table):
        if pair.before is not None:
            row = by_key.pop(str(pair.before[key]), None)
            if row is None:
                yield f"{pair.before[key]}: is gone"
            else:
                yield from _faults_of_existing(case, table, pair, row)
        elif pair.source is not None and _is_selected(case, table, pair):
            created.append(pair.source)
    yield from _faults_of_new(case, table, created, list(by_key.values()))


def _faults_of_existing(case: Case, table: str, pair: Pair, row: Row) -> Iterable[str]:
    before = pair.before or {}
    changed = _changed(case, table, pair) if _is_updated(case, table, pair) else set()
    is_replaced = table == FILES and before["id"] in case.replaced
    stamped = STAMPED.get(table, ()) if changed or is_replaced else ()
    # Directus names the bytes by their type.
    stamped = (*stamped, "filename_disk") if is_replaced else stamped
    for name in before.keys() - {*stamped}:
        wanted = (pair.source or {})[name] if name in changed else before[name]
        is_same = cell(table, name, row[name]) == cell(table, name, wanted)
        if not is_same or (name not in changed and row[name] != wanted):
            why = "the source has" if name in changed else "it was"
            yield f"{row[case.keys[table]]}.{name}: {why} {_short(wanted)}, is {_short(row[name])}"


def _faults_of_new(case: Case, table: str, wanted: list[Row], rows: list[Row]) -> Iterable[str]:
    """New rows have all that travels with new rows, a user's own settings among it."""
    passed_over = {*rule_of(table).cannot_travel(case.version)}
    left, right = (
        Counter(
            repr(sorted((n, cell(table, n, v)) for n, v in row.items() if n not in passed_over))
            for row in side
        )
        for side in (wanted, rows)
    )
    yield from (f"did not arrive: {_short(one)}" for one in left - right)
    yield from (f"is new, and not the source's: {_short(one)}" for one in right - left)


def _outcome(case: Case, table: str, pair: Pair) -> str:
    if pair.before is None:
        return "created"
    if _is_updated(case, table, pair) and _changed(case, table, pair):
        return "updated"
    if case.conflicts == "ask" and is_conflict(case, table, pair):
        return "problem"
    key = () if table in case.singletons else (case.keys[table],)
    columns = {*pair.before} - {*rule_of(table).cannot_travel(case.version), *key}
    is_other = _differing(table, pair.source or {}, pair.before, columns)
    return "kept" if is_other else "unchanged"


def _is_updated(case: Case, table: str, pair: Pair) -> bool:
    if not _may_change(case, table, pair):
        return False
    return case.conflicts == "source" or not is_conflict(case, table, pair)


def _may_change(case: Case, table: str, pair: Pair) -> bool:
    """Whether the row is one of those that a run updates, and nothing protects it."""
    if pair.source is None or pair.before is None or table in case.skipped:
        return False
    is_protected = pair.before[case.keys[table]] in _protected(case, table)
    return _is_selected(case, table, pair) and not is_protected


def _is_selected(case: Case, table: str, pair: Pair) -> bool:
    if table not in case.selected:
        return not case.selected
    return pair.source is not None and pair.source[case.keys[table]] in case.selected[table]


def _changed(case: Case, table: str, pair: Pair) -> set[str]:
    """The columns that the run has to change."""
    columns = {*(pair.before or {})} - _stays(case, table)
    return _differing(table, pair.source or {}, pair.before or {}, columns)


def _differing(table: str, one: Row, other: Row, columns: Iterable[str]) -> set[str]:
    return {
        name
        for name in columns
        if cell(table, name, one.get(name)) != cell(table, name, other[name])
    }


def _stays(case: Case, table: str) -> set[str]:
    """The columns of existing rows that do not change."""
    own = OWN_SETTINGS if table == "directus_users" else ()
    return {*rule_of(table).cannot_travel(case.version), *own, case.keys[table]}


def _protected(case: Case, table: str) -> set[str]:
    """Rows that make administrators, and the account of the migration, by their key there."""
    before = case.before
    policies = {str(row["id"]) for row in before["directus_policies"] if row["admin_access"]}
    roles = {
        str(row["role"]) for row in before["directus_access"] if str(row["policy"]) in policies
    }
    account = {str(row["id"]) for row in before["directus_users"] if row["email"] == case.account}
    found = {"directus_policies": policies, "directus_roles": roles, "directus_users": account}
    return found.get(table, set())


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 200 else f"{text[:160]}… ({len(text)} characters)"

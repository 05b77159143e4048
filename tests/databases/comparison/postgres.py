"""Reads a PostgreSQL database into a snapshot."""

import json
import re
from collections import defaultdict
from decimal import Decimal
from typing import Any

import psycopg

from tests.databases.comparison.rows import NATURAL_KEYS, keyed, looked_at
from tests.databases.comparison.snapshot import Facts, Rule, Snapshot

Connection = psycopg.Connection[tuple[Any, ...]]
KINDS = {"r": "table", "p": "partitioned", "v": "view", "m": "materialized view", "f": "foreign"}
TABLES = """SELECT relname, relkind FROM pg_class WHERE relnamespace = 'public'::regnamespace
    AND relkind IN ('r', 'p', 'v', 'm', 'f') AND NOT relispartition
    AND NOT (relkind = 'f' AND EXISTS (SELECT FROM pg_inherits WHERE inhrelid = pg_class.oid))
    AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = pg_class.oid AND d.deptype = 'e')"""
# Times have six digits after the second, unless they say otherwise.
COLUMNS = """SELECT t.relname, a.attname,
    replace(format_type(a.atttypid, a.atttypmod), '(6) with', ' with'), a.attnotnull,
    pg_get_expr(d.adbin, d.adrelid), a.attgenerated, a.attidentity, col_description(t.oid, a.attnum)
    FROM pg_attribute a JOIN pg_class t ON t.oid = a.attrelid
    LEFT JOIN pg_attrdef d ON d.adrelid = t.oid AND d.adnum = a.attnum
    WHERE t.relnamespace = 'public'::regnamespace AND t.relkind IN ('r', 'p')
    AND a.attnum > 0 AND NOT a.attisdropped"""
# What is unique is read from the indexes, which every unique constraint has.
CONSTRAINTS = """SELECT t.relname, c.contype, pg_get_constraintdef(c.oid),
    ARRAY(SELECT a.attname FROM unnest(c.conkey) WITH ORDINALITY k (number, at)
        JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.number ORDER BY k.at)
    FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid
    WHERE t.relnamespace = 'public'::regnamespace AND c.contype IN ('f', 'c', 'x')"""
INDEXES = """SELECT t.relname, i.relname, x.indisprimary, x.indisunique, pg_get_indexdef(i.oid),
    x.indpred IS NOT NULL OR x.indexprs IS NOT NULL,
    ARRAY(SELECT a.attname FROM unnest(x.indkey) WITH ORDINALITY k (number, at)
        JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.number ORDER BY k.at),
    EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = x.indexrelid AND c.contype = 'u')
    FROM pg_index x JOIN pg_class t ON t.oid = x.indrelid JOIN pg_class i ON i.oid = x.indexrelid
    WHERE t.relnamespace = 'public'::regnamespace"""
TRIGGERS = """SELECT t.relname, g.tgname FROM pg_trigger g JOIN pg_class t ON t.oid = g.tgrelid
    WHERE t.relnamespace = 'public'::regnamespace AND NOT g.tgisinternal"""
COUNTERS = """SELECT t.relname, a.attname,
    pg_get_serial_sequence(quote_ident(t.relname), a.attname) FROM pg_attribute a
    JOIN pg_class t ON t.oid = a.attrelid WHERE t.relnamespace = 'public'::regnamespace
    AND t.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped
    AND pg_get_serial_sequence(quote_ident(t.relname), a.attname) IS NOT NULL"""
RULES = {"f": "foreign key", "c": "check", "x": "exclusion"}
COUNTER = "a counter"
# Directus does not show it.
UNIQUE_INDEX = "unique index without a constraint"
# A literal with the type that PostgreSQL writes behind it.
LITERAL = re.compile(r"('(?:[^']|'')*')::[\w ()\[\],]+")
NUMBER = re.compile(r"[('\s]*(-?\d+(?:\.\d+)?)[)'\s]*")


def read(dsn: str) -> Snapshot:
    """All of the database."""
    with psycopg.connect(dsn, options="-c TimeZone=UTC -c IntervalStyle=postgres") as connection:
        tables = {name: KINDS[kind] for name, kind in connection.execute(TABLES)}
        columns = {
            (table, name): _facts(*rest)
            for table, name, *rest in connection.execute(COLUMNS)
            if table in tables
        }
        keys, rules = _rules(connection)
        return Snapshot(
            tables,
            columns,
            rules,
            _behind(connection),
            {
                name: _rows(connection, name, kind, keys.get(name, ()))
                for name, kind in tables.items()
                if kind in ("table", "partitioned") and looked_at(name)
            },
            {place for place, facts in columns.items() if facts.type in ("json", "jsonb")},
        )


def _facts(
    kind: str,
    not_null: bool,
    default: str | None,
    generated: str,
    identity: str,
    comment: str | None,
) -> Facts:
    counts = bool(identity) or (default or "").startswith("nextval(")
    return Facts(
        kind,
        not_null,
        COUNTER if counts else None if generated else meant(default),
        default if generated else None,
        comment or None,
    )


def meant(default: str | None) -> str | None:
    """A default without the type of its literal and the spelling of its number: the type of the
    column is compared on its own."""
    if default is None or default.upper().startswith("NULL::"):
        return None
    if default == "now()":
        return "CURRENT_TIMESTAMP"
    literal = LITERAL.fullmatch(default)
    text = literal[1] if literal else default
    number = NUMBER.fullmatch(text)
    return f"{Decimal(number[1]).normalize():f}" if number else _document(text)


def _document(text: str) -> str:
    """A document as a literal, without its spaces."""
    if not text.startswith(("'{", "'[")):
        return text
    try:
        return json.dumps(json.loads(text[1:-1].replace("''", "'")), sort_keys=True)
    except ValueError:
        return text


def _rules(connection: Connection) -> tuple[dict[str, tuple[str, ...]], dict[str, set[Rule]]]:
    keys: dict[str, tuple[str, ...]] = {}
    rules: dict[str, set[Rule]] = defaultdict(set)
    for table, kind, text, columns in connection.execute(CONSTRAINTS):
        rules[table].add(Rule(RULES[kind], tuple(columns), text))
    for row in connection.execute(INDEXES):
        table, name, primary, unique, text, special, columns, constraint = row
        quoted = '"{}"'.format(name.replace('"', '""'))
        definition = text.replace(f"INDEX {quoted} ON", "INDEX ON")
        definition = definition.replace(f"INDEX {name} ON", "INDEX ON")
        if primary:
            keys[table] = tuple(columns)
            rules[table].add(Rule("primary key", tuple(columns), "primary key"))
        elif special:
            rules[table].add(Rule("index", tuple(columns), definition))
        elif unique:
            what = "unique" if constraint else UNIQUE_INDEX
            rules[table].add(Rule("unique", tuple(columns), what))
        else:
            rules[table].add(Rule("index", tuple(columns), definition))
    for table, name in connection.execute(TRIGGERS):
        rules[table].add(Rule("trigger", (), f"trigger {name}"))
    return keys, dict(rules)


def _behind(connection: Connection) -> set[tuple[str, str]]:
    behind = set()
    for table, column, sequence in connection.execute(COUNTERS).fetchall():
        (most,) = _one(connection, f"SELECT max({quoted(column)}) FROM ONLY {quoted(table)}")
        last, called = _one(connection, f"SELECT last_value, is_called FROM {sequence}")
        if most is not None and last + bool(called) <= most:
            behind.add((table, column))
    return behind


def _rows(connection: Connection, table: str, kind: str, key: tuple[str, ...]) -> Any:
    names = [
        name
        for (name,) in connection.execute(
            "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 "
            "AND NOT attisdropped",
            (quoted(table),),
        )
    ]
    texts = ", ".join(f"{quoted(name)}::text" for name in names)
    # Rows of a part that inherits from the table are its own.
    only = "ONLY " if kind == "table" else ""
    found = connection.execute(f"SELECT {texts} FROM {only}{quoted(table)}".encode()).fetchall()
    rows = [dict(zip(names, row, strict=True)) for row in found]
    return keyed(table, rows, NATURAL_KEYS.get(table) or key or tuple(names))


def _one(connection: Connection, statement: str) -> Any:
    return connection.execute(statement.encode()).fetchone()


def quoted(name: str) -> str:
    """A name as SQL writes it."""
    return '"' + name.replace('"', '""') + '"'

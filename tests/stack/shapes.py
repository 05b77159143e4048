"""What a database says of its columns, read by SQL: how they are made, and what they point at."""

from contextlib import closing
from dataclasses import dataclass

from tests.stack.databases import Database
from tests.stack.dump import VENDORS, query


@dataclass(frozen=True)
class ColumnShape:
    """In the database's own words. ``key`` is "primary", "unique" or ""; ``points_at`` a table, a
    column and what happens when a row there is deleted."""

    type: str
    nullable: bool
    default: str | None
    key: str
    points_at: tuple[str, str, str] | None


COLUMNS = {
    "sqlite": """
        SELECT m.name AS tab, c.name AS col, c.type AS type, c."notnull" = 0 AS nullable,
            c.dflt_value AS def,
            CASE WHEN c.pk THEN 'primary' WHEN EXISTS (
                SELECT 1 FROM pragma_index_list(m.name) i JOIN pragma_index_info(i.name) p
                WHERE i."unique" AND p.name = c.name AND (SELECT count(*) FROM
                    pragma_index_info(i.name)) = 1
            ) THEN 'unique' ELSE '' END AS key
        FROM sqlite_master m JOIN pragma_table_info(m.name) c WHERE m.type = 'table'""",
    "postgres": """
        SELECT t.relname AS tab, c.attname AS col, format_type(c.atttypid, c.atttypmod) AS type,
            NOT c.attnotnull AS nullable, pg_get_expr(d.adbin, d.adrelid) AS def,
            coalesce((SELECT min(CASE i.indisprimary WHEN true THEN 'primary' ELSE 'unique' END)
                FROM pg_index i
                WHERE i.indrelid = t.oid AND i.indisunique AND i.indnatts = 1 AND i.indkey[0] =
                    c.attnum), '') AS key
        FROM pg_class t JOIN pg_attribute c ON c.attrelid = t.oid AND c.attnum > 0 AND NOT
            c.attisdropped
        LEFT JOIN pg_attrdef d ON d.adrelid = t.oid AND d.adnum = c.attnum
        WHERE t.relkind = 'r' AND t.relnamespace = 'public'::regnamespace""",
    "mysql": """
        SELECT table_name AS tab, column_name AS col, concat(column_type, ' ', extra) AS type,
            is_nullable = 'YES' AS nullable, column_default AS def,
            CASE column_key WHEN 'PRI' THEN 'primary' WHEN 'UNI' THEN 'unique' ELSE '' END AS `key`
        FROM information_schema.columns WHERE table_schema = DATABASE()""",
}
FOREIGN_KEYS = {
    "sqlite": """
        SELECT m.name AS tab, f."from" AS col, f."table" AS target, f."to" AS target_col,
            f.on_delete AS rule
        FROM sqlite_master m JOIN pragma_foreign_key_list(m.name) f WHERE m.type = 'table'""",
    "postgres": """
        SELECT k.table_name AS tab, k.column_name AS col, u.table_name AS target, u.column_name AS
            target_col,
            r.delete_rule AS rule
        FROM information_schema.referential_constraints r
        JOIN information_schema.key_column_usage k USING (constraint_schema, constraint_name)
        JOIN information_schema.constraint_column_usage u USING (constraint_schema,
            constraint_name)""",
    "mysql": """
        SELECT k.table_name AS tab, k.column_name AS col, k.referenced_table_name AS target,
            k.referenced_column_name AS target_col, r.delete_rule AS rule
        FROM information_schema.referential_constraints r
        JOIN information_schema.key_column_usage k USING (constraint_schema, constraint_name)
        WHERE k.table_schema = DATABASE()""",
}


def column_shapes(database: Database) -> dict[tuple[str, str], ColumnShape]:
    """The columns of all tables, by table and name."""
    with closing(VENDORS[database.vendor].connect(database)) as connection:
        columns = query(connection, COLUMNS[database.vendor])
        keys = {
            (row["tab"], row["col"]): (row["target"], row["target_col"], row["rule"])
            for row in query(connection, FOREIGN_KEYS[database.vendor])
        }
    return {
        (row["tab"], row["col"]): ColumnShape(
            row["type"].strip(),
            bool(row["nullable"]),
            _default(row["def"]),
            row["key"],
            keys.get((row["tab"], row["col"])),
        )
        for row in columns
    }


def _default(said: str | None) -> str | None:
    """To have null by default is to have none."""
    return None if said is None or said.lower().startswith("null") else said

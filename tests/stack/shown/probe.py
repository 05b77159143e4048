"""Makes the samples in the database of an instance, and reads and writes them by REST."""

import json
from collections.abc import Iterator
from contextlib import closing, contextmanager
from decimal import Decimal
from typing import Any

from tests.stack.awkward.statements import execute
from tests.stack.databases import Database
from tests.stack.directus import DirectusInstance
from tests.stack.dump import VENDORS, query
from tests.stack.seed.api import Api, SeedError
from tests.stack.shown.samples import SAMPLES, Fate, Sample

TABLE, COPY = "shown", "shown_copy"
# One row has all samples that a run migrates, the other those that it refuses.
READABLE, REFUSED, ROWS = 1, 2, 2
# How SQL writes a value so that equal texts are equal values. MySQL writes six digits of a float.
AS_TEXT = {
    "postgres": '"{}"::text',
    "sqlite": "nullif(quote(\"{}\"), 'NULL')",
    "mysql": "CAST(`{}` AS CHAR)",
}
MYSQL_FLOAT = "CAST(`{}` + 0e0 AS CHAR)"
# MariaDB refuses some of the values otherwise, as newer databases do.
LENIENT = "SET SESSION sql_mode = 'ANSI_QUOTES'"


@contextmanager
def samples_in(instance: DirectusInstance, api: Api, *tables: str) -> Iterator[list[Sample]]:
    """The samples are in the first of ``tables``, and the others are like it, but empty. All are
    gone afterwards."""
    samples = SAMPLES[instance.database.vendor]
    columns = ", ".join(f'"{one.name}" {one.declared}' for one in samples)
    lenient = [LENIENT] if instance.database.vendor == "mysql" else []
    made = [f'CREATE TABLE "{name}" (id integer PRIMARY KEY, {columns})' for name in tables]
    rows = [
        _insert(tables[0], READABLE, [one for one in samples if not one.is_left_out]),
        _insert(tables[0], REFUSED, [one for one in samples if one.is_left_out]),
    ]
    execute(instance.database, [*lenient, *made, *rows])
    api.post("/utils/cache/clear?system", {})
    for name in tables:
        api.patch(f"/collections/{name}", {"meta": {}})
        for one in samples:
            if one.special:
                api.patch(f"/fields/{name}/{one.name}", {"meta": {"special": [one.special]}})
    try:
        yield samples
    finally:
        for name in tables:
            api.delete(f"/collections/{name}")


def shown_by(api: Api, samples: list[Sample]) -> dict[str, Any]:
    """What Directus shows of each sample in ``TABLE``."""
    rows = {key: api.get(f"/items/{TABLE}/{key}") for key in (READABLE, REFUSED)}
    return {one.name: rows[_row_of(one)][one.name] for one in samples}


def fates(instance: DirectusInstance, api: Api, samples: list[Sample]) -> dict[str, Fate]:
    """What becomes of each sample in ``TABLE`` when what Directus shows is written to ``COPY``."""
    api.post(f"/items/{COPY}", [{"id": READABLE}, {"id": REFUSED}])
    found: dict[str, Fate] = {}
    shown = shown_by(api, samples)
    for one in samples:
        try:
            api.patch(f"/items/{COPY}/{_row_of(one)}", {one.name: shown[one.name]})
        except SeedError:
            found[one.name] = "refused"
    for one in samples:
        before, after = (_text(instance.database, table, one) for table in (TABLE, COPY))
        found.setdefault(one.name, "kept" if _is_same(one, before, after) else "lost")
    return found


def _row_of(sample: Sample) -> int:
    return REFUSED if sample.is_left_out else READABLE


def _insert(table: str, key: int, samples: list[Sample]) -> str:
    names = ", ".join(["id", *(f'"{one.name}"' for one in samples)])
    values = ", ".join([str(key), *(one.stored for one in samples)])
    return f'INSERT INTO "{table}" ({names}) VALUES ({values})'


def _text(database: Database, table: str, sample: Sample) -> str | None:
    """What the database holds, as a text."""
    is_float = database.vendor == "mysql" and sample.declared.startswith("float")
    asked = (MYSQL_FLOAT if is_float else AS_TEXT[database.vendor]).format(sample.name)
    with closing(VENDORS[database.vendor].connect(database)) as connection:
        (row,) = query(
            connection, f"SELECT {asked} AS held FROM {table} WHERE id = {_row_of(sample)}"
        )
    held = row["held"]
    return held.decode(errors="replace") if isinstance(held, bytes) else held


def _is_same(sample: Sample, before: str | None, after: str | None) -> bool:
    """Documents are the same when they mean the same."""
    if sample.is_document and before is not None and after is not None:
        return bool(_document(before) == _document(after))
    return before == after


def _document(text: str) -> Any:
    # SQLite encloses it in quotes.
    return json.loads(text.strip("'"), parse_float=Decimal)

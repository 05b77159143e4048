"""The file of a plan: what a dry run has found, row by row, so that a run does exactly that.

The first line says what was asked for and between which sides. Each other line is a row: its key,
and the digests of the destination's row before and after. It has no values and no secrets.
"""

import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import IO, Any

import orjson
from more_itertools import chunked

from sidecar.errors import InvalidRequest
from sidecar.migration.changes.change import WRITTEN, Change
from sidecar.migration.changes.change_list import ChangeList

FORMAT, VERSION = "directus-migration-plan", 1
ROWS_PER_PORTION = 1_000
# The longest line: the first one holds the filters of a selection.
MAX_LINE = 4_000_000
NOT_WRITTEN = "The plan cannot be written to {}: {}. Enter another file"
WRONG = "{} is no plan that can be carried out: {}. Make a new one with sidecar plan"


def write_plan(path: Path, changes: ChangeList) -> None:
    """Write the plan that a dry run has left in ``changes``. The file appears when it is complete,
    and is this account's alone. Raises InvalidRequest if it cannot be written."""
    unfinished = path.parent / f".{path.name}.unfinished"
    try:
        with open(unfinished, "wb", opener=partial(os.open, mode=0o600)) as file:
            for line in _lines(changes):
                file.write(orjson.dumps(line) + b"\n")
        unfinished.replace(path)
    except OSError as error:
        with suppress(OSError):
            unfinished.unlink()
        message = NOT_WRITTEN.format(path, error.strerror or error)
        raise InvalidRequest(message, code="PLAN_FILE", field="out") from error


def read_plan(path: Path, changes: ChangeList) -> None:
    """Read the plan in ``path`` into ``changes``, a new list. Raises InvalidRequest that says what
    is wrong with it."""
    try:
        with open(path, "rb") as file:
            header = _header(path, file)
            rows = 0
            for portion in chunked(_rows(path, file), ROWS_PER_PORTION):
                changes.add(portion)
                rows += len(portion)
    except OSError as error:
        raise _wrong(path, error.strerror or str(error)) from error
    if rows != header["rows"]:
        raise _wrong(path, f"it has {rows:,} of {header['rows']:,} rows")
    changes.set_plan(header)


def _lines(changes: ChangeList) -> Iterator[dict[str, Any]]:
    counts = changes.counts()
    rows = sum(numbers[kind] for numbers in counts.values() for kind in WRITTEN)
    yield {"format": FORMAT, "version": VERSION, **(changes.plan or {}), "rows": rows}
    for collection in counts:
        for kind in WRITTEN:
            after = 0
            while page := changes.page(collection, kind, after, ROWS_PER_PORTION):
                after = page[-1].id
                yield from (
                    {
                        "collection": collection,
                        "key": one.key,
                        "kind": kind,
                        "before": one.before and one.before.hex(),
                        "after": one.after and one.after.hex(),
                    }
                    for one in page
                )


def _header(path: Path, file: IO[bytes]) -> dict[str, Any]:
    header = _document(path, 1, file.readline(MAX_LINE))
    if header.get("format") != FORMAT:
        raise _wrong(path, "its first line is not that of a plan")
    if header.get("version") != VERSION:
        version = header.get("version")
        raise _wrong(path, f"it has version {version!r}, and this sidecar reads version {VERSION}")
    if not isinstance(header.get("rows"), int) or not _is_complete(header):
        raise _wrong(path, "its first line is incomplete")
    return header


def _is_complete(header: Mapping[str, Any]) -> bool:
    parts = [header.get(name) for name in ("request", "source", "destination", "schema")]
    if not all(isinstance(part, Mapping) for part in parts):
        return False
    return isinstance(header["schema"].get("changes"), list)


def _rows(path: Path, file: IO[bytes]) -> Iterator[Change]:
    lines = iter(partial(file.readline, MAX_LINE), b"")
    for number, line in enumerate(lines, 2):
        row = _document(path, number, line)
        try:
            before, after = (_digest(row[name]) for name in ("before", "after"))
            kind, collection, key = row["kind"], row["collection"], row["key"]
        except (KeyError, TypeError, ValueError):
            raise _wrong(path, f"line {number} is no row of a plan") from None
        if kind not in WRITTEN or not isinstance(collection, str) or not isinstance(key, str):
            raise _wrong(path, f"line {number} is no row of a plan")
        yield Change(collection, kind, key, before=before, after=after)


def _digest(value: Any) -> bytes | None:
    return None if value is None else bytes.fromhex(value)


def _document(path: Path, number: int, line: bytes) -> dict[str, Any]:
    try:
        document = orjson.loads(line)
    except orjson.JSONDecodeError:
        document = None
    if not isinstance(document, dict):
        raise _wrong(path, f"line {number} is no JSON object")
    return document


def _wrong(path: Path, why: str) -> InvalidRequest:
    return InvalidRequest(WRONG.format(path, why), code="PLAN_INVALID", field="plan")

"""The notes of a report as people read them: one for all columns of which the same is said."""

from collections.abc import Iterable
from dataclasses import replace

from sidecar.migration.report.report import Note


def join_columns(notes: Iterable[Note]) -> list[Note]:
    """Join notes that differ only in their column. The joined one names the columns first."""
    joined: dict[tuple[object, ...], list[Note]] = {}
    for note in notes:
        key = note.resource, note.code, note.count, _reason(note) or note
        joined.setdefault(key, []).append(note)
    return [_join(alike) for alike in joined.values()]


def _join(notes: list[Note]) -> Note:
    reason = _reason(notes[0])
    if len(notes) == 1 or reason is None:
        return notes[0]
    columns = ", ".join(note.column for note in notes if note.column is not None)
    return replace(notes[0], column=None, message=f"{columns}: {reason}")


def _reason(note: Note) -> str | None:
    """What a note says of its column. None: it does not begin with the column."""
    prefix = f"{note.column}: "
    if note.column is None or not note.message.startswith(prefix):
        return None
    return note.message.removeprefix(prefix)

"""Finds the existing files whose bytes are to be replaced."""

from collections.abc import Iterator, Sequence

from sidecar.directus.client import Row
from sidecar.errors import DirectusError
from sidecar.migration.compare.matcher import RowMatch
from sidecar.migration.compare.updates import Updates
from sidecar.migration.concurrency import side_by_side
from sidecar.migration.instance.files import FileReader, concerns_one_file, retry_transfer
from sidecar.migration.plan.run import Run
from sidecar.resources.base import Resource
from sidecar.resources.files import SIZE, UPLOADED


def files_to_replace(run: Run, resource: Resource, matches: Sequence[RowMatch]) -> Iterator[Row]:
    """The rows, as they are to be, of the files among ``matches`` that have other bytes at the
    source. Reads both where only their dates differ, and counts their bytes as to be transferred.
    Raises DirectusError."""
    decided = Updates(run, resource).of(matches)
    for match in matches:
        columns = decided[match.key].columns if match.key in decided else ()
        if SIZE in columns or (UPLOADED in columns and _differ(run, match.key)):
            stay = {
                name: (match.existing or {})[name] for name in match.columns if name not in columns
            }
            size = int((match.existing or {})[SIZE] or 0)
            run.progress.count(resource, bytes_total=size)
            yield {**match.mapped.values, **stay}


def _differ(run: Run, key: str) -> bool:
    """Whether the bytes of both sides differ, or one side cannot deliver them."""
    sides = run.source.files, run.destination.files

    def digest(side: FileReader) -> str:
        def read() -> str:
            with side.open(key) as download:
                for _ in download:
                    run.cancel.check()
                return download.blake3

        return retry_transfer(read, side)

    try:
        return len({*side_by_side(digest, sides)}) > 1
    except DirectusError as error:
        if not concerns_one_file(error, *sides):
            raise
        return True

"""The rows of files at the destination.

Directus sets author, date, title and metadata itself when it receives the bytes of a file, so the
row is updated afterwards. Until then ``embed``, which Directus does not use, marks the row as
unfinished, and a later run sends the file again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

import orjson

from sidecar.directus.client import Row
from sidecar.errors import DirectusRejected
from sidecar.migration.files.shards import File
from sidecar.migration.instance.rows import EncodedRow, RowReader, RowWriter
from sidecar.resources.files import FILE_ROWS

UNFINISHED = "directus-migration:unfinished"
MARK = {"embed": UNFINISHED}
DEFAULT_STORAGE = "local"


def is_whole(row: Row) -> bool:
    """Whether the file of ``row`` has its bytes: no run has left it unfinished."""
    return row.get("embed") != UNFINISHED and row["filesize"] is not None


@dataclass(frozen=True, slots=True)
class FileRows:
    """Reads and writes the rows of files. Every method raises DirectusError."""

    reader: RowReader
    writer: RowWriter

    def exists(self, key: str) -> bool:
        return bool(self.reader.by_key(FILE_ROWS, [key], ["id"]))

    def finish(self, files: Sequence[File]) -> None:
        """Give the rows of ``files`` their columns, with one request. This removes the mark."""
        rows = [{"id": file.id, **file.columns} for file in files]
        self.writer.update(FILE_ROWS, [_encoded(row) for row in rows])

    def create_without_bytes(self, file: File) -> None:
        """Create the row of a file whose bytes the source cannot deliver, marked as unfinished."""
        row = {
            "id": file.id,
            "storage": self._storage(),
            "type": file.type,
            "filename_download": file.name,
            "filename_disk": file.id + PurePath(file.name).suffix,
            **MARK,
        }
        try:
            self.writer.create(FILE_ROWS, [_encoded(row)])
        except DirectusRejected:
            # An earlier attempt may have succeeded although its answer was lost.
            if not self.exists(file.id):
                raise

    def _storage(self) -> str:
        """A storage location that the destination uses. Without any file, Directus' default."""
        for page in self.reader.pages(FILE_ROWS, ["id", "storage"]):
            if page:
                return str(page[0]["storage"])
        return DEFAULT_STORAGE


def _encoded(row: dict[str, Any]) -> EncodedRow:
    return EncodedRow(row, orjson.dumps(row))

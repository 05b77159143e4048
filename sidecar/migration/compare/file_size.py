"""The size of a file at the source, where the two sides differ.

The database of the source may hold another size than the bytes have, for example after a file was
replaced in the storage.
"""

from typing import Any

from sidecar.errors import DirectusError
from sidecar.migration.instance.instance import Instance


def true_size(source: Instance, key: Any, stored: str) -> str:
    """The number of bytes that the source delivers; ``stored`` if it delivers none."""
    try:
        with source.files.open(str(key)) as download:
            return str(download.size)
    except DirectusError:
        return stored

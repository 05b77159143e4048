"""Many files of random bytes for a source, and the bytes that an instance has in its storage."""

import hashlib
import random
from concurrent.futures import ThreadPoolExecutor

from tests.stack.directus import DirectusInstance
from tests.stack.seed.api import Api

UPLOADERS = 4


def seed_files(source: DirectusInstance, sizes: list[int]) -> None:
    """A file for each of ``sizes``, in bytes; the same at every run."""

    def upload(numbered: tuple[int, int]) -> None:
        number, size = numbered
        with Api(source.url, source.admin_token) as api:
            fields = {"title": f"File {number}", "description": "null"}
            api.upload(
                fields,
                f"Fichier n° {number}.bin",
                random.Random(number).randbytes(size),
                "application/x-test",
            )

    with ThreadPoolExecutor(UPLOADERS) as pool:
        list(pool.map(upload, enumerate(sizes)))


def stored_bytes(instance: DirectusInstance) -> dict[str, str]:
    """SHA-256 of what lies in the storage, by file name."""
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in instance.storage.iterdir()
    }


def remove_files(instance: DirectusInstance) -> None:
    """Remove all files."""
    with Api(instance.url, instance.admin_token) as api:
        while rows := api.get("/files", fields="id", limit="100"):
            for row in rows:
                api.delete(f"/files/{row['id']}")

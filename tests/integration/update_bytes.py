"""Changes what Directus keeps in more than a row of a running instance: files and content
versions."""

from random import Random

import requests

from tests.stack.directus import DirectusInstance
from tests.stack.seed.api import Api
from tests.stack.seed.files import DOCUMENTS, PHOTOS
from tests.stack.sidecar_client import as_admin

# As long as each other.
NOTES = ("one note", "two note", "new note")


def change_files(instance: DirectusInstance, chance: Random) -> list[str]:
    """Replace the bytes of two files, delete a third, and add one; says what was done."""
    one, other, gone = chance.sample([*PHOTOS, *DOCUMENTS], 3)
    note = chance.choice(NOTES)
    replace(instance, one, note.encode())
    replace(instance, other, chance.randbytes(chance.randrange(1, 3_000)))
    with Api(instance.url, instance.admin_token) as api:
        api.delete(f"/files/{gone}")
        added = api.upload({"title": note}, "note.txt", note.encode(), "text/plain")["id"]
    return [f"{instance.name}: bytes of {one}, {other}; {gone} deleted; new {added}"]


def replace(instance: DirectusInstance, file: str, content: bytes) -> None:
    """Give a file other bytes, as the app does."""
    answer = requests.patch(
        f"{instance.url}/files/{file}",
        headers=as_admin(instance),
        files={"file": ("replaced.bin", content, "application/octet-stream")},
        timeout=60,
    )
    answer.raise_for_status()


def save_version(instance: DirectusInstance, chance: Random) -> list[str]:
    """Save more changes in a content version; says which."""
    with Api(instance.url, instance.admin_token) as api:
        version = chance.choice(sorted(row["id"] for row in api.get("/versions")))
        field, value = chance.choice(("views", "reading_minutes")), chance.randrange(100)
        api.post(f"/versions/{version}/save", {field: value})
    return [f"{instance.name}: version {version} {field} {value}"]

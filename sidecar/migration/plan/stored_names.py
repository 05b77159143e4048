"""Counts the files that the destination may store under another name than the source."""

import mimetypes
from itertools import chain, islice
from pathlib import PurePath

from sidecar.directus.client import Row
from sidecar.migration.plan.plan import Plan
from sidecar.migration.report.progress import Progress
from sidecar.resources.base import FILES

# So many files are looked at.
MAX_FILES = 1_000
KEY, COLUMN = "id", "filename_disk"
FIELDS = (KEY, COLUMN, "filename_download", "type")
CODE = "CANNOT_TRAVEL"
MESSAGE = (
    f"{COLUMN}: the destination names the stored bytes after the file's id and extension. The "
    "source stores these files under other names, so what reads them from its storage by name has "
    "to be changed"
)
# What Directus takes for the extension of a type that it does not know.
UNKNOWN = ".false"


def report_stored_names(plan: Plan, progress: Progress) -> None:
    """A note with the number of such files, if there are any. Sends reads."""
    if not plan.rows.get(FILES):
        return
    resource = plan.resources[FILES]
    pages = plan.source.rows.pages(resource, FIELDS)
    files = islice(chain.from_iterable(pages), MAX_FILES)
    unusual = {file[KEY]: file[COLUMN] for file in files if not is_usual(file)}
    existing = plan.destination.rows.by_key(resource, list(unusual), [KEY, COLUMN])
    same = [key for key, file in existing.items() if file[COLUMN] == unusual[key]]
    if count := len(unusual) - len(same):
        progress.note(FILES, CODE, COLUMN, MESSAGE, count)


def is_usual(file: Row) -> bool:
    """Whether a file is stored under the name that Directus gives it: its id, and the extension of
    its name or else of its type."""
    extension = PurePath(file["filename_download"] or "").suffix
    if extension:
        return bool(file[COLUMN] == file[KEY] + extension)
    of_type = mimetypes.guess_all_extensions(file["type"]) if file["type"] else [""]
    return file[COLUMN] in [file[KEY] + one for one in of_type or [UNKNOWN]]

"""Folders and files: which of their columns travel, and which belong to the instance that holds the bytes."""

from sidecar.resources.base import FILES, FOLDERS

KINDS = {FOLDERS: "folders", FILES: "files"}

# Where the destination keeps the bytes is its own affair; its upload measures the size; the last modification
# becomes that of the upload, as Directus overwrites it on every write and its specials cannot be removed.
STAYS = {
    FILES: frozenset({"storage", "filename_disk", "filesize", "modified_by", "modified_on", "tus_id", "tus_data"}),
    FOLDERS: frozenset[str](),
}
OVERWRITTEN = "Directus sets it on every write"
CANNOT_TRAVEL = {FILES: {"modified_on": OVERWRITTEN, "modified_by": OVERWRITTEN}}
ROUNDED = "on SQLite Directus shows it in whole seconds, so it arrives without fractions of a second"
ROUNDED_BY_VENDOR = {"sqlite": {FILES: {"created_on": ROUNDED, "uploaded_on": ROUNDED}}}

# Not written, but measured by each side itself; a number on one vendor and a text on another.
MEASURED = {FILES: ("filesize",)}

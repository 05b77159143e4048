"""Files: what each instance finds out by itself."""

from sidecar.resources.base import FILES, Resource, system_path

# The rows of files, for whoever knows no data model.
FILE_ROWS = Resource(FILES, "files", system_path(FILES), key="id", key_type="uuid", columns=())

# Not written, but measured by each side itself; a number on one vendor and a text on another.
MEASURED = {FILES: ("filesize",)}

SIZE = "filesize"
# Directus sets it whenever it gets the bytes of a file.
UPLOADED = "uploaded_on"

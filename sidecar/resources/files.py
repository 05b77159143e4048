"""Files: what each instance finds out by itself."""

from sidecar.resources.base import FILES

# Not written, but measured by each side itself; a number on one vendor and a text on another.
MEASURED = {FILES: ("filesize",)}

"""Files: what an instance does with some of their columns."""

from sidecar.resources.base import FILES

ROUNDED = "on SQLite Directus shows it in whole seconds, so it arrives without fractions of a second"
ROUNDED_BY_VENDOR = {"sqlite": {FILES: {"created_on": ROUNDED, "uploaded_on": ROUNDED}}}

# Not written, but measured by each side itself; a number on one vendor and a text on another.
MEASURED = {FILES: ("filesize",)}

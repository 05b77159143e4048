"""What to tell when Directus refuses a schema: its own message, the collection and field it speaks
of, what to do."""

import re

from sidecar.directus.client import Row
from sidecar.errors import DirectusRejected

# The schema has changed since it was compared, perhaps by the same request, whose answer was lost.
OUTDATED = "generate a new diff"
FORBIDDEN = 403
MAX_FIELDS = 3
STATEMENT = re.compile(
    r"(create|alter|drop|insert|update|select|delete) .* - ", re.IGNORECASE | re.DOTALL
)
SAID = (
    "The destination refused the schema{of}: {message}. {advice}, and start again; what was "
    "applied stays"
)
BY_HAND = (
    "Make {names} at the destination by hand, as close to the source's as its database allows, "
    "or change it at the source"
)
ANYWHERE = "See the log of the destination for more, change what it names at the source"


def says_enough(error: DirectusRejected) -> bool:
    """Whether the refusal is not about anything in the schema."""
    return OUTDATED in error.message or error.status == FORBIDDEN


def with_advice(error: DirectusRejected, parts: dict[str, list[Row]]) -> DirectusRejected:
    """``error``, the answer to applying the entries of ``parts``, in words that help."""
    names = _named(error.message, [entry for part in parts.values() for entry in part])
    of = f" of {names}" if names else ""
    advice = BY_HAND.format(names=names) if names else ANYWHERE
    # The statement that the database refused comes first, as long as the table is wide.
    message = STATEMENT.sub("", error.message, count=1).rstrip(".")
    return DirectusRejected(
        SAID.format(of=of, message=message, advice=advice), code=error.code, status=error.status
    )


def _named(message: str, entries: list[Row]) -> str:
    """The collection and the fields among ``entries`` that ``message`` speaks of."""
    words = set(re.findall(r"\w+", message))
    collections = sorted({str(entry["collection"]) for entry in entries} & words, key=message.find)
    if not collections:
        return ""
    first = collections[0]
    fields = {
        str(entry["field"])
        for entry in entries
        if "field" in entry and entry["collection"] == first
    } & words
    # A statement that makes a whole table names all of its columns.
    if not fields or len(fields) > MAX_FIELDS:
        return first
    return ", ".join(f"{first}.{field}" for field in sorted(fields, key=message.find))

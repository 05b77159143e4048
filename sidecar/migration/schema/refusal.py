"""Explains a refused schema: Directus's message, the fields that it names, and what to do."""

import re

from sidecar.directus.client import Row
from sidecar.errors import DirectusRejected

# Directus's message when the schema changed after the comparison. The same request can have changed
# it, if its answer was lost.
OUTDATED = "generate a new diff"
FORBIDDEN = 403
MAX_FIELDS = 3
STATEMENT = re.compile(
    r"(create|alter|drop|insert|update|select|delete) .* - ", re.IGNORECASE | re.DOTALL
)
# The change of a whole schema that nothing is accepted of.
MESSAGE = (
    "The destination refused the schema{of}: {message}. {advice}, and start again; what was "
    "applied stays"
)
CREATE_BY_HAND = (
    "Create {names} at the destination by hand, as close to the source as its database allows, or "
    "change it at the source"
)
SEE_LOG = "See the destination's log for details, change at the source what it names"


def is_self_explanatory(error: DirectusRejected) -> bool:
    """Whether the refusal is about the request and not about a collection or field."""
    return OUTDATED in error.message or error.status == FORBIDDEN


def with_advice(error: DirectusRejected, parts: dict[str, list[Row]]) -> DirectusRejected:
    """The same error with a message that names the fields and says what to do.

    ``parts`` are the entries of the diff that Directus refused.
    """
    names = _named(error.message, [entry for part in parts.values() for entry in part])
    of = f" of {names}" if names else ""
    advice = CREATE_BY_HAND.format(names=names) if names else SEE_LOG
    message = MESSAGE.format(of=of, message=words_of(error), advice=advice)
    return DirectusRejected(message, code=error.code, status=error.status)


def words_of(error: DirectusRejected) -> str:
    """Directus' reason. Its message starts with the refused SQL statement, which is long for a wide
    table."""
    return STATEMENT.sub("", error.message, count=1).rstrip(".")


def _named(message: str, entries: list[Row]) -> str:
    """The fields among the entries that the message names, or else their collection."""
    words = set(re.findall(r"\w+", message))
    collections = sorted({str(entry["collection"]) for entry in entries} & words, key=message.find)
    if not collections:
        return ""
    collection = collections[0]
    fields = words & {
        str(entry["field"])
        for entry in entries
        if "field" in entry and entry["collection"] == collection
    }
    # A statement that creates a table names all of its columns.
    if not fields or len(fields) > MAX_FIELDS:
        return collection
    return ", ".join(f"{collection}.{field}" for field in sorted(fields, key=message.find))

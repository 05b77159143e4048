"""One more word for definitions: a collection in no folder of the navigation."""

from tests.stack.seed.fields import Json


def table(name: str, fields: list[Json], **meta: object) -> Json:
    """A table with ``fields``; the other arguments are the collection's metadata."""
    return {"collection": name, "schema": {}, "meta": meta, "fields": fields}

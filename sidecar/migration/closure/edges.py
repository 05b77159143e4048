"""What the rows of a collection need: what they refer to, and the rows that are parts of them.

Parts are translations and junction rows: a row has them by an alias field that Directus marks as
such. Other rows that point at it are no parts.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sidecar.migration.instance.instance import Instance
from sidecar.resources.base import FILES, ItemReference, Reference, Resource

# The specials of alias fields behind which other rows are parts of a row.
PART_SPECIALS = frozenset({"m2m", "m2a", "files", "translations"})
# Types of columns in which people quote files.
TEXT_TYPES = frozenset({"text", "json", "csv"})


@dataclass(frozen=True, slots=True)
class Part:
    """Rows of ``collection`` belong to the row that ``column`` points at."""

    collection: str
    column: str


@dataclass(frozen=True, slots=True)
class Needs:
    """What the rows of one resource need."""

    references: tuple[Reference, ...] = ()
    items: tuple[ItemReference, ...] = ()
    # Columns that may quote files by their id.
    texts: tuple[str, ...] = ()
    parts: tuple[Part, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that tell."""
        names = [reference.column for reference in self.references]
        for item in self.items:
            names += [item.collection, item.item]
        return tuple(dict.fromkeys([*names, *self.texts]))


def needs_of(source: Instance, resource: Resource, reachable: Mapping[str, Resource]) -> Needs:
    """What rows of ``resource`` need of ``reachable``, the resources whose rows can be brought."""
    return Needs(
        references=tuple(one for one in resource.references if one.target in reachable),
        items=tuple(one for one in resource.item_references if reachable.keys() & {*one.targets}),
        texts=tuple(_texts(source, resource)) if FILES in reachable else (),
        parts=tuple(
            part for part in parts_of(source, resource.name) if part.collection in reachable
        ),
    )


def _texts(source: Instance, resource: Resource) -> Iterator[str]:
    columns = source.model.columns[resource.name]
    return (name for name in resource.columns if columns[name].type in TEXT_TYPES)


def parts_of(source: Instance, collection: str) -> Iterator[Part]:
    """Where parts of the rows of ``collection`` are.

    What gives access to users and roles is no part: nobody gets rights unasked.
    """
    aliases = {
        row["field"]
        for row in source.fields
        if row["collection"] == collection
        and PART_SPECIALS & {*((row.get("meta") or {}).get("special") or ())}
    }
    for relation in source.relations:
        is_one_side = relation.get("related_collection") == collection
        if relation["collection"].startswith("directus_"):
            continue
        if is_one_side and (relation.get("meta") or {}).get("one_field") in aliases:
            yield Part(relation["collection"], relation["field"])

"""Integers that Directus itself cannot read exactly: their values arrive as it shows them, and the report says so."""

from sidecar.migration.instance import Instance
from sidecar.resources.base import Resource

# PostgreSQL's driver hands bigints over as text, the others as JavaScript numbers.
INEXACT_VENDORS = frozenset({"sqlite", "mysql"})
LARGEST_EXACT = 2**53


def inexact_columns(source: Instance, resource: Resource) -> list[str]:
    """The bigInteger columns of ``resource`` that hold a value beyond 2^53; one request where it has any."""
    columns = source.model.columns[resource.name]
    names = [name for name in resource.columns if columns[name].type == "bigInteger"]
    if source.vendor not in INEXACT_VENDORS or not names or resource.singleton:
        return []
    (extremes,) = source.client.get(resource.path, aggregate={"min": names, "max": names})
    return [name for name in names
            if any(abs(int(extremes[end][name] or 0)) >= LARGEST_EXACT for end in ("min", "max"))]

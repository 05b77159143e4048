"""How much of the source each option moves, before anything is chosen."""

from sidecar.directus.client import Directus
from sidecar.migration.check.scope import option_of
from sidecar.migration.instance.counting import count_all
from sidecar.migration.instance.instance import inspect
from sidecar.migration.system.extensions import count_extensions
from sidecar.options import OPTIONS


def count_options(source: Directus) -> dict[str, int]:
    """Rows, files or extensions of each option. Raises DirectusError."""
    instance = inspect(source)
    counted = {
        name: resource for name, resource in instance.model.resources.items() if option_of(name)
    }
    totals = dict.fromkeys(OPTIONS, 0)
    for name, rows in count_all(instance, counted).items():
        totals[option_of(name) or ""] += rows
    totals["extensions"] = count_extensions(source)
    return totals

"""How much of the source each option moves, for the form."""

from sidecar.directus.client import Directus
from sidecar.migration.check.scope import option_of
from sidecar.migration.instance.counting import count_readable
from sidecar.migration.instance.instance import Instance, inspect
from sidecar.migration.system.extension_list import count_extensions
from sidecar.options import OPTIONS


def count_options(source: Directus) -> dict[str, int]:
    """The number of rows, files or extensions of each option. Raises DirectusError."""
    totals = count_rows_by_option(inspect(source))
    totals["extensions"] = count_extensions(source)
    return totals


def count_rows_by_option(instance: Instance) -> dict[str, int]:
    """The number of rows of each option. What always moves is not counted, and what Directus cannot
    read. Raises DirectusError."""
    options = {name: option_of(name) for name in instance.model.resources}
    counted = {name: instance.model.resources[name] for name, option in options.items() if option}
    totals = dict.fromkeys(OPTIONS, 0)
    counts, _ = count_readable(instance, counted.values())
    for name, rows in counts.items():
        totals[options[name] or ""] += rows
    return totals

"""Names a row as Directus does: by the display template of its collection."""

import re
from collections.abc import Mapping
from typing import Any

from sidecar.migration.instance.instance import Instance
from sidecar.resources.base import Resource

FIELD = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}")
# What people recognise a row by where there is no template.
LIKELY = (
    "title",
    "name",
    "email",
    "filename_download",
    "bookmark",
    "headline",
    "label",
    "key",
    "comment",
    "subject",
    "slug",
)
PEOPLE = "{{first_name}} {{last_name}}"
TEMPLATES = {
    "directus_users": f"{PEOPLE} {{{{email}}}}",
    "directus_permissions": "{{collection}} {{action}}",
    "directus_translations": "{{language}} {{key}}",
    "directus_presets": "{{collection}} {{bookmark}}",
}
MAX_LENGTH = 200
SEPARATORS = " -|/:,;·—"


class RowLabels:
    """Names the rows of ``resource`` by their own fields. Those of related rows are left out."""

    def __init__(self, instance: Instance, resource: Resource) -> None:
        self._template = TEMPLATES.get(resource.name) or _template(instance, resource)
        named = FIELD.findall(self._template)
        likely = [name for name in LIKELY if name in resource.columns][:1]
        known = [name for name in named if name in resource.columns]
        if not known:
            self._template, known = "".join(f"{{{{{name}}}}}" for name in likely), likely
        # The columns that a label needs.
        self.columns = tuple(dict.fromkeys(known))

    def of(self, row: Mapping[str, Any]) -> str | None:
        """The label of a row. None: it has none."""
        text = FIELD.sub(lambda field: _text(row.get(field[1])), self._template)
        return " ".join(text.split()).strip(SEPARATORS)[:MAX_LENGTH] or None


def _template(instance: Instance, resource: Resource) -> str:
    for row in instance.collections:
        if row["collection"] == resource.name:
            return str((row.get("meta") or {}).get("display_template") or "")
    return ""


def _text(value: Any) -> str:
    return str(value) if isinstance(value, str | int | float) else ""

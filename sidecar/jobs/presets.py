"""Presets: named choices for the form, kept in the source's ``directus_presets`` as the JavaScript
bundle does.

Scopes are those of Directus: ``user`` makes a preset personal, ``role`` that of a role, neither
makes it global. Only one's own, those of one's role and global ones exist for a caller, who is
always an administrator. Rows of the table that are not this module's are never read or touched.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sidecar.address import destination_address, is_address
from sidecar.directus.client import Directus, Row
from sidecar.errors import InvalidRequest
from sidecar.jobs.secrets import TokenSeal
from sidecar.jobs.users import Person
from sidecar.migration.request import DEFAULT_BATCH, EMPTY, MAX_BATCH, MIN_BATCH, REFUSE
from sidecar.options import DEFAULT_OPTIONS, OPTIONS
from sidecar.resources.system import BUNDLE_PRESETS

PATH = "/presets"
FIELDS = ("id", "bookmark", "user", "role", "layout_options")
UNNAMED = "Unnamed"
MAX_ID = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Preset:
    """One preset; ``token`` in clear, "" for none. ``further`` is what else its writer keeps in
    it."""

    name: str
    scope: str
    destination_url: str = ""
    token: str = field(default="", repr=False)
    options: tuple[str, ...] = DEFAULT_OPTIONS
    batch_size: int = DEFAULT_BATCH
    invite: bool = False
    references: str = REFUSE
    id: int | None = None
    further: Mapping[str, Any] = field(default_factory=dict, repr=False)

    def document(self) -> dict[str, Any]:
        """What the form is told: of the token only that there is one."""
        return {
            "id": self.id,
            "name": self.name,
            "scope": self.scope,
            "destination_url": self.destination_url,
            "has_token": bool(self.token and self.destination_url),
            "options": list(self.options),
            "batch_size": self.batch_size,
            "invite": self.invite,
            "references": self.references,
        }


class PresetStore:
    """The presets that exist for ``person``. Every method raises DirectusError."""

    def __init__(self, source: Directus, seal: TokenSeal, person: Person) -> None:
        self._source = source
        self._seal = seal
        self._person = person

    def all(self) -> list[Preset]:
        """By name."""
        query = {
            "fields": FIELDS,
            "filter": self._visible(),
            "sort": ["bookmark", "id"],
            "limit": -1,
        }
        return [self._preset(row) for row in self._source.search(PATH, query)]

    def get(self, preset_id: int) -> Preset:
        """Raises InvalidRequest (404) for one that does not exist for this person."""
        only = {"_and": [{"id": {"_eq": preset_id}}, self._visible()]}
        rows = (
            self._source.search(PATH, {"fields": FIELDS, "filter": only})
            if preset_id <= MAX_ID
            else []
        )
        if not rows:
            raise InvalidRequest("There is no such preset", code="PRESET_NOT_FOUND", status=404)
        return self._preset(rows[0])

    def save(self, preset: Preset) -> Preset:
        """Create it, or change the one with its id. Raises InvalidRequest (404) for one that does
        not exist for this person, and for the scope of a role where they have none."""
        if preset.scope == "role" and not self._person.role:
            raise InvalidRequest(
                "You have no role that could share a preset", code="NO_ROLE", field="scope"
            )
        if preset.id is None:
            row = self._source.create(
                PATH,
                {"collection": BUNDLE_PRESETS, **self._row(preset)},
                fields=FIELDS,
                repeatable=False,
            )
        else:
            self.get(preset.id)
            row = self._source.update(f"{PATH}/{preset.id}", self._row(preset), fields=FIELDS)
        return self._preset(row)

    def delete(self, preset_id: int) -> None:
        """Raises InvalidRequest (404) for one that does not exist for this person."""
        self.get(preset_id)
        self._source.send("DELETE", f"{PATH}/{preset_id}")

    def _visible(self) -> Row:
        nobody = {"user": {"_null": True}}
        scopes = [{"user": {"_eq": self._person.id}}, {"_and": [nobody, {"role": {"_null": True}}]}]
        if self._person.role:
            scopes.append({"_and": [nobody, {"role": {"_eq": self._person.role}}]})
        return {"_and": [{"collection": {"_eq": BUNDLE_PRESETS}}, {"_or": scopes}]}

    def _preset(self, row: Row) -> Preset:
        held = _object(row["layout_options"])
        url, token = _text(held, "baseURL"), _text(held, "token")
        chosen = held.get("selectedOptions")
        size = held.get("batchSize")
        return Preset(
            name=row["bookmark"] or UNNAMED,
            scope="personal" if row["user"] else "role" if row["role"] else "global",
            destination_url=url,
            token=self._seal.open(_address(url), token),
            # What the JavaScript bundle lists beyond the options (schema, files …) always goes.
            options=tuple(o for o in OPTIONS if o in chosen)
            if isinstance(chosen, list)
            else DEFAULT_OPTIONS,
            batch_size=size
            if isinstance(size, int) and MIN_BATCH <= size <= MAX_BATCH
            else DEFAULT_BATCH,
            invite=held.get("invite") is True,
            references=EMPTY if held.get("references") == EMPTY else REFUSE,
            id=row["id"],
            further=held,
        )

    def _row(self, preset: Preset) -> Row:
        return {
            "bookmark": preset.name,
            "user": self._person.id if preset.scope == "personal" else None,
            "role": self._person.role if preset.scope == "role" else None,
            "layout_options": {
                **preset.further,
                "baseURL": preset.destination_url,
                "token": self._seal.close(_address(preset.destination_url), preset.token),
                "selectedOptions": list(preset.options),
                "batchSize": preset.batch_size,
                "invite": preset.invite,
                "references": preset.references,
            },
        }


def _object(value: Any) -> Row:
    """Options as an object: the JavaScript bundle saves them as JSON text too."""
    try:
        found = json.loads(value) if isinstance(value, str) else value
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _text(held: Row, name: str) -> str:
    value = held.get(name)
    return value.strip() if isinstance(value, str) else ""


def _address(url: str) -> str:
    return destination_address(url) if is_address(url) else url

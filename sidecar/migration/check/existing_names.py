"""Refuses what is said of existing collections and settings that the source does not have."""

from sidecar.errors import InvalidRequest
from sidecar.migration.existing import FIELD
from sidecar.migration.instance.instance import Instance
from sidecar.migration.request import MigrationRequest
from sidecar.resources.settings import SETTINGS, lost_setting
from sidecar.resources.system import SYSTEM

UNKNOWN = (
    "Existing rows: the source has no collection {}. Look at the names with sidecar collections, "
    "or leave it out"
)
SETTINGS_APART = (
    "Existing settings are overwritten one by one: name them in overwrite_settings, and leave "
    "directus_settings out"
)
UNKNOWN_SETTINGS = (
    "There are no settings {} that can be overwritten. Those of the source are {}; enter one of "
    "these names"
)


def require_known_names(source: Instance, request: MigrationRequest) -> None:
    """Raises InvalidRequest unless ``request`` names only what the source has."""
    if SETTINGS in request.existing.collections:
        raise InvalidRequest(SETTINGS_APART, code="EXISTING_INVALID", field=FIELD)
    known = source.model.resources.keys() | source.excluded.keys() | SYSTEM.keys()
    if unknown := sorted(request.existing.collections.keys() - known):
        message = UNKNOWN.format(", ".join(unknown))
        raise InvalidRequest(message, code="UNKNOWN_COLLECTION", field=FIELD)
    columns = source.model.columns.get(SETTINGS, {})
    settings = sorted(name for name, one in columns.items() if not lost_setting(one))
    if unknown := sorted({*request.overwrite_settings} - {*settings}):
        message = UNKNOWN_SETTINGS.format(", ".join(unknown), ", ".join(settings))
        raise InvalidRequest(message, code="UNKNOWN_SETTING", field="overwrite_settings")

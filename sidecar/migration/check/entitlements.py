"""The licence of a Directus 12 and what it entitles to.

Follows ``license/entitlements`` of ``@directus/api`` 12.4.0. Directus 11 has no licence.
"""

from sidecar.directus.client import Directus, Row
from sidecar.errors import DirectusRejected

UNLIMITED = -1


def read_licence(client: Directus) -> Row | None:
    """The answer of ``GET /license``. None: this version has no licence. Raises DirectusError."""
    try:
        licence: Row = client.get("/license")
    except DirectusRejected as error:
        if error.status == 404:
            return None
        raise
    return licence


def entitlement_limit(licence: Row, key: str) -> int | None:
    """How many of ``key`` the licence allows. None: any number.

    Implements ``getEntitlementLimit`` of Directus.
    """
    entitlement = licence["entitlements"].get(key, {})
    parts = [entitlement.get(part, 0) or 0 for part in ("limit", "overage", "addon")]
    return None if not entitlement or UNLIMITED in parts else sum(parts)


def is_entitled(licence: Row, key: str) -> bool:
    """Whether the licence includes the feature ``key``. An override wins over the default."""
    entitlement = licence["entitlements"].get(key, {})
    override = entitlement.get("override")
    return bool(entitlement.get("default", True) if override is None else override)

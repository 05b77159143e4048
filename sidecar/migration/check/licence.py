"""What the destination's licence would refuse of a migration, counted before it starts.

Directus 12 refuses what its licence does not cover. Directus 11 has no licence and no limits.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from sidecar.directus.client import Row
from sidecar.migration.check.entitlements import entitlement_limit, is_entitled, read_licence
from sidecar.migration.check.licence_usage import (
    count_flows,
    count_seats,
    counted_collections,
    system_rows,
    users_and_new_users,
)
from sidecar.migration.check.permission_rules import is_custom_rule
from sidecar.migration.instance.instance import Instance
from sidecar.migration.instance.settings import read_settings
from sidecar.migration.report.findings import Finding
from sidecar.resources.base import PERMISSIONS

PREFIX = "LICENSE_"
# Directus refuses the whole schema for one collection too many. Of too many rows it takes some.
STOPS_EVERYTHING = f"{PREFIX}COLLECTIONS"
OVER_LIMIT = (
    "The destination's licence allows {limit.allowed} {things}. It has {limit.present}, and this "
    "migration brings {limit.brought} more. {advice}"
)
LIMITED = {
    "collections": {
        "things": "collections",
        "advice": (
            "Upgrade the licence there, choose fewer collections, or remove those that you no "
            "longer need on one of the sides. Otherwise Directus refuses the whole schema, and "
            "nothing can be migrated"
        ),
    },
    "seats": {
        "things": "seats (active users with access to the app)",
        "advice": (
            "Upgrade the licence there, migrate without Users, or suspend users who no longer "
            "need access"
        ),
    },
    "flows": {
        "things": "active flows",
        "advice": (
            "Upgrade the licence there, migrate without Flows, or deactivate flows on one of the "
            "sides"
        ),
    },
}
NO_SSO = (
    "The destination's licence does not include single sign-on, and this migration brings {} with "
    "another provider than the default. Upgrade the licence there, migrate without Users, or set "
    "their provider to the default"
)
NO_PERMISSION_RULES = (
    "The destination's licence does not include custom permission rules (on chosen items or "
    "fields), and this migration brings {} with such rules. Upgrade the licence there, or migrate "
    "without Users. Otherwise these permissions are left out"
)
NO_CUSTOM_LLM = (
    "The destination's licence does not include custom AI providers, and the source's settings "
    "name one. Upgrade the licence there. Otherwise these settings are left out"
)
RULE_COLUMNS = ("collection", "action", "permissions", "validation", "presets", "fields")
CUSTOM_LLM = (
    "ai_openai_compatible_api_key",
    "ai_openai_compatible_base_url",
    "ai_openai_compatible_name",
    "ai_openai_compatible_models",
    "ai_openai_compatible_headers",
)


@dataclass(frozen=True, slots=True)
class LicenceLimit:
    """One limit of the licence, and how far a migration would use it."""

    # collections, seats or flows.
    name: str
    # None: any number.
    allowed: int | None
    # What the destination has.
    present: int
    # What the migration adds.
    brought: int

    @property
    def finding(self) -> Finding | None:
        """What to do when the migration exceeds the limit. None: it does not."""
        if not self.brought or self.allowed is None or self.present + self.brought <= self.allowed:
            return None
        message = OVER_LIMIT.format(limit=self, **LIMITED[self.name])
        return Finding(f"{PREFIX}{self.name.upper()}", message)


@dataclass(frozen=True, slots=True)
class LicenceReview:
    """What the destination's licence means for a migration."""

    # None: the destination is older than Directus 12 and has no licence.
    limits: tuple[LicenceLimit, ...] | None = None
    findings: tuple[Finding, ...] = ()


def review_licence(
    source: Instance, destination: Instance, parts: Collection[str]
) -> LicenceReview:
    """What the destination's licence allows and would refuse of a migration of ``parts``.

    Sends only reads. Raises DirectusError.
    """
    licence = read_licence(destination.client)
    if licence is None:
        return LicenceReview()
    limits = [_collections_limit(source, destination, licence)]
    features: list[Finding] = []
    if "users" in parts:
        users, new_users = users_and_new_users(source, destination)
        seats = count_seats(destination, users), count_seats(source, new_users)
        limits.append(LicenceLimit("seats", entitlement_limit(licence, "seats"), *seats))
        features += [*_sso(new_users, licence), *_permission_rules(source, licence)]
    if "flows" in parts:
        flows = count_flows(source, destination)
        limits.append(LicenceLimit("flows", entitlement_limit(licence, "flows"), *flows))
    features += _custom_llm(source, licence)
    exceeded = [limit.finding for limit in limits if limit.finding]
    return LicenceReview(tuple(limits), (*exceeded, *features))


def _collections_limit(source: Instance, destination: Instance, licence: Row) -> LicenceLimit:
    present = counted_collections(destination)
    brought = counted_collections(source) - present
    allowed = entitlement_limit(licence, "collections")
    return LicenceLimit("collections", allowed, len(present), len(brought))


def _sso(new_users: Collection[Row], licence: Row) -> Iterator[Finding]:
    external = sum(row["provider"] not in (None, "default") for row in new_users)
    if external and not is_entitled(licence, "sso_enabled"):
        yield Finding(f"{PREFIX}SSO", NO_SSO.format(_plural(external, "user")))


def _permission_rules(source: Instance, licence: Row) -> Iterator[Finding]:
    if is_entitled(licence, "custom_permission_rules_enabled"):
        return
    permissions = system_rows(source, PERMISSIONS, *RULE_COLUMNS)
    if custom := sum(map(is_custom_rule, permissions)):
        message = NO_PERMISSION_RULES.format(_plural(custom, "permission"))
        yield Finding(f"{PREFIX}PERMISSION_RULES", message)


def _custom_llm(source: Instance, licence: Row) -> Iterator[Finding]:
    settings = read_settings(source).values
    is_used = any(settings.get(name) is not None for name in CUSTOM_LLM)
    if is_used and not is_entitled(licence, "custom_llms_enabled"):
        yield Finding(f"{PREFIX}CUSTOM_LLM", NO_CUSTOM_LLM)


def _plural(count: int, thing: str) -> str:
    return f"{count} {thing}{'' if count == 1 else 's'}"

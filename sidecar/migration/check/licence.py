"""Directus 12 refuses what its licence does not cover. A check counts that beforehand and says it
in words.

The counting follows ``license/entitlements`` of ``@directus/api`` 12.4.0. Directus 11 has no
licence and no limits. What is in use is counted too: the ``usage`` that ``GET /license`` tells
stays as it was after a schema is applied.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from sidecar.directus.client import Directus, Row
from sidecar.errors import DirectusRejected
from sidecar.migration.check.permission_rules import is_custom_rule
from sidecar.migration.instance.instance import Instance
from sidecar.migration.instance.settings import read_settings
from sidecar.migration.report.findings import Finding
from sidecar.resources.base import ACCESS, FLOWS, PERMISSIONS, POLICIES, ROLES, USERS

PREFIX = "LICENSE_"
OVER = (
    "The destination's licence allows {limit.allowed} {things}. It has {limit.present}, and this "
    "migration brings {limit.brought} more. {advice}"
)
WORDS = {
    "collections": {
        "things": "collections",
        "advice": (
            "Upgrade the licence there, or remove collections that are no longer needed on one "
            "of the sides; otherwise Directus refuses the whole schema, and nothing can be "
            "migrated"
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
    """How many of the things called ``name`` the licence allows (None: any number), how many the
    destination has, and how many more the migration brings."""

    name: str
    allowed: int | None
    present: int
    brought: int

    @property
    def finding(self) -> Finding | None:
        """What to do where the migration goes over it."""
        if not self.brought or self.allowed is None or self.present + self.brought <= self.allowed:
            return None
        return Finding(f"{PREFIX}{self.name.upper()}", OVER.format(limit=self, **WORDS[self.name]))


@dataclass(frozen=True, slots=True)
class LicenceReview:
    """What the destination's licence says to a migration; ``limits`` is None before Directus 12,
    which knows none."""

    limits: tuple[LicenceLimit, ...] | None = None
    findings: tuple[Finding, ...] = ()


def review_licence(
    source: Instance, destination: Instance, options: Collection[str]
) -> LicenceReview:
    """What the destination's licence allows and would refuse of a migration with ``options``.

    Only reads are sent. Raises DirectusError.
    """
    licence = _licence_of(destination.client)
    if licence is None:
        return LicenceReview()
    limits = [_collections(source, destination, licence)]
    further: list[Finding] = []
    if "users" in options:
        there, brought = _people(source, destination)
        limits.append(
            LicenceLimit(
                "seats",
                _limit(licence, "seats"),
                _seats(destination, there),
                _seats(source, brought),
            )
        )
        further += [*_sso(brought, licence), *_permission_rules(source, licence)]
    if "flows" in options:
        limits.append(_flows(source, destination, licence))
    further += _custom_llm(source, licence)
    return LicenceReview(
        tuple(limits), (*(limit.finding for limit in limits if limit.finding), *further)
    )


def _licence_of(client: Directus) -> Row | None:
    try:
        licence: Row = client.get("/license")
    except DirectusRejected as error:
        if error.status == 404:
            return None
        raise
    return licence


def _collections(source: Instance, destination: Instance, licence: Row) -> LicenceLimit:
    here, there = _counted_collections(source), _counted_collections(destination)
    return LicenceLimit(
        "collections", _limit(licence, "collections"), len(there), len(here - there)
    )


def _people(source: Instance, destination: Instance) -> tuple[list[Row], list[Row]]:
    """The users of the destination, and those of the source that are new to it."""
    there = list(_users(destination))
    known = {row["id"] for row in there} | {_email(row) for row in there if row["email"]}
    brought = [row for row in _users(source) if row["id"] not in known and _email(row) not in known]
    return there, brought


def _sso(brought: Collection[Row], licence: Row) -> Iterator[Finding]:
    others = sum(row["provider"] not in (None, "default") for row in brought)
    if others and not _is_entitled(licence, "sso_enabled"):
        yield Finding(
            f"{PREFIX}SSO",
            (
                "The destination's licence does not include single sign-on, and this migration "
                f"brings {_plural(others, 'user')} with another provider than the default. "
                "Upgrade the licence there, migrate without Users, or set their provider to the "
                "default"
            ),
        )


def _permission_rules(source: Instance, licence: Row) -> Iterator[Finding]:
    if _is_entitled(licence, "custom_permission_rules_enabled"):
        return
    rows = _rows(source, PERMISSIONS, *RULE_COLUMNS)
    if rules := sum(map(is_custom_rule, rows)):
        yield Finding(
            f"{PREFIX}PERMISSION_RULES",
            (
                "The destination's licence does not include custom permission rules (on chosen "
                f"items or fields), and this migration brings {_plural(rules, 'permission')} "
                "with such rules. Upgrade the licence there, or migrate without Users; "
                "otherwise these permissions are left out"
            ),
        )


def _flows(source: Instance, destination: Instance, licence: Row) -> LicenceLimit:
    there = {row["id"]: row["status"] == "active" for row in _rows(destination, FLOWS, "status")}
    brought = [
        row
        for row in _rows(source, FLOWS, "status")
        if row["status"] == "active" and row["id"] not in there
    ]
    return LicenceLimit("flows", _limit(licence, "flows"), sum(there.values()), len(brought))


def _custom_llm(source: Instance, licence: Row) -> Iterator[Finding]:
    settings = read_settings(source).values
    if any(settings.get(name) is not None for name in CUSTOM_LLM) and not _is_entitled(
        licence, "custom_llms_enabled"
    ):
        yield Finding(
            f"{PREFIX}CUSTOM_LLM",
            (
                "The destination's licence does not include AI providers of one's own, and the "
                "source's settings name one. Upgrade the licence there; otherwise these settings "
                "are left out"
            ),
        )


def _counted_collections(instance: Instance) -> set[str]:
    """Tables that Directus tracks and that are not deactivated; versions before 12 have no
    status."""
    return {
        row["collection"]
        for row in instance.collections
        if row["schema"]
        and row["meta"]
        and not row["collection"].startswith("directus_")
        and row["meta"].get("status", "active") == "active"
    }


def _seats(instance: Instance, users: Collection[Row]) -> int:
    """How many of the ``users`` of ``instance`` take a seat."""
    roles, holders = _holders_of_app_access(instance)
    return sum(
        row["status"] == "active" and (row["id"] in holders or row["role"] in roles)
        for row in users
    )


def _users(instance: Instance) -> Iterator[Row]:
    return _rows(instance, USERS, "email", "role", "status", "provider")


def _email(row: Row) -> str | None:
    return row["email"].casefold() if row["email"] else None


def _holders_of_app_access(instance: Instance) -> tuple[set[str], set[str]]:
    """The roles and the users that a policy lets into the app or makes administrators; roles pass
    it to their children."""
    policies = {
        row["id"]
        for row in _rows(instance, POLICIES, "app_access", "admin_access")
        if row["app_access"] or row["admin_access"]
    }
    rows = [
        row
        for row in _rows(instance, ACCESS, "role", "user", "policy")
        if row["policy"] in policies
    ]
    roles = {row["role"] for row in rows if row["role"]}
    parents = {row["id"]: row["parent"] for row in _rows(instance, ROLES, "parent")}
    while children := {
        role for role, parent in parents.items() if parent in roles and role not in roles
    }:
        roles |= children
    return roles, {row["user"] for row in rows if row["user"]}


def _limit(licence: Row, key: str) -> int | None:
    """How many the licence allows, None for any number (``getEntitlementLimit`` there)."""
    entitlement = licence["entitlements"].get(key, {})
    parts = [entitlement.get(part, 0) or 0 for part in ("limit", "overage", "addon")]
    return None if not entitlement or -1 in parts else sum(parts)


def _is_entitled(licence: Row, key: str) -> bool:
    entitlement = licence["entitlements"].get(key, {})
    override = entitlement.get("override")
    return bool(entitlement.get("default", True) if override is None else override)


def _rows(instance: Instance, collection: str, *columns: str) -> Iterator[Row]:
    """The rows of a system collection, with id and ``columns``."""
    for page in instance.rows.pages(instance.resource(collection), ["id", *columns]):
        yield from page


def _plural(count: int, thing: str) -> str:
    return f"{count} {thing}{'' if count == 1 else 's'}"

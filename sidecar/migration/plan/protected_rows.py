"""Rows of the destination that no run overwrites: what makes administrators, and the account that
the migration itself uses."""

from collections.abc import Collection, Mapping
from typing import Any

from sidecar.migration.instance.access import account_of
from sidecar.migration.instance.instance import Instance
from sidecar.migration.request import MigrationRequest
from sidecar.resources.base import ACCESS, POLICIES, ROLES, USERS

# Keys at the destination, by collection.
ProtectedRows = Mapping[str, frozenset[Any]]
NO_ROWS: ProtectedRows = {}


def protected_rows(
    destination: Instance, resources: Collection[str], request: MigrationRequest
) -> ProtectedRows:
    """Such rows among ``resources``, if ``request`` updates them. Reads only. Raises
    DirectusError."""
    names = {name for name in resources if request.existing.is_updated(name)}
    protected: dict[str, frozenset[Any]] = {}
    if USERS in names:
        protected[USERS] = frozenset({account_of(destination.client)})
    if names & {ROLES, POLICIES}:
        policies = _administrators(destination)
        protected |= {POLICIES: policies, ROLES: _roles_with(destination, policies)}
    return protected


def _administrators(destination: Instance) -> frozenset[Any]:
    policies = destination.resource(POLICIES)
    pages = destination.all_rows.pages(policies, ["id", "admin_access"])
    return frozenset(row["id"] for page in pages for row in page if row["admin_access"])


def _roles_with(destination: Instance, policies: Collection[Any]) -> frozenset[Any]:
    access = destination.resource(ACCESS)
    pages = destination.all_rows.pages(access, ["id", "role", "policy"])
    rows = (row for page in pages for row in page)
    return frozenset(row["role"] for row in rows if row["policy"] in policies) - {None}

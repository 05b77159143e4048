"""Counts what a licence limits: collections, seats and active flows.

The counts follow ``license/entitlements`` of ``@directus/api`` 12.4.0. The sidecar counts what is
in use itself, because the ``usage`` in ``GET /license`` does not change after a schema is applied.
Every function that reads rows raises DirectusError.
"""

from collections.abc import Collection, Iterator

from sidecar.directus.client import Row
from sidecar.migration.instance.instance import Instance
from sidecar.resources.base import ACCESS, FLOWS, POLICIES, ROLES, USERS

USER_COLUMNS = ("email", "role", "status", "provider")


def counted_collections(instance: Instance) -> set[str]:
    """Names of the tables that Directus tracks and that are active. Versions before 12 have no
    status."""
    return {
        row["collection"]
        for row in instance.collections
        if row["schema"]
        and row["meta"]
        and not row["collection"].startswith("directus_")
        and row["meta"].get("status", "active") == "active"
    }


def users_and_new_users(source: Instance, destination: Instance) -> tuple[list[Row], list[Row]]:
    """The users of the destination, and the users of the source that the destination lacks by id
    and by e-mail."""
    existing = list(system_rows(destination, USERS, *USER_COLUMNS))
    known = {row["id"] for row in existing} | {_email(row) for row in existing if row["email"]}
    new = [
        row
        for row in system_rows(source, USERS, *USER_COLUMNS)
        if row["id"] not in known and _email(row) not in known
    ]
    return existing, new


def count_seats(instance: Instance, users: Collection[Row]) -> int:
    """How many of the ``users`` of ``instance`` take a seat: active users with access to the
    app."""
    role_ids, user_ids = _app_access(instance)
    return sum(
        row["status"] == "active" and (row["id"] in user_ids or row["role"] in role_ids)
        for row in users
    )


def count_flows(source: Instance, destination: Instance) -> tuple[int, int]:
    """The number of active flows of the destination, and of those that the source would add."""
    existing = {
        row["id"]: row["status"] == "active" for row in system_rows(destination, FLOWS, "status")
    }
    new = sum(
        row["status"] == "active" and row["id"] not in existing
        for row in system_rows(source, FLOWS, "status")
    )
    return sum(existing.values()), new


def system_rows(instance: Instance, collection: str, *columns: str) -> Iterator[Row]:
    """The rows of a system collection, with id and ``columns``."""
    for page in instance.rows.pages(instance.resource(collection), ["id", *columns]):
        yield from page


def _email(row: Row) -> str | None:
    return row["email"].casefold() if row["email"] else None


def _app_access(instance: Instance) -> tuple[set[str], set[str]]:
    """The ids of roles and of users with a policy for app access or administration. Child roles
    inherit it."""
    policy_ids = {
        row["id"]
        for row in system_rows(instance, POLICIES, "app_access", "admin_access")
        if row["app_access"] or row["admin_access"]
    }
    access_rows = [
        row
        for row in system_rows(instance, ACCESS, "role", "user", "policy")
        if row["policy"] in policy_ids
    ]
    roles = _with_children(instance, {row["role"] for row in access_rows if row["role"]})
    return roles, {row["user"] for row in access_rows if row["user"]}


def _with_children(instance: Instance, role_ids: set[str]) -> set[str]:
    parents = {row["id"]: row["parent"] for row in system_rows(instance, ROLES, "parent")}
    inheriting = set(role_ids)
    while children := {
        role for role, parent in parents.items() if parent in inheriting and role not in inheriting
    }:
        inheriting |= children
    return inheriting

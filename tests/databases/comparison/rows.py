"""Which rows and columns are compared, and by which key."""

from collections import defaultdict
from collections.abc import Iterable

from tests.databases.comparison.snapshot import Key, Values

# What Directus writes for itself.
UNSEEN = frozenset({
    "directus_activity", "directus_revisions", "directus_sessions", "directus_migrations",
    "directus_notifications", "directus_extensions", "directus_deployments",
    "directus_deployment_projects", "directus_deployment_runs", "directus_oauth_clients",
    "directus_oauth_consents", "directus_oauth_codes", "directus_oauth_tokens", "spatial_ref_sys",
})  # fmt: skip
# Rows of the destination's own numbers are known by what they say.
NATURAL_KEYS: dict[str, tuple[str, ...]] = {
    "directus_collections": ("collection",),
    "directus_fields": ("collection", "field"),
    "directus_relations": ("many_collection", "many_field"),
    "directus_permissions": ("policy", "collection", "action"),
    "directus_presets": ("collection", "bookmark", "user", "role"),
    "directus_access": ("role", "user", "policy"),
    "directus_versions": ("collection", "item", "key"),
}
# What nobody is shown, what each instance has of its own, and what changes when somebody looks.
LEFT_OUT: dict[str, frozenset[str]] = {
    "directus_users": frozenset({
        "password", "token", "tfa_secret", "last_access", "last_page", "auth_data"
    }),
    "directus_shares": frozenset({"password", "times_used"}),
    "directus_settings": frozenset({"project_id", "id"}),
    # A size is that of the bytes, which a run compares itself.
    "directus_files": frozenset({"filesize"}),
    "directus_fields": frozenset({"id"}),
    "directus_relations": frozenset({"id"}),
    "directus_permissions": frozenset({"id"}),
    "directus_presets": frozenset({"id"}),
    "directus_access": frozenset({"id"}),
    "directus_versions": frozenset({"id", "hash"}),
}  # fmt: skip
# Where runs note what is left to do, and that they have ended.
NOTES = frozenset({"directus_migration_journal", "directus_migration_lease"})
METADATA = {
    "directus_collections": ("collection", None),
    "directus_fields": ("collection", "field"),
    "directus_relations": ("many_collection", "many_field"),
}


def looked_at(table: str) -> bool:
    """Whether the rows of a table are content of anybody."""
    return table not in UNSEEN


def keyed(
    table: str, rows: Iterable[dict[str, str | None]], key: tuple[str, ...]
) -> dict[Key, list[Values]]:
    """``rows`` by ``key``, in a stable order."""
    left_out = LEFT_OUT.get(table, frozenset())
    found: dict[Key, list[Values]] = defaultdict(list)
    for row in rows:
        if row.get("collection") in NOTES:
            continue
        values = {name: value for name, value in row.items() if name not in left_out}
        found[tuple(row.get(name) for name in key)].append(values)
    for same in found.values():
        same.sort(key=lambda row: str(sorted(row.items())))
    return dict(found)

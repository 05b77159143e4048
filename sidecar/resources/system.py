"""The system collections that can be moved, and what is special about each; an instance itself
tells their columns.

Which columns REST stores, and when, was read in the services of ``@directus/api`` and tried on
11.1.2 to 12.4.0.
"""

from sidecar.resources.base import (
    ACCESS,
    COMMENTS,
    DASHBOARDS,
    FILES,
    FLOWS,
    FOLDERS,
    OPERATIONS,
    PANELS,
    PERMISSIONS,
    POLICIES,
    PRESETS,
    ROLES,
    SHARES,
    TRANSLATIONS,
    USERS,
    VERSIONS,
    ItemReference,
    SystemCollection,
)

# The migration module's presets hold tokens. Journal and lease belong to the destination that holds
# them.
BUNDLE_PRESETS = "migration_bundle"
JOURNAL = "directus_migration_journal"
LEASE = "directus_migration_lease"
PLACEHOLDER = "…"

OVERWRITTEN = "set by Directus on every write"
GIVEN = "the destination gives it"
COMPUTED = "the destination computes it from the item"
FIXED = "from version 12 on, Directus lets nobody set it, so it names the account of the migration"
ROUNDED = "arrives in whole seconds, because Directus shows no fractions on SQLite"
ROUNDED_BY_VENDOR = {
    "sqlite": {
        FILES: {"created_on": ROUNDED, "uploaded_on": ROUNDED},
        FLOWS: {"date_created": ROUNDED},
        OPERATIONS: {"date_created": ROUNDED},
    }
}
ITEM = (ItemReference("collection", "item"),)


SYSTEM: dict[str, SystemCollection] = {
    FOLDERS: SystemCollection("content"),
    # The destination decides where it keeps the bytes, and measures their size.
    FILES: SystemCollection(
        "content",
        stays=frozenset({"storage", "filename_disk", "filesize", "tus_id", "tus_data"}),
        lost={"modified_by": OVERWRITTEN, "modified_on": OVERWRITTEN},
    ),
    ROLES: SystemCollection("users", natural_key=("name",)),
    POLICIES: SystemCollection("users", natural_key=("name",)),
    PERMISSIONS: SystemCollection(
        "users", natural_key=("policy", "collection", "action"), server_assigned_key=True
    ),
    USERS: SystemCollection(
        "users",
        natural_key=("email",),
        stays=frozenset({"auth_data"}),
        volatile=("last_access", "last_page"),
        personal=(
            "language",
            "appearance",
            "theme_light",
            "theme_dark",
            "theme_light_overrides",
            "theme_dark_overrides",
            "text_direction",
            "email_notifications",
        ),
    ),
    ACCESS: SystemCollection(
        "users", natural_key=("role", "user", "policy"), owners=frozenset({"role", "user"})
    ),
    TRANSLATIONS: SystemCollection(None, natural_key=("language", "key")),
    DASHBOARDS: SystemCollection("dashboards"),
    PANELS: SystemCollection("dashboards"),
    FLOWS: SystemCollection("flows"),
    OPERATIONS: SystemCollection("flows"),
    PRESETS: SystemCollection(
        "presets",
        natural_key=("user", "role", "collection", "bookmark"),
        server_assigned_key=True,
        owners=frozenset({"user", "role"}),
        skips=("collection", (BUNDLE_PRESETS, JOURNAL, LEASE)),
    ),
    # Creating a comment notifies whom it mentions; changing its text does not. On SQLite (11.1.2)
    # several comments in one transaction block each other for ever.
    COMMENTS: SystemCollection(
        "comments",
        one_by_one=True,
        item_references=ITEM,
        update_only=("comment",),
        at_first=(("comment", PLACEHOLDER),),
        quoting=("comment",),
        lost={"user_updated": OVERWRITTEN, "date_updated": OVERWRITTEN},
        lost_since_12={"user_created": FIXED},
    ),
    SHARES: SystemCollection(
        "content",
        item_references=ITEM,
        owners=frozenset({"role"}),
        secret=("password",),
        lost_since_12={"user_created": FIXED},
    ),
    VERSIONS: SystemCollection(
        "content",
        natural_key=("collection", "item", "key"),
        server_assigned_key=True,
        item_references=ITEM,
        server_annotated=("delta",),
        lost={
            "id": GIVEN,
            "hash": COMPUTED,
            "date_created": OVERWRITTEN,
            "date_updated": OVERWRITTEN,
            "user_created": OVERWRITTEN,
            "user_updated": OVERWRITTEN,
        },
    ),
}
# The part of a migration that each belongs to. User collections belong to the content.
PARTS = {
    FOLDERS: "files",
    FILES: "files",
    ROLES: "roles",
    POLICIES: "roles",
    PERMISSIONS: "roles",
    ACCESS: "roles",
    USERS: "users",
    TRANSLATIONS: "translations",
    DASHBOARDS: "dashboards",
    PANELS: "dashboards",
    FLOWS: "flows",
    OPERATIONS: "flows",
    PRESETS: "presets",
    COMMENTS: "comments",
    SHARES: "shares",
    VERSIONS: "versions",
}
# The destination assigns their keys, so a reference to them has to wait.
SERVER_ASSIGNED_KEYS = frozenset(
    name for name, about in SYSTEM.items() if about.server_assigned_key
)

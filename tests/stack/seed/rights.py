"""Who may do what at the source: the rows of directus_permissions.

Directus 12 without a licence knows no rights but for all fields without a rule, and those that it
recommends itself. Older ones get rules of all kinds, which have the ids of people and roles in
them.
"""

from tests.stack.seed.fields import Json
from tests.stack.seed.people import PUBLIC_POLICY, source_policy, source_role, source_user

EDITED = (
    "posts",
    "posts_translations",
    "posts_tags",
    "pages",
    "page_blocks",
    "categories",
    "tags",
    "events",
)
PUBLIC = (
    "posts",
    "posts_translations",
    "pages",
    "categories",
    "products",
    "globals",
    "languages",
    "directus_files",
)
ALL = ("create", "read", "update", "delete")
DESK, MACHINES, NEWSROOM, VISITORS = map(
    source_policy, ("desk", "machines", "newsroom", "visitors")
)
HELEN, MARCO = source_user("helen"), source_user("marco")
EDITORS = source_role("editors")

GRANTED = [
    *[(DESK, collection, action) for collection in EDITED for action in ALL],
    *[(NEWSROOM, collection, "read") for collection in EDITED],
    *[(MACHINES, "subscribers", action) for action in ("create", "read")],
    *[(PUBLIC_POLICY, collection, "read") for collection in PUBLIC],
    (PUBLIC_POLICY, "submissions", "create"),
    *[(DESK, "directus_comments", action) for action in ALL],
    *[(NEWSROOM, "directus_comments", action) for action in ("create", "read")],
    (VISITORS, "events", "read"),
]
RECOMMENDED: list[Json] = [
    {
        "policy": DESK,
        "collection": "directus_files",
        "action": "update",
        "permissions": {"uploaded_by": {"_eq": "$CURRENT_USER"}},
        "fields": [
            "title",
            "description",
            "tags",
            "location",
            "folder",
            "focal_point_x",
            "focal_point_y",
            "filename_download",
        ],
    },
]
RULES: list[Json] = [
    {
        "policy": DESK,
        "collection": "orders",
        "action": "read",
        "permissions": {
            "_or": [{"user_created": {"_in": [HELEN, MARCO]}}, {"role_created": {"_eq": EDITORS}}]
        },
        "fields": ["id", "number", "status"],
    },
    {
        "policy": DESK,
        "collection": "orders",
        "action": "update",
        "permissions": {},
        "validation": {
            "_and": [{"user_updated": {"_neq": MARCO}}, {"status": {"_neq": "returned"}}]
        },
        "presets": {"user_updated": HELEN, "role_created": EDITORS},
        "fields": None,
    },
    # Two rows for the same thing: Directus adds them up.
    *[
        {
            "policy": VISITORS,
            "collection": "products",
            "action": "read",
            "permissions": {"stock": {"_gt": stock}},
            "fields": fields,
        }
        for stock, fields in ((0, ["sku", "name"]), (10, ["sku", "price"]))
    ],
]


def permissions(*, rules: bool) -> list[Json]:
    """The rights, once the collections exist; with those that Directus 12 takes only with a licence
    or not."""
    plain = [
        {"policy": policy, "collection": collection, "action": action, "fields": ["*"]}
        for policy, collection, action in GRANTED
    ]
    return [*plain, *RECOMMENDED, *(RULES if rules else [])]

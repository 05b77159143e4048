"""Presets, translations and settings of the source."""

from tests.stack.seed.fields import Json
from tests.stack.seed.invent import key
from tests.stack.seed.people import source_policy, source_role, source_user

HELEN, MARCO, DOROTHY = map(source_user, ("helen", "marco", "dorothy"))
EDITORS, CONTRIBUTORS = map(source_role, ("editors", "contributors"))

DESK = source_policy("desk")

PRESETS: list[Json] = [
    {
        "bookmark": "Drafts",
        "icon": "edit_note",
        "collection": "posts",
        "layout": "tabular",
        "filter": {"status": {"_eq": "draft"}},
        "layout_query": {
            "tabular": {"fields": ["slug", "author", "date_updated"], "sort": ["-date_updated"]}
        },
    },
    {
        "bookmark": "Mine",
        "user": HELEN,
        "collection": "posts",
        "filter": {"_or": [{"user_created": {"_eq": HELEN}}, {"user_updated": {"_eq": HELEN}}]},
        "color": "#E35169",
    },
    {
        "bookmark": "Open orders",
        "role": EDITORS,
        "collection": "orders",
        "filter": {"status": {"_in": ["open", "paid"]}},
        "search": "2021",
    },
    {
        "bookmark": None,
        "user": MARCO,
        "collection": "directus_files",
        "layout": "cards",
        "layout_options": {"cards": {"icon": "image", "title": "{{ title }}", "size": 4}},
    },
    {"bookmark": None, "role": CONTRIBUTORS, "collection": "pages", "layout": "tabular"},
    {
        "bookmark": "Who may publish",
        "user": MARCO,
        "collection": "directus_users",
        "filter": {
            "_or": [
                {"role": {"id": {"_eq": EDITORS}}},
                {"policies": {"policy": {"id": {"_in": [DESK]}}}},
            ]
        },
        "layout_options": {"cards": {"subtitle": "{{ email }}", "pinned": {HELEN: True}}},
        "refresh_interval": 300,
    },
    # The same person has two bookmarks of one name, and somebody saved the same one twice.
    *[
        {
            "bookmark": "Shipping",
            "user": HELEN,
            "collection": "orders",
            "filter": {"status": {"_eq": status}},
        }
        for status in ("paid", "shipped", "shipped")
    ],
]
# The migration module keeps a destination with its token here.
MODULE_PRESET: Json = {
    "bookmark": "Production",
    "collection": "migration_bundle",
    "layout_options": {
        "url": "https://production.example.com",
        "token": "the-token-of-a-destination",
    },
}

STRINGS: list[Json] = [
    {"id": key("string", f"{language}/{name}"), "key": name, "language": language, "value": value}
    for name, values in {
        "status_draft": {"en-US": "Draft", "de-DE": "Entwurf"},
        "welcome": {"en-US": "Welcome", "de-DE": "Willkommen", "ar-SA": "أهلا"},
    }.items()
    for language, value in values.items()
]

SETTINGS: Json = {
    "project_name": "The Harbour Post",
    "project_descriptor": "Newsroom",
    "project_color": "#14532D",
    "storage_asset_presets": [
        {
            "key": "card",
            "fit": "cover",
            "width": 400,
            "height": 300,
            "quality": 80,
            "withoutEnlargement": True,
        }
    ],
    "custom_aspect_ratios": [{"text": "Cinema", "value": 2.39}],
}

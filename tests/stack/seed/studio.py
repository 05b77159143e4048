"""What a team sets up inside the Studio: a dashboard, flows, bookmarks, custom strings, settings.

Ids of people and roles are buried in the JSON of many of these, as they are in life. No flow here reacts to
content: one waits for a click, the others are inactive.
"""

from tests.stack.seed.fields import Json
from tests.stack.seed.invent import key
from tests.stack.seed.people import source_role, source_user

HELEN = source_user("helen")
MARCO = source_user("marco")
MADE = {"date_created": "2021-02-03T09:15:00.000Z", "user_created": HELEN}

DASHBOARD: Json = {
    "id": key("dashboard", "newsroom"),
    "name": "Newsroom",
    "icon": "monitoring",
    "note": "What is going on",
    "color": "#2ECDA7",
}


def _panel(name: str, kind: str, place: tuple[int, int, int, int], options: Json) -> Json:
    left, top, width, height = place
    position = {"position_x": left, "position_y": top, "width": width, "height": height}
    base = {"id": key("panel", name), "dashboard": DASHBOARD["id"], "name": name, "type": kind, "show_header": True}
    return {**base, **position, "options": options}


PANELS: list[Json] = [
    _panel("Welcome", "label", (1, 1, 12, 4), {"text": "Good morning ☕", "color": "#6644FF"}),
    _panel(
        "Helen's posts",
        "metric",
        (13, 1, 12, 6),
        {"collection": "posts", "field": "id", "function": "count", "filter": {"user_created": {"_eq": HELEN}}},
    ),
    _panel(
        "Latest orders",
        "list",
        (1, 7, 18, 10),
        {"collection": "orders", "limit": 5, "sortField": "date_created", "displayTemplate": "{{number}}"},
    ),
    _panel(
        "Submissions over time",
        "time-series",
        (19, 7, 18, 10),
        {"collection": "submissions", "dateField": "submitted", "function": "count", "range": "5 years"},
    ),
]

PROOFREAD, DIGEST, ANNOUNCE = (key("flow", name) for name in ("proofread", "digest", "announce"))
FLOWS: list[Json] = [
    {
        "id": PROOFREAD,
        "name": "Ask for proofreading",
        "icon": "spellcheck",
        "status": "active",
        "trigger": "manual",
        "accountability": "all",
        "options": {"collections": ["posts"], "location": "item", "requireConfirmation": True},
    },
    {
        "id": DIGEST,
        "name": "Weekly digest",
        "icon": "schedule",
        "status": "inactive",
        "trigger": "schedule",
        "accountability": "activity",
        "options": {"cron": "0 7 * * 1"},
    },
    {
        "id": ANNOUNCE,
        "name": "Announce a new post",
        "icon": "campaign",
        "status": "inactive",
        "trigger": "event",
        "options": {"type": "action", "scope": ["items.create"], "collections": ["posts"]},
    },
]


def _operation(flow: str, name: str, kind: str, options: Json, **after: str) -> Json:
    follow = {outcome: key("operation", f"{flow}/{next_name}") for outcome, next_name in after.items()}
    base = {"id": key("operation", f"{flow}/{name}"), "flow": flow, "key": name, "name": name.capitalize()}
    return {**base, "type": kind, "position_x": 19, "position_y": 1, "options": options, **follow}


# Each one after those it goes on to.
OPERATIONS: list[Json] = [
    _operation(PROOFREAD, "tell", "notification", {"recipient": [HELEN], "subject": "Please proofread"}),
    _operation(PROOFREAD, "note", "log", {"message": "already published"}),
    _operation(
        PROOFREAD,
        "check",
        "condition",
        {"filter": {"$last": {"status": {"_eq": "draft"}}}},
        resolve="tell",
        reject="note",
    ),
    _operation(PROOFREAD, "read", "item-read", {"collection": "posts", "key": "{{$trigger.keys}}"}, resolve="check"),
    _operation(DIGEST, "say", "log", {"message": "digest"}),
    _operation(DIGEST, "wait", "sleep", {"milliseconds": "10"}, resolve="say"),
    _operation(ANNOUNCE, "log", "log", {"message": "{{$trigger.key}}"}),
]
FIRST_OPERATIONS: dict[str, str] = {
    PROOFREAD: key("operation", f"{PROOFREAD}/read"),
    DIGEST: key("operation", f"{DIGEST}/wait"),
    ANNOUNCE: key("operation", f"{ANNOUNCE}/log"),
}

PRESETS: list[Json] = [
    {
        "bookmark": "Drafts",
        "icon": "edit_note",
        "collection": "posts",
        "layout": "tabular",
        "filter": {"status": {"_eq": "draft"}},
        "layout_query": {"tabular": {"fields": ["slug", "author", "date_updated"], "sort": ["-date_updated"]}},
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
        "role": source_role("editors"),
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
    {"bookmark": None, "role": source_role("contributors"), "collection": "pages", "layout": "tabular"},
]

# Who says it, about what, and the words.
COMMENTS: list[tuple[str, str, str, str]] = [
    (author, "posts", key("post", number), words)
    for number, author, words in (
        (1, "helen", "Could we have a better headline?"),
        (1, "marco", "Working on it 👍"),
        (2, "helen", "Facts checked.\n\nSources are in the folder."),
        (5, "marco", "The photo is from 2018, not 2019."),
        (9, "helen", "<script>alert(1)</script> is not how we embed videos"),
    )
]

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
        {"key": "card", "fit": "cover", "width": 400, "height": 300, "quality": 80, "withoutEnlargement": True}
    ],
    "custom_aspect_ratios": [{"text": "Cinema", "value": 2.39}],
}

"""What a team sets up inside the Studio: a dashboard, flows, bookmarks, custom strings, settings.

Ids of people, roles and policies are buried in the JSON of many of these, as they are in life. Of
the flows one waits for a click and one leaves a trace of every new post; the others are inactive.
"""

from tests.stack.seed.fields import Json
from tests.stack.seed.invent import Inventor, key, stamp
from tests.stack.seed.people import source_policy, source_role, source_user

HELEN, MARCO, DOROTHY = map(source_user, ("helen", "marco", "dorothy"))
EDITORS, CONTRIBUTORS = map(source_role, ("editors", "contributors"))
DESK = source_policy("desk")
AUTHORS = (HELEN, MARCO, DOROTHY)

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
    base = {
        "id": key("panel", name),
        "dashboard": DASHBOARD["id"],
        "name": name,
        "type": kind,
        "show_header": True,
    }
    return {**base, **position, "options": options}


PANELS: list[Json] = [
    _panel("Welcome", "label", (1, 1, 12, 4), {"text": "Good morning ☕", "color": "#6644FF"}),
    _panel(
        "Helen's posts",
        "metric",
        (13, 1, 12, 6),
        {
            "collection": "posts",
            "field": "id",
            "function": "count",
            "filter": {"user_created": {"_eq": HELEN}},
        },
    ),
    _panel(
        "Latest orders",
        "list",
        (1, 7, 18, 10),
        {
            "collection": "orders",
            "limit": 5,
            "sortField": "date_created",
            "displayTemplate": "{{number}}",
        },
    ),
    _panel(
        "Submissions over time",
        "time-series",
        (19, 7, 18, 10),
        {
            "collection": "submissions",
            "dateField": "submitted",
            "function": "count",
            "range": "5 years",
        },
    ),
    {
        **_panel(
            "",
            "list",
            (1, 17, 18, 6),
            {
                "collection": "directus_users",
                "filter": {
                    "_and": [
                        {"role": {"_in": [EDITORS, CONTRIBUTORS]}},
                        {"policies": {"policy": {"_neq": DESK}}},
                    ]
                },
                "displayTemplate": "{{first_name}}",
            },
        ),
        "show_header": False,
        "icon": "group",
        "color": "#3399FF",
        "note": "Two teams",
    },
]

PROOFREAD, DIGEST, ANNOUNCE, PLAN = (
    key("flow", name) for name in ("proofread", "digest", "announce", "plan")
)
# Where the flow that reacts to new posts leaves its traces.
TRACES = "submissions"
FLOWS: list[Json] = [
    {
        "id": PROOFREAD,
        "name": "Ask for proofreading",
        "icon": "spellcheck",
        "status": "active",
        "trigger": "manual",
        "accountability": "all",
        "options": {
            "collections": ["posts"],
            "location": "item",
            "requireConfirmation": True,
            "fields": [{"field": "reader", "type": "uuid", "schema": {"default_value": MARCO}}],
        },
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
        "description": "For the people of the second floor",
        "color": "#E35169",
        "status": "active",
        "trigger": "event",
        "accountability": None,
        "options": {
            "type": "action",
            "scope": ["items.create"],
            "collections": ["posts", "directus_comments"],
        },
    },
    {"id": PLAN, "name": "Just an idea", "status": "inactive", "trigger": None, "options": None},
]


def _operation(flow: str, name: str, kind: str, options: Json, **after: str) -> Json:
    follow = {
        outcome: key("operation", f"{flow}/{next_name}") for outcome, next_name in after.items()
    }
    base = {
        "id": key("operation", f"{flow}/{name}"),
        "flow": flow,
        "key": name,
        "name": name.capitalize(),
    }
    return {**base, "type": kind, "position_x": 19, "position_y": 1, "options": options, **follow}


# Each one after those it goes on to.
OPERATIONS: list[Json] = [
    _operation(
        PROOFREAD, "tell", "notification", {"recipient": [HELEN], "subject": "Please proofread"}
    ),
    _operation(PROOFREAD, "note", "log", {"message": "already published"}),
    _operation(
        PROOFREAD,
        "check",
        "condition",
        {"filter": {"$last": {"status": {"_eq": "draft"}}}},
        resolve="tell",
        reject="note",
    ),
    _operation(
        PROOFREAD,
        "read",
        "item-read",
        {"collection": "posts", "key": "{{$trigger.keys}}"},
        resolve="check",
    ),
    _operation(DIGEST, "say", "log", {"message": "digest"}),
    _operation(DIGEST, "wait", "sleep", {"milliseconds": "10"}, resolve="say"),
    _operation(
        ANNOUNCE,
        "trace",
        "item-create",
        {
            "collection": TRACES,
            "payload": {
                "form": "contact",
                "answers": {"post": "{{$trigger.key}}", "for": [HELEN, EDITORS]},
            },
            "emitEvents": False,
        },
    ),
]
FIRST_OPERATIONS: dict[str, str] = {
    PROOFREAD: key("operation", f"{PROOFREAD}/read"),
    DIGEST: key("operation", f"{DIGEST}/wait"),
    ANNOUNCE: key("operation", f"{ANNOUNCE}/trace"),
}


def authored_long_ago() -> dict[str, list[Json]]:
    """Who made flows, operations, dashboards and panels, and when, by path."""
    invent = Inventor("studio")
    made = {
        "/flows": FLOWS,
        "/operations": OPERATIONS,
        "/dashboards": [DASHBOARD],
        "/panels": PANELS,
    }
    return {
        path: [
            {
                "id": row["id"],
                "user_created": invent.pick(AUTHORS),
                "date_created": stamp(invent.moment()),
            }
            for row in rows
        ]
        for path, rows in made.items()
    }

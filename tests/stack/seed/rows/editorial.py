"""Rows of what the newsroom writes."""

from datetime import timedelta

from tests.stack.seed.fields import Json
from tests.stack.seed.files import PHOTOS, PORTRAITS
from tests.stack.seed.invent import Inventor, key, stamp
from tests.stack.seed.people import source_user
from tests.stack.seed.rows.stamps import authorship

LANGUAGES: list[Json] = [
    {"code": "en-US", "name": "English", "direction": "ltr"},
    {"code": "de-DE", "name": "Deutsch", "direction": "ltr"},
    {"code": "ar-SA", "name": "العربية", "direction": "rtl"},
]
CODES = tuple(language["code"] for language in LANGUAGES)
AUTHORS = ("helen", "marco", "yuki", "dorothy", "guest", "agency")
CATEGORY_TREE: dict[str, list[str]] = {
    "News": ["Politics", "Economy", "Science"],
    "Culture": ["Music", "Film", "Books", "Théâtre"],
    "Sports": ["Football", "Chess"],
    "Opinion": [],
}
CATEGORY_COUNT = len(CATEGORY_TREE) + sum(map(len, CATEGORY_TREE.values()))
TAGS = (
    "climate",
    "c++",
    "open data",
    "größe",
    "007",
    "東京",
    "long read",
    "interview",
    "budget",
    "elections",
    "it's",
    "null",
    "true",
    "analysis",
    "photo essay",
    "a&b",
)
POSTS = 48
EVENTS = 20


def _authors() -> list[Json]:
    invent = Inventor("authors")
    return [
        {
            "id": key("author", name),
            "name": name.capitalize(),
            "biography": f"**{name}** {invent.words(20)}",
            "user": source_user(name) if number < 4 else None,
            "portrait": PORTRAITS[number] if number < len(PORTRAITS) else None,
            "languages_spoken": invent.some(
                ["English", "Deutsch", "日本語", "Italiano"], invent.number(1, 3)
            ),
        }
        for number, name in enumerate(AUTHORS)
    ]


def _categories() -> list[Json]:
    rows: list[Json] = []
    for place, (name, children) in enumerate(CATEGORY_TREE.items(), start=1):
        # Keys with gaps, as years of deleting leave them.
        parent = place * 10
        rows.append({"id": parent, "name": name, "parent": None, "sort": place})
        rows += [
            {"id": parent + number, "name": child, "parent": parent, "sort": number}
            for number, child in enumerate(children, start=1)
        ]
    return rows


def _tags() -> list[Json]:
    invent = Inventor("tags")
    return [
        {"id": tag, "description": invent.words(6) if number % 3 else None}
        for number, tag in enumerate(TAGS)
    ]


def _posts() -> list[Json]:
    invent = Inventor("posts")
    categories = [row["id"] for row in CATEGORIES]
    return [
        {
            "id": key("post", number),
            "status": invent.pick(("draft", "published", "published", "archived")),
            "slug": f"post-{number}-{invent.pick(('harbour', 'winter', 'market'))}",
            "author": key("author", invent.pick(AUTHORS)),
            "category": None if invent.chance(0.1) else invent.pick(categories),
            "cover": invent.pick(PHOTOS) if invent.chance(0.7) else None,
            "published_at": stamp(invent.moment()) if invent.chance(0.7) else None,
            "reading_minutes": invent.number(4, 90) / 4,
            "views": invent.number(0, 9_000_000_000),
            "comments_open": invent.chance(0.7),
            "metadata": invent.pick(
                (None, {}, [], {"seo": {"title": invent.words(3)}, "n": [1, 2.5, None, True]})
            ),
            "legacy_id": key("legacy", number) if invent.chance(0.5) else None,
            **authorship(invent),
        }
        for number in range(1, POSTS + 1)
    ]


def _posts_translations() -> list[Json]:
    invent = Inventor("posts_translations")
    rows: list[Json] = []
    for number in range(1, POSTS + 1):
        for code in CODES[: 1 + number % 3]:
            texts = {
                "title": invent.words(5)[:120],
                "summary": invent.words(12),
                "body": invent.paragraphs(3),
            }
            rows.append(
                {
                    "id": len(rows) + 1,
                    "posts_id": key("post", number),
                    "languages_code": code,
                    **texts,
                }
            )
    return rows


def _posts_tags() -> list[Json]:
    invent = Inventor("posts_tags")
    rows: list[Json] = []
    for number in range(1, POSTS + 1):
        for place, tag in enumerate(invent.some(TAGS, invent.number(0, 4)), start=1):
            rows.append(
                {
                    "id": len(rows) + 101,
                    "posts_id": key("post", number),
                    "tags_id": tag,
                    "sort": place,
                }
            )
    return rows


def _events() -> list[Json]:
    invent = Inventor("events")
    rows: list[Json] = []
    for number in range(1, EVENTS + 1):
        moment = invent.moment()
        rows.append(
            {
                "id": 5_000_000_000 + number,
                "title": invent.words(4),
                "day": moment.date().isoformat(),
                "doors": (moment - timedelta(hours=1)).strftime("%H:%M:%S"),
                "starts": moment.strftime("%Y-%m-%dT%H:%M:%S"),
                "announced": stamp(moment - timedelta(days=30)),
                "category": 20 + invent.number(0, 4),
                "cancelled": invent.chance(0.2),
                **authorship(invent),
            }
        )
    return rows


CATEGORIES = _categories()
ROWS: dict[str, list[Json]] = {
    "languages": LANGUAGES,
    "authors": _authors(),
    "categories": CATEGORIES,
    "tags": _tags(),
    "posts": _posts(),
    "posts_translations": _posts_translations(),
    "posts_tags": _posts_tags(),
    "events": _events(),
}
FEATURED: list[Json] = [
    {"id": key("author", name), "featured_post": key("post", number * 7 + 1)}
    for number, name in enumerate(AUTHORS[:4])
]

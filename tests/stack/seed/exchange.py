"""What people add to items: comments that mention somebody, links for outsiders, versions not
published yet."""

from tests.stack.seed.fields import Json
from tests.stack.seed.invent import Inventor, key, stamp
from tests.stack.seed.people import source_role, source_user
from tests.stack.seed.rows import ROWS

HELEN, MARCO = source_user("helen"), source_user("marco")
ARTICLE, OTHER = key("post", 1), key("post", 2)


# Who says it about which post, and the words.
COMMENTS: list[tuple[str, str, str]] = [
    (author, key("post", number), words)
    for number, author, words in (
        (1, "helen", f"Could we have a better headline, @{MARCO}?"),
        (1, "marco", "Working on it 👍"),
        (2, "helen", "Facts checked.\n\nSources are in the folder."),
        (5, "marco", f"The photo is from 2018, not 2019. @{HELEN} @{MARCO}"),
        (9, "helen", "<script>alert(1)</script> is not how we embed videos"),
    )
]


def comment_id(number: int) -> str:
    """Id of one of ``COMMENTS``."""
    return key("comment", number)


SHARES: list[Json] = [
    {
        "id": key("share", "press"),
        "name": "For the press",
        "collection": "posts",
        "item": ARTICLE,
        "role": source_role("editors"),
        "password": "a-long-password-for-the-press",
        "date_start": "2021-01-01T08:00:00.000Z",
        "date_end": "2031-01-01T08:00:00.000Z",
        "max_uses": 20,
        "times_used": 3,
    },
    {
        "id": key("share", "agency"),
        "name": None,
        "collection": "events",
        "item": str(ROWS["events"][0]["id"]),
    },
]

# Versions with what each changes; nothing was saved in the last one.
VERSIONS: list[tuple[Json, Json | None]] = [
    (
        {"key": "summer", "name": "Summer edition", "collection": "posts", "item": ARTICLE},
        {
            "slug": "post-1-summer",
            "author": key("author", "marco"),
            "metadata": {"seo": {"title": "☀"}, "n": [1, 2.5, None]},
            "published_at": "2024-06-01T08:00:00",
            "translations": {
                "create": [{"languages_code": "ar-SA", "title": "صيف"}],
                "update": [{"id": 1, "title": "In summer"}],
                "delete": [],
            },
        },
    ),
    (
        {"key": "review", "name": None, "collection": "posts", "item": ARTICLE},
        {"category": None, "views": 12},
    ),
    ({"key": "empty", "name": "Nothing yet", "collection": "posts", "item": OTHER}, None),
]


def written_long_ago() -> dict[str, list[Json]]:
    """When comments and shares were written, by path, and the words of the comments."""
    invent = Inventor("exchange")
    words = [
        {"id": comment_id(number), "comment": comment[2]} for number, comment in enumerate(COMMENTS)
    ]
    ids = [{"id": share["id"]} for share in SHARES]
    return {
        path: [{**row, "date_created": stamp(invent.moment())} for row in rows]
        for path, rows in {"/comments": words, "/shares": ids}.items()
    }

"""Articles with every kind of relation, a singleton, and a collection whose rows say who made and
changed them."""

from tests.stack.awkward.tables import table
from tests.stack.seed.fields import (
    Json,
    alias,
    counted_key,
    field,
    flag,
    link,
    needed,
    order,
    text_key,
    uuid_key,
)
from tests.stack.seed.invent import Inventor, key, stamp
from tests.stack.seed.people import source_role, source_user

LABELS, ARTICLES = 12, 30
LABELS_AN_ARTICLE = 5
LOCALES = ["en", "de-AT", "日本"]
SPECIALS = {
    "user_created": "user-created",
    "date_created": "date-created",
    "role_created": "role-created",
    "user_updated": "user-updated",
    "date_updated": "date-updated",
    "role_updated": "role-updated",
}

COLLECTIONS: list[Json] = [
    table("locales", [text_key("code", 12), field("name", "string")]),
    table("labels", [counted_key(), needed("name", "string", schema={"is_unique": True})]),
    table(
        "articles",
        [
            uuid_key(),
            needed(
                "slug",
                "string",
                schema={"is_unique": True},
                validation={"_and": [{"slug": {"_nempty": True}}]},
            ),
            field("owner", "uuid", special=["m2o"]),
            field("audience", "uuid", special=["m2o"]),
            field("cover", "uuid", special=["file"]),
            field("place", "integer", special=["m2o"]),
            flag("featured", True),
            order(),
            alias("labels", "m2m", "list-m2m"),
            alias("parts", "m2a", "list-m2a"),
            alias("translations", "translations", "translations"),
        ],
        sort_field="sort",
    ),
    table(
        "articles_labels",
        [
            counted_key(),
            needed("article", "uuid"),
            needed("label", "integer"),
            field("weight", "decimal", schema={"numeric_precision": 6, "numeric_scale": 3}),
            order(),
        ],
        hidden=True,
    ),
    table(
        "articles_parts",
        [
            counted_key(),
            field("article", "uuid"),
            field("item", "string"),
            field("collection", "string"),
            order(),
        ],
        hidden=True,
    ),
    table(
        "articles_translations",
        [
            counted_key(),
            field("article", "uuid"),
            field("locale", "string", schema={"max_length": 12}),
            field("title", "string"),
            field("body", "text"),
        ],
        hidden=True,
    ),
    table(
        "home",
        [uuid_key(), field("headline", "string"), field("lead", "uuid", special=["m2o"])],
        singleton=True,
    ),
    table(
        "signed",
        [
            counted_key(),
            field("what", "string"),
            *(field(name, "timestamp" if name.startswith("date") else "uuid") for name in SPECIALS),
        ],
    ),
]
RELATIONS: list[Json] = [
    link("articles", "owner", "directus_users"),
    link("articles", "audience", "directus_roles", "NO ACTION"),
    link("articles", "cover", "directus_files"),
    link("articles", "place", "tree", "CASCADE"),
    link(
        "articles_labels",
        "article",
        "articles",
        "CASCADE",
        one_field="labels",
        junction_field="label",
        sort_field="sort",
    ),
    link("articles_labels", "label", "labels", "NO ACTION", junction_field="article"),
    link(
        "articles_parts",
        "article",
        "articles",
        "CASCADE",
        one_field="parts",
        junction_field="item",
        sort_field="sort",
    ),
    {
        "collection": "articles_parts",
        "field": "item",
        "related_collection": None,
        "schema": None,
        "meta": {
            "one_collection_field": "collection",
            "junction_field": "article",
            "one_allowed_collections": ["by_text", "by_uuid", "tree"],
        },
    },
    link(
        "articles_translations",
        "article",
        "articles",
        one_field="translations",
        junction_field="locale",
    ),
    link("articles_translations", "locale", "locales", junction_field="article"),
    link("home", "lead", "articles"),
    *(
        link(
            "signed",
            name,
            "directus_users" if name.startswith("user") else "directus_roles",
            "NO ACTION",
        )
        for name in SPECIALS
        if not name.startswith("date")
    ),
]
HOME: Json = {"id": key("home", "the only one"), "headline": "Überall", "lead": key("article", 3)}


def article(number: int) -> str:
    """The key of an article."""
    return key("article", number)


def _articles(cover: str) -> list[Json]:
    return [
        {
            "id": article(number),
            "slug": f"article/{number}",
            "owner": source_user("marco") if number % 3 else None,
            "audience": source_role("editors") if number % 4 else None,
            "cover": cover if number % 5 else None,
            "place": number if number % 2 else None,
            "featured": number % 3 == 0,
            "sort": ARTICLES - number,
        }
        for number in range(1, ARTICLES + 1)
    ]


def _articles_labels() -> list[Json]:
    return [
        {
            "article": article(number),
            "label": (number + place) % LABELS + 1,
            "weight": f"{number}.{place}25",
            "sort": place,
        }
        for number in range(1, ARTICLES + 1)
        for place in range(LABELS_AN_ARTICLE)
    ]


def _articles_parts() -> list[Json]:
    items = [
        ("by_text", "null"),
        ("by_text", "a/b"),
        ("by_text", "007"),
        ("by_uuid", key("by_uuid", 7)),
        ("tree", "5"),
    ]
    return [
        {"article": article(number), "collection": name, "item": item, "sort": place}
        for number in (1, 2, 3)
        for place, (name, item) in enumerate(items)
    ]


def _signed() -> list[Json]:
    invent = Inventor("awkward/signed")
    return [
        {
            "what": f"row {number}",
            "user_created": source_user(invent.pick(("helen", "marco", "yuki"))),
            "date_created": stamp(invent.moment()),
            "role_created": source_role("editors"),
            "user_updated": source_user("dorothy") if number % 2 else None,
            "date_updated": stamp(invent.moment()) if number % 2 else None,
            "role_updated": source_role("contributors") if number % 2 else None,
        }
        for number in range(40)
    ]


def rows(cover: str) -> dict[str, list[Json]]:
    """The rows by collection, in an order in which they can be written; ``cover`` is a file."""
    return {
        "locales": [{"code": code, "name": code} for code in LOCALES],
        "labels": [{"id": number, "name": f"label {number}"} for number in range(1, LABELS + 1)],
        "articles": _articles(cover),
        "articles_labels": _articles_labels(),
        "articles_parts": _articles_parts(),
        "articles_translations": [
            {"article": article(number), "locale": code, "title": f"{code} {number}"}
            for number in range(1, 11)
            for code in LOCALES
        ],
        "signed": _signed(),
    }

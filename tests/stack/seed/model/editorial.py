"""What the newsroom writes: languages, authors, a tree of categories, tags, posts with
translations, events.

``authors.featured_post`` and ``posts.author`` point at each other, as happens in many a project.
"""

from tests.stack.seed.fields import (
    Json,
    alias,
    authored,
    authorship,
    choice,
    collection,
    counted_key,
    document,
    field,
    flag,
    folder,
    link,
    listing,
    needed,
    order,
    text_key,
    uuid_key,
)

GROUP = "editorial"
SLUG_RULE: Json = {"_and": [{"slug": {"_regex": "^[a-z0-9-]+$"}}]}

COLLECTIONS: list[Json] = [
    folder(GROUP, "newspaper", "Editorial"),
    collection(
        "languages",
        GROUP,
        [text_key("code", 12), needed("name", "string"), choice("direction", "ltr", "rtl")],
        icon="translate",
    ),
    collection(
        "authors",
        GROUP,
        [
            uuid_key(),
            needed("name", "string", interface="input"),
            field("biography", "text", interface="input-rich-text-md"),
            field(
                "user",
                "uuid",
                schema={"is_unique": True},
                special=["m2o"],
                interface="select-dropdown-m2o",
            ),
            field("portrait", "uuid", special=["file"], interface="file-image"),
            field("featured_post", "uuid", special=["m2o"], interface="select-dropdown-m2o"),
            listing("languages_spoken"),
            alias("posts", "o2m", "list-o2m"),
        ],
        icon="badge",
        display_template="{{name}}",
    ),
    collection(
        "categories",
        GROUP,
        [
            counted_key(),
            needed("name", "string", schema={"max_length": 100}, interface="input"),
            field("parent", "integer", special=["m2o"], interface="select-dropdown-m2o"),
            order(),
            alias("children", "o2m", "list-o2m-tree-view"),
        ],
        icon="account_tree",
        sort_field="sort",
    ),
    collection(
        "tags",
        GROUP,
        [text_key("id", 64), field("description", "text", interface="input-multiline")],
        icon="sell",
    ),
    collection(
        "posts",
        GROUP,
        [
            uuid_key(),
            choice("status", "draft", "published", "archived"),
            needed(
                "slug",
                "string",
                schema={"is_unique": True},
                interface="input",
                validation=SLUG_RULE,
            ),
            field("author", "uuid", special=["m2o"], interface="select-dropdown-m2o"),
            field("category", "integer", special=["m2o"], interface="select-dropdown-m2o"),
            field("cover", "uuid", special=["file"], interface="file-image"),
            field("published_at", "timestamp", interface="datetime"),
            field("reading_minutes", "float", interface="input"),
            field("views", "bigInteger", interface="input"),
            flag("comments_open", True),
            document("metadata"),
            field("legacy_id", "uuid", special=["uuid"], interface="input", hidden=True),
            alias(
                "translations", "translations", "translations", options={"languageField": "name"}
            ),
            alias("tags", "m2m", "list-m2m"),
            *authorship(),
        ],
        icon="article",
        archive_field="status",
        archive_value="archived",
        unarchive_value="draft",
        display_template="{{slug}}",
        versioning=True,
    ),
    collection(
        "posts_translations",
        GROUP,
        [
            counted_key(),
            needed("posts_id", "uuid", hidden=True),
            needed("languages_code", "string", schema={"max_length": 12}, hidden=True),
            needed("title", "string", interface="input"),
            field("summary", "text", interface="input-multiline"),
            field("body", "text", interface="input-rich-text-html"),
        ],
        hidden=True,
    ),
    collection(
        "posts_tags",
        GROUP,
        [
            counted_key(),
            field("posts_id", "uuid", hidden=True),
            field("tags_id", "string", schema={"max_length": 64}, hidden=True),
            order(),
        ],
        hidden=True,
    ),
    collection(
        "events",
        GROUP,
        [
            counted_key("bigInteger"),
            needed("title", "string", interface="input"),
            needed("day", "date", interface="datetime"),
            field("doors", "time", interface="datetime"),
            field("starts", "dateTime", interface="datetime"),
            field("announced", "timestamp", interface="datetime"),
            field("category", "integer", special=["m2o"], interface="select-dropdown-m2o"),
            flag("cancelled", False),
            *authorship(),
        ],
        icon="event",
    ),
]

RELATIONS: list[Json] = [
    link("authors", "user", "directus_users"),
    link("authors", "portrait", "directus_files"),
    link("authors", "featured_post", "posts"),
    link("categories", "parent", "categories", one_field="children", sort_field="sort"),
    link("posts", "author", "authors", one_field="posts"),
    link("posts", "category", "categories"),
    link("posts", "cover", "directus_files"),
    *authored("posts"),
    link(
        "posts_translations",
        "posts_id",
        "posts",
        "CASCADE",
        one_field="translations",
        junction_field="languages_code",
    ),
    link(
        "posts_translations", "languages_code", "languages", "NO ACTION", junction_field="posts_id"
    ),
    link(
        "posts_tags",
        "posts_id",
        "posts",
        "CASCADE",
        one_field="tags",
        junction_field="tags_id",
        sort_field="sort",
    ),
    link("posts_tags", "tags_id", "tags", "CASCADE", junction_field="posts_id"),
    link("events", "category", "categories"),
    *authored("events"),
]

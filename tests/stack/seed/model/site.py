"""The website around the articles: global texts (a singleton), pages built of blocks (m2a), the navigation tree."""

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
    needed,
    order,
    uuid_key,
)

GROUP = "website"
BLOCKS = ["block_hero", "block_text", "block_gallery"]

COLLECTIONS: list[Json] = [
    folder(GROUP, "web", "Website"),
    collection(
        "globals",
        GROUP,
        [
            uuid_key(),
            field("theme_colour", "string", schema={"max_length": 9}, interface="select-color"),
            field("logo", "uuid", special=["file"], interface="file-image"),
            document("social_links"),
            field("date_updated", "timestamp", special=["date-updated"], interface="datetime", readonly=True),
            alias("translations", "translations", "translations"),
        ],
        icon="public",
        singleton=True,
    ),
    collection(
        "globals_translations",
        GROUP,
        [
            counted_key(),
            field("globals_id", "uuid", hidden=True),
            field("languages_code", "string", schema={"max_length": 12}, hidden=True),
            needed("title", "string", interface="input"),
            field("tagline", "string", interface="input"),
        ],
        hidden=True,
    ),
    collection(
        "pages",
        GROUP,
        [
            uuid_key(),
            needed("title", "string", interface="input"),
            needed("path", "string", schema={"is_unique": True}, interface="input"),
            choice("status", "draft", "published", "archived"),
            field("parent", "uuid", special=["m2o"], interface="select-dropdown-m2o"),
            field("attachment", "uuid", special=["file"], interface="file"),
            order(),
            alias("blocks", "m2a", "list-m2a"),
            *authorship(),
        ],
        icon="description",
        sort_field="sort",
        archive_field="status",
        archive_value="archived",
        unarchive_value="draft",
    ),
    collection(
        "page_blocks",
        GROUP,
        [
            counted_key(),
            field("page", "uuid", hidden=True),
            field("item", "string", hidden=True),
            field("collection", "string", hidden=True),
            order(),
            flag("hide_on_phones", False),
        ],
        hidden=True,
    ),
    collection(
        "block_hero",
        GROUP,
        [
            uuid_key(),
            needed("headline", "string", interface="input"),
            field("image", "uuid", special=["file"], interface="file-image"),
            document("buttons"),
        ],
        hidden=True,
    ),
    collection(
        "block_text", GROUP, [counted_key(), field("body", "text", interface="input-rich-text-html")], hidden=True
    ),
    collection(
        "block_gallery",
        GROUP,
        [uuid_key(), field("caption", "string", interface="input"), alias("images", "files", "files")],
        hidden=True,
    ),
    collection(
        "block_gallery_files",
        GROUP,
        [
            counted_key(),
            field("block_gallery_id", "uuid", hidden=True),
            field("directus_files_id", "uuid", hidden=True),
            order(),
        ],
        hidden=True,
    ),
    collection(
        "navigation",
        GROUP,
        [
            uuid_key(),
            needed("label", "string", interface="input"),
            field("parent", "uuid", special=["m2o"], interface="select-dropdown-m2o"),
            field("page", "uuid", special=["m2o"], interface="select-dropdown-m2o"),
            field("url", "string", interface="input"),
            order(),
            alias("children", "o2m", "list-o2m-tree-view"),
        ],
        icon="menu",
        sort_field="sort",
    ),
]

RELATIONS: list[Json] = [
    link("globals", "logo", "directus_files"),
    link("globals_translations", "globals_id", "globals", one_field="translations", junction_field="languages_code"),
    link("globals_translations", "languages_code", "languages", junction_field="globals_id"),
    link("pages", "parent", "pages"),
    link("pages", "attachment", "directus_files"),
    *authored("pages"),
    link("page_blocks", "page", "pages", "CASCADE", one_field="blocks", junction_field="item", sort_field="sort"),
    {
        "collection": "page_blocks",
        "field": "item",
        "related_collection": None,
        "schema": None,
        "meta": {"one_collection_field": "collection", "one_allowed_collections": BLOCKS, "junction_field": "page"},
    },
    link("block_hero", "image", "directus_files"),
    link(
        "block_gallery_files",
        "block_gallery_id",
        "block_gallery",
        "CASCADE",
        one_field="images",
        junction_field="directus_files_id",
        sort_field="sort",
    ),
    link("block_gallery_files", "directus_files_id", "directus_files", junction_field="block_gallery_id"),
    link("navigation", "parent", "navigation", "CASCADE", one_field="children", sort_field="sort"),
    link("navigation", "page", "pages"),
]

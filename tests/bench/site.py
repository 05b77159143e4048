"""A site of many small collections: translations, pages built of blocks (any-to-many), and plain
lists."""

from typing import Any

from tests.bench.lab import Bare, api
from tests.stack.directus import DirectusInstance
from tests.stack.seed.fields import (
    Json,
    alias,
    authored,
    authorship,
    collection,
    counted_key,
    field,
    link,
    text_key,
)

LANGUAGES = ("en-US", "de-DE", "fr-FR", "es-ES", "it-IT")
BLOCKS = ("block_text", "block_quote", "block_image")
TRANSLATED = [f"subject_{number:02}" for number in range(20)]
LISTS = [f"list_{number:02}" for number in range(14)]
FOLDER = "site"
FEWEST, MOST = 5, 50


def make(source: DirectusInstance) -> int:
    """Make the model and its rows at the ``source``; returns how many collections have a table."""
    tables = _tables()
    with api(source) as client:
        client.post("/collections", [{"collection": FOLDER, "schema": None, "meta": {}}, *tables])
        for relation in _relations():
            client.post("/relations", relation)
        for name, rows in _rows().items():
            client.post(f"/items/{name}", rows)
    return len(tables)


def drop(destination: DirectusInstance) -> None:
    """Remove all of it, if it is there, those that refer to others first."""
    client = Bare(destination)
    there = {row["collection"] for row in client.json("GET", "/collections")}
    for name in (*reversed([table["collection"] for table in _tables()]), FOLDER):
        if name in there:
            client.json("DELETE", f"/collections/{name}")


def _tables() -> list[Json]:
    """The collections, each after those that it refers to."""
    subjects = [table for name in TRANSLATED for table in (_subject(name), _translations(name))]
    return [_languages(), *map(_list, LISTS), *_pages(), *subjects]


def _languages() -> Json:
    return collection("languages", FOLDER, [text_key("code", 8), field("name", "string")])


def _list(name: str) -> Json:
    return collection(
        name, FOLDER, [counted_key(), field("name", "string"), field("sort", "integer")]
    )


def _subject(name: str) -> Json:
    texts = alias("translations", "translations", "translations")
    return collection(
        name,
        FOLDER,
        [counted_key(), field("status", "string"), field("list", "integer"), texts, *authorship()],
    )


def _translations(name: str) -> Json:
    columns = [field(name, "integer"), field("language", "string", schema={"max_length": 8})]
    return collection(
        f"{name}_translations",
        FOLDER,
        [counted_key(), *columns, field("title", "string"), field("text", "text")],
        hidden=True,
    )


def _pages() -> list[Json]:
    columns = [
        field("page", "integer"),
        field("item", "string"),
        field("collection", "string"),
        field("sort", "integer"),
    ]
    return [
        collection(
            "pages",
            FOLDER,
            [counted_key(), field("title", "string"), alias("blocks", "m2a", "list-m2a")],
        ),
        collection("pages_items", FOLDER, [counted_key(), *columns], hidden=True),
        *(collection(name, FOLDER, [counted_key(), field("text", "text")]) for name in BLOCKS),
    ]


def _relations() -> list[Json]:
    relations: list[Json] = [
        link(
            "pages_items",
            "page",
            "pages",
            one_field="blocks",
            sort_field="sort",
            junction_field="item",
        ),
        {
            "collection": "pages_items",
            "field": "item",
            "related_collection": None,
            "schema": None,
            "meta": {
                "one_allowed_collections": list(BLOCKS),
                "one_collection_field": "collection",
                "junction_field": "page",
            },
        },
    ]
    for number, name in enumerate(TRANSLATED):
        translations = f"{name}_translations"
        relations += [
            link(translations, name, name, one_field="translations", junction_field="language"),
            link(translations, "language", "languages", junction_field=name),
            link(name, "list", LISTS[number % len(LISTS)]),
            *authored(name),
        ]
    return relations


def _rows() -> dict[str, list[Json]]:
    """Rows of all collections, those that others refer to first."""
    rows: dict[str, list[Json]] = {
        "languages": [{"code": code, "name": code} for code in LANGUAGES]
    }
    for name in LISTS:
        rows[name] = [{"name": f"{name} {n}", "sort": n} for n in range(_count(name))]
    for name in TRANSLATED:
        count = _count(name) // 5 + 1
        rows[name] = [{"status": "published", "list": 1 + n % FEWEST} for n in range(count)]
        rows[f"{name}_translations"] = [
            _translation(name, n, code) for n in range(count) for code in LANGUAGES
        ]
    for name in (*BLOCKS, "pages"):
        column = "title" if name == "pages" else "text"
        rows[name] = [{column: f"{name} {n}"} for n in range(20)]
    rows["pages_items"] = [
        {"page": 1 + n % 20, "collection": BLOCKS[n % 3], "item": str(1 + n % 20), "sort": n}
        for n in range(MOST)
    ]
    return rows


def _translation(name: str, number: int, code: str) -> dict[str, Any]:
    return {
        name: number + 1,
        "language": code,
        "title": f"{name} {number} {code}",
        "text": "Text. " * 20,
    }


def _count(name: str) -> int:
    """From the fewest to the most, the same at every run."""
    return FEWEST + sum(name.encode()) * 7 % (MOST - FEWEST - 4)

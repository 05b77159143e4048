"""A small project with a little of everything that a run writes in its own way, quickly made and
quickly emptied."""

from collections.abc import Mapping

from tests.resilience.runs import Pair
from tests.stack.directus import DirectusInstance
from tests.stack.dump import dump
from tests.stack.many_files import remove_files, seed_files
from tests.stack.seed.api import Api
from tests.stack.seed.fields import (
    authored,
    authorship,
    collection,
    counted_key,
    document,
    field,
    folder,
    link,
    uuid_key,
)

ARTICLES, NOTES, FILES = 400, 120, [*range(1, 30_000, 1_500), 700_000, 1_500_000]
FOLDER = "desk"
COLLECTIONS = ("writers", "articles", "notes", "about")
TABLES = [*COLLECTIONS, "directus_files", "directus_folders"]


def make_site(source: DirectusInstance) -> None:
    """Fill a fresh instance: authorship, a tree of rows, documents, long texts, a singleton,
    folders and files."""
    with Api(source.url, source.admin_token) as api:
        api.post(
            "/collections",
            [
                folder(FOLDER, "edit", "Desk"),
                collection("writers", FOLDER, [uuid_key(), field("name", "string")]),
                collection(
                    "articles",
                    FOLDER,
                    [
                        counted_key(),
                        field("title", "string", required=True),
                        field("text", "text"),
                        document("facts"),
                        field("writer", "uuid"),
                        field("parent", "integer"),
                        *authorship(),
                    ],
                ),
                collection(
                    "notes",
                    FOLDER,
                    [uuid_key(), field("text", "text"), field("article", "integer")],
                ),
                collection("about", FOLDER, [uuid_key(), field("text", "text")], singleton=True),
            ],
        )
        api.post("/relations", link("articles", "writer", "writers"))
        api.post("/relations", link("articles", "parent", "articles"))
        api.post("/relations", link("notes", "article", "articles"))
        for relation in authored("articles"):
            api.post("/relations", relation)
        writers = [
            row["id"]
            for row in api.post("/items/writers", [{"name": f"Writer {n}"} for n in range(20)])
        ]
        articles = [
            {
                "id": n,
                "title": f"Article {n}",
                "text": "x" * (n % 1500),
                "facts": {"number": n},
                "writer": writers[n % len(writers)],
                "parent": n // 2 or None,
            }
            for n in range(1, ARTICLES + 1)
        ]
        for start in range(0, ARTICLES, 100):
            api.post("/items/articles", articles[start : start + 100])
        api.post("/items/notes", [{"text": f"Note {n}", "article": n + 1} for n in range(NOTES)])
        api.patch("/items/about", {"text": "About us"})
        api.patch("/settings", {"project_descriptor": FOLDER})
        api.post("/folders", [{"name": f"Folder {n}"} for n in range(3)])
    seed_files(source, FILES)


def empty_site(destination: DirectusInstance) -> None:
    """Remove everything that a run has brought except the schema."""
    remove_files(destination)
    with Api(destination.url, destination.admin_token) as api:
        api.patch("/settings", {"project_descriptor": None})
        there = {row["collection"] for row in api.get("/collections")}
        for name in ("notes", "articles", "writers", "about"):
            if name in there:
                api.delete_all(
                    f"/items/{name}", [str(row["id"]) for row in dump(destination.database)[name]]
                )
        api.delete_all(
            "/folders", [row["id"] for row in dump(destination.database)["directus_folders"]]
        )


def rows(pair: Pair) -> tuple[Mapping[str, int], Mapping[str, int]]:
    """How many rows each table has at the source and at the destination: more there would be
    duplicates."""
    here, there = (dump(instance.database) for instance in (pair.source, pair.destination))
    return {name: len(here[name]) for name in TABLES}, {name: len(there[name]) for name in TABLES}

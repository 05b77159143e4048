"""Puts the awkward source into an instance: by REST where Directus can, by SQL where only SQL
can."""

from collections.abc import Sequence

from tests.stack.awkward import adopted, articles, circles, every_type, keys, library
from tests.stack.awkward.statements import execute, update
from tests.stack.directus import DirectusInstance
from tests.stack.seed import people
from tests.stack.seed.api import Api
from tests.stack.seed.fields import Json

MODULES = (every_type, keys, circles, articles, library)
TABLES: list[Json] = [table for module in MODULES for table in module.COLLECTIONS]
RELATIONS: list[Json] = [*circles.RELATIONS, *articles.RELATIONS, *library.RELATIONS]
# One row alone can be several hundred kilobytes, and a request takes a megabyte.
ROWS_A_REQUEST = {every_type.NAME: 5}
# Directus would fill in nulls; and sign rows as ours.
HABITS = {every_type.NAME: {"a_uuid": "uuid"}, "signed": articles.SPECIALS}
# More columns in one unique constraint than Directus knows how to make.
COMPOSITE = "CREATE UNIQUE INDEX articles_labels_once ON articles_labels (article, label)"

# What somebody may add to these collections, without saying under which key.
NEW_ROWS: dict[str, Json] = {
    "tree": {"label": "new"},
    "labels": {"name": "new"},
    "adopted_orders": adopted.NEW_ORDER,
}


def load(instance: DirectusInstance) -> None:
    """Everything, into an instance that nobody has used yet. Raises SeedError."""
    with Api(instance.url, instance.admin_token) as api:
        people.make_people(api)
        library.load_files(api)
        _make_tables(api)
        _load_rows(api, instance.database.vendor)
        library.set_facts(api)
        _settle(api)
        _beyond_rest(instance, api)


def make_schema(instance: DirectusInstance) -> None:
    """The tables alone, into an instance that nobody has used yet, on any database. Raises
    SeedError."""
    with Api(instance.url, instance.admin_token) as api:
        library.make_columns(api)
        _make_tables(api)
        if instance.database.vendor == "mysql":
            # Directus cannot change an integer there that points at a counted key.
            execute(instance.database, [circles.BY_HAND.format(*name) for name in circles.NOT_NULL])
            _give_habits(api)
        else:
            _settle(api)
        execute(instance.database, [COMPOSITE])
        adopted.make_adopted(instance.database)
        adopted.track(api)


def _make_tables(api: Api) -> None:
    api.post(
        "/collections",
        [
            {**table, "fields": [_without_habit(table, field) for field in table["fields"]]}
            for table in TABLES
        ],
    )
    for relation in RELATIONS:
        api.post("/relations", relation)


def _load_rows(api: Api, vendor: str) -> None:
    rows = {
        every_type.NAME: every_type.rows(vendor),
        **keys.rows(vendor),
        **circles.ROWS,
        **articles.rows(library.COVER.id),
        "galleries": library.GALLERIES,
    }
    for collection, some in rows.items():
        for portion in _portions(some, ROWS_A_REQUEST.get(collection, 100)):
            api.post(f"/items/{collection}", portion)
    for collection, links in circles.LINKS.items():
        api.patch(f"/items/{collection}", links)
    api.patch("/items/home", articles.HOME)


def _settle(api: Api) -> None:
    for collection, column in circles.NOT_NULL:
        api.patch(f"/fields/{collection}/{column}", {"schema": {"is_nullable": False}})
    _give_habits(api)


def _give_habits(api: Api) -> None:
    for collection, habits in HABITS.items():
        # Directus may have given a field specials of its own (SQLite knows a timestamp by one):
        # those stay.
        own = {
            field["field"]: field["meta"]["special"] or []
            for field in api.get(f"/fields/{collection}")
        }
        api.patch(
            f"/fields/{collection}",
            [
                {"field": name, "meta": {"special": [*own[name], habit]}}
                for name, habit in habits.items()
            ],
        )


def _beyond_rest(instance: DirectusInstance, api: Api) -> None:
    lists = dict(enumerate(every_type.STORED_LISTS, start=1))
    update(instance.database, every_type.NAME, "id", "a_csv", lists)
    execute(instance.database, [COMPOSITE])
    adopted.load_adopted(instance.database, api)
    stored = api.get(f"/files/{library.LOST.id}")["filename_disk"]
    (instance.storage / stored).unlink()


def _without_habit(table: Json, field: Json) -> Json:
    habit = HABITS.get(table["collection"], {}).get(field["field"])
    special = [word for word in field.get("meta", {}).get("special", ()) if word != habit]
    return (
        {**field, "meta": {**field.get("meta", {}), "special": special or None}} if habit else field
    )


def _portions(rows: Sequence[Json], size: int) -> list[Sequence[Json]]:
    return [rows[start : start + size] for start in range(0, len(rows), size)]

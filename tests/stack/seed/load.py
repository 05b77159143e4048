"""Puts the seed into an instance, in the order that Directus needs.

Directus fills in authors, dates, hashes and missing uuids by itself, so tables are first made without those
habits, filled with rows that bring their own old values, and given the habits afterwards: what is left looks like
a project that has been in use for years.
"""

from concurrent.futures import ThreadPoolExecutor

from tests.stack.seed import files, people, studio
from tests.stack.seed.api import Api, SeedError
from tests.stack.seed.fields import Json
from tests.stack.seed.invent import key
from tests.stack.seed.model import COLLECTIONS, RELATIONS
from tests.stack.seed.rows import FEATURED, ROWS, SINGLETONS

HABITS = {"user-created", "date-created", "user-updated", "date-updated", "role-created", "hash", "uuid"}
FOLDERS = [collection for collection in COLLECTIONS if collection["schema"] is None]
TABLES = [collection for collection in COLLECTIONS if collection["schema"] is not None]
ROWS_A_REQUEST = 100


def load_source(url: str, api: Api) -> None:
    """Everything, into an instance that nobody has used yet. Raises SeedError."""
    people.make_people(api)
    _load_library(api)
    _make_tables(api)
    _load_rows(api)
    _give_habits(api)
    api.post("/permissions", people.permissions())
    _load_studio(api)
    _comment(url)


def _load_library(api: Api) -> None:
    for column in files.CUSTOM_FIELDS:
        api.post("/fields/directus_files", column)
    for folder in files.folders():
        api.post("/folders", folder)
    library = files.files()
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda file: _upload(api, file), library))
    api.patch("/files", [{"id": file.id, **file.facts} for file in library])


def _upload(api: Api, file: files.SeedFile) -> None:
    facts = {"id": file.id, "filename_download": file.name, **({"folder": file.folder} if file.folder else {})}
    api.upload(facts, file.name, file.content(), file.mime_type)


def _make_tables(api: Api) -> None:
    try:
        api.post("/collections", FOLDERS)
    except SeedError:
        # 11.1.2 makes a collection that has no table, and then fails to read back what it made.
        made = {collection["collection"] for collection in api.get("/collections")}
        if not made.issuperset(folder["collection"] for folder in FOLDERS):
            raise
    bare = [{**table, "fields": [_without_habits(field) for field in table["fields"]]} for table in TABLES]
    api.post("/collections", bare)
    for relation in RELATIONS:
        api.post("/relations", relation)


def _load_rows(api: Api) -> None:
    for collection, row in SINGLETONS.items():
        api.patch(f"/items/{collection}", row)
    for collection, rows in ROWS.items():
        for start in range(0, len(rows), ROWS_A_REQUEST):
            api.post(f"/items/{collection}", rows[start : start + ROWS_A_REQUEST])
    api.patch("/items/authors", FEATURED)


def _give_habits(api: Api) -> None:
    for table in TABLES:
        habits = {field["field"]: _habits(field) for field in table["fields"] if _habits(field)}
        if habits:
            path = f"/fields/{table['collection']}"
            # Directus may have given a field specials of its own (SQLite knows a timestamp by one): those stay.
            own = {field["field"]: (field["meta"] or {}).get("special") or [] for field in api.get(path)}
            specials = {name: [*own[name], *wanted] for name, wanted in habits.items()}
            api.patch(path, [{"field": name, "meta": {"special": special}} for name, special in specials.items()])


def _load_studio(api: Api) -> None:
    api.patch("/settings", studio.SETTINGS)
    api.post("/translations", studio.STRINGS)
    api.post("/presets", studio.PRESETS)
    api.post("/dashboards", studio.DASHBOARD)
    api.post("/panels", studio.PANELS)
    api.post("/flows", studio.FLOWS)
    for operation in studio.OPERATIONS:
        api.post("/operations", operation)
    for flow, operation_id in studio.FIRST_OPERATIONS.items():
        api.patch(f"/flows/{flow}", {"operation": operation_id, **studio.MADE})
    api.patch(f"/dashboards/{studio.DASHBOARD['id']}", studio.MADE)
    api.patch("/panels", [{"id": panel["id"], **studio.MADE} for panel in studio.PANELS])


def _comment(url: str) -> None:
    """Each with the token of who says it: nobody can comment in the name of another."""
    for number, (author, collection, item, words) in enumerate(studio.COMMENTS):
        with Api(url, people.personal_token(author)) as voice:
            comment = {"id": key("comment", number), "collection": collection, "item": item, "comment": words}
            voice.post("/comments", comment)


def _habits(field: Json) -> list[str]:
    if field.get("schema", {}).get("is_primary_key"):
        return []
    return [special for special in field["meta"].get("special", ()) if special in HABITS]


def _without_habits(field: Json) -> Json:
    if not _habits(field):
        return field
    return {**field, "meta": {name: value for name, value in field["meta"].items() if name != "special"}}

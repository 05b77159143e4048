"""Puts the seed into an instance, in the order that Directus needs.

Directus fills in authors, dates, hashes and missing uuids by itself, so tables are first made
without those habits, filled with rows that bring their own old values, and given the habits
afterwards: what is left looks like a project that has been in use for years.
"""

from concurrent.futures import ThreadPoolExecutor

from tests.stack.seed import exchange, files, people, preferences, rights, studio
from tests.stack.seed.api import Api, SeedError
from tests.stack.seed.fields import Json
from tests.stack.seed.model import COLLECTIONS, RELATIONS
from tests.stack.seed.rows import FEATURED, ROWS, SINGLETONS

HABITS = {
    "user-created",
    "date-created",
    "user-updated",
    "date-updated",
    "role-created",
    "hash",
    "uuid",
}
FOLDERS = [collection for collection in COLLECTIONS if collection["schema"] is None]
TABLES = [collection for collection in COLLECTIONS if collection["schema"] is not None]
ROWS_A_REQUEST = 100
# From this major version of Directus on, it asks for a licence.
LICENSED = 12


def load_source(url: str, api: Api) -> None:
    """Everything, into an instance that nobody has used yet. Raises SeedError."""
    major = int(api.get("/server/info")["version"].partition(".")[0])
    people.make_people(api)
    _load_library(api)
    api.patch("/users", people.profiles(files.PORTRAITS))
    _make_tables(api)
    _load_rows(api)
    _give_habits(api)
    api.post("/permissions", rights.permissions(rules=major < LICENSED))
    _comment(url)
    _share(api)
    if major < LICENSED:
        api.patch(
            "/shares",
            [{"id": share["id"], "user_created": exchange.HELEN} for share in exchange.SHARES],
        )
    for path, rows in exchange.written_long_ago().items():
        for row in rows:
            # 11.1.2 on PostgreSQL cannot read several comments back by their ids.
            api.patch(f"{path}/{row['id']}", row)
    _load_studio(api)


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
    facts = {
        "id": file.id,
        "filename_download": file.name,
        **({"folder": file.folder} if file.folder else {}),
    }
    api.upload(facts, file.name, file.content(), file.mime_type)


def _make_tables(api: Api) -> None:
    try:
        api.post("/collections", FOLDERS)
    except SeedError:
        # 11.1.2 makes a collection that has no table, and then fails to read back what it made.
        made = {collection["collection"] for collection in api.get("/collections")}
        if not made.issuperset(folder["collection"] for folder in FOLDERS):
            raise
    bare = [
        {**table, "fields": [_without_habits(field) for field in table["fields"]]}
        for table in TABLES
    ]
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
            # Directus may have given a field specials of its own (SQLite knows a timestamp by one):
            # those stay.
            own = {
                field["field"]: (field["meta"] or {}).get("special") or []
                for field in api.get(path)
            }
            specials = {name: [*own[name], *wanted] for name, wanted in habits.items()}
            api.patch(
                path,
                [
                    {"field": name, "meta": {"special": special}}
                    for name, special in specials.items()
                ],
            )


def _load_studio(api: Api) -> None:
    api.patch("/settings", preferences.SETTINGS)
    api.post("/translations", preferences.STRINGS)
    api.post("/presets", [*preferences.PRESETS, preferences.MODULE_PRESET])
    api.post("/dashboards", studio.DASHBOARD)
    api.post("/panels", studio.PANELS)
    api.post("/flows", studio.FLOWS)
    for operation in studio.OPERATIONS:
        api.post("/operations", operation)
    for flow, operation_id in studio.FIRST_OPERATIONS.items():
        api.patch(f"/flows/{flow}", {"operation": operation_id})
    for path, rows in studio.authored_long_ago().items():
        api.patch(path, rows)
    if "folder" in api.get(f"/flows/{studio.PLAN}"):
        _put_flow_into_folder(api)


def _put_flow_into_folder(api: Api) -> None:
    folder = next(folder["id"] for folder in files.folders() if folder["name"] == "Empty")
    api.patch(f"/folders/{folder}", {"type": "flows"})
    api.patch(f"/flows/{studio.PLAN}", {"folder": folder})


def _comment(url: str) -> None:
    """Each with the token of who says it: nobody can comment in the name of another. The words come
    later, because 11.1.2 fails when somebody is mentioned in a new comment."""
    for number, (author, item, _) in enumerate(exchange.COMMENTS):
        with Api(url, people.personal_token(author)) as voice:
            comment = {
                "id": exchange.comment_id(number),
                "collection": "posts",
                "item": item,
                "comment": "Well",
            }
            voice.post("/comments", comment)


def _share(api: Api) -> None:
    api.post("/shares", exchange.SHARES)
    for version, delta in exchange.VERSIONS:
        created = api.post("/versions", version)
        if delta is not None:
            api.post(f"/versions/{created['id']}/save", delta)


def _habits(field: Json) -> list[str]:
    if field.get("schema", {}).get("is_primary_key"):
        return []
    return [special for special in field["meta"].get("special", ()) if special in HABITS]


def _without_habits(field: Json) -> Json:
    if not _habits(field):
        return field
    return {
        **field,
        "meta": {name: value for name, value in field["meta"].items() if name != "special"},
    }

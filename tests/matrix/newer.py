"""What only a newer Directus knows, put into a seeded source; and what two databases have in
common."""

from collections.abc import Mapping
from typing import Any

from tests.stack.directus import DirectusInstance
from tests.stack.dump import Table
from tests.stack.seed.api import Api
from tests.stack.seed.people import source_user

Dump = Mapping[str, Table]
# Each of them makes one note (resource and column) at a destination that has no such thing.
TEXT_DIRECTION = ("directus_users", "text_direction")
SEARCHABLE = ("tags", "description.searchable")
AUTOSAVE = ("tags", "autosave_revision_interval")
MCP = ("directus_settings", "mcp_enabled")
MCP_OAUTH = ("directus_settings", "mcp_oauth_enabled")
# The seed itself puts a flow into a folder for flows, where it can.
FLOW_FOLDER = ("directus_flows", "folder")
FOLDER_TYPE = ("directus_folders", "type")


def use_what_is_new(source: DirectusInstance) -> str:
    """Have a seeded 12.4.0 use what older versions lack; answers the id of a content version that
    has no item."""
    with Api(source.url, source.admin_token) as api:
        api.patch(f"/users/{source_user('helen')}", {"text_direction": "rtl"})
        api.patch("/fields/tags/description", {"meta": {"searchable": False}})
        api.patch("/collections/tags", {"meta": {"autosave_revision_interval": 30}})
        api.patch("/settings", {"mcp_enabled": True, "mcp_oauth_enabled": True})
        draft = api.post(
            "/versions", {"key": "draft", "name": "Idea", "collection": "posts", "item": None}
        )
    return str(draft["id"])


def in_common(*dumps: Dump) -> list[dict[str, Table]]:
    """The ``dumps`` less the columns that one of them does not have; a table without rows has all
    columns."""
    columns = [{table: set(rows[0]) for table, rows in dump.items() if rows} for dump in dumps]

    def known(table: str, column: str) -> bool:
        return all(column in side.get(table, {column}) for side in columns)

    return [
        {
            table: [_only(row, lambda column, table=table: known(table, column)) for row in rows]
            for table, rows in dump.items()
        }
        for dump in dumps
    ]


def only_here(here: Dump, there: Dump) -> dict[str, set[str]]:
    """Columns of Directus' own tables that the second database does not have, by table."""
    return {
        table: set(rows[0]) - set(there[table][0])
        for table, rows in here.items()
        if table.startswith("directus_") and rows and there.get(table)
    }


def _only(row: dict[str, Any], known: Any) -> dict[str, Any]:
    return {column: value for column, value in row.items() if known(column)}

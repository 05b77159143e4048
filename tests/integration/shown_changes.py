"""What Directus shows of the changes of a run that has created everything."""

from functools import partial
from typing import Any

import requests

from tests.stack.directus import DirectusInstance
from tests.stack.sidecar_client import as_admin

Run = dict[str, Any]


def assert_changes_are_shown(source: DirectusInstance, run: Run) -> None:
    """Numbers, pages of rows and both downloads of ``run``, asked as the page does."""
    get = partial(_get, source, run)
    created = {row["name"]: row["created"] for row in run["resources"] if row["created"]}
    # All settings are one row, which is there already.
    del created["directus_settings"]
    counts = {one["collection"]: one["kind_counts"]["new"] for one in get("").json()["collections"]}
    assert {name: count for name, count in counts.items() if count} == created

    page = get("/rows?collection=posts&kind=new&count=2").json()
    assert [row["kind"] for row in page["rows"]] == ["new", "new"]
    assert page["next"] == page["rows"][-1]["id"]
    rows = get("/rows?collection=posts&count=100").json()["rows"]
    types = {field["field"]: field["type"] for row in rows for field in row["fields"]}
    assert (types["slug"], types["metadata"], types["cover"]) == ("string", "json", "file")
    (slug,) = (field for field in rows[0]["fields"] if field["field"] == "slug")
    assert slug["before"] is None
    assert get("/rows?collection=posts&kind=old").status_code == 422

    changes = get("/download?format=json").json()["changes"]
    assert len([one for one in changes if one["kind"] == "new"]) == sum(created.values())
    html = get("/download?format=html")
    assert html.headers["Content-Disposition"].startswith("attachment; ")
    assert slug["after"] in html.text


def _get(source: DirectusInstance, run: Run, path: str) -> requests.Response:
    url = f"{source.url}/migration/runs/{run['id']}/changes{path}"
    return requests.get(url, headers=as_admin(source), timeout=30)

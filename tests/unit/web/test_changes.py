"""/runs/<id>/changes: numbers, pages of rows, and downloads that nobody holds as a whole."""

import json
import time
import tracemalloc
from collections.abc import Callable, Iterator
from dataclasses import replace
from html import escape
from html.parser import HTMLParser
from pathlib import Path

import pytest
from flask import Flask

from sidecar import masking
from sidecar.config import Settings, StoreSettings
from sidecar.jobs.keyspace import Keyspace
from sidecar.jobs.run_changes import change_lists
from sidecar.jobs.run_store import RunStore
from sidecar.migration.changes.change import KINDS, Change, Kind
from sidecar.migration.changes.change_list import ChangeList
from sidecar.web.slots import OF_DOWNLOADS, Slots
from tests.unit.web.client import HEADERS, SETTINGS, Client
from tests.unit.web.test_runs import ORDER, RUN_ID, UNKNOWN

CHANGES = f"/runs/{RUN_ID}/changes"
ROWS, DOWNLOAD = f"{CHANGES}/rows", f"{CHANGES}/download"
SIDE = {"url": "http://source.example", "version": "11.17.4", "vendor": "sqlite"}
TOKEN = "a-token&<of>2_sides"


@pytest.fixture
def settings(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Those of the application, with a store. Nobody downloads anything."""
    settings = replace(SETTINGS, store=StoreSettings(tmp_path))
    services = replace(app.extensions["sidecar"], settings=settings, slots=Slots())
    monkeypatch.setitem(app.extensions, "sidecar", services)
    return settings


@pytest.fixture
def changes(client: Client, space: Keyspace, settings: Settings) -> Iterator[ChangeList]:
    """The list of a run that goes on."""
    RunStore(space).create(ORDER, {"source": SIDE, "status": "running"})
    with change_lists(settings, space).create(RUN_ID) as created:
        yield created


def change(kind: Kind, key: object, **others: object) -> Change:
    return Change("posts", kind, str(key), **others)  # type: ignore[arg-type]


def counted(**numbers: int) -> dict[str, int]:
    return {kind: numbers.get(kind, 0) for kind in KINDS}


def test_rows_are_counted_by_collection_while_the_run_goes_on(
    client: Client, changes: ChangeList
) -> None:
    assert client.get(CHANGES).document == {"collections": [], "baseline": None}
    changes.set_baseline(True)
    changes.add([change("new", 1), change("conflict", 2), Change("tags", "unchanged", "1")])
    numbers = [("posts", counted(new=1, conflict=1)), ("tags", counted(unchanged=1))]
    assert client.get(CHANGES).document == {
        "collections": [
            {"collection": name, "kind_counts": counts, "listed": counts}
            for name, counts in numbers
        ],
        "baseline": True,
    }


def test_a_row_has_its_old_and_new_values_with_their_types(
    client: Client, changes: ChangeList
) -> None:
    changes.describe("posts", {"title": "string", "cover": "file", "tags": "json"})
    fields = {"title": ("a", None), "cover": (None, "id"), "tags": (["x"], {"y": 1}), "old": (1, 2)}
    changes.add([change("changed", 7, label="A post", fields=fields, changed_by="both")])
    (row,) = client.get(f"{ROWS}?collection=posts").document["rows"]
    assert row == {
        "id": 1,
        "kind": "changed",
        "key": "7",
        "label": "A post",
        "changed_by": "both",
        "fields": [
            {"field": "title", "type": "string", "before": "a", "after": None, "cut": False},
            {"field": "cover", "type": "file", "before": None, "after": "id", "cut": False},
            {"field": "tags", "type": "json", "before": ["x"], "after": {"y": 1}, "cut": False},
            {"field": "old", "type": None, "before": 1, "after": 2, "cut": False},
        ],
    }


def test_pages_follow_each_other_by_kind(client: Client, changes: ChangeList) -> None:
    changes.add(change("new" if number % 2 else "changed", number) for number in range(250))
    seen: list[str] = []
    after = 0
    while after is not None:
        page = client.get(f"{ROWS}?collection=posts&kind=new&limit=50&after={after}").document
        assert len(page["rows"]) <= 50
        seen += [row["key"] for row in page["rows"]]
        after = page["next"]
    assert seen == [str(number) for number in range(250) if number % 2]
    assert len(client.get(f"{ROWS}?collection=posts").document["rows"]) == 50
    assert client.get(f"{ROWS}?collection=tags").document == {"rows": [], "next": None}


@pytest.mark.parametrize(
    "query", ["", "collection=posts&kind=old", "collection=a&limit=101", "collection=a&after=-1"]
)
def test_a_wrong_query_is_refused(client: Client, changes: ChangeList, query: str) -> None:
    assert client.get(f"{ROWS}?{query}").status == 422
    assert client.get(f"{DOWNLOAD}?format=pdf").status == 422


@pytest.mark.parametrize("path", [CHANGES, f"{ROWS}?collection=posts", DOWNLOAD])
def test_a_run_without_a_list_is_told_from_an_unknown_run(
    client: Client, settings: Settings, space: Keyspace, path: str
) -> None:
    RunStore(space).create(ORDER)
    assert client.get(path).refusal == (404, "RUN_CHANGES_MISSING", None)
    assert "MIGRATION_STORE" in client.get(path).error["message"]
    unknown = path.replace(RUN_ID, UNKNOWN)
    assert client.get(unknown).refusal == (404, "RUN_NOT_FOUND", None)
    without = {name: value for name, value in HEADERS.items() if name != "Authorization"}
    assert client.send("GET", path, headers=without).status == 401


def test_a_damaged_list_is_said(
    client: Client, settings: Settings, space: Keyspace, tmp_path: Path
) -> None:
    RunStore(space).create(ORDER)
    with change_lists(settings, space).create(RUN_ID) as changes:
        changes.add(change("new", number) for number in range(5_000))
    (path,) = (tmp_path / "changes" / space.source).iterdir()
    content = path.read_bytes()
    path.write_bytes(content[:4096] + b"\xff" * (len(content) - 4096))
    assert client.get(CHANGES).refusal == (503, "STORE_DAMAGED", None)
    path.write_bytes(b"x" * 5_000)
    assert client.get(CHANGES).refusal == (404, "RUN_CHANGES_MISSING", None)


def test_the_document_has_everything_but_rows_that_stay(
    client: Client, changes: ChangeList
) -> None:
    changes.add([change("changed", 1, fields={"title": ("\ud800", 2**70)}), change("unchanged", 2)])
    changes.add([change("only_at_destination", 3, label="Their post")])
    answer = client.get(f"{DOWNLOAD}?format=json")
    assert answer.headers["Content-Disposition"] == f'attachment; filename="changes-{RUN_ID}.json"'
    document = json.loads(answer.text)
    assert list(document) == ["run", "collections", "changes"]
    assert (document["run"]["id"], document["run"]["source"]) == (RUN_ID, SIDE)
    assert document["collections"][0]["kind_counts"]["unchanged"] == 1
    assert document["changes"] == [
        {
            "collection": "posts",
            "kind": "changed",
            "key": "1",
            "label": None,
            "changed_by": None,
            "fields": {"title": {"before": "\ud800", "after": 2**70}},
            "cut": [],
        },
        {
            "collection": "posts",
            "kind": "only_at_destination",
            "key": "3",
            "label": "Their post",
            "changed_by": None,
            "fields": {},
            "cut": [],
        },
    ]


class Page(HTMLParser):
    """The tags and the texts of a page, which are checked to be balanced."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.texts: list[str] = []
        self.open: list[str] = []
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.add(tag)
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append(data.strip())


def test_the_page_shows_values_as_texts_and_loads_nothing(
    client: Client, changes: ChangeList
) -> None:
    evil = '</div></table><script>alert(1)</script><img src="x" onerror="alert(2)">&amp;{0}'
    fields = {evil: (evil, [evil]), "empty": (None, "\ud800")}
    for kind in KINDS:
        changes.add([Change(evil, kind, evil + kind, label=evil, fields=fields, changed_by="both")])
    answer = client.get(f"{DOWNLOAD}?format=html")
    page = Page(answer.text)
    assert page.tags & {"script", "img", "link", "iframe", "base"} == set()
    assert page.texts.count(evil) >= 8
    assert json.dumps([evil], indent=2) in page.texts
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Content-Disposition"].startswith("attachment; ")
    for text in ("What a migration changed", "Conflicts: 1", "changed on both sides", "empty"):
        assert text in page.texts


@pytest.mark.parametrize("path", [f"{ROWS}?collection=posts", DOWNLOAD, f"{DOWNLOAD}?format=html"])
def test_no_token_is_shown(client: Client, changes: ChangeList, path: str) -> None:
    masking.hide(TOKEN)
    fields = {"note": (f"It is {TOKEN}.", {"deep": [TOKEN]})}
    changes.add([change("changed", f"key {TOKEN}", label=f"label {TOKEN}", fields=fields)])
    changes.add([Change(TOKEN, "new", "1")])
    text = client.get(path).text
    assert "note" in text
    assert TOKEN not in text
    assert escape(TOKEN) not in text
    assert text.count(masking.MASK) >= 4


def test_few_downloads_at_a_time_are_made(app: Flask, client: Client, changes: ChangeList) -> None:
    changes.add(change("new", number, fields={"a": (None, "x" * 1_000)}) for number in range(500))
    begun = [app.test_client().get(DOWNLOAD, headers=HEADERS) for _ in range(OF_DOWNLOADS)]
    assert client.get(DOWNLOAD).refusal == (503, "TOO_MANY_DOWNLOADS", None)
    # Somebody closes the browser.
    begun[0].close()
    assert client.get(DOWNLOAD).status == 200
    assert len(begun[1].get_data()) > 500_000
    for response in begun:
        response.close()
    missing = [client.get(DOWNLOAD.replace(RUN_ID, UNKNOWN)).status for _ in range(5)]
    assert missing == [404] * 5
    assert client.get(DOWNLOAD).status == 200


@pytest.fixture
def most_memory() -> Iterator[Callable[[], int]]:
    """The most bytes that were in use at a time since the last question."""
    tracemalloc.start()

    def ask() -> int:
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.reset_peak()
        return peak

    yield ask
    tracemalloc.stop()


@pytest.mark.parametrize("form", ["json", "html"])
def test_10_000_changed_rows_are_downloaded_without_being_held(
    app: Flask, changes: ChangeList, most_memory: Callable[[], int], form: str
) -> None:
    fields = {"title": ("old", "new"), "body": ("x" * 500, "y" * 500), "tags": ([], ["a"])}
    changes.add(change("changed", number, fields=fields) for number in range(10_000))
    most_memory()
    before = most_memory()
    began = time.monotonic()
    response = app.test_client().get(f"{DOWNLOAD}?format={form}", headers=HEADERS)
    size = sum(len(piece) for piece in response.iter_encoded())
    assert size > 10_000_000
    assert most_memory() - before < 6_000_000
    assert time.monotonic() - began < 60
    response.close()

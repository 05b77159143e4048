"""The journal is written before what it tells, and only when it tells something new."""

from typing import Any

import pytest

from sidecar.migration.instance.completed import CompletedRuns
from sidecar.migration.instance.journal import Journal, JournalEntries, read_journal
from sidecar.resources.system import JOURNAL
from tests.unit.migration.instance.filters import matches

HELEN = frozenset({"helen"})


class Presets:
    """A destination that keeps one preset, and records what is sent."""

    def __init__(self) -> None:
        self.row: dict[str, Any] | None = None
        self.others: list[dict[str, Any]] = []
        self.sent: list[str] = []

    def search(self, path: str, query: Any) -> list[dict[str, Any]]:
        own = [{"id": 7, **self.row}] if self.row else []
        return [row for row in [*self.others, *own] if matches(query["filter"], row)]

    def create(self, path: str, body: dict[str, Any], **_: Any) -> dict[str, int]:
        self.row = body
        self.sent.append("create")
        return {"id": 7}

    def update(self, path: str, body: dict[str, Any], **_: Any) -> None:
        assert path == "/presets/7"
        self.row = body
        self.sent.append("update")

    def send(self, method: str, path: str) -> None:
        assert (method, path) == ("DELETE", "/presets/7")
        self.row = None
        self.sent.append("delete")


@pytest.fixture
def presets() -> Any:
    return Presets()


def journal(presets: Any) -> Journal:
    return Journal(presets, read_journal(presets))


def test_a_journal_without_entries_is_removed(presets: Any) -> None:
    opened = journal(presets)
    opened.begin(["posts"])
    assert read_journal(presets).unfinished == {"posts"}
    opened.end(["posts"])
    assert (presets.row, presets.sent) == (None, ["create", "delete"])


def test_cleared_references_are_kept_from_run_to_run(presets: Any) -> None:
    first = journal(presets)
    first.clear("posts", {"author": HELEN})
    first.begin(["posts"])
    first.end(["posts"])
    first.settle({"posts": {"author": HELEN}, "tags": {}})
    entries = read_journal(presets)
    assert entries.was_cleared("posts", "author", "helen")
    assert not entries.was_cleared("posts", "author", "ada")
    assert (entries.knows_cleared("tags"), entries.knows_cleared("pages")) == (True, False)


def test_what_is_known_is_not_written_again(presets: Any) -> None:
    journal(presets).clear("posts", {"author": HELEN}, had_rows=False)
    presets.sent.clear()
    again = journal(presets)
    again.clear("posts", {"author": HELEN})
    again.settle({"posts": {"author": HELEN}})
    assert presets.sent == []


def test_entries_go_when_their_targets_have_arrived_and_stay_empty_then(presets: Any) -> None:
    journal(presets).clear("posts", {"author": HELEN})
    journal(presets).settle({"posts": {}})
    entries = read_journal(presets)
    assert entries.knows_cleared("posts")
    assert not entries.was_cleared("posts", "author", "helen")


@pytest.mark.parametrize("had_rows", [True, False])
def test_a_collection_with_rows_is_known_once_all_of_them_were_looked_at(
    presets: Any, had_rows: bool
) -> None:
    journal(presets).clear("posts", {"author": HELEN}, had_rows=had_rows)
    entries = read_journal(presets)
    assert entries.was_cleared("posts", "author", "helen")
    assert entries.knows_cleared("posts") is not had_rows
    # The run has died. The next one is told of more, and settles the collection.
    again = journal(presets)
    again.clear("posts", {"author": frozenset({"ada"})})
    assert read_journal(presets).knows_cleared("posts") is not had_rows
    again.settle({"posts": {"author": HELEN}})
    assert read_journal(presets).knows_cleared("posts")


def test_a_run_that_leaves_nothing_empty_makes_no_journal(presets: Any) -> None:
    opened = journal(presets)
    opened.clear("posts", {"author": frozenset()})
    opened.settle({"posts": {}})
    assert presets.sent == []


def test_the_beginning_of_a_successful_run_stays_when_nothing_is_left_to_do(presets: Any) -> None:
    opened = journal(presets)
    opened.begin(["posts"])
    runs = CompletedRuns().plus("scope", ["posts"], "2026-01-31T12:00:00+00:00")
    opened.complete(runs)
    opened.end(["posts"])
    assert read_journal(presets).completed == runs
    assert presets.sent == ["create", "update", "update"]
    journal(presets).complete(runs)
    assert presets.sent == ["create", "update", "update"]


@pytest.mark.parametrize("owner", ["user", "role"])
def test_a_preset_that_somebody_made_is_no_journal(presets: Any, owner: str) -> None:
    """Otherwise each user of an app could have a flow activated."""
    entries = {"paused": ["flow"]}
    presets.others = [{"id": 1, "collection": JOURNAL, owner: "ada", "layout_options": entries}]
    journal(presets).begin(["posts"])
    assert read_journal(presets) == JournalEntries(7, unfinished=frozenset({"posts"}))


@pytest.mark.parametrize(
    "options",
    [
        None,
        "text",
        [],
        {"paused": "flow"},
        {"waiting": [{}]},
        {"unfinished": None},
        {"cleared": []},
        {"cleared": {"posts": ["author"]}},
        {"cleared": {"posts": {"author": [7]}}},
        {"completed": []},
        {"completed": {"scope": 7}},
        {"completed": {"scope": {"2026-01-31": "posts"}}},
    ],
    ids=str,
)
def test_a_damaged_journal_counts_as_none(presets: Any, options: Any) -> None:
    presets.others = [{"id": 1, "collection": JOURNAL, "layout_options": options}]
    assert read_journal(presets) == JournalEntries()
    journal(presets).begin(["posts"])
    assert read_journal(presets).unfinished == {"posts"}


def test_without_a_record_it_is_unknown_what_was_left_empty() -> None:
    entries = JournalEntries(unfinished=frozenset({"posts"}))
    assert not entries.knows_cleared("posts")
    assert not entries.was_cleared("posts", "author", "helen")

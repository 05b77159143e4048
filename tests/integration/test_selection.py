"""Selected rows arrive with all that they need, and nothing else does: selections drawn at random,
compared with an independent computation by SQL."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from sidecar.migration.closure import since
from sidecar.migration.selection import Selection
from tests.databases.reset import Reset
from tests.integration.command import migrate
from tests.integration.selection_oracle import Key, Model, closure, model_of
from tests.integration.selection_sides import (
    OF_THE_MIGRATION,
    PEOPLE,
    SCHEMA,
    SHARES,
    VERSIONS,
    Sides,
    assert_exactly,
    begin,
    owned,
    rows,
    run,
    texts_of,
)
from tests.stack.chance import SEED
from tests.stack.contents import SITE
from tests.stack.directus import DirectusInstance
from tests.stack.dump import dump
from tests.stack.gate import Gate
from tests.stack.pair import started
from tests.stack.proxy import Proxy
from tests.stack.seed.api import Api

EXAMPLES = 5


@pytest.fixture(scope="module")
def sides(tmp_path_factory: pytest.TempPathFactory, version: str, database: str) -> Iterator[Sides]:
    folder = tmp_path_factory.mktemp("selection")
    source = DirectusInstance("from", version, database, workdir=folder, content=SITE)
    destination = DirectusInstance("to", version, database, workdir=folder)
    with started(source, destination) as pair:
        model = model_of(source.database, version, texts_of(source))
        yield Sides(pair, model, Reset(destination, folder))


def user_tables(model: Model) -> list[str]:
    return sorted(
        table
        for table in model.tables
        if not table.startswith("directus_") and table in model.keys and model.tables[table]
    )


@st.composite
def selections(draw: st.DrawFn, model: Model) -> tuple[Selection, list[Key]]:
    """A selection, and the rows that it selects."""
    names = draw(st.lists(st.sampled_from(user_tables(model)), min_size=1, max_size=3, unique=True))
    filters: dict[str, Any] = {}
    chosen: list[Key] = []
    for name in names:
        # A filter of Directus takes these two words for something else.
        keys = [key for key in model.rows(name) if key not in ("null", "true")]
        if len(keys) > 1 and draw(st.booleans()):
            keys = draw(st.lists(st.sampled_from(keys), min_size=1, max_size=5, unique=True))
            filters[name] = {model.keys[name]: {"_in": keys}}
        else:
            keys = [*model.rows(name)]
        chosen += [(name, key) for key in keys]
    return Selection(tuple(names), filters=filters), chosen


def test_what_is_selected_arrives_with_all_that_it_needs(sides: Sides) -> None:
    reachable = {*user_tables(sides.model), *PEOPLE, "directus_files", "directus_folders"}

    @seed(SEED)
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(selections(sides.model))
    def attempt(drawn: tuple[Selection, list[Key]]) -> None:
        selection, chosen = drawn
        sides.reset.restore()
        before = dump(sides.pair.destination.database)
        report = run(sides, selection)
        assert report.status == "completed", (selection, report.message, report.problems)
        after = dump(sides.pair.destination.database)
        expected = closure(sides.model, chosen, reachable)
        both = [*chosen, *owned(sides.model, expected)]
        expected = closure(sides.model, both, {*reachable, SHARES, VERSIONS})
        assert_exactly(sides.model, before, after, expected, selection)
        again = run(sides, selection)
        assert again.status == "completed"
        assert sum(row.created for row in again.resources.values()) == 0
        later = dump(sides.pair.destination.database)
        assert [table for table in after if later[table] != after[table]] == []

    attempt()


@pytest.mark.parametrize(
    ("selection", "references", "code", "words"),
    [
        (Selection(("posts", "gone")), "bring", "UNKNOWN_COLLECTION", "no collection gone"),
        (
            Selection(filters={"posts": {"colour": {"_eq": 1}}}),
            "bring",
            "FILTER_REFUSED",
            "The filter of posts was refused by Directus: You don't have permission",
        ),
        (
            Selection(filters={"globals": {"id": {"_eq": 1}}}),
            "bring",
            "FILTER_REFUSED",
            "globals is a singleton",
        ),
        (
            Selection(("posts",), filters={"posts": {"slug": {"_eq": "none"}}}),
            "bring",
            "SELECTION_INVALID",
            "no row matches the filter of posts",
        ),
        (
            Selection(("posts",)),
            "refuse",
            "REFERENCES_NOT_INCLUDED",
            "posts.author (48), posts.category (43), posts.cover (30)",
        ),
        (
            Selection(("order_lines",)),
            "empty",
            "REQUIRED_NOT_SELECTED",
            "order_lines.order to orders (100 rows)",
        ),
    ],
)
def test_a_selection_that_cannot_be_meant_is_refused_before_anything_is_written(
    sides: Sides, selection: Selection, references: str, code: str, words: str
) -> None:
    sides.reset.restore()
    before = dump(sides.pair.destination.database)
    for dry_run in (True, False):
        report = run(sides, selection, references, dry_run=dry_run)
        assert (report.status, report.problems[-1].code) == ("refused", code)
        assert words in (report.message or "")
    assert dump(sides.pair.destination.database) == before


def test_references_are_kept_where_the_destination_has_their_target(sides: Sides) -> None:
    sides.reset.restore()
    some = [*sides.model.rows("authors")][:3]
    run(sides, Selection(("authors",), filters={"authors": {"id": {"_in": some}}}), "keep")
    # The roles of shares stay behind.
    report = run(sides, Selection(("posts",)), "keep", parts=("schema", "content"))
    assert report.status == "completed", report.problems
    arrived = {row["id"]: row["author"] for row in dump(sides.pair.destination.database)["posts"]}
    assert arrived == {
        key: row["author"] if row["author"] in some else None
        for key, row in sides.model.rows("posts").items()
    }
    # What was left empty is filled when everything comes.
    assert run(sides, Selection(), "bring").status == "completed"
    arrived = {row["id"]: row["author"] for row in dump(sides.pair.destination.database)["posts"]}
    assert arrived == {key: row["author"] for key, row in sides.model.rows("posts").items()}


def test_a_killed_run_ends_as_one_that_was_not(sides: Sides) -> None:
    """The references of authors and posts are a circle, so the run is in the middle of it."""
    chosen = ("--options", "content", "--collections", "posts,pages", "--references", "bring")
    ends: list[Any] = []
    for is_killed in (False, True):
        sides.reset.restore()
        source, destination = sides.pair
        if is_killed:
            gate = Gate("POST", "/items/posts")
            with Proxy(destination.url, gate.rewrite) as proxy:
                child = begin(source, destination, "--to", proxy.url, *chosen)
                gate.wait()
                child.kill()
                child.wait()
                gate.open()
            assert dump(destination.database)["posts_tags"] == []
        done = migrate(source, destination, *chosen)
        assert done.status == 0, done.stdout
        ends.append(dump(destination.database))
    tables = ends[0].keys() - OF_THE_MIGRATION - SCHEMA - {VERSIONS}
    assert len(ends[0]["directus_files"]) > 20
    assert [name for name in sorted(tables) if rows(ends[0], name) != rows(ends[1], name)] == []


def test_only_what_has_changed_since_the_last_run_is_selected(
    sides: Sides, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Authors have dates, and tags are in the activity log. A copy of everything is a last run
    too, and one of some posts is none of other posts."""
    monkeypatch.setattr(since, "OVERLAP", timedelta(0))
    sides.reset.restore()
    last = Selection(since="last")
    everything = run(sides, last, dry_run=True).selection
    assert everything is not None
    assert everything["selected"]["posts"] == len(sides.model.rows("posts"))
    drafts, published = (
        Selection(("posts",), filters={"posts": {"status": {"_eq": status}}}, since="last")
        for status in ("draft", "published")
    )
    run(sides, drafts)
    assert [rows_since(sides, one) for one in (drafts, published)] == [0, 19]
    assert run(sides, Selection()).status == "completed"
    assert [rows_since(sides, one) for one in (drafts, published)] == [0, 0]
    with Api(sides.pair.source.url, sides.pair.source.admin_token) as api:
        # Directus reads a key "false" as a boolean if it is in a filter.
        tags = {"later", "false"}
        for tag in tags:
            api.post("/items/tags", {"id": tag, "name": "Later"})
        page = api.post("/items/pages", {"title": "Later", "path": "/later"})["id"]
    second = run(sides, last)
    assert second.selection is not None
    # Nothing tells what has changed of these.
    always = {"order_lines": 100, "globals": 1}
    selected = {name: rows for name, rows in second.selection["selected"].items() if rows}
    assert selected == {"tags": 2, "pages": 1, **always}
    assert second.selection["whole"] == ["order_lines"]
    assert [note.resource for note in second.notes.values() if note.code == "MOVED_WHOLE"] == [
        "order_lines"
    ]
    tables = dump(sides.pair.destination.database)
    assert tags <= {row["id"] for row in tables["tags"]}
    assert page in {str(row["id"]) for row in tables["pages"]}
    third = run(sides, last)
    assert (third.status, sum(row.created for row in third.resources.values())) == ("completed", 0)


def rows_since(sides: Sides, selection: Selection) -> int:
    """The rows that a run of ``selection`` would select."""
    found = run(sides, selection, dry_run=True).selection
    assert found is not None
    rows: int = found["rows"]
    return rows

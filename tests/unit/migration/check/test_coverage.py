"""A run covers the collections of which it has moved all rows with all that they need."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from sidecar.migration.check import coverage
from sidecar.migration.check.coverage import coverage_of
from sidecar.migration.check.last_run import ChangedSince, Scopes
from sidecar.migration.check.reach import Reach
from sidecar.migration.instance.completed import CompletedRuns
from sidecar.migration.instance.instance import Instance
from sidecar.migration.request import BRING, EMPTY, REFUSE, MigrationRequest
from sidecar.migration.selection import Selection
from sidecar.resources.base import FILES, Column, Reference, Resource
from sidecar.resources.model import DataModel
from tests.unit.instances import instance

NOW = "2026-01-31T12:00:00+00:00"
MOMENT = datetime(2026, 1, 31, 11, 55, tzinfo=UTC)
BEGAN_AT = 1_770_000_000.0


def resource(name: str, *columns: str, **more: Any) -> Resource:
    return Resource(name, "content", f"/items/{name}", "id", "integer", ("id", *columns), **more)


AUTHORS = resource("authors")
POSTS = resource("posts", "author", references=(Reference("author", "authors"),))
TRANSLATIONS = resource("translations", "post", references=(Reference("post", "posts"),))
PAGES = resource("pages", "body")
PICTURES = Resource(FILES, "files", "/files", "id", "uuid", ("id",))
ALL = {one.name: one for one in (AUTHORS, POSTS, TRANSLATIONS, PAGES, PICTURES)}


@pytest.fixture(autouse=True)
def _project(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(coverage, "scopes_of", lambda _, request: Scopes("one", request))


def source() -> Instance:
    """Posts have an author and translations, and pages quote files."""
    types = {"body": "text"}
    columns = {
        name: {column: Column(column, types.get(column, "integer")) for column in one.columns}
        for name, one in ALL.items()
    }
    alias = {"collection": "posts", "field": "words", "meta": {"special": ["translations"]}}
    relation = {
        "collection": "translations",
        "field": "post",
        "related_collection": "posts",
        "meta": {"one_field": "words"},
    }
    model = DataModel(dict(ALL), columns, frozenset())
    return replace(instance("12.4.0"), model=model, fields=(alias,), relations=(relation,))


def covered(
    request: MigrationRequest,
    selected: set[str],
    reachable: set[str],
    recorded: CompletedRuns | None = None,
) -> tuple[set[str], set[str]]:
    """The collections that a run of ``request`` covers: completely, and only for the same."""
    scopes = Scopes("one", request)
    since = ChangedSince(scopes, recorded=recorded or CompletedRuns())
    moments = {name: moment for name in selected if (moment := since.of(name))}
    filters = request.selection.filters
    reach = Reach(
        {name: filters.get(name) for name in selected},
        {name: ALL[name] for name in {*selected, *reachable}},
        by_time=tuple(sorted(selected)),
        moments=moments,
    )
    found = coverage_of(source(), request, reach, since, BEGAN_AT)
    assert found is not None
    same = {*found.collections.get(scopes.same, ())}
    return {name for names in found.collections.values() for name in names} - same, same


def test_rows_that_bring_along_what_they_need_are_complete() -> None:
    request = MigrationRequest(references=BRING, selection=Selection(("posts", "pages")))
    found = covered(request, {"posts", "pages"}, {"authors", "translations", FILES})
    assert found == ({"posts", "pages"}, set())


def test_rows_whose_parts_or_files_stay_behind_are_not() -> None:
    request = MigrationRequest(references=REFUSE)
    assert covered(request, {"posts", "authors"}, set()) == ({"authors"}, {"posts"})
    assert covered(request, {"pages", "authors"}, set()) == ({"authors"}, {"pages"})
    without = MigrationRequest(references=BRING, selection=Selection(exclude=("translations",)))
    assert covered(without, {"posts"}, {"authors"}) == (set(), {"posts"})


def test_references_that_may_be_empty_are_complete_only_if_their_targets_are() -> None:
    """A run that refuses them has found each of them."""
    posts = {"posts", "translations"}
    assert covered(MigrationRequest(references=EMPTY), posts, set()) == (set(), posts)
    assert covered(MigrationRequest(references=REFUSE), posts, set()) == (posts, set())
    both = {*posts, "authors"}
    assert covered(MigrationRequest(references=EMPTY), both, set()) == (both, set())
    filters = {"authors": {"id": {"_eq": 1}}}
    part = MigrationRequest(references=EMPTY, selection=Selection(filters=filters))
    assert covered(part, both, set()) == ({"authors"}, posts)


def test_a_run_is_complete_if_the_one_that_it_continues_was() -> None:
    request = MigrationRequest(references=BRING, selection=Selection(since="last"))
    scopes, needs = Scopes("one", request), {"authors", "translations"}
    (complete,) = scopes.complete("posts")
    for scope, found in ((complete, ({"posts"}, set())), (scopes.same, (set(), {"posts"}))):
        recorded = CompletedRuns().plus(scope, ["posts"], NOW)
        assert covered(request, {"posts"}, needs, recorded) == found


def test_without_a_beginning_nothing_is_covered() -> None:
    request = MigrationRequest()
    since = ChangedSince(Scopes("", request))
    reach = Reach({"authors": None}, {"authors": AUTHORS}, by_time=("authors",))
    assert coverage_of(source(), request, reach, since, None) is None
    found = coverage_of(source(), request, reach, since, BEGAN_AT)
    assert found is not None
    assert found.collections == {Scopes("one", request).complete("authors")[0]: ["authors"]}

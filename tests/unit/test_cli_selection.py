"""What the command line says about collections, rows and parts becomes one request."""

import json
from pathlib import Path
from typing import Any

import pytest

from sidecar.cli.choices import Choices
from sidecar.errors import InvalidRequest
from sidecar.migration.request import MigrationRequest
from sidecar.migration.selection import Selection
from sidecar.options import OPTIONS

PUBLISHED = {"status": {"_eq": "published"}}
NOTHING: dict[str, Any] = {
    "options": None,
    "parts": None,
    "collections": None,
    "exclude": None,
    "filters": (),
    "since": None,
    "references": None,
    "file": None,
}
DOCUMENT = {
    "options": ["content"],
    "collections": ["posts", "pages"],
    "filters": {"posts": PUBLISHED},
    "since": "2026-01-31",
    "references": "keep",
}
SELECTED = Selection(("posts", "pages"), (), {"posts": PUBLISHED}, "2026-01-31")


def request(**entered: Any) -> MigrationRequest:
    return Choices(**{**NOTHING, **entered}).request()


def test_nothing_entered_is_everything_and_refuses_what_is_not_included() -> None:
    assert request() == MigrationRequest(OPTIONS, references="refuse")


def test_a_selection_brings_along_what_it_refers_to() -> None:
    chosen = request(
        collections="posts, pages,posts",
        filters=(f"posts={json.dumps(PUBLISHED)}",),
        since="2026-01-31",
    )
    assert (chosen.selection, chosen.references) == (SELECTED, "bring")
    assert request(exclude="posts").selection == Selection(exclude=("posts",))
    assert request(collections="posts", references="empty").references == "empty"


def test_parts_replace_the_options() -> None:
    chosen = request(parts="roles,flows")
    assert (chosen.parts, chosen.included) == (("roles", "flows"), frozenset({"roles", "flows"}))


@pytest.mark.parametrize(
    "text",
    [
        json.dumps(DOCUMENT),
        """
options: [content]
collections:
  - posts
  - pages
filters:
  posts: {status: {_eq: published}}
since: 2026-01-31
references: keep
""",
    ],
    ids=["JSON", "YAML"],
)
def test_a_file_says_the_same_and_what_is_entered_replaces_it(tmp_path: Path, text: str) -> None:
    file = tmp_path / "selection"
    file.write_text(text)
    expected = MigrationRequest(("content",), references="keep", selection=SELECTED)
    assert request(file=file) == expected
    changed = request(file=file, collections="posts", since="", options="content,users")
    assert changed.selection == Selection(("posts",), (), {"posts": PUBLISHED})
    assert changed.options == ("content", "users")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[1, 2]", "it is no object"),
        ("{", "cannot be read"),
        ("rows: 3", "A selection has no rows"),
        ("collections: posts", "collections is a list of names"),
        ("options: content", "options is a list of names"),
        ("filters: {posts: published}", "The filter of posts is no filter"),
        ("since: soon", "since is a date such as"),
        ("collections: []", "The selection is empty"),
        ("a: 'x", "cannot be read"),
    ],
)
def test_a_file_that_cannot_be_meant_is_refused_with_its_mistake(
    tmp_path: Path, text: str, expected: str
) -> None:
    file = tmp_path / "selection"
    file.write_text(text)
    with pytest.raises(InvalidRequest, match=expected) as caught:
        request(file=file)
    assert caught.value.code == "SELECTION_INVALID"

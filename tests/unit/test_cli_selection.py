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
# Each line has the one before ten times.
BOMB = "\n".join(
    ["a0: &a0 [x]", *(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9))]
)
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


def test_names_with_commas_and_equals_signs_can_be_entered() -> None:
    chosen = request(
        collections='"a,b", x=y,say "hi"',
        filters=('a,b={"id": {"_eq": "={"}}', 'x=y={"id": {}}'),
    )
    assert chosen.selection.collections == ("a,b", "x=y", 'say "hi"')
    assert [*chosen.selection.filters] == ["a,b", "x=y"]


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
        ("rows: 3\ndry: true", "overwrite_settings, but not dry, rows"),
        ("collections: posts", "collections is a list of names"),
        ("options: content", "options is a list of names"),
        ("filters: {posts: published}", "The filter of posts is no filter"),
        ("since: soon", "since is a date such as"),
        ("collections: []", "The selection is empty"),
        ("a: 'x", "line 1: "),
        ("collections: [a]\ncollections: [b]", "line 1: collections: twice in one object"),
        ("---\ncollections: [a]\n---\ncollections: [b]", "line 3: "),
        ("filters: {posts: {id: {_in: !!set {1, 2}}}}", "line 1: !!set is none of text, numbers"),
        ("filters: {posts: {id: !!binary eA==}}", "line 1: !!binary is none of"),
        ("!!python/object/apply:os.getcwd []", "line 1: !!python/object/apply:os.getcwd is none"),
        ("filters: &all {posts: *all}", "it refers to itself"),
        (f"filters: {'[' * 2_000}", "nested too deeply"),
        (BOMB, "it has more than 100,000 values"),
        ("filters: {posts: {id: {_eq: 1e999}}}", "The filter of posts has a value that cannot be"),
        (" " * 1_000_001, "it is larger than 1,000,000 bytes"),
    ],
    ids=lambda value: value[:40],
)
def test_a_file_that_cannot_be_meant_is_refused_with_its_mistake(
    tmp_path: Path, text: str, expected: str
) -> None:
    file = tmp_path / "selection"
    file.write_text(text)
    with pytest.raises(InvalidRequest, match=expected) as caught:
        request(file=file)
    assert caught.value.code == "SELECTION_INVALID"


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidRequest, match="gone cannot be read: No such file"):
        request(file=tmp_path / "gone")


def test_bare_words_are_text_where_json_has_no_other_value_for_them(tmp_path: Path) -> None:
    """YAML has made booleans, numbers and dates of them, and some countries have no filter then."""
    file = tmp_path / "selection"
    words = "no, on, 12:30:00, 010, 2026-01-31, .nan, null, true, -1, 2.5"
    file.write_text(f"\ufefffilters: {{posts: {{a: {{_in: [{words}]}}}}}}", encoding="utf-8")
    (rule,) = request(file=file).selection.filters["posts"].values()
    dated = ["no", "on", "12:30:00", "010", "2026-01-31", ".nan"]
    assert rule["_in"] == [*dated, None, True, -1, 2.5]


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (("posts",), "'posts' names no collection"),
        (("={}",), "names no collection"),
        (("posts=published",), "The filter of posts is no JSON"),
        (('posts={"id": {"_eq": 1}, "id": {}}',), "a name is twice in one object"),
        (("posts=" + "[" * 100_000,), "The filter of posts is no JSON"),
        (("posts=[]",), "The filter of posts is no filter of Directus"),
        (("posts={}", "posts={}"), "posts has two filters"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_filter_that_cannot_be_meant_is_refused_with_its_mistake(
    filters: tuple[str, ...], expected: str
) -> None:
    with pytest.raises(InvalidRequest, match=expected) as caught:
        request(filters=filters)
    assert caught.value.code == "SELECTION_INVALID"

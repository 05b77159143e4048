"""What is recorded of each row: its kind, its label, and the fields that change."""

from dataclasses import replace
from pathlib import Path

from sidecar.migration.changes.change import Change
from sidecar.migration.changes.change_list import ChangeList
from sidecar.migration.compare.row_changes import RowChanges
from sidecar.migration.compare.updates import Update, Updates
from sidecar.migration.plan.run import Run
from sidecar.migration.report.digests import state_digest
from sidecar.resources.base import USERS, Reference
from tests.unit.migration.updating import POSTS, Sides, matches_of, post, there


def changes_of(run: Run, **updates: Update) -> list[Change]:
    """The changes of all rows; ``updates`` replace what is decided, by the title of the row."""
    (resource,) = run.plan.resources.values()
    matches = matches_of(run)
    decided = Updates(run, resource).of(matches)
    decided |= {
        one.key: updates[title] for one in matches if (title := one.source["title"]) in updates
    }
    return list(RowChanges(run, resource).of(matches, decided))


def test_rows_are_new_changed_unchanged_or_in_conflict() -> None:
    sides = Sides()
    sides.fill(
        [post(1), post(2, title="New title"), post(3), post(4, title="Both")],
        [there(2), there(3), there(4, title="Theirs")],
    )
    both = Update((), "both", is_kept=True)
    new, changed, unchanged, conflict = changes_of(sides.run(), Both=both)
    assert (new.kind, new.key, new.label) == ("new", "1", "Post 1")
    assert new.fields == {
        "title": (None, "Post 1"), "slug": (None, "post-1"), "author": (None, "helen-there")
    }  # fmt: skip
    assert (changed.kind, changed.fields) == ("changed", {"title": ("Post 2", "New title")})
    assert (unchanged.kind, unchanged.fields) == ("unchanged", {})
    assert (conflict.kind, conflict.changed_by) == ("conflict", "both")
    assert conflict.fields == {"title": ("Theirs", "Both")}


def test_digests_say_what_the_destination_has_before_and_after() -> None:
    sides = Sides()
    sides.fill([post(1), post(2, title="New", author="nobody")], [there(2)])
    new, changed = changes_of(sides.run())
    assert (new.before, new.after) == (None, state_digest(there(1)))
    assert changed.before == state_digest(there(2))
    # The reference stays, because it means nothing at the destination.
    assert changed.after == state_digest(there(2, title="New"))
    sides.rows()[2]["title"] = "New"
    _, unchanged = changes_of(sides.run())
    assert unchanged.before == unchanged.after == changed.after


def test_rows_that_do_not_arrive_are_not_recorded() -> None:
    firm = replace(POSTS, references=(Reference("author", USERS, nullable=False),))
    sides = Sides(firm)
    sides.fill([post(1, author="nobody"), post(2)], [])
    assert [one.key for one in changes_of(sides.run())] == ["2"]


def test_secrets_are_never_recorded() -> None:
    secret = replace(POSTS, rules=replace(POSTS.rules, secret=("slug",)))
    for resource in (secret, replace(POSTS, masked=("slug",))):
        sides = Sides(resource)
        sides.fill([post(1), post(2, slug="hush")], [there(2, title="Old")])
        for change in changes_of(sides.run()):
            assert change.fields
            assert not {"id", "slug"} & change.fields.keys()


def test_without_a_list_nothing_is_made(tmp_path: Path) -> None:
    sides = Sides()
    sides.fill([post(1)], [])
    run = sides.run()
    changes = RowChanges(run, POSTS)
    changes.of = None  # type: ignore[assignment, method-assign]
    changes.add(matches_of(run), {})
    with ChangeList.create(tmp_path / "list.sqlite") as listed:
        run = sides.run(changes=listed)
        RowChanges(run, POSTS).add(matches_of(run), {})
        assert listed.counts()["posts"]["new"] == 1

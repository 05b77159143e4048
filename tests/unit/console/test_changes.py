"""What the command line prints of the changes of a dry run."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from sidecar import masking
from sidecar.console.changes import MAX_LINES, print_changes
from sidecar.migration.changes.change import Change
from sidecar.migration.changes.change_list import ChangeList

Printed = pytest.CaptureFixture[str]
TOKEN = "a-token-of-2_sides"


@pytest.fixture
def changes(tmp_path: Path) -> Iterator[ChangeList]:
    with ChangeList.create(tmp_path / "one.sqlite") as created:
        yield created


def test_each_row_has_a_sign_and_its_fields(changes: ChangeList, capsys: Printed) -> None:
    fields = {"title": ("a", "b"), "body": (1, 2)}
    changes.add(
        [
            Change("posts", "new", "1", "First", {"title": (None, "a")}),
            Change("posts", "changed", "2", None, fields),
            Change("posts", "only_at_destination", "3", "Theirs"),
            Change("posts", "conflict", "4", "4", fields),
            Change("pages", "unchanged", "1"),
            Change("[bold]tags[/bold]", "new", "1"),
        ]
    )
    print_changes(changes)
    assert capsys.readouterr().out.splitlines() == [
        "posts: 1 in conflict, 1 changed, 1 new, 1 only at the destination (kept)",
        "  ! 4: title, body",
        "  ~ 2: title, body",
        "  + 1 First",
        "  - 3 Theirs",
        "[bold]tags[/bold]: 1 new",
        "  + 1",
    ]


def test_of_many_rows_the_first_are_printed(changes: ChangeList, capsys: Printed) -> None:
    changes.add(Change("posts", "new", str(key)) for key in range(1_000))
    changes.add([Change("posts", "unchanged", "x"), Change("posts", "conflict", "y")])
    print_changes(changes)
    first, *lines, last = capsys.readouterr().out.splitlines()
    assert first == "posts: 1 in conflict, 1,000 new, 1 unchanged"
    assert len(lines) == MAX_LINES
    assert (lines[0], lines[1]) == ("  ! y", "  + 0")
    assert last == "  … and 981 more"


def test_nothing_controls_the_terminal_or_shows_a_token(
    changes: ChangeList, capsys: Printed
) -> None:
    masking.hide(TOKEN)
    fields = {f"field\x1b[2J {TOKEN}": (1, 2)}
    changes.add([Change(f"po\nsts {TOKEN}", "changed", f"1\x1b]0;{TOKEN}", "a\nb", fields)])
    print_changes(changes)
    assert capsys.readouterr().out.splitlines() == [
        "po sts [token]: 1 changed",
        "  ~ 1 ]0;[token] a b: field [2J [token]",
    ]

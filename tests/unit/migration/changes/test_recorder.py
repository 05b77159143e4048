"""A run tells what it changes, and goes on whether that can be listed or not."""

from pathlib import Path

from sidecar.migration.changes.change import Change
from sidecar.migration.changes.change_list import ChangeList
from sidecar.migration.changes.recorder import ChangeRecorder

CHANGE = Change("posts", "new", "1")


def test_changes_are_passed_on(tmp_path: Path) -> None:
    lines: list[str] = []
    with ChangeList.create(tmp_path / "one.sqlite") as changes:
        recorder = ChangeRecorder(changes, lines.append)
        assert recorder.wanted
        recorder.describe("posts", {"title": "string"})
        recorder.set_baseline(True)
        recorder.add([CHANGE])
        assert changes.counts()["posts"]["new"] == 1
        assert changes.types("posts") == {"title": "string"}
        assert changes.baseline is True
    assert lines == []


def test_nobody_has_to_want_them() -> None:
    lines: list[str] = []
    recorder = ChangeRecorder(None, lines.append)
    recorder.add([CHANGE])
    recorder.set_baseline(False)
    recorder.describe("posts", {})
    assert (recorder.wanted, lines) == (False, [])


def test_a_run_whose_changes_cannot_be_listed_says_so_once(tmp_path: Path) -> None:
    lines: list[str] = []
    with ChangeList.create(tmp_path / "one.sqlite") as changes:
        recorder = ChangeRecorder(changes, lines.append)
        changes._database.execute("PRAGMA max_page_count = 1")
        for number in range(100):
            recorder.add([Change("posts", "new", "x" * 1_000 + str(number))])
        assert changes.failure
    (line,) = lines
    assert line.startswith("The changes of this run are not listed: The store of the sidecar")
    assert not recorder.wanted

"""A baseline knows what both sides had, forgets what cannot be compared, and never stops a run."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from sidecar.config import StoreSettings
from sidecar.migration.baseline.baseline import Baseline
from sidecar.migration.baseline.baselines import open_baseline
from sidecar.migration.store.room import files_of

A, B, C, D = (letter * 16 for letter in (b"a", b"b", b"c", b"d"))
COLUMNS, OTHERS = b"columns", b"others"
SOURCE, DESTINATION = "https://a.example", "https://b.example"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "baselines" / "pair.sqlite"


@pytest.fixture
def baseline(path: Path) -> Iterator[Baseline]:
    with Baseline(path) as opened:
        yield opened


def test_what_was_recorded_is_found_by_the_next_run(baseline: Baseline, path: Path) -> None:
    assert not baseline.known("posts", COLUMNS)
    baseline.record("posts", COLUMNS, [("1", A, B), ("2", C, D)])
    baseline.record("posts", COLUMNS, ((str(key), A, A) for key in range(3, 2_000)))
    baseline.record("posts", COLUMNS, [("2", A, D)])
    baseline.close()
    with Baseline(path) as again:
        assert again.known("posts", COLUMNS)
        assert not again.known("posts", OTHERS)
        assert not again.known("pages", COLUMNS)
        found = again.find("posts", ["none", *map(str, range(2_000))])
        assert len(found) == 1_999
        assert (found["1"], found["2"], found["1999"]) == ((A, B), (A, D), (A, A))
        assert again.find("pages", ["1"]) == {}
        assert again.note is None


def test_other_columns_drop_what_was_recorded_of_a_collection(baseline: Baseline) -> None:
    baseline.record("posts", COLUMNS, [("1", A, B)])
    baseline.record("pages", COLUMNS, [("1", A, B)])
    baseline.record("posts", OTHERS, [("2", A, B)])
    assert (baseline.known("posts", COLUMNS), baseline.known("posts", OTHERS)) == (False, True)
    assert baseline.find("posts", ["1", "2"]) == {"2": (A, B)}
    assert baseline.find("pages", ["1", "2"]) == {"1": (A, B)}


def test_what_a_killed_run_may_have_written_is_ours_until_it_is_recorded(
    baseline: Baseline, path: Path
) -> None:
    baseline.record("posts", COLUMNS, [("1", A, A), ("2", A, A)])
    baseline.writing("posts", [("1", B), ("2", B), ("1", C)])
    # Another connection, as after a kill.
    with Baseline(path) as again:
        assert all(again.is_ours("posts", "1", digest) for digest in (B, C))
        assert not again.is_ours("posts", "1", D)
        assert not again.is_ours("pages", "1", B)
        again.record("posts", COLUMNS, [("1", C, C)])
        assert not again.is_ours("posts", "1", B)
        assert again.is_ours("posts", "2", B)


@pytest.mark.parametrize("content", [b"x" * 5_000, b"SQLite format 3\0" * 500])
def test_a_damaged_file_is_set_aside_and_begun_anew(path: Path, content: bytes) -> None:
    path.parent.mkdir()
    path.write_bytes(content)
    with Baseline(path) as baseline:
        assert baseline.note is not None
        assert "begins anew" in baseline.note
        assert not baseline.known("posts", COLUMNS)
        baseline.record("posts", COLUMNS, [("1", A, B)])
    assert (path.parent / "damaged-pair.sqlite").read_bytes() == content
    with Baseline(path) as again:
        assert (again.note, again.find("posts", ["1"])) == (None, {"1": (A, B)})


def test_a_file_that_is_damaged_inside_stops_nothing(baseline: Baseline, path: Path) -> None:
    baseline.record("posts", COLUMNS, ((str(key), A, B) for key in range(5_000)))
    baseline.close()
    content = path.read_bytes()
    path.write_bytes(content[:4096] + b"\xff" * (len(content) - 4096))
    with Baseline(path) as again:
        assert not again.known("posts", COLUMNS)
        assert again.find("posts", ["1"]) == {}
        again.record("posts", COLUMNS, [("1", A, B)])
        again.writing("posts", [("1", B)])
        assert again.note is not None


@pytest.mark.parametrize("path", [Path("/proc/no/pair.sqlite"), None])
def test_without_a_file_nothing_is_known_and_a_lack_of_room_is_told(path: Path | None) -> None:
    with Baseline(path) as baseline:
        baseline.record("posts", COLUMNS, [("1", A, B)])
        baseline.writing("posts", [("1", B)])
        assert not baseline.known("posts", COLUMNS)
        assert not baseline.is_ours("posts", "1", B)
        assert baseline.find("posts", ["1"]) == {}
        assert (baseline.note is None) == (path is None)


def test_a_full_store_keeps_what_was_known_until_then(baseline: Baseline, path: Path) -> None:
    baseline.record("posts", COLUMNS, [("1", A, B)])
    assert baseline._database
    baseline._database.execute("PRAGMA max_page_count = 1")
    baseline.record("posts", COLUMNS, ((str(key), A, B) for key in range(10_000)))
    assert baseline.note is not None
    assert "MIGRATION_STORE" in baseline.note
    with Baseline(path) as again:
        assert again.find("posts", ["1"]) == {"1": (A, B)}


def test_each_pair_has_a_file_whatever_the_spelling_of_its_addresses(tmp_path: Path) -> None:
    store = StoreSettings(tmp_path)
    for source, destination in (
        (SOURCE, DESTINATION),
        ("https://A.example:443/", "https://b.example/admin"),
        (DESTINATION, SOURCE),
    ):
        open_baseline(store, source, destination).close()
    assert len(files_of(tmp_path / "baselines")) == 2


def test_the_pair_that_nobody_used_for_longest_goes_first(tmp_path: Path) -> None:
    for number in range(4):
        with open_baseline(StoreSettings(tmp_path), SOURCE, f"https://{number}.example") as one:
            one.record("posts", COLUMNS, ((str(key), A, B) for key in range(5_000)))
    # Used again.
    open_baseline(StoreSettings(tmp_path), SOURCE, "https://0.example").close()
    size = max(path.stat().st_size for path in files_of(tmp_path / "baselines"))
    small = StoreSettings(tmp_path, baseline_bytes=int(2.5 * size))
    open_baseline(small, SOURCE, "https://3.example").close()
    known = {}
    for number in range(4):
        with open_baseline(StoreSettings(tmp_path), SOURCE, f"https://{number}.example") as one:
            known[number] = one.known("posts", COLUMNS)
    assert known == {0: True, 1: False, 2: False, 3: True}


def test_a_file_that_is_full_keeps_what_it_knows(path: Path) -> None:
    with Baseline(path, max_bytes=200_000) as baseline:
        baseline.record("posts", COLUMNS, [("1", A, B)])
        assert baseline.note is None
        baseline.record("posts", COLUMNS, ((f"key {key}", A, A) for key in range(20_000)))
        baseline.writing("posts", [("2", C)])
        assert "is not recorded for the next run" in (baseline.note or "")
        assert baseline.find("posts", ["1"]) == {"1": (A, B)}
    assert path.stat().st_size <= 200_000


def test_a_file_that_has_almost_reached_the_limit_begins_anew(tmp_path: Path) -> None:
    settings = StoreSettings(tmp_path, baseline_bytes=1_000_000)
    with open_baseline(settings, SOURCE, DESTINATION) as baseline:
        baseline.record("posts", COLUMNS, ((f"key {key}", A, A) for key in range(40_000)))
    with open_baseline(settings, SOURCE, DESTINATION) as again:
        assert again.is_empty
        assert "begins anew" in (again.note or "")

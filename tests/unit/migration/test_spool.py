"""What waits on disk comes back once, in order, in bounded portions."""

import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

from sidecar.migration.spool import NamedSpool, RowSpool, TableSpool


def test_rows_come_back_in_order_and_once() -> None:
    with RowSpool() as spool:
        for number in range(5):
            spool.add({"id": number})
        assert spool.count == 5
        assert list(spool.take(2)) == [[{"id": 0}, {"id": 1}], [{"id": 2}, {"id": 3}], [{"id": 4}]]
        assert spool.count == 0
        assert list(spool.take(2)) == []


def test_closing_a_spool_closes_what_nobody_has_read_to_its_end() -> None:
    with RowSpool() as spool:
        spool.add({"id": 1})
        spool.add({"id": 2})
        portions = spool.take(1)
        assert next(portions) == [{"id": 1}]
        (file,) = spool._taken
    assert file.closed


def test_a_portion_is_bounded_by_bytes_and_a_large_row_is_one_by_itself() -> None:
    with RowSpool() as spool:
        for size in (10, 500, 10, 10):
            spool.add({"text": "x" * size})
        sizes = [[len(row["text"]) for row in portion] for portion in spool.take(10, 100)]
        assert sizes == [[10], [500], [10, 10]]


def test_rows_that_come_while_others_are_taken_wait_for_the_next_time() -> None:
    with RowSpool() as spool:
        spool.add({"id": 1})
        for _ in spool.take(1):
            spool.add({"id": 2})
        assert list(spool.take(1)) == [[{"id": 2}]]


def test_threads_share_a_spool() -> None:
    with RowSpool() as rows, TableSpool("CREATE TABLE numbers (number)") as table:

        def add(number: int) -> None:
            rows.add({"id": number})
            table.execute("INSERT INTO numbers VALUES (?)", (number,))

        with ThreadPoolExecutor(8) as pool:
            list(pool.map(add, range(200)))
        assert sorted(row["id"] for (row,) in rows.take(1)) == list(range(200))
        assert table.execute("SELECT count(*), sum(number) FROM numbers") == [(200, 19_900)]


def test_a_full_folder_for_temporary_files_is_named() -> None:
    """A file-size limit stands for a full disk: the system refuses to write more."""
    code = """
import resource, signal
from sidecar.errors import MigrationError
from sidecar.migration.spool import NamedSpool, RowSpool, TableSpool
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
def rows(spool):
    for number in range(100_000):
        spool.add({"id": number, "text": "x" * 100})
def table(spool):
    spool.execute("PRAGMA cache_size = 1")
    spool.execute_many("INSERT INTO t VALUES (?)", (["x" * 100] for _ in range(100_000)))
for fill, spool in ((rows, RowSpool()), (table, TableSpool("CREATE TABLE t (a)"))):
    try:
        fill(spool)
    except MigrationError as error:
        print(error.code, error.message)
    spool.close()
"""
    folder = tempfile.gettempdir()
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    lines = done.stdout.splitlines()
    assert len(lines) == 2, done.stdout
    for line in lines:
        assert line.startswith(f"TEMPORARY_SPACE The folder for temporary files, {folder}, is full")


def test_documents_are_taken_by_name_and_once() -> None:
    with NamedSpool() as spool:
        first = spool.put("a", [[{"id": 1}], "ä"])
        assert spool.put("b", [None]) == first + len("null")
        spool.put("c", [1])
        spool.drop(["c", "d"])
        assert [spool.take(name) for name in "bca"] == [[None], None, [[{"id": 1}], "ä"]]
        assert spool.take("a") is None

"""Transfers the files of a run in shards, by the threads of this worker and by helpers."""

import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextvars import copy_context
from dataclasses import replace
from threading import Lock
from typing import Any

import orjson

from sidecar.directus.client import Row
from sidecar.directus.multipart import UNKNOWN_TYPE
from sidecar.errors import DirectusRejected
from sidecar.migration.apply.source_changes import SourceChanges
from sidecar.migration.files.file_rows import is_whole
from sidecar.migration.files.proof import SentFile
from sidecar.migration.files.sender import FINISHED_TOGETHER, FileSender, Sent
from sidecar.migration.files.shards import File, Outcome, Shard, shards_of, units_of
from sidecar.migration.mapping.row_mapper import MappedRow, encode, without
from sidecar.migration.plan.run import Run
from sidecar.resources.base import Resource

UNKNOWN_NAME = "file"
BYTES_NOT_COMPARED = "were there before: their size and columns were compared, not their bytes"
# The maximum of files under way. Beyond it no further page is read.
MAX_OPEN = 2_000
LOOK_SECONDS = 0.2
MAX_WAIT_SECONDS = 2.0
Arrived = Callable[[set[Any]], None]


class FileTransfer:
    """Transfers files, as many at the same time as the request's ``batch_size``.

    ``prepare`` is called before anything is written.
    """

    def __init__(
        self,
        run: Run,
        resource: Resource,
        changes: SourceChanges,
        prepare: Callable[[], None],
    ) -> None:
        self._run = run
        self._resource = resource
        self._changes = changes
        self._prepare = prepare
        self._preparing = Lock()
        self._ready = False
        self._helpers = run.helpers
        self._sender = FileSender(
            run.source.files,
            run.destination.files,
            run.destination.rows,
            run.destination.writer,
            self._get_ready,
            run.cancel,
        )
        self._pool = ThreadPoolExecutor(run.plan.request.batch_size)
        self._half_done: set[Any] = set()
        # Files that exist and get other bytes.
        self._replaced: set[Any] = set()
        self._rows: dict[str, tuple[Row, Arrived]] = {}
        self._waiting: deque[tuple[Shard, bool]] = deque()
        self._under_way: set[Future[Sequence[Outcome | Sent]]] = set()
        self._sent: list[Sent] = []
        self._finished_at = time.monotonic()

    def finished(self, existing: dict[Any, Row], mapped: Sequence[MappedRow]) -> dict[Any, Row]:
        """The ``existing`` rows without those that an earlier run left unfinished, or without
        bytes."""
        states = self._run.destination.rows.by_key(
            self._resource, list(existing), ["id", "embed", "filesize"]
        )
        whole = {key: row for key, row in states.items() if is_whole(row)}
        size = sum(int(row["filesize"]) for row in whole.values())
        self._run.progress.count(self._resource, bytes_total=-size)
        self._half_done.update(existing.keys() - whole.keys())
        if whole:
            self._run.progress.note(
                self._resource.name, "BYTES_NOT_COMPARED", None, BYTES_NOT_COMPARED, len(whole)
            )
        return {key: row for key, row in existing.items() if key in whole}

    def create(self, rows: Sequence[Row], arrived: Arrived) -> None:
        """Transfer the files of ``rows``.

        ``arrived`` is called with the ids of files that arrived, at the latest by ``drain``. The
        others become problems.
        """
        sizes = self._run.source.rows.by_key(
            self._resource, [row["id"] for row in rows], ["id", "filesize"]
        )
        self._rows.update((row["id"], (row, arrived)) for row in rows)
        for shard in shards_of(
            self._file(row, sizes.get(row["id"], {}).get("filesize")) for row in rows
        ):
            self._waiting.append((shard, self._offer(shard)))
        self._work(MAX_OPEN)

    def replace(self, rows: Sequence[Row], arrived: Arrived) -> None:
        """Replace the bytes of existing files, which keep their id and storage, and their columns
        by those of ``rows``. ``arrived`` is called as in ``create``."""
        ids = {row["id"] for row in rows}
        self._half_done |= ids
        self._replaced |= ids
        if rows:
            self.create(rows, arrived)

    def set_apart(self, _: Any, row: Row) -> Row:
        """Nothing of an existing file's ``row`` is set apart from the others."""
        return row

    def drain(self) -> None:
        """Wait until each file has arrived or become a problem."""
        self._work(0)
        # Helpers wait for nothing any more, whatever they said last.
        self._run.progress.outages.watch_others([])

    def close(self) -> None:
        """Begin nothing more, and wait for what is under way."""
        self._pool.shutdown(cancel_futures=True)
        self._helpers.close()

    def _file(self, row: Row, size: Any) -> File:
        # A column that the second write sets is null until then. Directus would name the token's
        # user as uploader, and a later run could not tell that from the source's value.
        whole = {**dict.fromkeys(self._resource.columns), **row}
        columns = orjson.loads(encode(self._resource, without(whole, ["id"])))
        return File(
            row["id"],
            row["filename_download"] or UNKNOWN_NAME,
            row["type"] or UNKNOWN_TYPE,
            None if size is None else int(size),
            row["id"] in self._half_done,
            columns,
        )

    def _offer(self, shard: Shard) -> bool:
        if not shard.shareable:
            return False
        self._get_ready()
        return self._helpers.offer(shard)

    def _get_ready(self) -> None:
        if not self._ready:
            with self._preparing:
                self._prepare()
            self._ready = True

    def _work(self, most: int) -> None:
        """Work until at most ``most`` files are open."""
        while len(self._rows) > most:
            if most == 0 and not (
                self._waiting or self._under_way or self._sent or self._helpers.busy
            ):
                raise AssertionError(
                    f"{len(self._rows)} files were neither transferred nor refused"
                )
            self._run.cancel.check()
            self._begin()
            self._settle_finished()

    def _begin(self) -> None:
        """Keep the threads busy, and leave the rest to helpers."""
        while self._waiting and len(self._under_way) < self._run.plan.request.batch_size:
            shard, offered = self._waiting.popleft()
            if not offered or self._helpers.take_back(shard):
                for unit in units_of(shard.files):
                    self._start(self._sender.send, unit)

    def _start(
        self, work: Callable[[Any], Sequence[Outcome | Sent]], files: Sequence[File | Sent]
    ) -> None:
        self._under_way.add(self._pool.submit(copy_context().run, work, files))

    def _settle_finished(self) -> None:
        done = (
            wait(self._under_way, LOOK_SECONDS, FIRST_COMPLETED).done if self._under_way else set()
        )
        self._under_way -= done
        for future in done:
            results = future.result()
            self._settle([one for one in results if isinstance(one, Outcome)])
            self._sent += [one for one in results if isinstance(one, Sent)]
        self._finish_sent()
        for shard, outcomes in self._helpers.finished(0 if self._under_way else LOOK_SECONDS):
            if outcomes is None:
                self._do_again(shard)
            else:
                self._settle(outcomes)
        self._run.progress.outages.watch_others(self._helpers.waiting())

    def _finish_sent(self) -> None:
        """Finish the files that were sent, when they are many, have waited, or are the last."""
        waited = time.monotonic() - self._finished_at > MAX_WAIT_SECONDS
        if self._sent and (len(self._sent) >= FINISHED_TOGETHER or waited or not self._under_way):
            self._start(self._sender.finish, self._sent)
            self._sent = []
            self._finished_at = time.monotonic()

    def _do_again(self, shard: Shard) -> None:
        """Transfer a shard again: its helper is lost, and may have done a part."""
        existing = self._run.destination.rows.by_key(
            self._resource, [file.id for file in shard.files], ["id"]
        )
        files = tuple(replace(file, exists=file.id in existing) for file in shard.files)
        self._waiting.appendleft((replace(shard, files=files), False))

    def _settle(self, outcomes: Iterable[Outcome]) -> None:
        """Settle each file once, whoever transferred it."""
        arrived: dict[Arrived, set[Any]] = {}
        for outcome in outcomes:
            if outcome.id not in self._rows:
                continue
            row, tell = self._rows.pop(outcome.id)
            if outcome.fate == "created":
                arrived.setdefault(tell, set()).add(outcome.id)
            if outcome.id in self._replaced:
                self._count_replaced(row, outcome)
            else:
                self._count(row, outcome)
                self._run.advance(1)
        for tell, ids in arrived.items():
            tell(ids)

    def _count(self, row: Row, outcome: Outcome) -> None:
        if outcome.fate == "refused":
            error = DirectusRejected(outcome.message, code=outcome.code or "", status=400)
            if self._changes.explain(self._resource, row, error):
                return
            self._run.progress.count(self._resource, failed=1)
            self._run.refused.add(self._resource.name, [outcome.id])
        else:
            self._run.progress.count(
                self._resource,
                created=int(outcome.fate == "created"),
                bytes=outcome.bytes,
                skipped=int(outcome.fate == "kept"),
            )
            self._prove(row, outcome)
        self._name(outcome)

    def _count_replaced(self, row: Row, outcome: Outcome) -> None:
        """A file that is refused keeps its bytes."""
        self._run.progress.count(self._resource, bytes=outcome.bytes)
        self._prove(row, outcome)
        self._name(outcome)

    def _prove(self, row: Row, outcome: Outcome) -> None:
        if outcome.blake3:
            name = row["filename_download"] or UNKNOWN_NAME
            sent = SentFile(outcome.id, name, outcome.bytes, outcome.blake3)
            self._run.prover.take(self._resource, sent, more=bool(self._waiting))

    def _name(self, outcome: Outcome) -> None:
        if outcome.code:
            columns = [outcome.field] if outcome.field else []
            self._run.progress.problem(
                self._resource.name, outcome.id, outcome.code, outcome.message, columns
            )

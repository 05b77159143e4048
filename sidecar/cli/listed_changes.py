"""What becomes of the list of changes on the command line."""

import os
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

import click

from sidecar.console.changes import print_changes
from sidecar.errors import InvalidRequest
from sidecar.migration.changes.change_list import ChangeList
from sidecar.migration.changes.documents import all_exported, document_of
from sidecar.migration.changes.values import to_json
from sidecar.migration.spool import temporary_folder

NAME = "changes.sqlite"
NOT_WRITTEN = "The changes cannot be written to {} ({}). Enter another file"
CODE = "CHANGES_FILE"

changes_option = click.option(
    "--changes",
    "changes_file",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write what changes to FILE, one row of JSON a line, with old and new values.",
)


class ListedChanges:
    """The changes of one run, in a temporary file, if somebody wants to see them."""

    def __init__(self, file: Path | None, *, shown: bool) -> None:
        """``file`` gets them as JSON. ``shown`` prints them."""
        self._file = file
        self._shown = shown
        self._stack = ExitStack()
        self._changes: ChangeList | None = None
        self._output: BinaryIO | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stack.close()

    def begin(self) -> ChangeList | None:
        """The list for a run that begins; None if nobody wants it. Raises InvalidRequest if the
        file cannot be written, and MigrationError if there is no room for the list."""
        if self._file:
            self._output = self._stack.enter_context(_opened(self._file))
        if self._file or self._shown:
            folder = self._stack.enter_context(temporary_folder())
            self._changes = self._stack.enter_context(ChangeList.create(folder / NAME))
        return self._changes

    def finish(self) -> bool:
        """Write and print what was listed. Returns whether it is complete."""
        changes = self._changes
        if changes is None:
            return self._file is None
        if changes.failure:
            # The log has said why.
            return False
        if self._shown:
            print_changes(changes)
        return self._written(changes)

    def _written(self, changes: ChangeList) -> bool:
        if self._output is None:
            return True
        try:
            for change in all_exported(changes):
                self._output.write(to_json(document_of(change)) + b"\n")
            self._output.flush()
        except OSError as error:
            click.echo(f"{NOT_WRITTEN.format(self._file, error)} ({CODE})", err=True)
            return False
        return True


def _opened(file: Path) -> BinaryIO:
    """``file`` to be written. Contents of both sides are for nobody else."""
    try:
        return open(file, "wb", opener=partial(os.open, mode=0o600))
    except OSError as error:
        message = NOT_WRITTEN.format(file, error)
        raise InvalidRequest(message, code=CODE, field="changes") from error

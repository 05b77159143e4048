"""What becomes of the list of changes on the command line."""

import os
from contextlib import ExitStack, suppress
from functools import partial
from pathlib import Path
from typing import BinaryIO

import click

from sidecar.closing import Closing
from sidecar.console.changes import print_changes
from sidecar.errors import InvalidRequest, MigrationError
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


class ListedChanges(Closing):
    """The changes of one run, in a temporary file, if somebody wants to see them."""

    def __init__(self, file: Path | None, *, shown: bool, kept: bool = False) -> None:
        """``file`` gets them as JSON. ``shown`` prints them. ``kept`` lists them for the caller."""
        self._file = file
        self._shown = shown
        self._kept = kept
        self._stack = ExitStack()
        # The list. None: the run has not begun, or nobody wants one.
        self.changes: ChangeList | None = None
        self._output: BinaryIO | None = None

    def close(self) -> None:
        self._stack.close()

    def begin(self) -> ChangeList | None:
        """The list for a run that begins; None if nobody wants it. Raises InvalidRequest if the
        file cannot be written, and MigrationError if there is no room for the list."""
        if self._file:
            self._output = _opened(self._file)
            # It was flushed, or it was said that it cannot be. Closing it tries once more.
            self._stack.enter_context(suppress(OSError))
            self._stack.enter_context(self._output)
        if self._file or self._shown or self._kept:
            folder = self._stack.enter_context(temporary_folder())
            self.changes = self._stack.enter_context(ChangeList.create(folder / NAME))
        return self.changes

    def finish(self) -> bool:
        """Write and print what was listed. Returns whether it is complete."""
        changes = self.changes
        if changes is None:
            return self._file is None
        if changes.failure:
            # The log has said why.
            return False
        try:
            if self._shown:
                print_changes(changes)
            if self._file and self._output:
                _write(changes, self._file, self._output)
        except MigrationError as error:
            click.echo(f"{error.message} ({error.code})", err=True)
            return False
        return True


def _write(changes: ChangeList, file: Path, output: BinaryIO) -> None:
    try:
        for change in all_exported(changes):
            output.write(to_json(document_of(change)) + b"\n")
        output.flush()
    except OSError as error:
        raise _not_written(file, error) from error


def _opened(file: Path) -> BinaryIO:
    """``file`` to be written. Contents of both sides are for nobody else."""
    try:
        return open(file, "wb", opener=partial(os.open, mode=0o600))
    except OSError as error:
        raise _not_written(file, error) from error


def _not_written(file: Path, error: OSError) -> InvalidRequest:
    return InvalidRequest(NOT_WRITTEN.format(file, error), code=CODE, field="changes")

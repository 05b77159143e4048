"""Shows the progress of a run on stderr: bars on a terminal, plain lines elsewhere."""

import signal
import time
from types import FrameType, TracebackType

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
)
from rich.progress import Progress as ProgressBars

from sidecar.migration.report.progress import Progress
from sidecar.migration.report.report import FileProof, Level, Report, Stage
from sidecar.texts import plain_lines

PLAIN_LINE_SECONDS = 5.0
MEGABYTE = 1_000_000
STYLES = {"info": "", "warning": "yellow", "error": "red"}
STOPPING = "Stopping and restoring the destination; press Ctrl-C again to stop at once"


class ConsoleWatcher:
    """A Watcher for the command line. The first Ctrl-C or SIGTERM asks the run to stop, and the
    second one ends the process at once."""

    def __init__(self) -> None:
        self._console = Console(stderr=True)
        self._bars = ProgressBars(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[size]}"),
            TimeElapsedColumn(),
            console=self._console,
            disable=not self._console.is_terminal,
        )
        self._tasks: dict[str, TaskID] = {}
        self._cancelled = False
        self._last_line = time.monotonic()

    def __enter__(self) -> "ConsoleWatcher":
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._interrupt)
        self._bars.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bars.stop()
        signal.signal(signal.SIGINT, signal.default_int_handler)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)

    def line(self, level: Level, stage: str | None, message: str) -> None:
        self._console.print(
            f"{stage or 'run':8}{plain_lines(message)}",
            style=STYLES[level],
            markup=False,
            highlight=False,
            soft_wrap=True,
        )

    def changed(self, progress: Progress) -> None:
        report = progress.report
        if self._console.is_terminal:
            for stage in report.stages:
                self._draw(stage, _size(report) if stage.name == "apply" else "")
        elif time.monotonic() - self._last_line > PLAIN_LINE_SECONDS:
            self._print_stage(progress)

    def transferred(self, file: FileProof) -> None:
        """Nothing to show: the table at the end counts files."""

    def cancel_requested(self) -> bool:
        return self._cancelled

    def _draw(self, stage: Stage, size: str) -> None:
        if stage.name not in self._tasks:
            if stage.status not in ("running", "done"):
                return
            self._tasks[stage.name] = self._bars.add_task(stage.name, total=None, size="")
        is_empty = stage.status == "done" and not stage.total
        done, total = (1, 1) if is_empty else (stage.done, stage.total)
        task = self._tasks[stage.name]
        self._bars.update(task, completed=done, total=total or None, size=size)

    def _print_stage(self, progress: Progress) -> None:
        stage = next((one for one in progress.report.stages if one.status == "running"), None)
        if stage is None:
            return
        self._last_line = time.monotonic()
        if waiting := progress.outages.current():
            for one in waiting:
                self.line("warning", stage.name, one.message)
        else:
            message = f"{stage.done} of {stage.total or '?'} rows and files"
            size = _size(progress.report) if stage.name == "apply" else ""
            self.line("info", stage.name, f"{message}, {size}" if size else message)

    def _interrupt(self, number: int, frame: FrameType | None) -> None:
        if self._cancelled:
            raise KeyboardInterrupt
        self._cancelled = True
        self.line("warning", None, STOPPING)


def _size(report: Report) -> str:
    """How many megabytes of files were transferred. Empty: there are none to transfer."""
    done, total = report.transferred
    return f"{done / MEGABYTE:,.1f} of {total / MEGABYTE:,.1f} MB" if total else ""

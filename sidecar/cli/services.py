"""The commands that serve and work until they are stopped: ``sidecar web | worker``."""

import os
import sys

import click

from sidecar.cli.output import fail
from sidecar.config import WEB_THREADS, read_settings
from sidecar.errors import InvalidRequest

GUNICORN_OPTIONS = (
    *("--workers", "1"),
    *("--threads", str(WEB_THREADS)),
    *("--worker-class", "sidecar.web.server_worker.GatedWorker"),
    # Each request has a connection of its own, so none waits for a next one.
    *("--keep-alive", "0"),
    *("--access-logfile", "-"),
    *("--logger-class", "sidecar.web.server_log.ServerLog"),
)


@click.command()
def web() -> None:
    """Serve the sidecar's HTTP interface with gunicorn."""
    try:
        settings = read_settings(os.environ)
    except InvalidRequest as error:
        fail(error)
    arguments = [sys.executable, "-m", "gunicorn", "--bind", settings.bind, *GUNICORN_OPTIONS]
    os.execv(sys.executable, [*arguments, "sidecar.app:serve()"])  # noqa: S606 (no shell is involved)


@click.command()
def worker() -> None:
    """Execute the runs of the queue, one at a time."""
    from sidecar.jobs.worker import work

    try:
        work(read_settings(os.environ))
    except InvalidRequest as error:
        fail(error)

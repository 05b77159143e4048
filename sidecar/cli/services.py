"""The commands that serve and work until they are stopped: ``sidecar web | worker``."""

import os

import click

from sidecar.cli.output import fail
from sidecar.config import read_settings
from sidecar.errors import InvalidRequest


@click.command()
def web() -> None:
    """Serve the sidecar's HTTP interface with gunicorn."""
    from sidecar.web.server_process import serve

    try:
        settings = read_settings(os.environ)
    except InvalidRequest as error:
        fail(error)
    serve(settings.bind)


@click.command()
def worker() -> None:
    """Execute the runs of the queue, one at a time."""
    from sidecar.jobs.worker import work

    try:
        work(read_settings(os.environ))
    except InvalidRequest as error:
        fail(error)

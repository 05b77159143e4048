"""``sidecar doctor``."""

import os
import sys

import click

from sidecar.cli.output import EXIT, json_option, print_json


@click.command(short_help="Check everything that a migration needs.")
@json_option
def doctor(as_json: bool) -> None:
    """Check settings, Redis, worker, source, extension, shared secret, temporary space
    and store.

    Run it where the web process or a worker runs. It writes nothing. The exit status is 2 if
    something has to be done.
    """
    from sidecar.jobs.doctor import diagnose

    findings = list(diagnose(os.environ))
    if as_json:
        print_json({"checks": [finding._asdict() for finding in findings]})
    else:
        for part, ok, message, _ in findings:
            click.echo(f"{'ok   ' if ok else 'CHECK'}  {part}{f': {message}' if message else ''}")
    sys.exit(EXIT["completed" if all(finding.ok for finding in findings) else "refused"])

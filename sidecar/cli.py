"""The command line: ``sidecar check | migrate | web | worker | doctor | install-extension``.

Exit status: 0 completed and verified; 1 completed with problems; 2 refused before anything was
written; 3 failed or cancelled after it began, safe to run again.
"""

import json
import os
import sys
from pathlib import Path
from typing import Any, NoReturn

import click

from sidecar.collector import collect_seldom
from sidecar.config import (
    read_allowed,
    read_caps,
    read_destination_token,
    read_settings,
    read_source,
)
from sidecar.console.display import ConsoleWatcher
from sidecar.console.tables import print_check, print_report
from sidecar.directus.client import Directus
from sidecar.directus.limiter import AdaptiveLimiter
from sidecar.directus.retry import BRIEF
from sidecar.directus.scheme import with_scheme
from sidecar.errors import InvalidRequest, MigrationError
from sidecar.extension import install
from sidecar.masking import hide_own, mask_values
from sidecar.migration.check.compatibility import check as check_sides
from sidecar.migration.instance.instance import check_answers
from sidecar.migration.instance.lease_check import require_unleased
from sidecar.migration.instance.lease_holder import command_line_holder
from sidecar.migration.pipeline import migrate as run_migration
from sidecar.migration.report.progress import Progress
from sidecar.migration.request import (
    DEFAULT_BATCH,
    REFUSE,
    MigrationRequest,
    check_allowed,
    check_token,
    check_url,
)
from sidecar.options import DEFAULT_OPTIONS, OPTIONS

EXIT = {
    "completed": 0,
    "completed_with_problems": 1,
    "refused": 2,
    "failed": 3,
    "cancelled": 3,
    "interrupted": 3,
}

EXIT_STATUS = """\b
Exit status:
  0  completed and verified; for check: the source can be migrated
  1  completed with problems
  2  refused before anything was written
  3  failed or cancelled after it began; safe to run again
"""

to_option = click.option("--to", default="", metavar="URL", help="The destination's address.")
token_option = click.option(
    "--token-file",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="A file with the destination's token; replaces MIGRATION_DESTINATION_TOKEN.",
)
options_option = click.option(
    "--options",
    "scopes",
    default=",".join(DEFAULT_OPTIONS),
    show_default="all of them",
    metavar="LIST",
    help=(
        f"What to migrate, separated by commas: {', '.join(OPTIONS)}. Schema, settings and "
        "translations are always included."
    ),
)
references_option = click.option(
    "--references",
    default=REFUSE,
    show_default=True,
    metavar="refuse|empty",
    help=(
        "For references to rows that are neither included nor at the destination: refuse the run, "
        "or leave them empty."
    ),
)
json_option = click.option(
    "--json", "as_json", is_flag=True, help="Print one JSON document on stdout."
)


@click.group(epilog=EXIT_STATUS)
@click.version_option(package_name="directus-migration-module", message="sidecar %(version)s")
def main() -> None:
    """Migrate one live Directus instance to another.

    DIRECTUS_URL and DIRECTUS_TOKEN set the source, and MIGRATION_DESTINATION_TOKEN sets the
    destination's token.
    """


@main.command(epilog=EXIT_STATUS, short_help="Check whether a migration is possible.")
@to_option
@token_option
@options_option
@references_option
@json_option
def check(to: str, token_file: Path | None, scopes: str, references: str, as_json: bool) -> None:
    """Check whether the source can be migrated to URL. Writes nothing."""
    try:
        source, destination = _connect(to, token_file, retry_policy=BRIEF)
        request = MigrationRequest(_split(scopes), references=references)
        check_answers(destination, "destination")
        require_unleased(destination, command_line_holder())
        result = check_sides(source, destination, request)
    except MigrationError as error:
        if as_json:
            _print_json({"errors": [{"message": error.message, "code": error.code}]})
        _fail(error)
    if as_json:
        _print_json(result.document())
    else:
        print_check(result, request)
    refused = not result.compatible or result.leaves_empty(request)
    sys.exit(EXIT["refused" if refused else "completed"])


@main.command(epilog=EXIT_STATUS)
@to_option
@token_option
@options_option
@click.option("--dry-run", is_flag=True, help="Report exact numbers and write nothing.")
@click.option("--force", is_flag=True, help="Migrate even if version or database differ.")
@click.option(
    "--batch-size",
    default=str(DEFAULT_BATCH),
    show_default=True,
    metavar="N",
    help="Files transferred at the same time, 5 to 25.",
)
@references_option
@click.option(
    "--invite", is_flag=True, help="Let URL mail each migrated user a link to set a password."
)
@json_option
def migrate(
    to: str,
    token_file: Path | None,
    scopes: str,
    dry_run: bool,
    force: bool,
    batch_size: str,
    references: str,
    invite: bool,
    as_json: bool,
) -> None:
    """Migrate the source to URL and wait for the end."""
    # The command line needs Redis' client for nothing else.
    from sidecar.jobs.command_line import RecordedRun

    collect_seldom()
    with ConsoleWatcher() as console:
        watcher = RecordedRun(console)
        try:
            request = MigrationRequest(
                _split(scopes),
                dry_run=dry_run,
                force=force,
                batch_size=_parse_batch_size(batch_size),
                invite=invite,
                references=references,
            )
            report = run_migration(*_connect(to, token_file), request, watcher)
            watcher.store(os.environ, read_source(os.environ), report)
        except MigrationError as error:
            progress = Progress(MigrationRequest(dry_run=dry_run, force=force), watcher)
            progress.stop("refused", error)
            report = progress.report
    if as_json:
        _print_json(report.document())
    else:
        print_report(report)
    sys.exit(EXIT[report.status])


@main.command()
def web() -> None:
    """Serve the sidecar's HTTP interface with gunicorn."""
    from sidecar.web.server_process import serve

    try:
        settings = read_settings(os.environ)
    except InvalidRequest as error:
        _fail(error)
    serve(settings.bind)


@main.command()
def worker() -> None:
    """Execute the runs of the queue, one at a time."""
    from sidecar.jobs.worker import work

    try:
        work(read_settings(os.environ))
    except InvalidRequest as error:
        _fail(error)


@main.command("install-extension", short_help="Install the extension into a Directus.")
@click.argument("directory", type=click.Path(path_type=Path))
def install_extension(directory: Path) -> None:
    """Install the extension into DIRECTORY, the extensions folder of a Directus."""
    try:
        click.echo(f"Installed {install(directory)}; restart Directus to load it")
    except InvalidRequest as error:
        _fail(error)


@main.command(short_help="Check everything that a migration needs.")
@json_option
def doctor(as_json: bool) -> None:
    """Check settings, Redis, worker, source, extension, shared secret and temporary space.

    Run it where the web process or a worker runs. It writes nothing. The exit status is 2 if
    something has to be done.
    """
    from sidecar.jobs.doctor import diagnose

    findings = list(diagnose(os.environ))
    if as_json:
        _print_json({"checks": [finding._asdict() for finding in findings]})
    else:
        for part, ok, message, _ in findings:
            click.echo(f"{'ok   ' if ok else 'CHECK'}  {part}{f': {message}' if message else ''}")
    sys.exit(EXIT["completed" if all(finding.ok for finding in findings) else "refused"])


def _connect(to: str, token_file: Path | None, **options: Any) -> tuple[Directus, Directus]:
    """Clients of source and destination; ``options`` go to both. Raises InvalidRequest for a
    missing or wrong address or token."""
    allowed = read_allowed(os.environ)
    url = check_url(with_scheme(to, allowed))
    check_allowed(url, allowed)
    source, caps = read_source(os.environ), read_caps(os.environ)
    token = _read_token(token_file) if token_file else read_destination_token(os.environ)
    hide_own(token.strip())
    return (
        Directus(source.url, source.token, limiter=AdaptiveLimiter(caps), **options),
        Directus(url, check_token(token), limiter=AdaptiveLimiter(caps), **options),
    )


def _read_token(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        message = f"The token file {path} cannot be read: {error}"
        raise InvalidRequest(
            message, code="DESTINATION_TOKEN_MISSING", field="destination_token"
        ) from error


def _split(scopes: str) -> tuple[str, ...]:
    """The names in a list that is separated by commas, each once and in their order."""
    return tuple(dict.fromkeys(scope.strip() for scope in scopes.split(",") if scope.strip()))


def _parse_batch_size(text: str) -> int:
    try:
        return int(text)
    except ValueError as error:
        message = f"Batch size {text!r} is not a number; enter a number from 5 to 25"
        raise InvalidRequest(message, code="BATCH_SIZE_OUT_OF_RANGE", field="batch_size") from error


def _print_json(document: dict[str, Any]) -> None:
    click.echo(json.dumps(mask_values(document), ensure_ascii=False))


def _fail(error: MigrationError) -> NoReturn:
    click.echo(f"{error.message} ({error.code})", err=True)
    sys.exit(EXIT["refused"])


if __name__ == "__main__":
    main()

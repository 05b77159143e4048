"""``sidecar install-extension``."""

from pathlib import Path

import click

from sidecar.cli.output import fail
from sidecar.errors import InvalidRequest
from sidecar.extension import install


@click.command("install-extension", short_help="Install the extension into a Directus.")
@click.argument("directory", type=click.Path(path_type=Path))
def install_extension(directory: Path) -> None:
    """Install the extension into DIRECTORY, the extensions folder of a Directus."""
    try:
        click.echo(f"Installed {install(directory)}; restart Directus to load it")
    except InvalidRequest as error:
        fail(error)

"""Which instances a command works on."""

import os
from pathlib import Path
from typing import Any

import click

from sidecar.config import read_allowed, read_caps, read_destination_token, read_source
from sidecar.directus.client import Directus
from sidecar.directus.limiter import AdaptiveLimiter
from sidecar.directus.scheme import with_scheme
from sidecar.errors import InvalidRequest
from sidecar.masking import hide_own
from sidecar.migration.request import check_allowed, check_token, check_url

to_option = click.option("--to", default="", metavar="URL", help="The destination's address.")
token_option = click.option(
    "--token-file",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="A file with the destination's token; replaces MIGRATION_DESTINATION_TOKEN.",
)


def connect(to: str, token_file: Path | None, **options: Any) -> tuple[Directus, Directus]:
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

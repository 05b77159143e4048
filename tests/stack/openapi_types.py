"""Generates the extension's types from the sidecar's OpenAPI document: what ``make types`` runs.

With ``--check`` it writes nothing and fails when the committed types are stale.
"""

import subprocess
import sys
from pathlib import Path

from sidecar.app import create_app
from sidecar.config import Settings, SourceSettings, StoreSettings
from tests.stack.directus_install import node_environment, npm
from tests.stack.extension_build import EXTENSION

# The document needs an application, but neither a Directus nor a Redis.
NOWHERE = Settings(
    SourceSettings("http://source", "token"),
    "redis://redis",
    "secret",
    StoreSettings(Path("/nowhere")),
)
STALE = "extension/src/types.ts does not match the sidecar's interface. Run `make types`."


def openapi_document() -> str:
    """The document as JSON, as ``flask openapi print`` writes it."""
    runner = create_app(NOWHERE).test_cli_runner()
    return runner.invoke(args=["openapi", "print"], catch_exceptions=False).output


def generate(*options: str) -> bool:
    """Run openapi-typescript; returns whether it succeeded."""
    command = [npm(), "run", "--silent", "types", "--", *options]
    done = subprocess.run(
        command,
        cwd=EXTENSION,
        env=node_environment(),
        text=True,
        input=openapi_document(),
        check=False,
    )
    return done.returncode == 0


if __name__ == "__main__":
    if not generate(*sys.argv[1:]):
        sys.exit(STALE if "--check" in sys.argv else 1)

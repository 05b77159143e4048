"""Builds the extension with the Node from PyPI: what ``make extension`` runs, and its checks."""

import subprocess
import sys
from pathlib import Path

from tests.stack.directus_install import node_environment, npm

EXTENSION = Path(__file__).parents[2] / "extension"


def run_npm(*arguments: str) -> None:
    """One npm command in the extension's folder. Raises CalledProcessError."""
    subprocess.run([npm(), *arguments], cwd=EXTENSION, env=node_environment(), check=True)


if __name__ == "__main__":
    for step in sys.argv[1:]:
        run_npm(*step.split())

"""Lists what the project ships, as CycloneDX documents: what ``make sbom`` runs.

The sidecar's packages are those that the image installs. The extension's are those that npm
installs without the tools that build it.
"""

import subprocess
import sys
from pathlib import Path

from tests.stack.directus_install import node_environment, npm
from tests.stack.extension_build import EXTENSION

CHECKOUT = Path(__file__).parents[2]
LOCK = CHECKOUT / "requirements.lock"


def write_sidecar(path: Path) -> None:
    """Raises CalledProcessError."""
    command = [sys.executable, "-m", "cyclonedx_py", "requirements", str(LOCK)]
    about = ["--pyproject", str(CHECKOUT / "pyproject.toml"), "--output-reproducible"]
    subprocess.run([*command, *about, "--output-file", str(path)], check=True)


def write_extension(path: Path) -> None:
    """Raises CalledProcessError."""
    command = [npm(), "sbom", "--omit=dev", "--sbom-format=cyclonedx", "--package-lock-only"]
    done = subprocess.run(
        command, cwd=EXTENSION, env=node_environment(), capture_output=True, check=True
    )
    path.write_bytes(done.stdout)


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for name, write in (("sidecar", write_sidecar), ("extension", write_extension)):
        write(folder / f"sbom-{name}.cdx.json")
        print(f"Wrote {folder / f'sbom-{name}.cdx.json'}")

"""Installs the built extension, which is shipped with this package, for a Directus."""

import os
import shutil
from pathlib import Path

from sidecar.errors import InvalidRequest

PACKAGED = Path(__file__).parent / "bundle"
# A wheel holds the bundle. A checkout has it where it was built.
BUNDLE = PACKAGED if PACKAGED.is_dir() else Path(__file__).parent.parent / "extension"
FILES = ("package.json", "third-party-licenses.txt")
NAME = "directus-extension-migration"


def install(directory: Path, bundle: Path = BUNDLE) -> Path:
    """Copy the bundle into ``directory``, the extensions folder of a Directus; return its folder.

    An older version is replaced. Raises InvalidRequest when the bundle is not built or the folder
    cannot be written.
    """
    if not (bundle / "dist").is_dir():
        raise InvalidRequest(
            "The extension is not built; run `make extension` first", code="EXTENSION_NOT_BUILT"
        )
    target = directory / NAME
    try:
        shutil.rmtree(target, ignore_errors=True)
        target.mkdir(parents=True)
        for name in FILES:
            shutil.copy2(bundle / name, target)
        shutil.copytree(bundle / "dist", target / "dist")
    except OSError as error:
        message = (
            f"Cannot write to {directory}: {error}; give the folder to the user who runs this "
            f"command (id {os.getuid()})"
        )
        raise InvalidRequest(message, code="FOLDER_NOT_WRITABLE") from error
    return target

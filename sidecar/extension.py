"""Installs the built extension, which is shipped with this package, for a Directus."""

import shutil
import sys
from pathlib import Path

from sidecar.errors import InvalidRequest

CHECKOUT = Path(__file__).parent.parent / "extension"
# Where a wheel puts the built extension.
INSTALLED = Path(sys.prefix) / "share" / "directus-migration-module" / "extension"
BUNDLE = CHECKOUT if (CHECKOUT / "package.json").is_file() else INSTALLED
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
        shutil.copy2(bundle / "package.json", target)
        shutil.copytree(bundle / "dist", target / "dist")
    except OSError as error:
        raise InvalidRequest(
            f"Cannot write to {directory}: {error}", code="FOLDER_NOT_WRITABLE"
        ) from error
    return target

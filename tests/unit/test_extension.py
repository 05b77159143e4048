"""``sidecar install-extension``: the built bundle, and nothing else, goes where Directus loads
extensions from."""

from functools import partial
from importlib import import_module
from pathlib import Path

import pytest
from click.testing import CliRunner

from sidecar.cli import main
from sidecar.errors import InvalidRequest
from sidecar.extension import FILES, NAME, install

command = import_module("sidecar.cli.install_extension")


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    folder = tmp_path / "extension"
    (folder / "dist").mkdir(parents=True)
    (folder / "src").mkdir()
    for name in FILES:
        (folder / name).write_text("{}")
    (folder / "dist" / "app.js").write_text("new")
    return folder


def test_the_bundle_replaces_an_older_one(bundle: Path, tmp_path: Path) -> None:
    extensions = tmp_path / "extensions"
    older = extensions / NAME / "dist"
    older.mkdir(parents=True)
    (older / "old.js").write_text("old")
    assert install(extensions, bundle) == extensions / NAME
    found = {str(path.relative_to(extensions)) for path in extensions.rglob("*") if path.is_file()}
    assert found == {*(f"{NAME}/{name}" for name in FILES), f"{NAME}/dist/app.js"}


def test_a_bundle_that_is_not_built_is_refused_and_the_older_one_stays(
    bundle: Path, tmp_path: Path
) -> None:
    installed = install(tmp_path / "extensions", bundle)
    (bundle / "dist").rename(bundle / "elsewhere")
    with pytest.raises(InvalidRequest, match="make extension"):
        install(tmp_path / "extensions", bundle)
    assert (installed / "dist" / "app.js").read_text() == "new"


def test_the_command_names_the_installed_folder_or_the_reason_of_a_failure(
    bundle: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "install", partial(install, bundle=bundle))
    (tmp_path / "file").write_text("")
    failed = CliRunner().invoke(main, ["install-extension", str(tmp_path / "file")])
    assert (failed.exit_code, "FOLDER_NOT_WRITABLE" in failed.stderr) == (2, True)
    done = CliRunner().invoke(main, ["install-extension", str(tmp_path / "extensions")])
    assert done.exit_code == 0
    assert str(tmp_path / "extensions" / NAME) in done.output

"""``sidecar install-extension`` copies the built bundle, and nothing else, for a Directus."""

from functools import partial
from pathlib import Path

import pytest
from click.testing import CliRunner

from sidecar import cli
from sidecar.errors import InvalidRequest
from sidecar.extension import NAME, install


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    folder = tmp_path / "extension"
    (folder / "dist").mkdir(parents=True)
    (folder / "src").mkdir()
    (folder / "package.json").write_text("{}")
    (folder / "dist" / "app.js").write_text("new")
    return folder


def test_the_bundle_replaces_an_older_one(bundle: Path, tmp_path: Path) -> None:
    extensions = tmp_path / "extensions"
    older = extensions / NAME / "dist"
    older.mkdir(parents=True)
    (older / "old.js").write_text("old")
    assert install(extensions, bundle) == extensions / NAME
    files = {str(path.relative_to(extensions)) for path in extensions.rglob("*") if path.is_file()}
    assert files == {f"{NAME}/package.json", f"{NAME}/dist/app.js"}


def test_a_bundle_that_is_not_built_is_rejected_and_the_older_one_stays(
    bundle: Path, tmp_path: Path
) -> None:
    installed = install(tmp_path / "extensions", bundle)
    (bundle / "dist").rename(bundle / "elsewhere")
    with pytest.raises(InvalidRequest, match="make extension"):
        install(tmp_path / "extensions", bundle)
    assert (installed / "dist" / "app.js").read_text() == "new"


def test_the_command_reports_the_folder_or_the_error(
    bundle: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cli, "install", partial(install, bundle=bundle))
    (tmp_path / "file").write_text("")
    bad = CliRunner().invoke(cli.main, ["install-extension", str(tmp_path / "file")])
    assert bad.exit_code == 2
    assert str(tmp_path / "file") in bad.output
    good = CliRunner().invoke(cli.main, ["install-extension", str(tmp_path / "extensions")])
    assert good.exit_code == 0
    assert str(tmp_path / "extensions" / NAME) in good.output

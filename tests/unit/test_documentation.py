"""README and docs/ name commands, variables, codes, targets and pages that there are."""

import re
import secrets
from pathlib import Path

import click
import pytest
import yaml

from sidecar.cli import main
from sidecar.config import read_settings
from tests.matrix.directions.pair import REPRESENTATIVE

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"
PAGES = [README, *sorted((ROOT / "docs").glob("*.md"))]
SOURCES = "\n".join(
    path.read_text()
    for folder, pattern in (("sidecar", "*.py"), ("extension/src", "*.ts"), ("tests", "*.py"))
    for path in (ROOT / folder).rglob(pattern)
)
MAKEFILE = (ROOT / "Makefile").read_text()
# Settings of others that the pages name.
OF_OTHERS = re.compile(
    r"HTTPS_PROXY|NO_PROXY|REQUESTS_CA_BUNDLE|PUBLIC_URL|CACHE_ENABLED|\w+_MAX_\w+"
)
NAMES_OF_DATABASES = {"sqlite": "SQLite", "postgres": "PostgreSQL", "mariadb": "MariaDB"}


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(), re.MULTILINE)
    return {
        re.sub(r"[^\w -]", "", heading).strip().lower().replace(" ", "-") for heading in headings
    }


def pages() -> pytest.MarkDecorator:
    return pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)


def test_readme_is_short_and_leads_to_every_page() -> None:
    text = README.read_text()
    assert len(text.splitlines()) <= 150
    assert {f"docs/{page.name}" for page in PAGES[1:]} <= set(re.findall(r"\]\(([^)#]+)", text))


@pages()
def test_links_lead_somewhere(page: Path) -> None:
    for target, anchor in re.findall(r"\]\(([^)#]*)#?([^)]*)\)", page.read_text()):
        other = (page.parent / target) if target else page
        assert other.is_file(), target
        assert not anchor or anchor in anchors(other), f"{target}#{anchor}"


@pages()
def test_commands_of_the_sidecar_have_these_options(page: Path) -> None:
    text = re.sub(r"\n +\[", " [", page.read_text())
    for name, rest in re.findall(r"(?:^|`)sidecar ([\w-]+)([^`\n]*)", text, re.M):
        command = main.commands[name]
        known = {word for option in command.params for word in option.opts}
        assert set(re.findall(r"--[\w-]+", rest)) <= known, name


@pages()
def test_options_exist(page: Path) -> None:
    known = {
        word
        for command in main.commands.values()
        for option in command.params
        if isinstance(option, click.Option)
        for word in option.opts
    }
    inline = re.findall(r"`(--[\w-]+)[^`]*`", page.read_text())
    assert set(inline) <= known | {"--version", "--appendonly"}


@pages()
def test_variables_and_codes_exist(page: Path) -> None:
    names = set(re.findall(r"`([A-Z]+(?:_[A-Z0-9]+)+)`", page.read_text()))
    for name in names:
        base = name.removesuffix("_FILE")
        assert OF_OTHERS.fullmatch(name) or re.search(rf"\b{base}\b", SOURCES), name


def test_every_variable_is_in_the_table_of_readme() -> None:
    code = (ROOT / "sidecar" / "config.py").read_text()
    read = set(re.findall(r'"((?:DIRECTUS|MIGRATION|REDIS)_\w+)"', code))
    assert read - {"MIGRATION_DESTINATION_TOKEN"} == set(
        re.findall(r"^\| `(\w+)` \|", README.read_text(), re.M)
    )


@pages()
def test_targets_of_make_exist(page: Path) -> None:
    for target in re.findall(r"(?:^|`)make ([a-z-]+)", page.read_text(), re.M):
        assert re.search(rf"^{target}:", MAKEFILE, re.M), target


def test_the_compose_file_of_readme_starts_what_there_is() -> None:
    block = re.findall(r"```yaml\n(.+?)```", README.read_text(), re.DOTALL)[0]
    services = yaml.safe_load(block)["services"]
    # People paste it into files of their own.
    assert "<<" not in block
    assert services["migration-worker"]["extends"] == {"service": "migration-sidecar"}
    environment = services["migration-sidecar"]["environment"]
    secret = {"DIRECTUS_TOKEN": "token", "MIGRATION_SIDECAR_SECRET": secrets.token_hex(32)}
    assert read_settings({**environment, **secret}).source.url
    commands = [service["command"][0] for service in services.values() if "command" in service]
    assert commands == ["web", "worker", "install-extension", "valkey-server"]
    assert {*commands[:3]} <= main.commands.keys()
    assert services["migration-worker"]["stop_grace_period"] == "2m"
    assert services["migration-extension"]["network_mode"] == "none"


def test_an_upgrade_without_docker_installs_the_new_wheel() -> None:
    text = (ROOT / "docs" / "operations.md").read_text()
    upgrade = text[text.index("\n## Upgrade\n") : text.index("\n## Uninstall\n")]
    for command in ("--require-hashes --requirement requirements.lock", "--force-reinstall"):
        assert f"pip install {command}" in upgrade.replace("--no-deps ", "")


def test_the_tested_pairs_are_those_of_the_makefile() -> None:
    rows = re.findall(r"^\| ([\d.]+) \|(.+)\|$", (ROOT / "docs" / "tested.md").read_text(), re.M)
    written = {
        (version, database)
        for version, cells in rows
        for database, cell in zip(NAMES_OF_DATABASES, cells.split("|"), strict=True)
        if "every change" in cell
    }
    part = MAKEFILE[: MAKEFILE.index("\ndatabases:")]
    started = {
        (version, database or "sqlite")
        for version, database in re.findall(r"--directus ([\d.]+)(?: --database (\w+))?", part)
    }
    assert written == started | {("12.4.0", "sqlite")}


def test_the_directions_between_databases_are_those_of_the_matrix() -> None:
    text = " ".join((ROOT / "docs" / "tested.md").read_text().split())
    for one in REPRESENTATIVE:
        source, destination = (NAMES_OF_DATABASES[name] for name in (one.source, one.destination))
        assert f"from {source} to {destination}" in text

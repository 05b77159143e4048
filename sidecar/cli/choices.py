"""The options that say what is migrated, and the request that they make."""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Any

import click

from sidecar.cli.selection_file import read_selection_file
from sidecar.migration.existing import ASK, CONFLICTS, read_existing
from sidecar.migration.request import REFERENCES, REFUSE, MigrationRequest, default_references
from sidecar.migration.selection import read_selection, wrong_selection
from sidecar.options import DEFAULT_OPTIONS, OPTIONS, PARTS
from sidecar.texts import split_list

EXAMPLE = """--filter posts='{"status": {"_eq": "published"}}'"""


@dataclass(frozen=True, slots=True)
class Choices:
    """What was entered. None: nothing."""

    options: str | None
    parts: str | None
    collections: str | None
    exclude: str | None
    filters: tuple[str, ...]
    since: str | None
    references: str | None
    file: Path | None
    existing: str | None = None
    conflicts: str | None = None
    overwrite_settings: str | None = None

    def request(self, **others: Any) -> MigrationRequest:
        """The request of these choices; ``others`` are the rest of it. What was entered replaces
        what the file has. Raises InvalidRequest."""
        document = {**(read_selection_file(self.file) if self.file else {}), **self._entered()}
        parts = document.pop("parts", None)
        options = document.pop("options", None)
        references = document.pop("references", None)
        existing = read_existing(document.pop("existing", None))
        conflicts = document.pop("conflicts", None) or ASK
        settings = document.pop("overwrite_settings", None) or []
        selection = read_selection(document)
        return MigrationRequest(
            DEFAULT_OPTIONS if options is None else _names("options", options),
            references=references or default_references(selection),
            selection=selection,
            parts=None if parts is None else _names("parts", parts),
            existing=existing,
            conflicts=conflicts,
            overwrite_settings=_names("overwrite_settings", settings),
            **others,
        )

    def entered(self) -> list[str]:
        """The options that were entered, as people enter them."""
        names = ["--filter" if name == "filters" else f"--{name}" for name in self._entered()]
        return [name.replace("_", "-") for name in names] + (["--selection"] if self.file else [])

    def _entered(self) -> dict[str, Any]:
        lists = {
            "options": self.options,
            "parts": self.parts,
            "collections": self.collections,
            "exclude": self.exclude,
            "overwrite_settings": self.overwrite_settings,
        }
        entered: dict[str, Any] = {
            name: split_list(text) for name, text in lists.items() if text is not None
        }
        texts = {
            "since": self.since,
            "references": self.references,
            "existing": self.existing,
            "conflicts": self.conflicts,
        }
        entered |= {name: text for name, text in texts.items() if text is not None}
        if self.filters:
            entered["filters"] = _filters(self.filters)
        return entered


def choice_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add these options to a command, which gets them as ``choices``."""

    @wraps(command)
    def with_choices(**values: Any) -> Any:
        chosen = {name: values.pop(name) for name in Choices.__slots__}
        return command(choices=Choices(**chosen), **values)

    for option in reversed(_OPTIONS):
        with_choices = option(with_choices)
    return with_choices


_OPTIONS = (
    click.option(
        "--options",
        show_default="all of them",
        metavar="LIST",
        help=(
            f"What to migrate, separated by commas: {', '.join(OPTIONS)}. Schema, settings and "
            "translations are always included."
        ),
    ),
    click.option(
        "--parts",
        metavar="LIST",
        help=f"Instead of --options, the parts one by one: {', '.join(PARTS)}.",
    ),
    click.option(
        "--collections", metavar="LIST", help="Only these collections, separated by commas."
    ),
    click.option(
        "--exclude", metavar="LIST", help="No rows of these collections, separated by commas."
    ),
    click.option(
        "--filter",
        "filters",
        multiple=True,
        metavar="NAME=JSON",
        help="Only the rows of a collection that match a filter of Directus. May be repeated.",
    ),
    click.option(
        "--since",
        metavar="DATE|last",
        help=(
            "Only rows that were created or changed since a date, or since the last successful "
            "migration to URL."
        ),
    ),
    click.option(
        "--references",
        show_default=f"{REFUSE}, or bring with a selection",
        metavar="|".join(REFERENCES),
        help=(
            "For references to rows that are not included: refuse the run if they are not at the "
            "destination either, leave them empty, bring these rows along, or keep the references "
            "if the rows are at the destination."
        ),
    ),
    click.option(
        "--existing",
        show_default="skip",
        metavar="skip|update",
        help=(
            "For rows that URL has already: skip leaves them as they are, update gives them the "
            "source's values where they differ. Also by collection: posts=update,pages=skip."
        ),
    ),
    click.option(
        "--conflicts",
        show_default=ASK,
        metavar="|".join(CONFLICTS),
        help=(
            "For rows to update that both sides have changed since the last run: ask keeps URL's "
            "row and names it, source or destination lets that side win."
        ),
    ),
    click.option(
        "--overwrite-settings",
        metavar="LIST",
        help=(
            "Settings that get the source's value although URL has another one, separated by "
            "commas, such as project_name."
        ),
    ),
    click.option(
        "--selection",
        "file",
        type=click.Path(dir_okay=False, path_type=Path),
        metavar="FILE",
        help=(
            "A YAML or JSON file with options, parts, collections, exclude, filters, since, "
            "references, existing, conflicts and overwrite_settings."
        ),
    ),
)


def _names(what: str, value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
        raise wrong_selection(f"{what} is a list of names")
    return tuple(value)


def _filters(texts: Iterable[str]) -> dict[str, Any]:
    """The filters by collection. Raises InvalidRequest."""
    filters: dict[str, Any] = {}
    for text in texts:
        # A name may have this sign, too.
        split = text.find("={") if "={" in text else text.find("=")
        name, document = text[: max(split, 0)].strip(), text[split + 1 :]
        if not name:
            raise wrong_selection(
                f"{text!r} names no collection; a filter is entered as in {EXAMPLE}"
            )
        if name in filters:
            raise wrong_selection(
                f'{name} has two filters; make one of them: {{"_and": [..., ...]}}'
            )
        try:
            filters[name] = json.loads(document, object_pairs_hook=_object)
        except (ValueError, RecursionError) as error:
            message = f"The filter of {name} is no JSON ({error}); an example is {EXAMPLE}"
            raise wrong_selection(message) from error
    return filters


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object of JSON. Raises ValueError if a name is in it twice: one of them would be lost."""
    read = dict(pairs)
    if len(read) < len(pairs):
        raise ValueError("a name is twice in one object")
    return read

"""Prints what a dry run would change, like a plan, on stdout."""

from collections.abc import Iterator, Mapping
from itertools import islice

from rich.console import Console
from rich.text import Text

from sidecar.migration.changes.change import Kind, ListedChange
from sidecar.migration.changes.change_list import ChangeList
from sidecar.migration.changes.documents import exported
from sidecar.texts import plain

# In the order in which they are printed: what needs somebody comes first.
SIGNS: dict[Kind, tuple[str, str, str]] = {
    "conflict": ("!", "red", "in conflict"),
    "changed": ("~", "yellow", "changed"),
    "new": ("+", "green", "new"),
    "only_at_destination": ("-", "dim", "only at the destination (kept)"),
}
MAX_LINES = 20
MAX_NAME = 100


def print_changes(changes: ChangeList) -> None:
    """Print the rows of each collection that do not stay as they are, MAX_LINES at most, each with
    the fields that change."""
    console = Console()
    for collection, counts in changes.counts().items():
        if total := sum(counts[kind] for kind in SIGNS):
            _print(console, Text(f"{plain(collection)}: {_words(counts)}"))
            lines = list(islice(_lines(changes, collection, counts), MAX_LINES))
            for line in lines:
                _print(console, line)
            if more := total - len(lines):
                _print(console, Text(f"  … and {more:,} more"))


def _words(counts: Mapping[Kind, int]) -> str:
    kinds = [(counts[kind], name) for kind, (_, _, name) in SIGNS.items() if counts[kind]]
    unchanged = [(counts["unchanged"], "unchanged")] if counts["unchanged"] else []
    return ", ".join(f"{rows:,} {name}" for rows, name in [*kinds, *unchanged])


def _lines(changes: ChangeList, collection: str, counts: Mapping[Kind, int]) -> Iterator[Text]:
    for kind, (sign, style, _) in SIGNS.items():
        if counts[kind]:
            for change in exported(changes, collection, kind):
                yield Text(f"  {sign} {_row(change)}", style)


def _row(change: ListedChange) -> str:
    key, label = plain(change.key, MAX_NAME), change.label and plain(change.label, MAX_NAME)
    name = f"{key} {label}" if label and label != key else key
    # Of a new row they are all new.
    fields = "" if change.kind == "new" else ", ".join(change.fields or ())
    return f"{name}: {plain(fields)}" if fields else name


def _print(console: Console, line: Text) -> None:
    console.print(line, highlight=False, soft_wrap=True)

"""The changes of a run as one HTML page for people, made piece by piece. It has no scripts, loads
nothing, and escapes every value."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from markupsafe import Markup, escape

from sidecar.masking import mask
from sidecar.migration.changes.change import KINDS, Kind, ListedChange
from sidecar.migration.changes.change_list import ChangeList
from sidecar.migration.changes.documents import EXPORTED, exported
from sidecar.web.changes_style import STYLE

NAMES: dict[Kind, str] = {
    "new": "New",
    "changed": "Changed",
    "unchanged": "Unchanged",
    "only_at_destination": "Only at the destination",
    "conflict": "Conflicts",
}
# What the two columns of values are called.
COLUMNS: dict[Kind, tuple[str, str]] = {
    "conflict": ("Destination", "Source"),
}
BEFORE_AND_AFTER = ("Before", "After")
CHANGED_BY = {
    "source": "changed at the source",
    "destination": "changed at the destination",
    "both": "changed on both sides",
}
HEAD = Markup("""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
<main>
<h1>{title}</h1>
<dl class="facts">{facts}</dl>
""")
TAIL = Markup("</main>\n</body>\n</html>\n")
FACT = Markup("<div><dt>{}</dt><dd>{}</dd></div>")
NOTHING = Markup("<p>Nothing is listed.</p>\n")
CUT = " <small>too long: only a part is shown</small>"
NOT_KEPT = "<p>The values of so many rows are not kept.</p>"


def html_page(run: Mapping[str, Any], changes: ChangeList) -> Iterator[str]:
    """The page. Each piece is whole for itself, so that no secret spans two of them."""
    for piece in _page(run, changes):
        # Markup would escape once more what is looked for.
        yield mask(str(piece))


def _page(run: Mapping[str, Any], changes: ChangeList) -> Iterator[str]:
    title = "What a dry run found" if run["dry_run"] else "What a migration changed"
    facts = Markup().join(FACT.format(name, value) for name, value in _facts(run) if value)
    yield HEAD.format(title=title, style=STYLE, facts=facts)
    counts, listed = changes.counts(), changes.listed()
    yield _table(counts) if counts else NOTHING
    for name, numbers in counts.items():
        kinds = [kind for kind in EXPORTED if numbers[kind]]
        if kinds:
            yield Markup("<section>\n<h2>{}</h2>\n").format(name)
            for kind in kinds:
                yield from _kind(changes, name, kind, numbers[kind], listed[name][kind])
            yield Markup("</section>\n")
    yield TAIL


def _facts(run: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name in ("source", "destination"):
        if side := run.get(name):
            yield name.capitalize(), "{url} (Directus {version}, {vendor})".format(**side)
    yield "Run", run["id"]
    if started := run.get("started_at"):
        yield "Started", f"{started[:16].replace('T', ' ')} UTC"
    yield "State", run["status"].replace("_", " ")


def _table(counts: Mapping[str, Mapping[Kind, int]]) -> Markup:
    heads = Markup().join(Markup("<th>{}</th>").format(NAMES[kind]) for kind in KINDS)
    rows = Markup().join(
        Markup("<tr><th>{}</th>{}</tr>\n").format(
            name,
            Markup().join(Markup("<td>{:,}</td>").format(numbers[kind]) for kind in KINDS),
        )
        for name, numbers in counts.items()
    )
    return Markup(
        '<div class="wide" tabindex="0" role="region" aria-label="Numbers"><table class="counts">'
        "<thead><tr><th>Collection</th>{}</tr></thead>"
        "<tbody>\n{}</tbody></table></div>\n"
    ).format(heads, rows)


def _kind(
    changes: ChangeList, collection: str, kind: Kind, rows: int, listed: int
) -> Iterator[str]:
    """The rows of one kind, folded away."""
    more = "" if rows == listed else f", of which {listed:,} are listed"
    yield Markup('<details class="kind {}"><summary>{}: {:,}{}</summary>\n').format(
        kind, NAMES[kind], rows, more
    )
    for change in exported(changes, collection, kind):
        yield _row(change)
    yield Markup("</details>\n")


def _row(change: ListedChange) -> str:
    # Markup.format would take ten times as long, and there are many rows.
    label = escape(change.label or change.key)
    key = f" <code>{escape(change.key)}</code>" if change.label else ""
    who = CHANGED_BY.get(change.changed_by or "")
    head = f"{label}{key} <small>{who}</small>" if who else f"{label}{key}"
    if change.kind == "only_at_destination":
        return f"<p>{head}</p>\n"
    body = NOT_KEPT if change.fields is None else _values(change)
    return f"<details><summary>{head}</summary>{body}</details>\n"


def _values(change: ListedChange) -> str:
    """A table of fields with the old and the new value. A new row has no old ones."""
    is_new = change.kind == "new"
    heads = COLUMNS.get(change.kind, BEFORE_AND_AFTER)[is_new:]
    lines = [
        f"<tr><th>{escape(name)}{CUT if name in change.cut else ''}</th>"
        f"{''.join(map(_cell, both[is_new:]))}</tr>\n"
        for name, both in (change.fields or {}).items()
    ]
    return (
        '<table class="values"><thead><tr><th>Field</th>'
        f"{''.join(f'<th>{head}</th>' for head in heads)}</tr></thead><tbody>\n"
        f"{''.join(lines)}</tbody></table>"
    )


def _cell(value: Any) -> str:
    if value is None:
        return "<td><i>empty</i></td>"
    if isinstance(value, dict | list):
        text = json.dumps(value, indent=2, ensure_ascii=False)
        return f"<td><pre>{escape(text)}</pre></td>"
    text = value if isinstance(value, str) else json.dumps(value)
    return f"<td><div>{escape(text)}</div></td>"

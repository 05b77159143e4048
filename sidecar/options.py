"""What a person may include in a migration or not.

A part is the smallest that can be chosen. An option is a shorthand for its parts, and does not
leave out what is always included unless parts are chosen one by one.
"""

from collections.abc import Collection

OPTION_PARTS = {
    "content": ("content", "files", "shares", "versions"),
    "users": ("roles", "users"),
    "comments": ("comments",),
    "presets": ("presets",),
    "dashboards": ("dashboards",),
    "extensions": ("extensions",),
    "flows": ("flows",),
}
OPTIONS = tuple(OPTION_PARTS)
# Everything is included unless somebody excludes it.
DEFAULT_OPTIONS = OPTIONS
# What options always include.
ALWAYS = ("schema", "settings", "translations")
PARTS = (*ALWAYS, *(part for parts in OPTION_PARTS.values() for part in parts))


def parts_of(options: Collection[str]) -> frozenset[str]:
    """The parts that ``options`` stand for."""
    return frozenset(ALWAYS).union(*(OPTION_PARTS[option] for option in options))


def unknown_options(options: tuple[str, ...]) -> str:
    """Return a message that names the unknown options and the known ones, or ""."""
    return _unknown("option", options, OPTIONS)


def unknown_parts(parts: tuple[str, ...]) -> str:
    """Return a message that names the unknown parts and the known ones, or ""."""
    return _unknown("part", parts, PARTS)


def _unknown(what: str, given: tuple[str, ...], known: tuple[str, ...]) -> str:
    unknown = [name for name in given if name not in known]
    if not unknown:
        return ""
    names = ", ".join(map(repr, unknown))
    return f"Unknown {what} {names}; the {what}s are {', '.join(known)}"

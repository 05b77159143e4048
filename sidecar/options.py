"""What a person may include in a migration or not. Schema, settings and translations always go."""

OPTIONS = ("content", "users", "comments", "presets", "dashboards", "extensions", "flows")
# Everything is included unless somebody excludes it.
DEFAULT_OPTIONS = OPTIONS


def unknown_options(options: tuple[str, ...]) -> str:
    """Return a message that names the unknown options and the known ones, or ""."""
    unknown = [option for option in options if option not in OPTIONS]
    if not unknown:
        return ""
    names = ", ".join(map(repr, unknown))
    return f"Unknown option {names}; the options are {', '.join(OPTIONS)}"

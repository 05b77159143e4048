"""What can be migrated by choice; schema, settings and translations always go."""

OPTIONS = ("content", "users", "comments", "presets", "dashboards", "extensions", "flows")
# People exclude what they do not want.
DEFAULT_OPTIONS = OPTIONS


def unknown_options(options: tuple[str, ...]) -> str:
    """What is wrong with a choice, "" for nothing: names the options that do not exist and those
    that do."""
    unknown = [option for option in options if option not in OPTIONS]
    return (
        f"Unknown option {', '.join(map(repr, unknown))}; the options are {', '.join(OPTIONS)}"
        if unknown
        else ""
    )

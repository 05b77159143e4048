"""Options of a migration: unknown ones are named together with the known ones."""

from sidecar.options import DEFAULT_OPTIONS, OPTIONS, unknown_options


def test_everything_is_included_by_default() -> None:
    assert DEFAULT_OPTIONS == OPTIONS


def test_known_options_have_no_message() -> None:
    assert unknown_options(OPTIONS) == unknown_options(()) == ""


def test_unknown_options_are_named_together_with_the_known_ones() -> None:
    message = unknown_options(("users", "bookmarks", "themes"))
    assert message.startswith(
        "Unknown option 'bookmarks', 'themes'; the options are content, users"
    )

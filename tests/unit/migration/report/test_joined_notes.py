"""One note for all columns of a collection of which the same is said."""

from sidecar.migration.report.joined_notes import join_columns
from sidecar.migration.report.report import Note

HIDDEN = "cannot be read"


def hidden(column: str, *, resource: str = "users", count: int = 7, reason: str = HIDDEN) -> Note:
    return Note(resource, "MASKED", column, f"{column}: {reason}", count)


def texts(*notes: Note) -> list[str]:
    return [f"{note.resource}: {note.message} ({note.count})" for note in join_columns(notes)]


def test_columns_are_joined_in_their_order() -> None:
    columns = [hidden(column) for column in ("password", "tfa_secret", "token")]
    assert texts(*columns) == [f"users: password, tfa_secret, token: {HIDDEN} (7)"]


def test_columns_are_joined_only_where_the_same_is_said_of_as_many_rows_of_one_collection() -> None:
    notes = (
        hidden("a"),
        hidden("b", count=1),
        hidden("c", resource="posts"),
        hidden("d", reason="is rounded"),
        hidden("e"),
    )
    assert texts(*notes) == [
        f"users: a, e: {HIDDEN} (7)",
        f"users: b: {HIDDEN} (1)",
        f"posts: c: {HIDDEN} (7)",
        "users: d: is rounded (7)",
    ]


def test_notes_about_no_column_or_that_do_not_begin_with_it_stay_as_they_are() -> None:
    whole = Note("users", "MAPPED", None, "exist under a different id", 7)
    extension = Note("extensions", "INSTALL_BY_HAND", "mine", "mine 0.1.0: copy it", 1)
    other = Note("extensions", "INSTALL_BY_HAND", "yours", "mine 0.1.0: copy it", 1)
    assert join_columns([whole, extension, other]) == [whole, extension, other]

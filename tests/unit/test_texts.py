"""Texts from outside cannot control what shows them, and have an end."""

import pytest

from sidecar.texts import MAX_CHARACTERS, plain, plain_lines


@pytest.mark.parametrize(
    "text", ["\x1b[2J", "\x9b2J", "\r", "\x00", "\u202e", "\u2028", "\u2066", "\x7f", "\ud83d"]
)
def test_nothing_controls_a_terminal(text: str) -> None:
    assert text[0] not in plain(f"a{text}b")
    assert text[0] not in plain_lines(f"a{text}b")


def test_letters_of_all_languages_stay() -> None:
    text = "Grüße, 你好, مرحبا, 👩‍👩‍👧 [bold]<b>"
    assert plain(text) == plain_lines(text) == text


def test_only_lines_that_may_stay_do() -> None:
    assert plain("a\nb") == "a b"
    assert plain_lines("a\nb") == "a\nb"


def test_a_long_text_is_cut_in_the_middle() -> None:
    text = plain("begin" + "x" * 10_000 + "end")
    assert (text[:5], text[-3:], len(text)) == ("begin", "end", MAX_CHARACTERS)
    assert " … " in text

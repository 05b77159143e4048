"""Texts from outside are data: they are cut, have one line, and cannot control a terminal."""

import csv
import re

from sidecar.masking import mask

MAX_CHARACTERS = 2_000
CUT = " … "
# Control characters, ends of lines and paragraphs, what turns the direction of text around, and
# half characters, which cannot be encoded.
CONTROLS = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]+"
)
# The same without the end of a line.
OTHER_CONTROLS = re.compile(CONTROLS.pattern.replace("\x00-\x1f", "\x00-\x09\x0b-\x1f"))


def plain(text: object, max_characters: int = MAX_CHARACTERS) -> str:
    """Return ``text`` on one line without secrets and control characters, and cut.

    It is cut in the middle: Directus begins a message with the statement that its database refused,
    and ends it with the reason.
    """
    return _cut(CONTROLS.sub(" ", mask(str(text))), max_characters)


def plain_lines(text: str, max_characters: int = 2 * MAX_CHARACTERS) -> str:
    """Like ``plain``, and the lines stay."""
    return _cut(OTHER_CONTROLS.sub(" ", mask(text)), max_characters)


def _cut(text: str, max_characters: int) -> str:
    if len(text) <= max_characters:
        return text
    end = max_characters // 2
    return text[: max_characters - end - len(CUT)] + CUT + text[-end:]


def split_list(text: str) -> list[str]:
    """The names in a list that is separated by commas, each once and in their order. A name with a
    comma is in quotes."""
    names = (name.strip() for line in csv.reader([text], skipinitialspace=True) for name in line)
    return list(dict.fromkeys(name for name in names if name))

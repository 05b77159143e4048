"""Values of changed rows: JSON, and long ones only in part."""

from sidecar.migration.changes.values import (
    CONTEXT,
    MAX_CHARACTERS,
    MAX_ROW_BYTES,
    decode,
    encode,
)


def test_short_values_stay_as_they_are() -> None:
    fields = {"a": ("x" * MAX_CHARACTERS, None), "b": ([1, {"c": None}], 1e300)}
    assert decode(encode(fields)) == (fields, ())
    assert decode(None) == (None, ())


def test_a_long_text_is_cut_and_named() -> None:
    long = "x" * (2 * MAX_CHARACTERS)
    fields, cut = decode(encode({"short": (1, 2), "long": (None, long)}))
    assert cut == ("long",)
    assert fields == {"short": (1, 2), "long": (None, "x" * MAX_CHARACTERS + "…")}


def test_long_texts_are_shown_where_they_begin_to_differ() -> None:
    equal = "x" * MAX_CHARACTERS * 3
    fields, cut = decode(encode({"body": (equal + "old", equal + "new" + equal)}))
    assert cut == ("body",)
    assert fields is not None
    before, after = fields["body"]
    assert before == "…" + "x" * CONTEXT + "old"
    assert after.startswith("…" + "x" * CONTEXT + "new")
    assert len(after) == MAX_CHARACTERS + 2


def test_a_row_of_many_long_texts_is_cut_further() -> None:
    fields = {f"text{number}": (None, "x" * 90_000) for number in range(50)}
    stored = encode({**fields, "short": (1, 2)})
    assert len(stored) <= MAX_ROW_BYTES
    shown, cut = decode(stored)
    assert shown is not None
    assert (set(cut), shown["short"]) == (set(fields), (1, 2))
    assert shown["text1"] == (None, "x" * 10_000 + "…")


def test_a_long_document_is_cut_as_the_text_of_its_json() -> None:
    fields, cut = decode(encode({"layout": (["ä" * MAX_CHARACTERS], ["b"])}))
    assert cut == ("layout",)
    assert fields is not None
    assert fields["layout"] == ('["' + "ä" * (MAX_CHARACTERS - 2) + "…", '["b"]')

"""Digests: equal rows give equal digests, anything else does not."""

from sidecar.migration.report.digests import Digests, digest_of


def test_equal_rows_give_equal_digests_whatever_the_order_of_their_columns() -> None:
    digests = Digests()
    digests.add(digest_of({"id": 1, "title": "a"}), digest_of({"title": "a", "id": 1}))
    assert digests.source == digests.destination


def test_a_row_that_differs_or_is_not_there_shows() -> None:
    for actual in (digest_of({"id": 1, "title": "b"}), None):
        digests = Digests()
        digests.add(digest_of({"id": 1, "title": "a"}), actual)
        assert digests.source != digests.destination


def test_without_rows_there_is_no_digest() -> None:
    assert (Digests().source, Digests().destination) == (None, None)

"""Listing keys by offset while rows come and go."""

from sidecar.directus.key_listing import KeyListing
from tests.unit.directus.fake_collection import FakeCollection

LENGTH = 10


def collection_of(keys: str) -> FakeCollection:
    return FakeCollection({"id": key} for key in keys)


def listing_of(collection: FakeCollection, length: int = LENGTH) -> KeyListing:
    return KeyListing(collection.client(), "/items/a", "id", None, length)


def change_once(collection: FakeCollection, *, at: int, keys: str) -> None:
    """Before the search number ``at``, leave the rows ``keys`` in the collection."""

    def change() -> None:
        if len(collection.queries) == at:
            collection.rows = {key: {"id": key} for key in keys}

    collection.before_search = change


def test_all_keys_after_the_first_ones_are_listed_once() -> None:
    alphabet = "abcdefghijklmnopqrstuvwxyz"
    collection = collection_of(alphabet)
    lists = list(listing_of(collection).after("abc"))
    assert "".join(key for keys in lists for key in keys) == alphabet[3:]
    assert all(len(keys) <= LENGTH for keys in lists)


def test_a_request_begins_at_the_last_known_key() -> None:
    collection = collection_of("abcdefghij")
    list(listing_of(collection, 4).after("ab"))
    assert [query["offset"] for query in collection.queries] == [1, 4, 7]


def test_rows_that_were_deleted_meanwhile_hide_no_others() -> None:
    collection = collection_of("abcdefghijklmn")
    change_once(collection, at=1, keys="efghijklmn")
    keys = [key for keys in listing_of(collection, 5).after("ab") for key in keys]
    assert keys == list("cdefghijklmn")


def test_rows_that_were_added_meanwhile_are_not_listed_twice() -> None:
    collection = collection_of("bdfhjlnprt")
    change_once(collection, at=1, keys="abcdfhjlnprt")
    keys = [key for keys in listing_of(collection, 4).after("bd") for key in keys]
    assert sorted(set(keys)) == sorted(keys)
    assert set("fhjlnprt") <= set(keys)


def test_a_collection_without_further_keys_ends_the_listing() -> None:
    assert list(listing_of(collection_of("ab")).after("ab")) == []

"""Identity columns that are no keys are found where GraphQL says that they may be left out."""

from dataclasses import replace
from typing import Any

from sidecar.errors import DirectusRejected
from sidecar.migration.instance.identity_columns import with_identity_columns
from tests.unit.instances import Row, instance

ORDERS = {"collection": "orders", "meta": {}, "schema": {"name": "orders"}}


def number(name: str, **schema: Any) -> Row:
    column = {"data_type": "integer", "is_nullable": False, "default_value": None, **schema}
    return {
        "collection": "orders",
        "field": name,
        "type": "integer",
        "meta": None,
        "schema": column,
    }


class Client:
    """Answers questions about the collection ``orders``."""

    url = "http://source"

    def __init__(self, kinds: dict[str, str] | None) -> None:
        self.kinds = kinds
        self.asked: list[str] = []

    def get(self, path: str, query: str) -> Any:
        self.asked.append(path)
        assert '"orders"' in query
        if self.kinds is None:
            raise DirectusRejected("GraphQL introspection is not allowed", code="X", status=400)
        fields = [{"name": name, "type": {"kind": kind}} for name, kind in self.kinds.items()]
        return {"c0": {"fields": fields}}


def identities(client: Any, *fields: Row, vendor: str = "postgres") -> set[str]:
    source = instance("12.4.0", *fields, vendor=vendor, tables=[ORDERS])
    described = replace(source, client=client, collections=(ORDERS,))
    return {column for _, column in with_identity_columns(described).identity_columns}


def test_a_required_number_that_may_be_left_out_is_an_identity_column() -> None:
    client = Client({"number": "SCALAR", "amount": "NON_NULL", "note": "SCALAR"})
    assert identities(client, number("number"), number("amount")) == {"number"}


def test_a_reference_without_a_foreign_key_is_none() -> None:
    client = Client({"number": "SCALAR", "club": "OBJECT"})
    assert identities(client, number("number"), number("club")) == {"number"}


def test_nothing_is_asked_where_no_column_can_be_one() -> None:
    client = Client({})
    fields = [
        number("id", is_primary_key=True),
        number("parent", foreign_key_table="orders"),
        number("amount", default_value=0),
        number("rank", is_nullable=True),
    ]
    assert identities(client, *fields) == set()
    assert identities(client, number("number"), vendor="mysql") == set()
    assert client.asked == []


def test_a_source_without_introspection_has_none() -> None:
    assert identities(Client(None), number("number")) == set()

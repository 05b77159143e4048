"""A snapshot in the words of another database: what is asked for, and what an existing column is
taken for."""

from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Any

import pytest

from sidecar.directus.client import Directus
from sidecar.migration.instance.files import RestFiles
from sidecar.migration.instance.instance import Instance
from sidecar.migration.instance.rest_reader import RestRowReader
from sidecar.migration.instance.rest_writer import RestRowWriter
from sidecar.migration.schema.field_request import field_request
from sidecar.migration.schema.type_changes import changed_types, lost_defaults
from sidecar.migration.schema.unsupported_columns import unsupported_columns
from sidecar.migration.schema.vendor_translation import translated
from sidecar.migration.values.number_ranges import digits_of
from sidecar.resources.data_model import build_data_model

VENDORS = ("sqlite", "postgres", "mysql")
# What Directus 11.17.4 shows of columns that it made: type, data type, length, precision, scale and
# default.
READINGS: dict[str, dict[str, tuple[Any, ...]]] = {
    "string": {
        "sqlite": ("string", "varchar", 255, None, None, "it''s"),
        "postgres": ("string", "character varying", 255, None, None, "it''s"),
        "mysql": ("string", "varchar", 255, None, None, "it''s"),
    },
    "boolean": {
        "sqlite": ("boolean", "boolean", None, None, None, True),
        "postgres": ("boolean", "boolean", None, None, None, True),
        "mysql": ("boolean", "boolean", None, 3, 0, True),
    },
    "integer": {
        "sqlite": ("integer", "integer", None, None, None, 5),
        "postgres": ("integer", "integer", None, 32, 0, 5),
        "mysql": ("integer", "int", None, 10, 0, 5),
    },
    "bigInteger": {
        "sqlite": ("bigInteger", "bigint", None, None, None, 6),
        "postgres": ("bigInteger", "bigint", None, 64, 0, 6),
        "mysql": ("bigInteger", "bigint", None, 19, 0, 6),
    },
    "time": {
        "sqlite": ("time", "time", None, None, None, "12:00:00"),
        "postgres": ("time", "time without time zone", None, None, None, "12:00:00"),
        "mysql": ("time", "time", None, None, None, "12:00:00"),
    },
    "dateTime": {
        "sqlite": ("dateTime", "datetime", None, None, None, "2020-01-01T00:00:00"),
        "postgres": (
            "dateTime",
            "timestamp without time zone",
            None,
            None,
            None,
            "2020-01-01 00:00:00",
        ),
        "mysql": ("dateTime", "datetime", None, None, None, "2020-01-01 00:00:00"),
    },
    "timestamp": {
        "sqlite": ("timestamp", "datetime", None, None, None, "CURRENT_TIMESTAMP"),
        "postgres": (
            "timestamp",
            "timestamp with time zone",
            None,
            None,
            None,
            "CURRENT_TIMESTAMP",
        ),
        "mysql": ("timestamp", "timestamp", None, None, None, "current_timestamp()"),
    },
    "json": {
        "sqlite": ("json", "json", None, None, None, {"a": 1}),
        "postgres": ("json", "json", None, None, None, {"a": 1}),
        "mysql": ("json", "longtext", 4294967295, None, None, {"a": 1}),
    },
    "csv": {
        "sqlite": ("csv", "text", None, None, None, None),
        "postgres": ("csv", "text", None, None, None, None),
        "mysql": ("csv", "text", 65535, None, None, None),
    },
    "uuid": {
        "sqlite": ("string", "char", 36, None, None, None),
        "postgres": ("uuid", "uuid", None, None, None, None),
        "mysql": ("string", "char", 36, None, None, None),
    },
}
SPECIALS = {("json", vendor): ["cast-json"] for vendor in VENDORS} | {
    ("timestamp", "sqlite"): ["cast-timestamp"],
    **{("csv", vendor): ["cast-csv"] for vendor in VENDORS},
}
SPECIALS |= {("boolean", vendor): ["cast-boolean"] for vendor in VENDORS}
PLAIN: dict[str, Any] = {
    "is_nullable": True,
    "is_unique": False,
    "is_indexed": False,
    "is_primary_key": False,
    "has_auto_increment": False,
    "foreign_key_table": None,
    "default_value": None,
}
DIRECTIONS = [(here, there) for here in VENDORS for there in VENDORS if here != there]


def field(
    name: str,
    reads: tuple[Any, ...],
    special: list[str] | None = None,
    collection: str = "posts",
    **schema: Any,
) -> dict[str, Any]:
    kind, data_type, length, precision, scale, default = reads
    made = {
        "data_type": data_type,
        "max_length": length,
        "numeric_precision": precision,
        "numeric_scale": scale,
        "default_value": default,
    }
    return {
        "collection": collection,
        "field": name,
        "type": kind,
        "meta": {"special": special, "note": None},
        "schema": {**PLAIN, **made, **schema},
    }


def every_type(vendor: str) -> list[dict[str, Any]]:
    return [
        field(kind, reads[vendor], SPECIALS.get((kind, vendor))) for kind, reads in READINGS.items()
    ]


def snapshot(
    vendor: str,
    fields: list[dict[str, Any]],
    relations: list[dict[str, Any]] | None = None,
    **more: Any,
) -> dict[str, Any]:
    return {
        "directus": "11.17.4",
        "vendor": vendor,
        "collections": [],
        "fields": fields,
        "relations": relations or [],
        **more,
    }


def instance(
    found: dict[str, Any],
    wide: frozenset[tuple[str, str]] = frozenset(),
    decimals: Mapping[tuple[str, str], tuple[int, int]] = MappingProxyType({}),
) -> Instance:
    client = Directus("http://nowhere.invalid", "t")
    fields, relations = tuple(found["fields"]), tuple(found["relations"])
    return Instance(
        client=client,
        rows=RestRowReader(client, None, None),
        writer=RestRowWriter(client),
        files=RestFiles(client),
        url=client.url,
        version="11.17.4",
        vendor=found["vendor"],
        snapshot=found,
        collections=(),
        fields=fields,
        relations=relations,
        model=build_data_model((), fields, relations),
        wide=wide,
        decimals=decimals,
    )


def translate(here: dict[str, Any], there: dict[str, Any], **source: Any) -> Any:
    return translated(here, instance(here, **source), there)


@pytest.mark.parametrize(("here", "there"), DIRECTIONS)
def test_columns_that_mean_the_same_are_no_difference(here: str, there: str) -> None:
    wanted = translate(snapshot(here, every_type(here)), snapshot(there, every_type(there)))
    assert wanted["fields"] == every_type(there)


@pytest.mark.parametrize(("here", "there"), DIRECTIONS)
def test_new_columns_are_asked_for_as_they_will_read(here: str, there: str) -> None:
    wanted = translate(snapshot(here, every_type(here)), snapshot(there, []))
    for made, reads in zip(wanted["fields"], every_type(there), strict=True):
        assert {**made["schema"], "default_value": None} == {
            **reads["schema"],
            "default_value": None,
        }
        assert (made["type"], made["meta"]) == (reads["type"], reads["meta"])
        assert field_request(made, there)["type"] == made["field"]


@pytest.mark.parametrize("vendor", VENDORS)
def test_the_same_database_is_left_alone(vendor: str) -> None:
    here = snapshot(vendor, every_type(vendor))
    assert translate(here, snapshot(vendor, [])) is here


def test_defaults_are_asked_for_in_words_that_directus_knows() -> None:
    wanted = translate(snapshot("mysql", every_type("mysql")), snapshot("postgres", []))
    defaults = {row["field"]: row["schema"]["default_value"] for row in wanted["fields"]}
    assert (defaults["string"], defaults["timestamp"]) == ("it's", "CURRENT_TIMESTAMP")


@pytest.mark.parametrize(
    ("kind", "default", "there"),
    [
        ("integer", "nextval('posts_id_seq'::regclass)", "mysql"),
        ("uuid", "gen_random_uuid()", "sqlite"),
        ("time", "now()", "mysql"),
        ("csv", "a,b", "mysql"),
    ],
)
def test_defaults_that_a_database_does_not_have_are_not_asked_for(
    kind: str, default: str, there: str
) -> None:
    reads = (*READINGS[kind]["postgres"][:5], default)
    (made,) = translate(snapshot("postgres", [field("a", reads)]), snapshot(there, []))["fields"]
    assert made["schema"]["default_value"] is None


def test_a_reference_has_the_type_of_the_key_that_it_points_at() -> None:
    owner = field("owner", ("string", "varchar", 255, None, None, None))
    users = field(
        "id", READINGS["uuid"]["sqlite"], collection="directus_users", is_primary_key=True
    )
    relation = {
        "collection": "posts",
        "field": "owner",
        "related_collection": "directus_users",
        "schema": None,
    }
    here = snapshot("sqlite", [owner], [relation])
    source = instance({**here, "fields": [owner, users]})
    (made,) = translated(here, source, snapshot("postgres", []))["fields"]
    assert (made["type"], made["schema"]["data_type"]) == ("uuid", "uuid")


def test_a_counted_key_of_large_numbers_becomes_a_larger_integer() -> None:
    key = field("id", READINGS["integer"]["sqlite"], is_primary_key=True, has_auto_increment=True)
    here, there = snapshot("sqlite", [key]), snapshot("postgres", [])
    assert translate(here, there)["fields"][0]["type"] == "integer"
    wide = frozenset({("posts", "id")})
    assert translate(here, there, wide=wide)["fields"][0]["type"] == "bigInteger"


@pytest.mark.parametrize("there", ["postgres", "mysql"])
def test_floats_that_need_more_than_single_precision_become_decimals(there: str) -> None:
    here = snapshot("sqlite", [field("price", ("float", "float", None, None, None, None))])
    decimals = {("posts", "price"): (13, 5)}
    (made,) = translate(here, snapshot(there, []), decimals=decimals)["fields"]
    assert (made["type"], made["schema"]["numeric_precision"], made["schema"]["numeric_scale"]) == (
        "decimal",
        13,
        5,
    )
    assert translate(here, snapshot(there, []))["fields"][0]["type"] == "float"


@pytest.mark.parametrize(
    ("numbers", "digits"),
    [
        (["12345678.91"], (8, 2)),
        (["0.000125", "-1000"], (4, 6)),
        (["1e3", "0", "-0.0"], (4, 0)),
        ([], (1, 0)),
    ],
)
def test_the_digits_of_decimals_are_counted(numbers: list[str], digits: tuple[int, int]) -> None:
    assert digits_of(map(Decimal, numbers), 1, 0) == digits


@pytest.mark.parametrize("pointed_at", [True, False])
def test_mysql_counts_without_a_sign_and_cannot_point_at_that(pointed_at: bool) -> None:
    reads = ("bigInteger", "bigint", None, 64, 0, None)
    key = field("id", reads, is_primary_key=True, has_auto_increment=True)
    parent = field("parent", reads)
    relation = {
        "collection": "posts",
        "field": "parent",
        "related_collection": "posts",
        "schema": None,
    }
    wanted = translate(
        snapshot("postgres", [key, parent], [relation] if pointed_at else []), snapshot("mysql", [])
    )
    assert {row["type"] for row in wanted["fields"]} == {"integer" if pointed_at else "bigInteger"}


def test_rules_of_references_are_the_destinations_where_they_mean_the_same() -> None:
    def relation(name: str | None, rule: str) -> dict[str, Any]:
        schema = {"constraint_name": name, "on_update": rule, "on_delete": "SET NULL"}
        return {
            "collection": "posts",
            "field": "owner",
            "related_collection": "people",
            "schema": schema,
        }

    here, there = relation(None, "NO ACTION"), relation("posts_owner_foreign", "RESTRICT")
    assert translate(snapshot("sqlite", [], [here]), snapshot("mysql", [], [there]))[
        "relations"
    ] == [there]
    assert translate(snapshot("mysql", [], [there]), snapshot("sqlite", []))["relations"] == [here]


def test_indexes_of_system_columns_are_never_dropped() -> None:
    def index(name: str) -> dict[str, Any]:
        return {"collection": "directus_files", "field": name, "schema": {"is_indexed": True}}

    here = snapshot("sqlite", [], systemFields=[index("title")])
    there = snapshot("mysql", [], systemFields=[index("folder")])
    assert translate(here, there)["systemFields"] == [index("folder"), index("title")]
    assert translate(there, here)["systemFields"] == [index("title")]


def test_a_column_that_is_longer_here_differs_by_its_length_alone() -> None:
    here = snapshot("sqlite", [field("title", ("string", "varchar", 255, None, None, None))])
    there = field("title", ("string", "character varying", 100, None, None, None))
    (made,) = translate(here, snapshot("postgres", [there]))["fields"]
    assert made == {**there, "schema": {**there["schema"], "max_length": 255}}


def test_decimals_of_the_destination_take_in_floats_of_sqlite() -> None:
    here = snapshot("sqlite", [field("price", ("float", "float", None, None, None, None))])
    there = field("price", ("decimal", "numeric", None, 12, 2, None))
    assert translate(here, snapshot("postgres", [there]))["fields"] == [there]


def test_mysql_has_no_index_of_whole_texts() -> None:
    slug = field("slug", ("text", "text", None, None, None, None), is_unique=True)
    (made,) = translate(snapshot("postgres", [slug]), snapshot("mysql", []))["fields"]
    assert (made["type"], made["schema"]["data_type"], made["schema"]["max_length"]) == (
        "string",
        "varchar",
        255,
    )


def test_strings_that_a_row_of_mysql_has_no_room_for_become_texts() -> None:
    reads = READINGS["string"]["sqlite"]
    key = field("key", reads, is_primary_key=True)
    strings = [field(f"s{number}", (*reads[:5], None)) for number in range(70)]
    made = translate(snapshot("sqlite", [key, *strings]), snapshot("mysql", []))["fields"]
    texts = [row["field"] for row in made if row["type"] == "text"]
    assert (len(texts), made[0]["type"]) == (8, "string")
    assert translate(snapshot("sqlite", [key, *strings]), snapshot("mysql", made))["fields"] == made


def test_defaults_that_stay_behind_are_named() -> None:
    here = snapshot(
        "postgres",
        [
            field("a", (*READINGS["uuid"]["postgres"][:5], "gen_random_uuid()")),
            field("b", READINGS["string"]["postgres"]),
        ],
    )
    assert lost_defaults(instance(here), instance(snapshot("mysql", []))) == [
        ("posts", "a", "gen_random_uuid()")
    ]


@pytest.mark.parametrize(
    ("there", "stays"), [("sqlite", True), ("postgres", True), ("mysql", False)]
)
def test_geometry_stays_where_it_cannot_be_made(there: str, stays: bool) -> None:
    place = field("place", ("geometry.Point", "point", None, None, None, None))
    here = snapshot("mysql" if there != "mysql" else "postgres", [place])
    assert bool(unsupported_columns(instance(here), snapshot(there, []))) is stays
    assert (translate(here, snapshot(there, []))["fields"] == []) is stays


def test_only_changes_that_matter_are_told() -> None:
    here = snapshot(
        "sqlite",
        [*every_type("sqlite"), field("price", ("float", "float", None, None, None, None))],
    )
    told = changed_types(instance(here), instance(snapshot("postgres", [])))
    assert [(change.field, change.after) for change in told] == [
        ("price", "floating-point numbers of 7 digits"),
        ("uuid", "uuids and nothing else"),
    ]

"""The seed's schema comes over to another database as Directus itself would have made it there."""

from dataclasses import replace

from tests.matrix.directions.pair import Pair
from tests.stack.directus import DirectusInstance
from tests.stack.seed import COUNTS
from tests.stack.shapes import ColumnShape, column_shapes

NOTHING = {"added": 0, "changed": 0, "kept": 0, "dropped": 0}
# SQLite tells neither decimals from floats nor large keys that it counts from others, whose values
# here are small.
COUNTED = {
    "postgres": ("bigint", "integer"),
    "mysql": ("bigint(20) unsigned auto_increment", "int(10) unsigned auto_increment"),
}
DECIMALS = {"postgres": ("numeric(", "real"), "mysql": ("decimal(", "float(255,30)")}
# Of nine digits, so single precision does not keep its values.
PRECISE = {"postgres": "numeric(17,7)", "mysql": "decimal(17,7)"}
# A float of MySQL has as many digits as it can.
FLOATS = {"mysql": ("float(", "float(255,30)")}


def test_a_dry_run_writes_nothing_and_foresees_the_whole_schema(pair: Pair) -> None:
    assert pair.dry_run.status == 0, pair.dry_run.stderr
    assert pair.untouched == pair.before
    assert pair.dry_run.document["schema"]["added"] > len(COUNTS)
    assert pair.dry_run.document["schema"] == pair.first_run.document["schema"]


def test_columns_are_as_directus_makes_them_on_that_database(pair: Pair) -> None:
    assert pair.first_run.status in (0, 1), pair.first_run.stderr
    expected = column_shapes(pair.native.database)
    found = column_shapes(pair.destination.database)
    assert found.keys() == expected.keys()
    assert [
        f"{name}: {shape} became {found[name]}"
        for name, shape in expected.items()
        if found[name] not in (shape, expected_shape(name, shape, pair.source, pair.destination))
    ] == []


def test_a_second_run_finds_nothing_to_change_in_the_schema(pair: Pair) -> None:
    assert pair.second_run.document["schema"] == NOTHING


def expected_shape(
    name: tuple[str, str],
    native: ColumnShape,
    source: DirectusInstance,
    destination: DirectusInstance,
) -> ColumnShape:
    """What becomes of a column that is made as ``native`` at the destination, where that is
    another."""
    kinds = [FLOATS]
    if source.database.vendor == "sqlite":
        if name == ("products", "weight_kg"):
            return replace(native, type=PRECISE[destination.database.vendor])
        kinds += [DECIMALS, *([COUNTED] if native.key == "primary" else [])]
    for kind in kinds:
        made_as, arrives_as = kind.get(destination.database.vendor, ("nothing", ""))
        if native.type.startswith(made_as):
            return replace(native, type=arrives_as)
    return native

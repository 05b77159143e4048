"""Draws a description at random."""

from dataclasses import dataclass, replace

from hypothesis import strategies as st

from tests.databases.generator.changes import draw_changes
from tests.databases.generator.description import (
    COMPOSITE,
    COUNTED,
    NO_KEY,
    Column,
    Description,
    Table,
)
from tests.databases.generator.kinds import ENUM, literal
from tests.databases.generator.steps import NATIVE_KEYS
from tests.databases.generator.vendors import KINDS
from tests.databases.generator.words import words

MAX_TABLES, MAX_COLUMNS, MAX_ROWS = 5, 6, 5
KEYS = (*["serial"] * 4, "identity", "bigint", "uuid", "uuid", "varchar(20)", COMPOSITE, NO_KEY)
ON_DELETE = ("no action", "cascade", "set null", "restrict")
# Metadata that fits no type, and the column's own.
SPECIALS = ((), (), (), ("cast-json",), ("cast-boolean",), ("uuid",), ("date-created",))


@dataclass
class _Drawer:
    """Draws for one vendor. ``draw`` is Hypothesis' own."""

    draw: st.DrawFn
    vendor: str

    def likely(self, of_ten: int) -> bool:
        """So many times of ten, yes. No is the simpler answer: Hypothesis tries the simplest
        database first."""
        return self.draw(st.integers(1, 10)) > 10 - of_ten

    def table(self, number: int, before: list[Table]) -> Table:
        """The table of that number, which may point at those ``before`` and at itself."""
        key = self.draw(st.sampled_from(KEYS))
        native = key in NATIVE_KEYS and self.likely(3)
        targets = [one for one in (*before, Table(number, "", key, ())) if one.is_target]
        count = self.draw(st.integers(1, MAX_COLUMNS))
        table = Table(
            number,
            f"g{number}_{self.draw(words)}",
            key,
            tuple(self.column(at, targets, native) for at in range(count)),
            tracked=native or self.likely(8),
            singleton=self.likely(1),
            native=native,
            together=self.likely(1),
        )
        rows = tuple(
            self.row(table, at, before) for at in range(self.draw(st.integers(0, MAX_ROWS)))
        )
        return replace(table, rows=rows)

    def column(self, at: int, targets: list[Table], native: bool) -> Column:
        """One column, that may point at one of ``targets``."""
        name = f"{self.draw(words)}_{at}"
        if targets and self.likely(3):
            return self.pointer(name, self.draw(st.sampled_from(targets)))
        kinds = KINDS[self.vendor]
        names = [kind for kind in kinds if not native or kinds[kind].native]
        kind = self.draw(st.sampled_from(names))
        defaults = kinds[kind].defaults
        return Column(
            name,
            kind,
            default=self.draw(st.sampled_from(defaults)) if defaults and self.likely(4) else None,
            generated=None if native else self.generated(kind),
            not_null=self.likely(2),
            unique=self.likely(1) and kind not in ("text", "json", "blob"),
            indexed=self.likely(1) and kind not in ("text", "json", "blob"),
            checked=self.likely(1) and kind not in ("json",),
            special=self.draw(st.sampled_from(SPECIALS)) if self.likely(4) else None,
        )

    def pointer(self, name: str, target: Table) -> Column:
        """A column that points at ``target``."""
        return Column(
            name,
            "integer",
            unique=self.likely(1),
            special=("m2o",) if self.likely(4) else None,
            target=target.number,
            on_delete=self.draw(st.sampled_from(ON_DELETE)),
            constrained=self.likely(8),
        )

    def generated(self, kind: str) -> str | None:
        """An expression for a column that the database fills."""
        if not self.likely(1):
            return None
        if kind in ("integer", "int", "bigint"):
            return "2 * 21"
        return "'a' || 'b'" if kind == "text" and self.vendor != "mariadb" else None

    def row(self, table: Table, at: int, before: list[Table]) -> tuple[str, ...]:
        """One row of ``table``, as literals."""
        key = [] if table.key in (*COUNTED, NO_KEY) else [key_of(table.key, at)]
        if table.key == COMPOSITE:
            key = ["1", str(at)]
        return (*key, *(self.value(column, [*before, table]) for column in table.columns))

    def value(self, column: Column, tables: list[Table]) -> str:
        """A literal for ``column``."""
        if not column.not_null and self.likely(2):
            return "null"
        if column.default is not None and self.likely(3):
            return "default"
        if column.target is None:
            return self.draw(KINDS[self.vendor][column.type].values)
        target = next(one for one in tables if one.number == column.target)
        if not column.constrained and self.likely(2):
            return key_of(target.key, 77)
        return key_of(target.key, self.draw(st.integers(0, 2)))


def key_of(key: str, at: int) -> str:
    """The literal of the key of the row at that place."""
    if key == "uuid":
        return literal(f"00000000-0000-4000-8000-{at:012d}")
    if key == "varchar(20)":
        return literal(
            ("plain", "with space", "ü/1", "a,b", "#5", "%20")[at] if at < 6 else f"k{at}"
        )
    if key == "bigint":
        return str((0, 1, 9007199254740993, -5, 2**40, 7)[at] if at < 6 else at)
    return str(at + 1)


@st.composite
def descriptions(draw: st.DrawFn, vendor: str) -> Description:
    """Sources for a database of ``vendor``: postgres, mariadb or sqlite."""
    drawer = _Drawer(draw, vendor)
    tables: list[Table] = []
    for number in range(draw(st.integers(1, MAX_TABLES))):
        tables.append(drawer.table(number, tables))
    description = Description(
        vendor,
        tuple(tables),
        cut=draw(st.integers(0, 3)) if drawer.likely(2) else None,
        enum=any(column.type == ENUM for table in tables for column in table.columns),
    )
    changes = draw_changes(draw, description) if drawer.likely(6) else ()
    return replace(description, changes=changes)

"""Which columns of which tables are changed at random, and what may be put into them."""

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from typing import Any
from uuid import UUID

from tests.stack.seed.api import Api

# Columns of Directus' own tables that people change. Rights come besides where there is no licence
# to need.
SYSTEM: Mapping[str, tuple[str, ...]] = {
    "directus_folders": ("name",),
    "directus_files": (
        "title", "description", "tags", "location", "folder", "focal_point_x", "credit",
        "licence_until", "filename_download", "uploaded_by", "uploaded_on", "created_on",
    ),
    "directus_roles": ("description", "icon"),
    "directus_policies": ("description", "icon"),
    "directus_users": (
        "first_name", "last_name", "title", "location", "description", "tags", "desk", "manager",
        "pronouns", "avatar", "language", "appearance", "theme_dark_overrides",
        "email_notifications", "text_direction",
    ),
    "directus_access": ("sort",),
    "directus_translations": ("value",),
    "directus_dashboards": ("name", "note", "color", "user_created", "date_created"),
    "directus_panels": ("name", "position_x", "width", "options", "show_header", "date_created"),
    "directus_flows": ("name", "description", "color", "options", "user_created"),
    "directus_operations": ("name", "position_x", "options", "date_created"),
    "directus_presets": ("layout", "search", "filter", "icon", "layout_query"),
    "directus_comments": ("comment", "user_created", "date_created"),
    "directus_versions": ("name",),
    "directus_shares": ("name", "date_start", "max_uses", "times_used"),
}  # fmt: skip
RULES = {"directus_permissions": ("fields", "permissions", "validation", "presets")}
UNIQUE_SYSTEM = {"directus_operations": ("resolve", "reject")}
# Columns that hold one of few words.
CHOICES = {
    "appearance": ("auto", "light", "dark"),
    "text_direction": ("auto", "ltr", "rtl"),
    "language": ("de-DE", "en-US"),
    "layout": ("tabular", "cards"),
    "fields": ("*", "id"),
    "status": ("draft", "published"),
    "icon": ("star", "person"),
    "color": ("#000000", "#FFFFFF"),
    "filename_download": ("another name.txt", "größe.bin"),
}
# They name the table of a row's item.
NAMING = ("collection",)
ACTIVE = ("active", "inactive")
TEXTS = ("string", "text", "hash")
MOMENTS = ("timestamp", "dateTime", "date", "time")
WORDS = (
    "", " ", "It's", 'a "quote"', "größer", "📝 写真", "two\nlines", "true", "<b>bold</b>",
    "12", "[1]", "0", "$CURRENT_USER", "{{x}}", "50%",
)  # fmt: skip
DOCUMENTS: tuple[Any, ...] = (
    {}, [], {"a": None}, {"n": [1, 2.5, True, "x"]}, [{"ü": "\n"}], {"_and": [{"id": {"_eq": 3}}]},
)  # fmt: skip


@dataclass(frozen=True)
class Column:
    """A column that may be changed. ``target`` is the table of a foreign key."""

    name: str
    type: str
    nullable: bool
    unique: bool
    length: int | None
    target: str | None


def columns_of(api: Api, *, rules: bool) -> dict[str, list[Column]]:
    """The columns to change, by table; with ``rules`` also those of rights."""
    system = {**SYSTEM, **(RULES if rules else {})}
    found: dict[str, list[Column]] = {}
    for field in api.get("/fields"):
        table, name, schema = field["collection"], field["field"], field["schema"]
        own = UNIQUE_SYSTEM.get(table, ())
        is_known = not table.startswith("directus_") or name in (*system.get(table, ()), *own)
        is_known = is_known and name not in NAMING
        if schema and is_known and not schema["is_primary_key"]:
            column = Column(
                name,
                field["type"],
                schema["is_nullable"],
                schema["is_unique"] or name in own,
                schema["max_length"],
                schema["foreign_key_table"],
            )
            found.setdefault(table, []).append(column)
    return found


def new_key(chance: Random, last: Any) -> Any:
    """A key beside others, of which ``last`` is the last: the next number, a new uuid, another
    text."""
    if isinstance(last, int):
        return last + 1
    if isinstance(last, UUID) or (len(last) == 36 and last.count("-") == 4):
        uuid = UUID(int=chance.getrandbits(128), version=4)
        return uuid if isinstance(last, UUID) else str(uuid)
    return f"new-{chance.randrange(10_000)}"


def text(chance: Random, length: int | None) -> str:
    """Some words that fit."""
    words = f"{chance.choice(WORDS)}{chance.choice(('', ' ', chance.choice(WORDS)))}"
    return words[: min(length or 60, 60)]


def value(chance: Random, column: Column, old: Any, others: list[Any]) -> Any:
    """Something for a cell that holds ``old``. ``others`` are values that the column may hold."""
    if column.nullable and chance.random() < 0.15:
        return None
    if column.name in CHOICES:
        return chance.choice(CHOICES[column.name])
    if column.target or column.type in (*MOMENTS, "uuid"):
        return chance.choice(others) if others else old
    if column.type == "boolean":
        return type(others[0])(not old) if others else old
    if column.type in TEXTS:
        # Directus refuses names of content versions that are empty.
        prefix = "A" if column.name == "name" else ""
        return f"{prefix}{text(chance, column.length)}"[: column.length]
    if column.type == "csv":
        return ",".join(chance.sample(("sea", "größe", "a b", "x"), chance.randrange(4)))
    if column.type == "json":
        return chance.choice(DOCUMENTS)
    number = chance.randrange(400)
    if column.type in ("integer", "bigInteger"):
        return number
    return type(others[0])(number) / 4 if others else old

"""The values that describe a resource. They hold no behaviour that moves data."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import quote

FILES = "directus_files"
FOLDERS = "directus_folders"
USERS = "directus_users"
ROLES = "directus_roles"
POLICIES = "directus_policies"
PERMISSIONS = "directus_permissions"
ACCESS = "directus_access"
DASHBOARDS = "directus_dashboards"
PANELS = "directus_panels"
FLOWS = "directus_flows"
OPERATIONS = "directus_operations"
PRESETS = "directus_presets"
COMMENTS = "directus_comments"
SHARES = "directus_shares"
VERSIONS = "directus_versions"
TRANSLATIONS = "directus_translations"
# Directus' types of numbers.
NUMBERS = frozenset({"integer", "bigInteger", "float", "decimal"})


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table. ``type`` and ``special`` are Directus' own words; ``masked`` ones cannot
    be read.

    ``data_type``, ``size`` (of texts, in characters; in bytes of MySQL's text types), ``precision``
    and ``scale`` are those of the database. In ``unique`` ones no value comes twice."""

    name: str
    type: str
    nullable: bool = True
    special: frozenset[str] = frozenset()
    data_type: str = ""
    size: int | None = None
    precision: int | None = None
    scale: int | None = None
    unique: bool = False
    # Directus refuses to create a row without a value for it.
    required: bool = False

    @property
    def masked(self) -> bool:
        return bool(self.special & {"conceal", "encrypt"})


@dataclass(frozen=True, slots=True)
class Reference:
    """``column`` holds a key of the collection ``target``."""

    column: str
    target: str
    nullable: bool = True


@dataclass(frozen=True, slots=True)
class ItemReference:
    """``item`` holds a key of whatever collection ``collection`` names: any-to-many, comments,
    shares, versions. ``targets`` are those that any-to-many may name."""

    collection: str
    item: str
    nullable: bool = True
    targets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SystemCollection:
    """The rules of a collection that can be moved. User collections have none but the option."""

    # The option that includes it. None: it always moves.
    option: str | None
    # Columns that identify a row on the other side, where ids may differ.
    natural_key: tuple[str, ...] = ()
    # The destination assigns the primary key.
    server_assigned_key: bool = False
    # Directus cannot create several rows in one request.
    one_by_one: bool = False
    # Columns that belong to the instance and do not travel.
    stays: frozenset[str] = frozenset()
    # Columns of the row that do not travel, and why.
    lost: Mapping[str, str] = field(default_factory=dict)
    # The same at destinations of version 12 and newer.
    lost_since_12: Mapping[str, str] = field(default_factory=dict)
    # References without which the row would mean something else. Without one it is left out.
    owners: frozenset[str] = frozenset()
    item_references: tuple[ItemReference, ...] = ()
    # Columns that Directus stores on update only, so they need a second write.
    update_only: tuple[str, ...] = ()
    # Column and value that the first write sends instead.
    at_first: tuple[tuple[str, Any], ...] = ()
    # Secrets that no reader sees. The destination gets a random value.
    secret: tuple[str, ...] = ()
    # Texts that quote ids of users, roles and policies.
    quoting: tuple[str, ...] = ()
    # JSON documents into which Directus writes author and date.
    server_annotated: tuple[str, ...] = ()
    # Columns that change by themselves and are not compared.
    volatile: tuple[str, ...] = ()
    # A user's own choices. They travel with a new row only.
    personal: tuple[str, ...] = ()
    # A column, and its values of rows that are never read.
    skips: tuple[str, tuple[str, ...]] | None = None


USER_COLLECTION = SystemCollection("content")


@dataclass(frozen=True, slots=True)
class Resource:
    """A collection that can be moved, with the columns that travel."""

    name: str
    # The group under which reports show it.
    kind: str
    # The REST endpoint.
    path: str
    # Name and Directus type of the primary key.
    key: str
    key_type: str
    # The columns that travel, the primary key among them.
    columns: tuple[str, ...]
    references: tuple[Reference, ...] = ()
    item_references: tuple[ItemReference, ...] = ()
    # Foreign keys that hold no primary key. Their values travel as they are.
    foreign_keys: tuple[Reference, ...] = ()
    # Columns whose values no reader sees.
    masked: tuple[str, ...] = ()
    # Columns into which Directus puts a random UUID when a row is created with null.
    auto_uuid: tuple[str, ...] = ()
    # Columns of type JSON.
    documents: tuple[str, ...] = ()
    # Columns that Directus stores on update only, so they need a second write.
    update_only: tuple[str, ...] = ()
    # Columns that quote ids of users, roles and policies.
    quoting: tuple[str, ...] = ()
    rules: SystemCollection = USER_COLLECTION
    singleton: bool = False
    # Also read from where older versions of Directus kept the rows.
    legacy: bool = False
    # Columns with names that REST reads only together with all others.
    read_with_all: frozenset[str] = frozenset()

    @property
    def is_user_collection(self) -> bool:
        """Whether the project itself defines the collection."""
        return not self.name.startswith("directus_")

    def without(self, columns: Collection[str]) -> "Resource":
        """The resource without ``columns``. The primary key stays."""
        removed = frozenset(columns) - {self.key}

        def kept(names: tuple[str, ...]) -> tuple[str, ...]:
            return tuple(name for name in names if name not in removed)

        return replace(
            self,
            columns=kept(self.columns),
            references=tuple(
                reference for reference in self.references if reference.column not in removed
            ),
            item_references=tuple(
                reference
                for reference in self.item_references
                if not removed & {reference.collection, reference.item}
            ),
            foreign_keys=tuple(key for key in self.foreign_keys if key.column not in removed),
            auto_uuid=kept(self.auto_uuid),
            update_only=kept(self.update_only),
            documents=kept(self.documents),
            quoting=kept(self.quoting),
        )


def system_path(collection: str) -> str:
    """The endpoint of a system collection: ``directus_users`` lives at ``/users``."""
    return "/" + collection.removeprefix("directus_")


def items_path(collection: str) -> str:
    """The endpoint of the rows of a user collection. Any character may be in its name."""
    return "/items/" + segment(collection)


def segment(name: object) -> str:
    """``name`` as one segment of a path."""
    return quote(str(name), safe="")

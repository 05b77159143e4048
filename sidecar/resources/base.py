"""The values that describe a resource. They hold no behaviour that moves data."""

from dataclasses import dataclass
from typing import Any

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
class Resource:
    """A collection that can be moved. ``path`` is its REST endpoint, ``kind`` the group it is
    reported under.

    ``columns`` are those that travel, ``masked`` those whose values no reader is shown.
    ``auto_uuid`` ones get a random value from Directus when a row is created with null in them
    (special ``uuid``). ``documents`` hold JSON. ``natural_key`` columns tell which row of the other
    side is the same one, where ids may differ; a ``server_assigned_key`` one gets its key from the
    destination. Rows are created ``one_by_one`` where Directus cannot take several. ``update_only``
    columns take their value by a second write only, and ``at_first`` is what a row is created with
    until then. ``secret`` ones are secrets: set to a random one where there is one. ``quoting``
    columns have ids of people, roles and policies in their text; the destination stamps the
    ``server_annotated`` documents with author and date. ``volatile`` columns change by themselves
    and are not compared. Rows whose column ``skips[0]`` is one of ``skips[1]`` are nobody's
    business. ``legacy`` ones come from where older versions of Directus kept them, too.
    """

    name: str
    kind: str
    path: str
    key: str
    key_type: str
    columns: tuple[str, ...]
    references: tuple[Reference, ...] = ()
    item_references: tuple[ItemReference, ...] = ()
    masked: tuple[str, ...] = ()
    auto_uuid: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()
    natural_key: tuple[str, ...] = ()
    server_assigned_key: bool = False
    one_by_one: bool = False
    update_only: tuple[str, ...] = ()
    at_first: tuple[tuple[str, Any], ...] = ()
    secret: tuple[str, ...] = ()
    quoting: tuple[str, ...] = ()
    server_annotated: tuple[str, ...] = ()
    volatile: tuple[str, ...] = ()
    skips: tuple[str, tuple[str, ...]] | None = None
    singleton: bool = False
    legacy: bool = False


def system_path(collection: str) -> str:
    """The endpoint of a system collection: ``directus_users`` lives at ``/users``."""
    return "/" + collection.removeprefix("directus_")

"""The values that describe a resource. They hold no behaviour that moves data."""

from dataclasses import dataclass

FILES = "directus_files"
FOLDERS = "directus_folders"
USERS = "directus_users"
ROLES = "directus_roles"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table. ``type`` and ``special`` are Directus' own words; ``masked`` ones cannot be read."""

    name: str
    type: str
    nullable: bool = True
    special: frozenset[str] = frozenset()

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
class Resource:
    """A collection that can be moved. ``path`` is its REST endpoint, ``kind`` the group it is reported under.

    ``columns`` are those that travel, ``masked`` those whose values no reader is shown. ``invented`` ones get a
    random value from Directus when a row is created with null in them (special ``uuid``). ``documents`` hold JSON.
    """

    name: str
    kind: str
    path: str
    key: str
    key_type: str
    columns: tuple[str, ...]
    references: tuple[Reference, ...] = ()
    masked: tuple[str, ...] = ()
    invented: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()
    singleton: bool = False


@dataclass(frozen=True, slots=True)
class NaturalKey:
    """How rows of a system collection that is not moved itself are recognised at the destination."""

    path: str
    column: str | None = None


# A user with the same e-mail is that user, a role of the same name that role; all others are known by their id alone.
NATURAL_KEYS = {USERS: NaturalKey("/users", "email"), ROLES: NaturalKey("/roles", "name")}


def system_path(collection: str) -> str:
    """The endpoint of a system collection: ``directus_users`` lives at ``/users``."""
    return "/" + collection.removeprefix("directus_")

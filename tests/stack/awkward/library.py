"""Files that are easy to damage on the way, and a cycle through them: a gallery has a cover, a file
a gallery."""

from dataclasses import dataclass, field

from tests.stack.awkward.tables import table
from tests.stack.seed.api import Api
from tests.stack.seed.drawing import picture
from tests.stack.seed.fields import Json, counted_key, link
from tests.stack.seed.fields import field as column
from tests.stack.seed.invent import key
from tests.stack.seed.people import source_user

COLLECTIONS: list[Json] = [
    table(
        "galleries",
        [counted_key(), column("cover", "uuid", special=["file"]), column("name", "string")],
    )
]
CUSTOM_FIELDS = [column("credit", "string"), column("gallery", "integer", special=["m2o"])]
RELATIONS: list[Json] = [
    link("galleries", "cover", "directus_files"),
    link("directus_files", "gallery", "galleries"),
]

FOLDERS: list[Json] = [
    {"id": key("awkward folder", "b"), "name": "b", "parent": None},
    {"id": key("awkward folder", "a"), "name": "in b", "parent": key("awkward folder", "b")},
]


@dataclass(frozen=True)
class AwkwardFile:
    """A file and the columns of its row that are set after the upload."""

    name: str
    content: bytes
    type: str = "application/octet-stream"
    facts: Json = field(default_factory=dict)

    @property
    def id(self) -> str:
        return key("awkward file", self.name)


COVER = AwkwardFile(
    "cover größe.png",
    picture(7, "PNG"),
    "image/png",
    {
        "title": "Cover",
        "tags": ["sea", "größe", "a,b"],
        "focal_point_x": 12,
        "focal_point_y": 34,
        "location": "東京",
        "description": "two\nlines",
        "credit": "写真部",
        "gallery": 2,
        "folder": FOLDERS[1]["id"],
        "uploaded_by": source_user("marco"),
        "uploaded_on": "2016-05-04T03:02:01.000Z",
        "created_on": "2015-05-04T03:02:01.000Z",
    },
)
LOST = AwkwardFile(
    "lost.bin", b"these bytes will be gone", facts={"title": "Lost", "credit": "nobody"}
)
FILES = [
    COVER,
    AwkwardFile("without type", b"what is this?", facts={"type": None}),
    AwkwardFile("without title.txt", b"untitled", "text/plain", {"title": None}),
    AwkwardFile("empty.bin", b"", facts={"title": "0 bytes", "gallery": 1}),
    AwkwardFile(
        "null", b"a file called null", "text/plain", {"title": "null", "tags": [], "credit": ""}
    ),
    AwkwardFile(
        'a/b\\c "d".txt', b"a name with slashes", "text/plain", {"metadata": {"a": {"b": [None]}}}
    ),
    LOST,
]
GALLERIES: list[Json] = [
    {"id": 1, "name": "one", "cover": COVER.id},
    {"id": 2, "name": "two", "cover": COVER.id},
    {"id": 3, "name": "none"},
]


def load_files(api: Api) -> None:
    """Folders and uploads; ``set_facts`` follows when the galleries exist."""
    make_columns(api)
    for folder in FOLDERS:
        api.post("/folders", folder)
    for file in FILES:
        api.upload(
            {"id": file.id, "filename_download": file.name}, "upload", file.content, file.type
        )


def make_columns(api: Api) -> None:
    """What the project adds to the files of Directus."""
    for custom in CUSTOM_FIELDS:
        api.post("/fields/directus_files", custom)


def set_facts(api: Api) -> None:
    """What an editor notes about a file; the name too, as versions differ in where they take it
    from."""
    for file in FILES:
        who = {"uploaded_by": source_user("helen")}
        api.patch(f"/files/{file.id}", {"filename_download": file.name, **who, **file.facts})

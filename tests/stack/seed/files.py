"""The library: nested folders and some dozens of files, with what an editor notes about a file."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from tests.stack.seed.drawing import pdf, picture, price_list
from tests.stack.seed.fields import Json
from tests.stack.seed.fields import field as column
from tests.stack.seed.invent import Inventor, key, stamp
from tests.stack.seed.people import source_user

FOLDERS: list[tuple[str, str | None]] = [
    ("Images", None),
    ("Portraits", "Images"),
    ("Photos", "Images"),
    ("2019", "Photos"),
    ("Documents", None),
    ("Pressé & Legal", "Documents"),
    ("Empty", None),
]
CUSTOM_FIELDS = [
    column("credit", "string", interface="input"),
    column("licence_until", "date", interface="datetime"),
]
PHOTOGRAPHERS = ("Lena Vogt", "Agence Étoile", "写真部")


@dataclass(frozen=True)
class SeedFile:
    """One file; ``facts`` are columns of directus_files that are set after the upload."""

    id: str
    name: str
    mime_type: str
    folder: str | None
    content: Callable[[], bytes]
    facts: Json = field(default_factory=dict)


def folders() -> list[Json]:
    """The tree, parents first."""
    return [
        {
            "id": key("folder", name),
            "name": name,
            "parent": key("folder", parent) if parent else None,
        }
        for name, parent in FOLDERS
    ]


def files() -> list[SeedFile]:
    """All files, in the order of their upload."""
    return [*_portraits(), *_photos(), *_documents(), *_oddities()]


def _history(invent: Inventor, **facts: object) -> Json:
    uploaded = invent.moment()
    return {
        "uploaded_by": source_user(invent.pick(("helen", "marco", "yuki"))),
        "uploaded_on": stamp(uploaded),
        "created_on": stamp(uploaded),
        **facts,
    }


def _portraits() -> list[SeedFile]:
    invent = Inventor("portraits")
    return [
        SeedFile(
            portrait,
            f"portrait-{number}.jpg",
            "image/jpeg",
            key("folder", "Portraits"),
            partial(picture, number, "JPEG", (160, 160)),
            _history(
                invent,
                title=f"Portrait {number}",
                focal_point_x=80,
                focal_point_y=40 + number,
                tags=["face"],
            ),
        )
        for number, portrait in enumerate(PORTRAITS)
    ]


def _photos() -> list[SeedFile]:
    invent = Inventor("photos")
    found: list[SeedFile] = []
    for number, photo in enumerate(PHOTOS):
        suffix, image_format = (("png", "PNG"), ("jpeg", "JPEG"))[number % 2]
        facts = _history(
            invent,
            title=f"Photo {number} · {invent.words(2)}",
            description=invent.words(12) if number % 3 else None,
            tags=invent.some(["sea", "city", "people", "größe"], 2),
            location=invent.pick(("Hamburg", "東京", None)),
            credit=invent.pick(PHOTOGRAPHERS),
            licence_until=f"20{27 + number % 5}-01-31" if number % 4 == 0 else None,
        )
        content = partial(picture, 100 + number, image_format)
        place = key("folder", "2019" if number % 2 else "Photos")
        name = f"hafen-straße-{number}.{suffix}"
        found.append(SeedFile(photo, name, f"image/{suffix}", place, content, facts))
    return found


def _documents() -> list[SeedFile]:
    invent = Inventor("documents")
    legal = key("folder", "Pressé & Legal")
    return [
        SeedFile(
            document,
            f"press release {number}.pdf",
            "application/pdf",
            legal,
            partial(pdf, f"Press release {number}"),
            _history(invent, title=f"Press release № {number}"),
        )
        for number, document in enumerate(DOCUMENTS)
    ]


def _oddities() -> list[SeedFile]:
    invent = Inventor("oddities")
    documents = key("folder", "Documents")
    drawing = (
        b'<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10">'
        b'<circle cx="5" cy="5" r="4"/></svg>'
    )
    odd: list[tuple[str, str, str | None, bytes, Json]] = [
        ("preisliste größen.csv", "text/csv", documents, price_list(200), {"title": "Preisliste"}),
        (
            "orders.csv",
            "text/csv",
            documents,
            price_list(20),
            {"title": "Orders", "description": "a;b;c"},
        ),
        (
            "日本語のメモ.txt",
            "text/plain",
            documents,
            "こんにちは、世界\n".encode(),
            {"title": "メモ 📝"},
        ),
        ("untitled.txt", "text/plain", None, b"nobody gave this a title\n", {"title": None}),
        ("empty.txt", "text/plain", None, b"", {"title": "Nothing in it"}),
        ("icon.svg", "image/svg+xml", None, drawing, {"title": "Icon", "tags": ["vector"]}),
        ("data.bin", "application/octet-stream", None, bytes(range(256)) * 64, {"title": "Binary"}),
    ]
    return [
        SeedFile(
            key("file", name),
            name,
            mime_type,
            folder,
            partial(bytes, content),
            _history(invent, **facts),
        )
        for name, mime_type, folder, content, facts in odd
    ]


PORTRAITS = [key("file", f"portrait {number}") for number in range(5)]
PHOTOS = [key("file", f"photo {number}") for number in range(20)]
DOCUMENTS = [key("file", f"document {number}") for number in range(6)]

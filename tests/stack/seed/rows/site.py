"""Rows of the website around the articles."""

from typing import Any

from tests.stack.seed.fields import Json
from tests.stack.seed.files import DOCUMENTS, PHOTOS
from tests.stack.seed.invent import Inventor, key
from tests.stack.seed.rows.stamps import authorship

GLOBALS = key("globals", "one")
PAGES = (
    "home",
    "about",
    "team",
    "jobs",
    "press",
    "imprint",
    "privacy",
    "contact",
    "archive",
    "faq",
)
CHILDREN = {"team": "about", "jobs": "about", "press": "about", "privacy": "imprint"}
HEROES, TEXTS, GALLERIES = 10, 20, 6

SINGLETONS: dict[str, Json] = {
    "globals": {
        "id": GLOBALS,
        "theme_colour": "#6644FF",
        "logo": PHOTOS[0],
        "social_links": [{"service": "mastodon", "url": "https://social.example.com/@newsroom"}],
        "date_updated": "2019-11-05T10:20:30.405Z",
    }
}


def _globals_translations() -> list[Json]:
    titles = {"en-US": "The Harbour Post", "de-DE": "Die Hafenpost", "ar-SA": "بريد الميناء"}
    return [
        {
            "id": number,
            "globals_id": GLOBALS,
            "languages_code": code,
            "title": title,
            "tagline": f"{title} 🌊",
        }
        for number, (code, title) in enumerate(titles.items(), start=1)
    ]


def _pages() -> list[Json]:
    invent = Inventor("pages")
    top_first = sorted(PAGES, key=lambda name: name in CHILDREN)
    return [
        {
            "id": key("page", name),
            "title": name.capitalize(),
            "path": f"/{CHILDREN[name]}/{name}" if name in CHILDREN else f"/{name}",
            "status": "archived" if name == "faq" else "published",
            "parent": key("page", CHILDREN[name]) if name in CHILDREN else None,
            "attachment": DOCUMENTS[0] if name == "press" else None,
            "sort": PAGES.index(name) + 1,
            **authorship(invent),
        }
        for name in top_first
    ]


def _blocks() -> list[tuple[str, Any]]:
    """Collection and key of every block."""
    heroes = [("block_hero", key("hero", number)) for number in range(HEROES)]
    texts = [("block_text", number) for number in range(1, TEXTS + 1)]
    galleries = [("block_gallery", key("gallery", number)) for number in range(GALLERIES)]
    return [*heroes, *texts, *galleries]


def _page_blocks() -> list[Json]:
    invent = Inventor("page_blocks")
    return [
        {
            "id": number,
            "page": key("page", PAGES[number % len(PAGES)]),
            # The column holds keys of several tables, so all of them as text.
            "item": str(block),
            "collection": collection,
            "sort": number // len(PAGES) + 1,
            "hide_on_phones": invent.chance(0.2),
        }
        for number, (collection, block) in enumerate(_blocks(), start=1)
    ]


def _heroes() -> list[Json]:
    invent = Inventor("block_hero")
    return [
        {
            "id": key("hero", number),
            "headline": invent.words(6),
            "image": invent.pick(PHOTOS),
            "buttons": [
                {
                    "label": invent.words(2),
                    "page": key("page", invent.pick(PAGES)),
                    "external": False,
                }
            ],
        }
        for number in range(HEROES)
    ]


def _texts() -> list[Json]:
    invent = Inventor("block_text")
    return [
        {"id": number, "body": invent.paragraphs(2) if number % 7 else None}
        for number in range(1, TEXTS + 1)
    ]


def _gallery_files() -> list[Json]:
    invent = Inventor("block_gallery_files")
    return [
        {
            "id": gallery * 4 + place,
            "block_gallery_id": key("gallery", gallery),
            "directus_files_id": photo,
            "sort": place,
        }
        for gallery in range(GALLERIES)
        for place, photo in enumerate(invent.some(PHOTOS, 4), start=1)
    ]


def _navigation() -> list[Json]:
    entries: list[Json] = []
    for place, name in enumerate(sorted(PAGES, key=lambda name: name in CHILDREN), start=1):
        parent = key("navigation", CHILDREN[name]) if name in CHILDREN else None
        entry = {
            "id": key("navigation", name),
            "label": name.upper(),
            "parent": parent,
            "sort": place,
        }
        entries.append({**entry, "page": key("page", name), "url": None})
    shop = {"page": None, "url": "https://shop.example.com/?from=site&x=1"}
    return [
        *entries,
        {"id": key("navigation", "shop"), "label": "Shop", "parent": None, "sort": 99, **shop},
    ]


ROWS: dict[str, list[Json]] = {
    "globals_translations": _globals_translations(),
    "pages": _pages(),
    "block_hero": _heroes(),
    "block_text": _texts(),
    "block_gallery": [
        {"id": key("gallery", number), "caption": f"Gallery № {number}"}
        for number in range(GALLERIES)
    ],
    "block_gallery_files": _gallery_files(),
    "page_blocks": _page_blocks(),
    "navigation": _navigation(),
}

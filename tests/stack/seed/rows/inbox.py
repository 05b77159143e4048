"""Rows of what visitors send."""

import base64
import hashlib

from tests.stack.seed.fields import Json
from tests.stack.seed.invent import Inventor, key, stamp
from tests.stack.seed.rows.stamps import USERS

FORMS = ("contact", "job-application", "survey 2021")
SUBMISSIONS = 60
SUBSCRIBERS = 15


def _forms() -> list[Json]:
    questions = [
        {"name": "name", "type": "text", "required": True},
        {"name": "message", "type": "textarea"},
    ]
    return [
        {
            "key": form,
            "title": form.title(),
            "questions": questions,
            "open": not form.startswith("survey"),
        }
        for form in FORMS
    ]


def _submissions() -> list[Json]:
    invent = Inventor("submissions")
    return [
        {
            "id": 1000 + number * 3,
            "form": invent.pick(FORMS),
            "answers": {
                "name": invent.words(2),
                "message": invent.words(number),
                "newsletter": number % 2 == 0,
            },
            "sender_ip": invent.pick(("203.0.113.7", "2001:db8::17", None)),
            "submitted": stamp(invent.moment()),
            "handled_by": invent.pick(USERS) if invent.chance(0.5) else None,
        }
        for number in range(SUBMISSIONS)
    ]


def _argon2(name: str) -> str:
    """Looks like what Directus stores for a hashed value; a real one would have another salt at
    every run."""
    salt, digest = (
        hashlib.sha256(f"{name}/{part}".encode()).digest() for part in ("salt", "digest")
    )
    encoded = [base64.b64encode(part).decode().rstrip("=") for part in (salt[:16], digest)]
    return f"$argon2id$v=19$m=65536,t=3,p=4${encoded[0]}${encoded[1]}"


def _subscribers() -> list[Json]:
    invent = Inventor("subscribers")
    return [
        {
            "id": key("subscriber", number),
            "email": f"reader{number}@example.org",
            "secret": _argon2(f"reader{number}") if number % 4 else None,
            "topics": invent.some(["news", "culture", "sports", "offers"], invent.number(1, 3)),
            "joined": invent.moment().date().isoformat(),
        }
        for number in range(SUBSCRIBERS)
    ]


ROWS: dict[str, list[Json]] = {
    "forms": _forms(),
    "submissions": _submissions(),
    "subscribers": _subscribers(),
}

"""What visitors send: forms with their submissions, and subscribers of the newsletter with a hashed
secret."""

from tests.stack.seed.fields import (
    Json,
    alias,
    collection,
    counted_key,
    document,
    field,
    flag,
    folder,
    link,
    listing,
    needed,
    text_key,
    uuid_key,
)

GROUP = "inbox"
EMAIL_RULE: Json = {"_and": [{"email": {"_contains": "@"}}]}

COLLECTIONS: list[Json] = [
    folder(GROUP, "inbox", "Inbox"),
    collection(
        "forms",
        GROUP,
        [
            text_key("key", 40),
            needed("title", "string", interface="input"),
            document("questions"),
            flag("open", True),
            alias("submissions", "o2m", "list-o2m"),
        ],
        icon="ballot",
    ),
    collection(
        "submissions",
        GROUP,
        [
            counted_key("bigInteger"),
            needed(
                "form",
                "string",
                schema={"max_length": 40},
                special=["m2o"],
                interface="select-dropdown-m2o",
            ),
            document("answers"),
            field("sender_ip", "string", schema={"max_length": 45}, interface="input"),
            field(
                "submitted",
                "timestamp",
                special=["date-created"],
                interface="datetime",
                readonly=True,
            ),
            field(
                "handled_by",
                "uuid",
                special=["user-updated"],
                interface="select-dropdown-m2o",
                readonly=True,
            ),
        ],
        icon="mark_email_read",
        accountability="activity",
    ),
    collection(
        "subscribers",
        GROUP,
        [
            uuid_key(),
            needed(
                "email",
                "string",
                schema={"is_unique": True},
                interface="input",
                validation=EMAIL_RULE,
            ),
            field("secret", "hash", special=["hash"], interface="input-hash"),
            listing("topics"),
            field("joined", "date", interface="datetime"),
        ],
        icon="contact_mail",
    ),
]

RELATIONS: list[Json] = [
    link("submissions", "form", "forms", "CASCADE", one_field="submissions"),
    link("submissions", "handled_by", "directus_users"),
]

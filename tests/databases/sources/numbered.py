"""D: content that points at rows which get their number from the destination."""

from tests.databases.sources.source import Source, link, post, sql, table
from tests.stack.seed.fields import counted_key, field

SOURCES = (
    Source(
        "D",
        "content that points at presets and permissions, by number and by text",
        (
            post("/presets", {"collection": "d_pins", "bookmark": "Pinned"}),
            post("/policies", {"name": "Pinners"}),
            *sql(
                "insert into directus_permissions (policy, collection, action, fields) "
                "select id, 'd_pins', 'read', '*' from directus_policies where name = 'Pinners'"
            ),
            table(
                "d_pins",
                [
                    counted_key(),
                    field("preset", "integer", special=["m2o"]),
                    field("permission", "integer", special=["m2o"]),
                    field("item", "string"),
                    field("collection", "string"),
                ],
            ),
            link("d_pins", "preset", "directus_presets"),
            link("d_pins", "permission", "directus_permissions"),
            post(
                "/relations",
                {
                    "collection": "d_pins",
                    "field": "item",
                    "related_collection": None,
                    "schema": None,
                    "meta": {
                        "one_collection_field": "collection",
                        "junction_field": "preset",
                        "one_allowed_collections": ["directus_presets"],
                    },
                },
            ),
            *sql(
                "insert into d_pins (preset, permission, item, collection) "
                "select p.id, q.id, p.id::text, 'directus_presets' from directus_presets p, "
                "directus_permissions q where p.bookmark = 'Pinned' and q.collection = 'd_pins'"
            ),
        ),
        holds=(
            "select count(*) = 1 and bool_and(p.bookmark = 'Pinned') from d_pins "
            "join directus_presets p on p.id = d_pins.preset",
            "select count(*) = 1 and bool_and(p.bookmark = 'Pinned') from d_pins "
            "join directus_presets p on p.id::text = d_pins.item",
            "select count(*) = 1 and bool_and(q.collection = 'd_pins') from d_pins "
            "join directus_permissions q on q.id = d_pins.permission",
        ),
        renumbered=(("d_pins", "preset"), ("d_pins", "permission"), ("d_pins", "item")),
        arrives=("d_pins",),
    ),
    Source(
        "D",
        "content that points at shares, comments and versions, which come after it",
        (
            table("d_things", [counted_key(), field("v", "string")], versioning=True),
            post("/items/d_things", [{"v": "a"}]),
            post("/shares", {"collection": "d_things", "item": "1", "name": "Shown"}),
            post("/comments", {"collection": "d_things", "item": "1", "comment": "Said"}),
            post("/versions", {"collection": "d_things", "item": "1", "key": "draft", "name": "D"}),
            table(
                "d_mails",
                [
                    counted_key(),
                    field("share", "uuid", special=["m2o"]),
                    field("remark", "uuid", special=["m2o"]),
                    field("draft", "uuid", special=["m2o"]),
                ],
            ),
            link("d_mails", "share", "directus_shares"),
            link("d_mails", "remark", "directus_comments"),
            link("d_mails", "draft", "directus_versions"),
            *sql(
                "insert into d_mails (share) select id from directus_shares where name = 'Shown'",
                "insert into d_mails (remark) select id from directus_comments "
                "where comment = 'Said'",
                "insert into d_mails (draft) select id from directus_versions where key = 'draft'",
            ),
        ),
        holds=(
            "select count(*) = 3 and count(s.id) = 1 and count(c.id) = 1 and count(v.id) = 1 "
            "from d_mails m left join directus_shares s on s.id = m.share "
            "left join directus_comments c on c.id = m.remark "
            "left join directus_versions v on v.id = m.draft",
        ),
        renumbered=(("d_mails", "draft"),),
        arrives=("d_mails",),
    ),
)

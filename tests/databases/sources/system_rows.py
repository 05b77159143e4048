"""K: system rows as years of use leave them."""

from tests.databases.sources.source import Source, Upload, post, sql
from tests.stack.seed.fields import field

# The same on every instance.
PUBLIC = "abf8a154-5b1c-4a46-ac9c-7300570f4f17"
SOURCES = (
    Source(
        "K",
        "a file whose size in the database is wrong",
        (
            Upload("k sized", b"eleven byte"),
            Upload("k plain", b"plain"),
            *sql("update directus_files set filesize = 999999 where title = 'k sized'"),
        ),
        holds=("select count(*) = 2 from directus_files where title like 'k %'",),
    ),
    Source(
        "K",
        "moments, documents and names in storage that only SQL writes",
        (
            Upload("stored fine", b"fine"),
            Upload("stored null", b"null"),
            Upload("stored named", b"named"),
            post("/dashboards", {"name": "K"}),
            post("/presets", {"collection": "plain_things", "bookmark": "k large"}),
            *sql(
                "update directus_files set created_on = '2001-02-03 04:05:06.789123+00' "
                "where title = 'stored fine'",
                "update directus_files set tags = 'null' where title = 'stored null'",
                "update directus_files set filename_download = 'named', type = 'application/x-k' "
                "where title = 'stored named'",
                "update directus_dashboards set date_created = '2001-02-03 04:05:06.789123+00' "
                "where name = 'K'",
                """update directus_presets set layout_options = '{"n": 12345678901234567890}'
                where bookmark = 'k large'""",
            ),
        ),
        holds=(
            "select count(*) = 3 from directus_files where title in ('stored fine', 'stored null', "
            "'stored named')",
        ),
    ),
    Source(
        "K",
        "custom fields of the administrator and of files",
        (
            post("/fields/directus_users", field("k_nick", "string")),
            post("/fields/directus_users", field("k_rank", "integer")),
            post("/fields/directus_files", field("k_alt", "string")),
            *sql(
                "update directus_users set k_nick = 'nick', k_rank = 3 where email like 'admin@%'",
                "update directus_files set k_alt = 'alt' where title = 'k plain'",
            ),
        ),
    ),
    Source(
        "K",
        "roles of one name, translations of one key, presets of one user",
        (
            post("/roles", {"name": "Twins"}),
            post("/roles", {"name": "Twins"}),
            post("/translations", {"language": "de-DE", "key": "k_hi", "value": "Hallo"}),
            *sql(
                "insert into directus_translations (id, language, key, value) values "
                "(gen_random_uuid(), 'de-DE', 'k_hi', 'Servus')"
            ),
            post("/presets", {"collection": "plain_things", "layout": "cards"}),
            post("/presets", {"collection": "plain_things", "layout": "tabular"}),
            post("/permissions", {"policy": PUBLIC, "collection": "k_gone", "action": "read"}),
        ),
    ),
)

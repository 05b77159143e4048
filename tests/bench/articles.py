"""Articles and their categories: many rows of about a kilobyte each, written by SQL so that it
takes seconds."""

from itertools import groupby
from operator import itemgetter

import psycopg

from tests.bench.cores import stopwatch
from tests.bench.lab import Bare, Sides, api, say
from tests.stack.directus import DirectusInstance
from tests.stack.seed.fields import (
    Json,
    authored,
    authorship,
    counted_key,
    document,
    field,
    link,
    uuid_key,
)

ARTICLES, CATEGORIES = "articles", "categories"
CATEGORY_COUNT = 100
ROWS_PER_PAGE = 1_000
PEOPLE = [f"author{number}@example.com" for number in range(4)]
TYPED = [
    field("title", "string"),
    field("slug", "string"),
    field("status", "string"),
    field("summary", "text"),
    field("body", "text"),
    field("views", "integer"),
    field("reads", "bigInteger"),
    field("rating", "float"),
    field("price", "decimal"),
    field("featured", "boolean"),
    field("published", "timestamp"),
    document("details"),
]
COLLECTIONS = [
    {
        "collection": CATEGORIES,
        "schema": {},
        "meta": {},
        "fields": [counted_key(), field("name", "string")],
    },
    {
        "collection": ARTICLES,
        "schema": {},
        "meta": {},
        "fields": [
            uuid_key(),
            *TYPED,
            field("category", "integer"),
            field("parent", "uuid"),
            *authorship(),
        ],
    },
]
RELATIONS = [
    link(ARTICLES, "category", CATEGORIES),
    link(ARTICLES, "parent", ARTICLES),
    *authored(ARTICLES),
]
FILL_CATEGORIES = """
    INSERT INTO categories (id, name)
    SELECT n, 'Category ' || n FROM generate_series(1, %(categories)s::integer) n
"""
FILL_ARTICLES = """
    INSERT INTO articles (id, title, slug, status, summary, body, views, reads, rating, price,
        featured, published,
        details, category, parent, user_created, date_created, user_updated, date_updated)
    SELECT md5('article' || n)::uuid, 'Article ' || n || ' ' || md5('title' || n), 'article-' || n,
        (ARRAY['draft', 'published', 'archived'])[1 + mod(n, 3)], repeat('Größe ' || md5('a' || n)
            || ' ', 3),
        repeat(md5('b' || n) || ' ' || md5('c' || n) || E'\n', 8), mod(n * 31, 100000), n::bigint
            * 1000003,
        mod(n, 50) / 8.0, mod(n * 17, 1000000) / 100.0, mod(n, 2) = 0,
        timestamptz '2020-01-01Z' + n * interval '613 seconds',
        json_build_object('colour', md5('d' || n), 'words', json_build_array('one', n,
            json_build_object('n', n))),
        1 + mod(n, %(categories)s::integer),
        CASE WHEN mod(n, 10) = 0 THEN md5('article' || (1 + mod(n::bigint * 7919,
            %(last)s::integer)))::uuid END,
        (%(people)s::uuid[])[1 + mod(n, 4)], timestamptz '2021-01-01Z' + n * interval '97 seconds',
        (%(people)s::uuid[])[1 + mod(n + 1, 4)], timestamptz '2022-01-01Z' + n * interval
            '89 seconds'
    FROM generate_series(%(first)s::integer, %(last)s::integer) n
"""
COMMITTED = """
    SELECT extract(epoch FROM max(at) - min(at))
    FROM (SELECT pg_xact_commit_timestamp(xmin) AS at FROM articles) AS rows
"""
# As the bare loader sends them: in waves, as each row may refer to those of the waves before. What
# refers to itself by way of others goes without that.
READ = """
    WITH RECURSIVE wave AS (
        SELECT id, 0 AS number FROM articles WHERE parent IS NULL
        UNION ALL
        SELECT articles.id, wave.number + 1 FROM articles JOIN wave ON articles.parent = wave.id
    )
    SELECT coalesce(number, 0),
        (CASE WHEN number IS NULL THEN to_jsonb(articles) - 'parent' ELSE to_jsonb(articles)
            END)::text
    FROM articles LEFT JOIN wave USING (id) ORDER BY 1, id
"""


def prepare(sides: Sides, count: int) -> None:
    """The model, its people and ``count`` articles at the source; the people at the destination
    too."""
    for instance in (sides.source, sides.destination):
        with api(instance) as client:
            client.post("/users", [{"email": email, "status": "active"} for email in PEOPLE])
    make(sides.source)
    fill(sides.source, count)


def fill(instance: DirectusInstance, count: int) -> None:
    """All categories, and ``count`` articles. Both sides get the same."""
    with psycopg.connect(instance.database.dsn or "") as connection:
        connection.execute(FILL_CATEGORIES, {"categories": CATEGORY_COUNT})
    add(instance, 1, count)


def make(instance: DirectusInstance, *, loading: bool = False) -> None:
    """The two collections, with ``loading`` in the form in which they take in rows quickest."""
    with api(instance) as client:
        client.post(
            "/collections",
            [_in_loading_form(table) for table in COLLECTIONS] if loading else COLLECTIONS,
        )
        for relation in RELATIONS:
            client.post("/relations", relation)
        if loading:
            client.post(
                f"/items/{CATEGORIES}",
                [
                    {"id": number, "name": f"Category {number}"}
                    for number in range(1, CATEGORY_COUNT + 1)
                ],
            )


def add(source: DirectusInstance, first: int, last: int) -> None:
    """Articles number ``first`` to ``last``; every tenth refers to any one up to the last."""
    say(f"  writing articles {first} to {last} into the database of {source.name}")
    values = {
        "first": first,
        "last": last,
        "categories": CATEGORY_COUNT,
        "people": list(people(source).values()),
    }
    with psycopg.connect(source.database.dsn or "") as connection:
        connection.execute(FILL_ARTICLES, values)
        connection.execute("ANALYZE")


def people(instance: DirectusInstance) -> dict[str, str]:
    """The ids of the authors by e-mail."""
    with api(instance) as client:
        found = client.get("/users", fields="id,email", limit="-1")
    ids = {user["email"]: user["id"] for user in found}
    return {email: ids[email] for email in PEOPLE}


def waves(sides: Sides) -> list[list[bytes]]:
    """Every article as JSON that the destination takes, ids of people being its own; in waves, one
    after the other."""
    there = people(sides.destination)
    ids = {here.encode(): there[email].encode() for email, here in people(sides.source).items()}
    with psycopg.connect(sides.source.database.dsn or "") as connection:
        rows = connection.execute(READ).fetchall()
    return [
        [_replaced(text.encode(), ids) for _, text in wave]
        for _, wave in groupby(rows, key=itemgetter(0))
    ]


def loading_seconds(destination: DirectusInstance) -> float:
    """How long it took from the first commit of articles to the last, by the database's own clock.
    The first batch of ours is small, and is committed a tenth of a second after it was sent."""
    with psycopg.connect(destination.database.dsn or "") as connection:
        found = connection.execute(COMMITTED).fetchone()
    return float(found[0]) if found else 0.0


def reading_seconds(source: DirectusInstance) -> float:
    """How long a bare client takes to read all articles: nobody who looks at every row has done so
    sooner."""
    client, offset = Bare(source), 0
    elapsed = stopwatch()
    while rows := client.json("SEARCH", f"/items/{ARTICLES}", _page(offset)):
        offset += len(rows)
    return elapsed()


def empty(instance: DirectusInstance) -> None:
    """Remove all articles and nothing else, by SQL."""
    with psycopg.connect(instance.database.dsn or "") as connection:
        connection.execute("TRUNCATE articles")


def drop(instance: DirectusInstance) -> None:
    """Remove the two collections, if they are there."""
    client = Bare(instance)
    if any(row["collection"] == ARTICLES for row in client.json("GET", "/collections")):
        # Directus fails to remove a collection that refers to itself.
        client.json("DELETE", f"/relations/{ARTICLES}/parent")
        for name in (ARTICLES, CATEGORIES):
            client.json("DELETE", f"/collections/{name}")


def _page(offset: int) -> Json:
    return {"query": {"sort": ["id"], "limit": ROWS_PER_PAGE, "offset": offset}}


def _replaced(text: bytes, ids: dict[bytes, bytes]) -> bytes:
    for here, there in ids.items():
        text = text.replace(here, there)
    return text


def _in_loading_form(table: Json) -> Json:
    fields = [
        {**column, "meta": {**column["meta"], "special": None}}
        if column in authorship()
        else column
        for column in table["fields"]
    ]
    return {**table, "meta": {"accountability": None}, "fields": fields}

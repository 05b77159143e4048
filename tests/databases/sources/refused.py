"""A: part of the schema is refused, and the rest arrives."""

from tests.databases.sources.source import Source, adopted, deleted, described, sql

SOURCES = (
    Source(
        "A",
        "a relation that no database can make, beside a table with a key of its own",
        (
            *sql(
                "create table a_tools (id uuid primary key default gen_random_uuid(), name text)",
                "insert into a_tools (name) values ('saw'), ('plane')",
                "create table a_loans (id serial primary key, holder integer, note text)",
                "insert into a_loans (holder, note) values (7, 'lent'), (null, 'kept')",
            ),
            adopted("a_tools", "a_loans"),
            # An integer never points at a uuid.
            *sql(
                "insert into directus_relations (many_collection, many_field, one_collection) "
                "values ('a_loans', 'holder', 'directus_users')"
            ),
        ),
        plain=("a_tools",),
        arrives=("a_tools", "a_loans"),
    ),
    Source(
        "A",
        "the destination has a table of that name whose column holds something else",
        (
            *sql(
                "create table a_sizes (id serial primary key, size integer, label varchar(20))",
                "insert into a_sizes (id, size, label) values (11, 3, 'small'), (12, 5, 'large')",
                "select setval('a_sizes_id_seq', 12)",
            ),
            adopted("a_sizes"),
            described("a_sizes", "size"),
        ),
        destination=(
            *sql(
                "create table a_sizes (id serial primary key, size varchar(9), label varchar(20))",
                "insert into a_sizes (size, label) values ('XXL', 'own')",
            ),
            adopted("a_sizes"),
        ),
        named=(("a_sizes", "size"),),
        conflict=True,
        resolved=deleted("a_sizes"),
    ),
    Source(
        "A",
        "a column that must be unique, where the destination's rows are not",
        (
            *sql(
                "create table a_badges (id serial primary key, number varchar(10) unique)",
                "insert into a_badges (id, number) values (101, 'n1'), (102, 'n2')",
                "select setval('a_badges_id_seq', 102)",
            ),
            adopted("a_badges"),
        ),
        destination=(
            *sql(
                "create table a_badges (id serial primary key, number varchar(10))",
                "insert into a_badges (number) values ('twice'), ('twice')",
            ),
            adopted("a_badges"),
        ),
    ),
    Source(
        "A",
        "the destination's database has a table of that name that its Directus does not track",
        (
            *sql(
                "create table a_shelves (id serial primary key, label varchar(20), depth integer)",
                "create table a_boxes (id serial primary key, shelf integer not null references "
                "a_shelves (id), label text)",
                "insert into a_shelves (label) values ('top'), ('bottom')",
                "insert into a_boxes (shelf, label) values (1, 'a'), (2, 'b')",
            ),
            adopted("a_shelves", "a_boxes"),
        ),
        destination=sql(
            "create table a_shelves (id serial primary key, label varchar(20))",
            "insert into a_shelves (label) values ('somebody else''s')",
        ),
        named=(("a_shelves", None), ("a_boxes", "shelf")),
        holds=(
            "select count(*) = 1 from a_shelves",
            "select count(*) = 0 from directus_collections where collection = 'a_shelves'",
            "select count(*) = 2 from a_boxes",
        ),
        arrives=("a_boxes",),
    ),
)

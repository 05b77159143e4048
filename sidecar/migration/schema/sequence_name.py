"""The name that PostgreSQL gives to the sequence of a column, as ``makeObjectName`` makes it."""

MAX_BYTES = 63
SUFFIX = "seq"
UNDERSCORES = 2


def sequence_name(table: str, column: str) -> str:
    """``table_column_seq``, with the longer of both names cut so that PostgreSQL can store it."""
    first, second = table.encode(), column.encode()
    room = MAX_BYTES - len(SUFFIX) - UNDERSCORES
    first_size, second_size = len(first), len(second)
    while first_size + second_size > room:
        if first_size > second_size:
            first_size -= 1
        else:
            second_size -= 1
    # A letter of several bytes is not cut in the middle.
    cut = (
        name[:size].decode(errors="ignore")
        for name, size in ((first, first_size), (second, second_size))
    )
    return "_".join((*cut, SUFFIX))

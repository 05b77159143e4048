"""What a change of a column would do to the values in it: a destination's content is never cut to
size."""

from math import inf
from typing import Literal

from sidecar.directus.client import Row

Verdict = Literal["harmless", "narrower", "another"]
SIZES = ("max_length", "numeric_precision", "numeric_scale")
SHAPE = frozenset({"data_type", *SIZES})
# Directus' types that take in every value of another one.
WIDER = frozenset({("string", "text"), ("integer", "bigInteger"), ("date", "dateTime")})


def classify(before: Row, after: Row) -> Verdict:
    """What becoming ``after`` would do to the column ``before``, both fields of a snapshot.

    "narrower": values might be cut, and the column as it is takes in all that the other one holds.
    "another": neither type takes in the values of the other.
    """
    old, new = before["schema"], after["schema"]
    if all(old.get(name) == new.get(name) for name in SHAPE):
        return "harmless"
    if before["type"] != after["type"] and old.get("data_type") != new.get("data_type"):
        if (before["type"], after["type"]) in WIDER:
            return "harmless"
        return "narrower" if (after["type"], before["type"]) in WIDER else "another"
    return "harmless" if all(_size(new, name) >= _size(old, name) for name in SIZES) else "narrower"


def _size(schema: Row, name: str) -> float:
    size = schema.get(name)
    return inf if size is None else float(size)

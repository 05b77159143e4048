"""What writing the source's schema takes the destination, asked by a client with nothing in it."""

from tests.bench.cores import stopwatch
from tests.bench.lab import Bare, Sides, say


def apply_seconds(sides: Sides) -> float:
    """The seconds of the one POST /schema/apply that gives the destination all of the source's
    schema."""
    destination = Bare(sides.destination)
    snapshot = Bare(sides.source).json("GET", "/schema/snapshot")
    diff = destination.json("POST", "/schema/diff", snapshot)
    elapsed = stopwatch()
    destination.json("POST", "/schema/apply", diff)
    seconds = elapsed()
    say(f"  schema apply by a bare client: {seconds:.2f} s")
    return seconds

"""``make bench``: how fast it is on real parts, beside what the parts themselves can do, in one
table."""

import argparse
import signal
import sys
from collections.abc import Iterator

from urllib3.exceptions import HTTPError

from tests.bench.cases import CASES
from tests.bench.lab import Effort, say
from tests.bench.lines import Line, MeasurementFailed, failed
from tests.bench.table import print_table
from tests.stack.processes import ProcessError
from tests.stack.seed.api import SeedError


def main() -> int:
    """Measure what was asked for. Returns 1 when something could not be measured."""
    arguments = _arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    effort = Effort(arguments.runs, arguments.scale)
    lines: list[Line] = []
    for name in arguments.only or CASES:
        for line in _measured(name, effort):
            say(f"  {line.what}: {line.ours} {line.result} {line.bar}")
            lines.append(line)
    print_table(lines, effort)
    return int(any(line.ours == "failed" for line in lines))


def _measured(name: str, effort: Effort) -> Iterator[Line]:
    say(name)
    try:
        yield from CASES[name](effort)
    except (MeasurementFailed, SeedError, ProcessError, HTTPError, OSError) as error:
        yield failed(name, str(error))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench")
    parser.add_argument("--runs", type=int, default=3, help="of how many runs to take the median")
    parser.add_argument("--scale", type=float, default=1.0, help="how much of the full sizes")
    parser.add_argument("--only", type=_names, default=[], help=f"some of {','.join(CASES)}")
    return parser.parse_args()


def _names(text: str) -> list[str]:
    names = text.split(",")
    if unknown := [name for name in names if name not in CASES]:
        raise argparse.ArgumentTypeError(f"no such case: {', '.join(unknown)}")
    return names


if __name__ == "__main__":
    sys.exit(main())

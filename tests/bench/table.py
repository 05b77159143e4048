"""Prints what was found out, and on what machine."""

import os
import platform
import re
from collections.abc import Sequence
from pathlib import Path

import psycopg
from rich.console import Console
from rich.table import Table

from tests.bench.cores import halves
from tests.bench.lab import VERSION, Effort
from tests.bench.lines import Line
from tests.stack.postgres import shared_cluster

COLUMNS = ("case", "what", "ours", "beside it", "ratio", "bar", "holds")
WORDS = {True: "yes", False: "no", None: ""}
WIDTH = 160


def print_table(lines: Sequence[Line], effort: Effort) -> None:
    """The one table, on stdout."""
    table = Table(*COLUMNS)
    for before, line in zip([None, *lines], lines, strict=False):
        if before and before.case != line.case:
            table.add_section()
        table.add_row(
            line.case,
            line.what,
            line.ours,
            line.reference,
            line.result,
            line.bar,
            WORDS[line.holds],
        )
    print(_machine(), f"{_versions()}; {_effort(effort)}", sep="\n")
    Console(width=WIDTH).print(table)


def _machine() -> str:
    model = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    own, others = halves()
    parts = f"cores of the destination: {own}, of source, sidecar and bare loader: {others}"
    return (
        f"{os.cpu_count()} cores ({model[1] if model else platform.machine()}), {memory:.0f} GB "
        f"of memory; {parts}"
    )


def _versions() -> str:
    cluster = shared_cluster()
    with psycopg.connect(cluster.dsn("postgres")) as connection:
        postgres = connection.info.parameter_status("server_version")
    return f"Directus {VERSION}, PostgreSQL {postgres}, Python {platform.python_version()}"


def _effort(effort: Effort) -> str:
    times = "one run" if effort.runs == 1 else f"medians of {effort.runs} runs"
    return times if effort.scale == 1 else f"{times}, sizes x {effort.scale:g}"

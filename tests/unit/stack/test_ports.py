"""A port belongs to one part of the stack, whichever test process started it."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.stack import ports

CHECKOUT = Path(__file__).resolve().parents[3]
HOLDER = "from tests.stack.ports import free_port; print(free_port(), flush=True); input()"


class Sequence:
    """Draws the given numbers one after the other."""

    def __init__(self, *numbers: int) -> None:
        self._numbers = iter(numbers)

    def randint(self, first: int, last: int) -> int:
        return next(self._numbers)


def test_a_port_is_given_out_once(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = ports.free_port(), ports.free_port()
    monkeypatch.setattr(ports, "_random", Sequence(first, second, first, 14_999))
    assert ports.free_port() == 14_999


def test_a_port_that_another_process_was_given_is_not_free_before_it_listens(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=CHECKOUT,
    ) as holder:
        assert holder.stdout is not None
        theirs = int(holder.stdout.readline())
        monkeypatch.setattr(ports, "_random", Sequence(theirs, 14_998))
        assert ports.free_port() == 14_998
        holder.communicate("\n")
    monkeypatch.setattr(ports, "_random", Sequence(theirs))
    assert ports.free_port() == theirs

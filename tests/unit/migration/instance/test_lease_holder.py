"""Which processes are dead, as far as one can see."""

import os
import subprocess
from pathlib import Path

import pytest

from sidecar.migration.instance import lease_holder
from sidecar.migration.instance.lease_holder import is_dead, this_process


def test_a_process_is_dead_only_if_it_could_be_seen_from_here(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    machine, _, mine = this_process().rpartition("/")
    assert not is_dead(this_process())
    assert is_dead(f"{machine}/{mine}0")
    for unseen in ("", "nonsense", f"elsewhere/{mine}", f"{machine}/x:1", f"{machine}/-1:1"):
        assert not is_dead(unseen)
    for strange in (f"{machine}/0:1", f"{machine}/9999999999:1", f"{machine}/{'9' * 5000}:1"):
        assert not is_dead(strange)
    monkeypatch.setattr(lease_holder, "_machine", lambda: "")
    assert this_process() == ""


def test_a_process_of_another_user_that_proc_hides_counts_as_alive(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    mine = this_process()
    gone = f"{mine.rpartition('/')[0]}/999999999:1"
    machine = lease_holder._machine()
    monkeypatch.setattr(lease_holder, "_machine", lambda: machine)
    monkeypatch.setattr(lease_holder, "PROC", tmp_path)
    assert not is_dead(mine)
    assert is_dead(gone)

    def refuse(pid: int, signal: int) -> None:
        raise PermissionError

    monkeypatch.setattr("os.kill", refuse)
    assert not is_dead(gone)


def test_a_zombie_is_dead() -> None:
    with subprocess.Popen(["cat"], stdin=subprocess.PIPE) as child:
        name = lease_holder._name_of(child.pid)
        assert not is_dead(name)
        assert child.stdin
        child.stdin.close()
        os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
        assert is_dead(name)

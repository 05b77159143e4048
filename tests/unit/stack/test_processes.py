"""The test stack's own promises: a part that does not come up says why, and nothing outlives its
owner."""

import subprocess
import sys
import threading
from pathlib import Path

import pytest

from tests.stack.ports import LOOPBACK, free_port
from tests.stack.processes import Process, ProcessError, answers

CHECKOUT = Path(__file__).resolve().parents[3]
SLEEPER = "import time; print('asleep', flush=True); time.sleep(600)"


def python(code: str, log: Path) -> Process:
    return Process("snippet", [sys.executable, "-c", code], log=log)


def is_alive(pid: int) -> bool:
    stat = Path(f"/proc/{pid}/stat")
    return stat.exists() and stat.read_text().rpartition(")")[2].split()[0] != "Z"


def test_an_early_exit_is_reported_with_the_end_of_the_log(tmp_path: Path) -> None:
    noisy = "for number in range(100): print('line', number)\nraise SystemExit(7)"
    process = python(noisy, tmp_path / "snippet.log")
    with pytest.raises(ProcessError, match="snippet ended early with exit status 7") as error:
        process.start(lambda: False)
    assert "line 99" in str(error.value)
    assert "line 60" in str(error.value)
    assert "line 59" not in str(error.value)
    assert not process.running


def test_a_port_that_does_not_answer_is_reported_and_the_process_is_gone(tmp_path: Path) -> None:
    process = python(SLEEPER, tmp_path / "snippet.log")
    with pytest.raises(ProcessError, match=r"snippet was not ready after 0.5 s(.|\n)*asleep"):
        process.start(answers(f"http://{LOOPBACK}:{free_port()}/"), seconds=0.5)
    assert not process.running


def test_a_server_that_answers_with_an_error_status_counts_as_ready(tmp_path: Path) -> None:
    port = free_port()
    server = Process(
        "server",
        [sys.executable, "-m", "http.server", str(port)],
        log=tmp_path / "log",
        cwd=tmp_path,
    )
    server.start(answers(f"http://{LOOPBACK}:{port}/missing"), seconds=20)
    assert server.running
    server.stop()
    assert not server.running


def test_the_reported_log_is_that_of_the_latest_start(tmp_path: Path) -> None:
    process = python("print('only once' * 2)", tmp_path / "snippet.log")
    for _ in range(2):
        process.finish()
    assert process.tail() == "only once" * 2


def test_a_command_that_fails_is_reported_with_its_status_and_log(tmp_path: Path) -> None:
    process = python("import sys; sys.exit('no such thing')", tmp_path / "snippet.log")
    with pytest.raises(ProcessError, match=r"ended with exit status 1(.|\n)*no such thing"):
        process.finish()


def test_a_child_that_ignores_the_request_to_stop_is_killed_with_its_own_children(
    tmp_path: Path,
) -> None:
    stubborn = (
        "import os, signal, subprocess, sys, time\n"
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "child = subprocess.Popen(['sleep', '600'], process_group=0)\n"
        "print(child.pid, flush=True)\n"
        "time.sleep(600)\n"
    )
    process = python(stubborn, tmp_path / "snippet.log")
    process.start(lambda: bool(process.tail()))
    grandchild = int(process.tail())
    process.stop(seconds=0.2)
    assert not process.running
    wait_until_gone(grandchild)


def test_children_die_with_a_python_process_that_was_killed(tmp_path: Path) -> None:
    owner_code = (
        "import os, pathlib, signal, sys\nfrom tests.stack.processes import Process\nchild = "
        "Process('child', ['sleep', '600'], "
        f"log=pathlib.Path({str(tmp_path / 'child.log')!r}))\nchild.spawn()\nprint(child.pid, "
        "flush=True)\nos.kill(os.getpid(), signal.SIGKILL)\n"
    )
    command = [sys.executable, "-c", owner_code]
    answer = subprocess.run(command, cwd=CHECKOUT, stdout=subprocess.PIPE, text=True, check=False)
    wait_until_gone(int(answer.stdout))


def wait_until_gone(pid: int) -> None:
    ticks = threading.Event()
    for _ in range(100):
        if not is_alive(pid):
            return
        ticks.wait(0.1)
    pytest.fail(f"process {pid} is still there")

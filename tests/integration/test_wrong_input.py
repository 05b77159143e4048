"""Bad input gets a clear message on the command line and over HTTP, and nothing is written."""

import json
from collections.abc import Iterator

import pytest
import requests

from tests.integration.command import sidecar
from tests.integration.wrong_input import NAMES, Wrong, wrong_inputs
from tests.stack.directus import DirectusInstance
from tests.stack.dump import dump
from tests.stack.stack import Stack

__all__ = ["wrong_inputs"]
SOMEBODY = "6f1d8a52-7f4b-4a55-b5a3-0c5f3c1b7a10"


@pytest.fixture(scope="module")
def source(stack: Stack) -> DirectusInstance:
    return stack.source


@pytest.fixture(scope="module", autouse=True)
def nothing_written(
    destination: DirectusInstance, wrong_inputs: dict[str, Wrong]
) -> Iterator[None]:
    """The destination's database is the same after all of this module's tests."""
    before = dump(destination.database)
    yield
    assert dump(destination.database) == before


@pytest.mark.parametrize("name", NAMES)
def test_the_command_line_refuses_with_status_2(
    source: DirectusInstance, wrong_inputs: dict[str, Wrong], name: str
) -> None:
    wrong = wrong_inputs[name]
    arguments = ["--options", ",".join(wrong.choices.get("options", ["content"]))]
    arguments += ["--batch-size", str(wrong.choices.get("batch_size", 10))]
    done = sidecar(source, "migrate", "--to", wrong.url, "--json", *arguments, token=wrong.token)
    assert done.status == 2, done.stderr
    assert done.document["status"] == "refused"
    assert [problem["code"] for problem in done.document["problems"]] == [wrong.code]
    assert wrong.words in done.document["problems"][0]["message"]
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("name", NAMES)
def test_http_refuses_with_4xx(stack: Stack, wrong_inputs: dict[str, Wrong], name: str) -> None:
    wrong = wrong_inputs[name]
    body = {
        "destination_url": wrong.url,
        "destination_token": wrong.token,
        "dry_run": False,
        **wrong.choices,
    }
    headers = {"Authorization": f"Bearer {stack.secret}", "X-Migration-User": SOMEBODY}
    answer = requests.post(f"{stack.web.url}/runs", json=body, headers=headers, timeout=60)
    assert 400 <= answer.status_code < 500, answer.text
    assert [error["code"] for error in answer.json()["errors"]] == [wrong.code]
    assert wrong.words in answer.json()["errors"][0]["message"]
    runs = requests.get(f"{stack.web.url}/runs", headers=headers, timeout=30).json()["runs"]
    assert wrong.url not in {run["destination_url"] for run in runs}


def test_check_answers_what_differs_and_that_force_would_not_help_where_it_does_not(
    source: DirectusInstance, wrong_inputs: dict[str, Wrong]
) -> None:
    wrong = wrong_inputs["another version"]
    done = sidecar(source, "check", "--to", wrong.url, "--json", token=wrong.token)
    assert done.status == 2, done.stderr
    found = json.loads(done.stdout)
    assert found["compatible"] is False
    assert [finding["code"] for finding in found["findings"]] == ["VERSION_DIFFERS"]


def test_a_batch_size_that_is_no_number_is_refused_in_json_too(source: DirectusInstance) -> None:
    done = sidecar(
        source, "migrate", "--to", source.url, "--json", "--batch-size", "many", token="t"
    )
    assert (done.status, done.document["status"]) == (2, "refused")
    assert [problem["code"] for problem in done.document["problems"]] == ["BATCH_SIZE_OUT_OF_RANGE"]


def test_a_missing_environment_is_named_whole() -> None:
    import os
    import subprocess
    import sys

    environment = {
        "PATH": os.environ["PATH"],
        "MIGRATION_SIDECAR_SECRET": "short",
        "REDIS_URL": "nonsense",
    }
    done = subprocess.run(
        [sys.executable, "-m", "sidecar.cli", "worker"],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 2
    for name in ("DIRECTUS_URL", "DIRECTUS_TOKEN", "REDIS_URL", "MIGRATION_SIDECAR_SECRET"):
        assert name in done.stderr

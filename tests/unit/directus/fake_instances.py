"""Instances that answer without a network, for tests of what the client makes of an answer."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPHeaderDict, HTTPResponse

from sidecar.directus.client import Directus
from sidecar.directus.limiter import AdaptiveLimiter
from sidecar.directus.retry import ONCE
from tests.stack.answering import Answer
from tests.stack.pretender import DATA, NOWHERE, data_answer


class FakeInstance:
    """Answers as a bare Directus does, except for the paths in ``answers``, and for a path after
    a method, such as "POST /presets".

    ``requests`` lists the requests that it received.
    """

    def __init__(self, name: str) -> None:
        self.url = f"http://{name}"
        self.answers: dict[str, Answer] = {}
        self.requests: list[requests.PreparedRequest] = []
        self._client = Directus(self.url, "t", retry_policy=ONCE)
        self._defaults = {path: data_answer(data) for path, data in DATA.items()}
        self._defaults["/roles"] = data_answer([{"id": name}])
        self._defaults["/server/ping"] = (200, {}, b"pong")
        self._defaults["/schema/diff"] = (204, {}, b"")

    def client(self) -> Directus:
        """Return a client that sends each request once, and that no earlier answer slows down."""
        self._client.limiter = AdaptiveLimiter()
        return self._client

    def answer(self, method: str, path: str) -> Answer:
        answer = self.answers.get(f"{method} {path}") or self.answers.get(path)
        return answer or self._defaults.get(path, NOWHERE)


@contextmanager
def connected(*instances: FakeInstance) -> Iterator[None]:
    """Run a block in which every request goes to one of ``instances``."""
    by_url = {instance.url: instance for instance in instances}

    def send(
        adapter: HTTPAdapter, request: requests.PreparedRequest, **_: object
    ) -> requests.Response:
        parts = urlsplit(str(request.url))
        instance = by_url[f"{parts.scheme}://{parts.netloc}"]
        instance.requests.append(request)
        return adapter.build_response(
            request, _raw(instance.answer(str(request.method), parts.path))
        )

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(HTTPAdapter, "send", send)
        yield


def _raw(answer: Answer) -> Any:
    status, headers, body = answer
    complete: Mapping[str, str] = {"Content-Length": str(len(body)), **headers}
    return HTTPResponse(
        BytesIO(body), HTTPHeaderDict(complete), status, preload_content=False, decode_content=False
    )

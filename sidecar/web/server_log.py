"""The web server's own log in the form of all others."""

import logging
from datetime import timedelta
from typing import Any

from gunicorn.glogging import Logger

from sidecar.logs import configure


class ServerLog(Logger):  # type: ignore[misc]
    """gunicorn's records go the way of ours. An access record has no query string: nobody knows
    what is in one."""

    def setup(self, cfg: Any) -> None:
        self.cfg = cfg
        configure()
        for log in (self.error_log, self.access_log):
            log.propagate = True
            log.setLevel(logging.INFO)

    def access(self, resp: Any, req: Any, environ: dict[str, Any], request_time: timedelta) -> None:
        """One request: method, path as it came, status and milliseconds."""
        method, path = environ["REQUEST_METHOD"], environ["RAW_URI"].partition("?")[0]
        milliseconds = round(request_time.total_seconds() * 1000)
        self.access_log.info(
            "%s %s %s in %s ms",
            method,
            path,
            resp.status_code,
            milliseconds,
            extra={
                "method": method,
                "path": path,
                "status": resp.status_code,
                "milliseconds": milliseconds,
            },
        )

"""The web server's log, in the format of all other logs."""

import logging
from datetime import timedelta
from typing import Any

from gunicorn.glogging import Logger

from sidecar.logs import configure


class ServerLog(Logger):  # type: ignore[misc]
    """Sends gunicorn's records to our log. Leaves out query strings, which may contain anything."""

    def setup(self, cfg: Any) -> None:
        self.cfg = cfg
        configure()
        for log in (self.error_log, self.access_log):
            log.propagate = True
            log.setLevel(logging.INFO)

    def access(self, resp: Any, req: Any, environ: dict[str, Any], request_time: timedelta) -> None:
        """Log one request: method, raw path, status and milliseconds."""
        method, path = environ["REQUEST_METHOD"], environ["RAW_URI"].partition("?")[0]
        milliseconds = round(request_time.total_seconds() * 1000)
        status = resp.status_code
        extra = {"method": method, "path": path, "status": status, "milliseconds": milliseconds}
        self.access_log.info("%s %s %s in %s ms", method, path, status, milliseconds, extra=extra)

"""The JSON of what a run adds to while it goes: lines of its log, and checksums of files."""

from typing import get_args

from marshmallow import fields, validate

from sidecar.migration.report.report import Level
from sidecar.web.schemas import Output


class ChecksumOutput(Output):
    """A file that the destination returned unchanged."""

    id = fields.String()
    name = fields.String()
    size = fields.Integer(metadata={"description": "Bytes"})
    sha256 = fields.String()


class ChecksumsOutput(Output):
    checksums = fields.List(fields.Nested(ChecksumOutput))
    cursor = fields.Integer(metadata={"description": "Send it as `after` to get what follows"})
    total = fields.Integer(metadata={"description": "How many checksums the run has"})


class LogLineOutput(Output):
    at = fields.String()
    level = fields.String(validate=validate.OneOf(get_args(Level)))
    stage = fields.String(allow_none=True)
    message = fields.String()


class LogOutput(Output):
    lines = fields.List(fields.Nested(LogLineOutput))
    cursor = fields.Integer(metadata={"description": "Send it as `after` to get what follows"})

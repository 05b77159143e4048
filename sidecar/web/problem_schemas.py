"""The JSON of the problems of a run."""

from marshmallow import fields

from sidecar.web.schemas import Output


class ProblemOutput(Output):
    resource = fields.String(allow_none=True)
    key = fields.String(allow_none=True)
    code = fields.String()
    message = fields.String()
    columns = fields.List(
        fields.String(),
        dump_default=[],
        metadata={"description": "What it is about; empty for the row or resource as a whole"},
    )


class ProblemGroupOutput(Output):
    """Problems with the same resource, code and columns."""

    resource = fields.String(allow_none=True)
    code = fields.String()
    columns = fields.List(
        fields.String(),
        allow_none=True,
        metadata={"description": "Null for several sets of columns, beyond 500 groups"},
    )
    count = fields.Integer(metadata={"description": "Also those that are not listed"})
    message = fields.String(
        allow_none=True, metadata={"description": "What all of them say; null if they differ"}
    )


class ProblemsOutput(Output):
    problems = fields.List(fields.Nested(ProblemOutput))
    total = fields.Integer(metadata={"description": "How many are listed, at most 10,000"})

"""What the HTTP interface tells of runs: their stages, numbers, problems and logs."""

from marshmallow import Schema, fields, validate

from sidecar.web.schemas import InstanceOutput, SchemaOutput


class StageOutput(Schema):
    name = fields.String()
    status = fields.String()
    done = fields.Integer()
    total = fields.Integer(metadata={"description": "Rows and files; 0 while unknown"})
    seconds = fields.Float(dump_default=0.0)


class PaceOutput(Schema):
    concurrency = fields.Integer(metadata={"description": "Requests at once"})
    requests_per_second = fields.Float()
    held_back = fields.String(allow_none=True, metadata={"description": "Why it is not faster"})


class PacesOutput(Schema):
    source = fields.Nested(PaceOutput)
    destination = fields.Nested(PaceOutput)


class RatesOutput(Schema):
    rows_per_second = fields.Float()
    bytes_per_second = fields.Float()


class ResourceOutput(Schema):
    name = fields.String()
    kind = fields.String()
    source = fields.Integer()
    create = fields.Integer()
    unchanged = fields.Integer()
    conflicting = fields.Integer()
    missing_reference = fields.Integer()
    created = fields.Integer()
    skipped = fields.Integer()
    failed = fields.Integer()
    verified = fields.Integer()
    different = fields.Integer()
    problems = fields.Integer(dump_default=0, metadata={"description": "Problems that name it"})
    bytes = fields.Integer()
    compared = fields.Integer(dump_default=0, metadata={"description": "Rows in the digests"})
    source_digest = fields.String(
        dump_default=None,
        allow_none=True,
        metadata={"description": "SHA-256 over the rows as they should be"},
    )
    destination_digest = fields.String(
        dump_default=None,
        allow_none=True,
        metadata={"description": "SHA-256 over the rows as they are"},
    )
    comparison = fields.String(
        dump_default="exact",
        validate=validate.OneOf(["exact", "by meaning"]),
        metadata={
            "description": (
                "Whether values were compared as they are shown, or between two databases, which "
                "show the same in different ways, by what they mean"
            )
        },
    )
    compared_by = fields.List(
        fields.String(),
        dump_default=[],
        metadata={"description": "In words, what was compared by its meaning"},
    )


class ChecksumOutput(Schema):
    id = fields.String()
    name = fields.String()
    size = fields.Integer()
    sha256 = fields.String()


class ChecksumsOutput(Schema):
    checksums = fields.List(fields.Nested(ChecksumOutput))
    cursor = fields.Integer()
    total = fields.Integer()


class ProblemOutput(Schema):
    resource = fields.String(allow_none=True)
    key = fields.String(allow_none=True)
    code = fields.String()
    message = fields.String()


class NoteOutput(Schema):
    resource = fields.String()
    code = fields.String()
    column = fields.String(allow_none=True)
    message = fields.String()
    count = fields.Integer()


class LogLineOutput(Schema):
    at = fields.String()
    level = fields.String()
    stage = fields.String(allow_none=True)
    message = fields.String()


class LogOutput(Schema):
    lines = fields.List(fields.Nested(LogLineOutput))
    cursor = fields.Integer()


class RunSummaryOutput(Schema):
    id = fields.String()
    status = fields.String()
    attempt = fields.Integer(
        dump_default=1, metadata={"description": "Above 1 when it was interrupted and resumed"}
    )
    dry_run = fields.Boolean()
    force = fields.Boolean()
    options = fields.List(fields.String())
    batch_size = fields.Integer()
    invite = fields.Boolean()
    references = fields.String()
    destination_url = fields.String()
    token_from = fields.String(allow_none=True)
    user = fields.String()
    user_name = fields.String()
    created_at = fields.String()
    started_at = fields.String(dump_default=None, allow_none=True)
    ended_at = fields.String(dump_default=None, allow_none=True)
    seconds = fields.Float(dump_default=0.0)
    message = fields.String(dump_default=None, allow_none=True)
    problem_count = fields.Integer(dump_default=0)


class RunOutput(RunSummaryOutput):
    source = fields.Nested(InstanceOutput, dump_default=None, allow_none=True)
    destination = fields.Nested(InstanceOutput, dump_default=None, allow_none=True)
    schema = fields.Nested(SchemaOutput, dump_default=None, allow_none=True)
    stages = fields.List(fields.Nested(StageOutput))
    current = fields.String(dump_default=None, allow_none=True)
    rates = fields.Nested(
        RatesOutput, dump_default={"rows_per_second": 0.0, "bytes_per_second": 0.0}
    )
    pace = fields.Nested(PacesOutput, dump_default={})
    resources = fields.List(fields.Nested(ResourceOutput), dump_default=[])
    problems = fields.List(fields.Nested(ProblemOutput), dump_default=[])
    notes = fields.List(fields.Nested(NoteOutput), dump_default=[])
    log = fields.Nested(LogOutput)


class RunsOutput(Schema):
    runs = fields.List(fields.Nested(RunSummaryOutput))

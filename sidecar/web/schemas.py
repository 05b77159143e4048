"""What comes in and what goes out, for validation and for the OpenAPI document."""

from typing import Any

from marshmallow import Schema, fields, validate

from sidecar.jobs.saved_tokens import TOKEN_SOURCE
from sidecar.migration.request import DEFAULT_BATCH
from sidecar.options import DEFAULT_OPTIONS

OPTIONS_A_REQUEST = 20
LONGEST_OPTION = 32
LONGEST_URL = 2_000
LONGEST_TOKEN = 4_000
LONGEST_NAME = 255
FURTHEST_CURSOR = 10**12
# In words that JavaScript understands as well, as they are in the document.
PRINTABLE = r"^[^\x00-\x1f\x7f]*[^\s\x00-\x1f\x7f][^\x00-\x1f\x7f]*$(?!\n)"


class Flag(fields.Boolean):
    """true or false, and nothing that reads like them."""

    truthy = {True}  # noqa: RUF012 (marshmallow's own)
    falsy = {False}  # noqa: RUF012

    def _deserialize(self, value: Any, *arguments: Any, **options: Any) -> Any:
        if not isinstance(value, bool):
            raise self.make_error("invalid", input=value)
        return value


class CheckInput(Schema):
    destination_url = fields.String(load_default="", validate=validate.Length(max=LONGEST_URL),
                                    metadata={"description": "Address of the destination"})
    destination_token = fields.String(load_default="", validate=validate.Length(max=LONGEST_TOKEN),
                                      metadata={"description": "Static token of an administrator"})
    token_from = fields.String(load_default=None, allow_none=True, validate=validate.Regexp(TOKEN_SOURCE),
                               metadata={"description": "A saved token: environment, or preset:<id>"})
    options = fields.List(fields.String(validate=validate.Length(max=LONGEST_OPTION)),
                          load_default=list(DEFAULT_OPTIONS), validate=validate.Length(max=OPTIONS_A_REQUEST))


class RunInput(CheckInput):
    dry_run = Flag(load_default=True, metadata={"description": "Answer with exact numbers, write nothing"})
    force = Flag(load_default=False, metadata={"description": "Although version or database differ"})
    batch_size = fields.Integer(strict=True, load_default=DEFAULT_BATCH,
                                metadata={"description": "Files at the same time, 5 to 25"})
    invite = Flag(load_default=False,
                  metadata={"description": "Have the destination mail users a link to set a password"})


class PresetInput(CheckInput):
    name = fields.String(required=True, validate=[validate.Length(max=LONGEST_NAME),
                                                  validate.Regexp(PRINTABLE, error="Enter a name")])
    scope = fields.String(required=True, validate=validate.OneOf(("personal", "role", "global")))
    batch_size = fields.Integer(strict=True, load_default=DEFAULT_BATCH)
    invite = Flag(load_default=False)


class PresetChangesInput(PresetInput):
    """Any part of a preset: loaded with ``partial``."""


class RunQuery(Schema):
    after = fields.Integer(load_default=0, validate=validate.Range(min=0, max=FURTHEST_CURSOR),
                           metadata={"description": "Cursor of the log line to go on from"})


class RunsQuery(Schema):
    limit = fields.Integer(load_default=50, validate=validate.Range(min=1, max=500))


class ErrorOutput(Schema):
    message = fields.String(required=True, metadata={"description": "For people; says what to do"})
    code = fields.String(required=True, metadata={"description": "Stable, in UPPER_SNAKE"})
    field = fields.String(metadata={"description": "The input that is wrong"})


class ErrorsOutput(Schema):
    errors = fields.List(fields.Nested(ErrorOutput), required=True)


class InstanceOutput(Schema):
    url = fields.String()
    version = fields.String()
    vendor = fields.String()


class SchemaOutput(Schema):
    added = fields.Integer()
    changed = fields.Integer()
    kept = fields.Integer(metadata={"description": "Exists at the destination only, and stays"})
    dropped = fields.Integer()


class SchemaNamesOutput(Schema):
    added = fields.List(fields.String())
    changed = fields.List(fields.String())
    kept = fields.List(fields.String())


class LimitOutput(Schema):
    name = fields.String()
    allowed = fields.Integer(allow_none=True, metadata={"description": "None for any number"})
    present = fields.Integer(metadata={"description": "How many the destination has"})
    brought = fields.Integer(metadata={"description": "How many more this migration brings"})


class FindingOutput(Schema):
    code = fields.String()
    message = fields.String()


class CheckOutput(Schema):
    source = fields.Nested(InstanceOutput)
    destination = fields.Nested(InstanceOutput)
    compatible = fields.Boolean()
    force_would_help = fields.Boolean()
    force = fields.List(fields.Nested(FindingOutput), metadata={
        "description": "What Force would do, a sentence each; empty where nothing differs or it does not help"})
    findings = fields.List(fields.Nested(FindingOutput))
    schema = fields.Nested(SchemaOutput, allow_none=True)
    schema_names = fields.Nested(SchemaNamesOutput, allow_none=True)
    licence = fields.List(fields.Nested(LimitOutput), allow_none=True)


class DefaultsOutput(Schema):
    destination_url = fields.String()
    has_token = fields.Boolean(metadata={"description": "Whether a token is saved; it is never shown"})
    options = fields.List(fields.String())


class PresetOutput(DefaultsOutput):
    id = fields.Integer()
    name = fields.String()
    scope = fields.String()
    batch_size = fields.Integer()
    invite = fields.Boolean()


class ConfigurationOutput(Schema):
    presets = fields.List(fields.Nested(PresetOutput))
    defaults = fields.Nested(DefaultsOutput)
    role = fields.String(allow_none=True)


class OptionOutput(Schema):
    name = fields.String()
    rows = fields.Integer()


class OptionsOutput(Schema):
    options = fields.List(fields.Nested(OptionOutput))


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
    source_digest = fields.String(dump_default=None, allow_none=True,
                                  metadata={"description": "SHA-256 over the rows as they should be"})
    destination_digest = fields.String(dump_default=None, allow_none=True,
                                       metadata={"description": "SHA-256 over the rows as they are"})
    comparison = fields.String(
        dump_default="exact", validate=validate.OneOf(["exact", "by meaning"]),
        metadata={"description": "Whether values were compared as they are shown, or between two databases, which show "
                                 "the same in different ways, by what they mean"})
    compared_by = fields.List(fields.String(), dump_default=[],
                              metadata={"description": "In words, what was compared by its meaning"})


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
    attempt = fields.Integer(dump_default=1, metadata={"description": "Above 1 when it was interrupted and resumed"})
    dry_run = fields.Boolean()
    force = fields.Boolean()
    options = fields.List(fields.String())
    batch_size = fields.Integer()
    invite = fields.Boolean()
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
    rates = fields.Nested(RatesOutput, dump_default={"rows_per_second": 0.0, "bytes_per_second": 0.0})
    pace = fields.Nested(PacesOutput, dump_default={})
    resources = fields.List(fields.Nested(ResourceOutput), dump_default=[])
    problems = fields.List(fields.Nested(ProblemOutput), dump_default=[])
    notes = fields.List(fields.Nested(NoteOutput), dump_default=[])
    log = fields.Nested(LogOutput)


class RunsOutput(Schema):
    runs = fields.List(fields.Nested(RunSummaryOutput))


class PartOutput(Schema):
    ok = fields.Boolean()
    message = fields.String(allow_none=True)


class HealthOutput(Schema):
    status = fields.String()
    redis = fields.Nested(PartOutput)
    source = fields.Nested(PartOutput)
    worker = fields.Nested(PartOutput)

"""What comes in and what goes out, for validation and for the OpenAPI document."""

from typing import Any

from marshmallow import Schema, fields, validate

from sidecar.jobs.saved_tokens import TOKEN_SOURCE
from sidecar.migration.request import DEFAULT_BATCH, REFERENCES, REFUSE
from sidecar.options import DEFAULT_OPTIONS

OPTIONS_PER_REQUEST = 20
MAX_OPTION_LENGTH = 32
MAX_URL_LENGTH = 2_000
MAX_TOKEN_LENGTH = 4_000
MAX_NAME_LENGTH = 255
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


class References(fields.String):
    """What becomes of references to rows that are neither included nor at the destination."""

    def __init__(self) -> None:
        super().__init__(
            load_default=REFUSE,
            validate=validate.OneOf(REFERENCES),
            metadata={
                "description": (
                    "References to rows that are neither included nor at the destination: refuse "
                    "the run, or leave them empty"
                )
            },
        )


class CheckInput(Schema):
    destination_url = fields.String(
        load_default="",
        validate=validate.Length(max=MAX_URL_LENGTH),
        metadata={"description": "Address of the destination"},
    )
    destination_token = fields.String(
        load_default="",
        validate=validate.Length(max=MAX_TOKEN_LENGTH),
        metadata={"description": "Static token of an administrator"},
    )
    token_from = fields.String(
        load_default=None,
        allow_none=True,
        validate=validate.Regexp(TOKEN_SOURCE),
        metadata={"description": "A saved token: environment, or preset:<id>"},
    )
    options = fields.List(
        fields.String(validate=validate.Length(max=MAX_OPTION_LENGTH)),
        load_default=list(DEFAULT_OPTIONS),
        validate=validate.Length(max=OPTIONS_PER_REQUEST),
    )


class RunInput(CheckInput):
    dry_run = Flag(
        load_default=True, metadata={"description": "Answer with exact numbers, write nothing"}
    )
    force = Flag(
        load_default=False, metadata={"description": "Although version or database differ"}
    )
    batch_size = fields.Integer(
        strict=True,
        load_default=DEFAULT_BATCH,
        metadata={"description": "Files at the same time, 5 to 25"},
    )
    invite = Flag(
        load_default=False,
        metadata={"description": "Have the destination mail users a link to set a password"},
    )
    references = References()


class PresetInput(CheckInput):
    name = fields.String(
        required=True,
        validate=[
            validate.Length(max=MAX_NAME_LENGTH),
            validate.Regexp(PRINTABLE, error="Enter a name"),
        ],
    )
    scope = fields.String(required=True, validate=validate.OneOf(("personal", "role", "global")))
    batch_size = fields.Integer(strict=True, load_default=DEFAULT_BATCH)
    invite = Flag(load_default=False)
    references = References()


class PresetChangesInput(PresetInput):
    """Any part of a preset: loaded with ``partial``."""


class RunQuery(Schema):
    after = fields.Integer(
        load_default=0,
        validate=validate.Range(min=0, max=FURTHEST_CURSOR),
        metadata={"description": "Cursor of the log line to go on from"},
    )


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


class MissingReferencesOutput(Schema):
    collection = fields.String()
    column = fields.String()
    target = fields.String()
    option = fields.String(
        allow_none=True, metadata={"description": "Would include the target; null where none does"}
    )
    rows = fields.Integer(metadata={"description": "Rows whose reference would be left empty"})
    targets = fields.Integer(metadata={"description": "Rows of the target that they point at"})


class CheckOutput(Schema):
    source = fields.Nested(InstanceOutput)
    destination = fields.Nested(InstanceOutput)
    compatible = fields.Boolean()
    force_would_help = fields.Boolean()
    force = fields.List(
        fields.Nested(FindingOutput),
        metadata={
            "description": (
                "What Force would do, a sentence each; empty where nothing differs or it does "
                "not help"
            )
        },
    )
    findings = fields.List(fields.Nested(FindingOutput))
    schema = fields.Nested(SchemaOutput, allow_none=True)
    schema_names = fields.Nested(SchemaNamesOutput, allow_none=True)
    licence = fields.List(fields.Nested(LimitOutput), allow_none=True)
    references = fields.List(fields.Nested(MissingReferencesOutput))


class DefaultsOutput(Schema):
    destination_url = fields.String()
    has_token = fields.Boolean(
        metadata={"description": "Whether a token is saved; it is never shown"}
    )
    options = fields.List(fields.String())


class PresetOutput(DefaultsOutput):
    id = fields.Integer()
    name = fields.String()
    scope = fields.String()
    batch_size = fields.Integer()
    invite = fields.Boolean()
    references = fields.String()


class ConfigurationOutput(Schema):
    presets = fields.List(fields.Nested(PresetOutput))
    defaults = fields.Nested(DefaultsOutput)
    role = fields.String(allow_none=True)


class OptionOutput(Schema):
    name = fields.String()
    rows = fields.Integer()


class OptionsOutput(Schema):
    options = fields.List(fields.Nested(OptionOutput))


class PartOutput(Schema):
    ok = fields.Boolean()
    message = fields.String(allow_none=True)


class HealthOutput(Schema):
    status = fields.String()
    redis = fields.Nested(PartOutput)
    source = fields.Nested(PartOutput)
    worker = fields.Nested(PartOutput)

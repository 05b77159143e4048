"""The JSON of requests and answers: validates what comes in, and describes both for OpenAPI.

The extension's types are generated from these descriptions: after a change, run ``make types``.
"""

from typing import Any

from marshmallow import Schema, fields, validate
from marshmallow.fields import Field

from sidecar.jobs.saved_tokens import TOKEN_SOURCE
from sidecar.migration.existing import CONFLICTS
from sidecar.migration.request import DEFAULT_BATCH, REFERENCES
from sidecar.options import DEFAULT_OPTIONS, OPTIONS, PARTS
from sidecar.web.selection_schemas import (
    Conflicts,
    ExistingInput,
    ExistingOutput,
    OverwriteSettings,
    Parts,
    References,
    SelectionInput,
    SelectionOutput,
)

OPTIONS_PER_REQUEST = 20
MAX_OPTION_LENGTH = 32
MAX_URL_LENGTH = 2_000
MAX_TOKEN_LENGTH = 4_000
MAX_NAME_LENGTH = 255
SCOPES = ("personal", "role", "global")
# JavaScript understands this expression too; the OpenAPI document contains it.
PRINTABLE = r"^[^\x00-\x1f\x7f]*[^\s\x00-\x1f\x7f][^\x00-\x1f\x7f]*$(?!\n)"


class Flag(fields.Boolean):
    """Accepts true and false, but not "yes", 1 and the like."""

    truthy = {True}  # noqa: RUF012 (marshmallow's own)
    falsy = {False}  # noqa: RUF012

    def _deserialize(self, value: Any, *arguments: Any, **options: Any) -> Any:
        if not isinstance(value, bool):
            raise self.make_error("invalid", input=value)
        return value


class CheckInput(Schema):
    destination_url = fields.String(
        load_default="",
        validate=validate.Length(max=MAX_URL_LENGTH),
        metadata={"description": "Address of the destination"},
    )
    destination_token = fields.String(
        load_default="",
        validate=validate.Length(max=MAX_TOKEN_LENGTH),
        metadata={"description": "Static token of an administrator; empty to use a saved token"},
    )
    token_from = fields.String(
        load_default=None,
        allow_none=True,
        validate=validate.Regexp(TOKEN_SOURCE),
        metadata={
            "description": "Where the saved token is kept: environment, or preset:<id>. The "
            "sidecar sends it only to the URL that it was saved with"
        },
    )
    # MigrationRequest rejects unknown options, with an error that names the known ones.
    options = fields.List(
        fields.String(
            validate=validate.Length(max=MAX_OPTION_LENGTH), metadata={"enum": list(OPTIONS)}
        ),
        load_default=list(DEFAULT_OPTIONS),
        validate=validate.Length(max=OPTIONS_PER_REQUEST),
        metadata={"description": "What to migrate beyond schema, settings and translations"},
    )
    parts = Parts()
    selection = fields.Nested(SelectionInput, load_default=None, allow_none=True)
    references = References()
    existing = fields.Nested(ExistingInput, load_default=None, allow_none=True)
    conflicts = Conflicts()
    overwrite_settings = OverwriteSettings()


class RunInput(CheckInput):
    dry_run = Flag(
        load_default=True, metadata={"description": "Report exact numbers and write nothing"}
    )
    force = Flag(
        load_default=False, metadata={"description": "Migrate although version or database differ"}
    )
    batch_size = fields.Integer(
        strict=True,
        load_default=DEFAULT_BATCH,
        metadata={"description": "How many files are transferred at the same time, 5 to 25"},
    )
    invite = Flag(
        load_default=False,
        metadata={"description": "The destination mails users a link to set a password"},
    )
    plan = fields.UUID(
        load_default=None,
        allow_none=True,
        metadata={
            "description": "The id of a dry run to the same destination, to do exactly what it "
            "has found. Its choices then replace those of this request, except for dry_run, "
            "batch_size and invite"
        },
    )


class PresetInput(CheckInput):
    name = fields.String(
        required=True,
        validate=[
            validate.Length(max=MAX_NAME_LENGTH),
            validate.Regexp(PRINTABLE, error="Enter a name"),
        ],
    )
    scope = fields.String(required=True, validate=validate.OneOf(SCOPES))
    batch_size = fields.Integer(strict=True, load_default=DEFAULT_BATCH)
    invite = Flag(load_default=False)


class PresetChangesInput(PresetInput):
    """Any part of a preset: loaded with ``partial``."""


class Output(Schema):
    """An answer. It always contains every field."""

    def on_bind_field(self, field_name: str, field_obj: Field[Any]) -> None:
        field_obj.required = True


class ErrorOutput(Schema):
    message = fields.String(
        required=True, metadata={"description": "A sentence that says what to do"}
    )
    code = fields.String(required=True, metadata={"description": "Stable, in UPPER_SNAKE"})
    field = fields.String(metadata={"description": "The input that is wrong"})
    run = fields.String(
        metadata={"description": "The id of the active run, if the destination is busy"}
    )


class ErrorsOutput(Output):
    errors = fields.List(fields.Nested(ErrorOutput))


class InstanceOutput(Output):
    url = fields.String()
    version = fields.String()
    vendor = fields.String(metadata={"description": "The database, such as postgres"})


class SchemaOutput(Output):
    """How many collections, fields and relations change."""

    added = fields.Integer()
    changed = fields.Integer()
    kept = fields.Integer(metadata={"description": "Exist at the destination only, and stay"})
    dropped = fields.Integer(dump_default=0, metadata={"description": "Always 0"})


class SchemaAddedOutput(Output):
    """What is added, by kind. ``folders`` are those of the collections that only group others."""

    collections = fields.Integer()
    folders = fields.Integer(dump_default=0)
    # A schema has an attribute of this name itself.
    field_count = fields.Integer(attribute="fields", data_key="fields")
    relations = fields.Integer()


class DefaultsOutput(Output):
    destination_url = fields.String()
    has_token = fields.Boolean(
        metadata={"description": "Whether a token is saved; the token stays in the sidecar"}
    )
    options = fields.List(fields.String(validate=validate.OneOf(OPTIONS)))


class PresetOutput(DefaultsOutput):
    id = fields.Integer()
    name = fields.String()
    scope = fields.String(validate=validate.OneOf(SCOPES))
    batch_size = fields.Integer()
    invite = fields.Boolean()
    references = fields.String(validate=validate.OneOf(REFERENCES))
    parts = fields.List(fields.String(validate=validate.OneOf(PARTS)), allow_none=True)
    selection = fields.Nested(SelectionOutput, allow_none=True)
    existing = fields.Nested(ExistingOutput)
    conflicts = fields.String(validate=validate.OneOf(CONFLICTS))
    overwrite_settings = fields.List(fields.String())
    gone = fields.List(
        fields.String(),
        metadata={"description": "Collections that were selected and are no longer at the source"},
    )


class ConfigurationOutput(Output):
    presets = fields.List(fields.Nested(PresetOutput))
    defaults = fields.Nested(
        DefaultsOutput,
        metadata={"description": "The form's first values, from the sidecar's environment"},
    )
    role = fields.String(
        allow_none=True,
        metadata={"description": "The name of the caller's role; null without a role"},
    )


class OptionOutput(Output):
    name = fields.String(validate=validate.OneOf(OPTIONS))
    rows = fields.Integer(metadata={"description": "Rows, files and extensions at the source"})


class OptionsOutput(Output):
    options = fields.List(fields.Nested(OptionOutput))


class PartOutput(Output):
    ok = fields.Boolean()
    code = fields.String(
        allow_none=True,
        metadata={"description": "Names what is wrong or endangers runs, such as NO_WORKER"},
    )
    message = fields.String(
        allow_none=True,
        metadata={"description": "What to check, even if it is ok; or null"},
    )


class HealthOutput(Output):
    status = fields.String(validate=validate.OneOf(["ok", "degraded"]))
    redis = fields.Nested(PartOutput)
    source = fields.Nested(PartOutput)
    worker = fields.Nested(PartOutput)

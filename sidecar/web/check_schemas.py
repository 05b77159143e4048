"""The JSON of checks: what they find, and the state of those that take long."""

from marshmallow import fields, validate

from sidecar.options import OPTIONS
from sidecar.web.check_store import STATES
from sidecar.web.schemas import (
    ErrorOutput,
    InstanceOutput,
    Output,
    SchemaAddedOutput,
    SchemaOutput,
)
from sidecar.web.selection_schemas import SelectionOutput


class SchemaNamesOutput(Output):
    """Names of collections and fields, such as posts and posts.title: at most 100 in each list."""

    added = fields.List(
        fields.String(),
        metadata={"description": "New collections, and new fields of collections that exist"},
    )
    changed = fields.List(fields.String())
    kept = fields.List(
        fields.String(), metadata={"description": "Exist at the destination only, and stay"}
    )


class LimitOutput(Output):
    name = fields.String(metadata={"description": "Such as collections, seats, flows"})
    allowed = fields.Integer(allow_none=True, metadata={"description": "Null for no limit"})
    present = fields.Integer(metadata={"description": "How many the destination has"})
    brought = fields.Integer(metadata={"description": "How many this migration adds"})


class FindingOutput(Output):
    code = fields.String()
    message = fields.String()


class MissingReferencesOutput(Output):
    collection = fields.String()
    column = fields.String()
    target = fields.String(metadata={"description": "The collection that it refers to"})
    option = fields.String(
        allow_none=True,
        validate=validate.OneOf(OPTIONS),
        metadata={"description": "The option that includes the target; null if none does"},
    )
    rows = fields.Integer(metadata={"description": "Rows whose reference would be empty"})
    targets = fields.Integer(metadata={"description": "Rows that they refer to"})


class SettingDifferenceOutput(Output):
    name = fields.String()
    source = fields.String(metadata={"description": "Its value, as a short text"})
    destination = fields.String()


class CheckOutput(Output):
    source = fields.Nested(InstanceOutput)
    destination = fields.Nested(InstanceOutput)
    compatible = fields.Boolean()
    force_would_help = fields.Boolean()
    force = fields.List(
        fields.Nested(FindingOutput),
        metadata={
            "description": "What Force would do; empty if nothing differs or Force does not help"
        },
    )
    findings = fields.List(fields.Nested(FindingOutput))
    blocking = fields.List(
        fields.Nested(FindingOutput),
        metadata={"description": "The findings that stop every run, also with Force"},
    )
    schema = fields.Nested(SchemaOutput, allow_none=True)
    schema_added = fields.Nested(SchemaAddedOutput, allow_none=True)
    schema_names = fields.Nested(SchemaNamesOutput, allow_none=True)
    licence = fields.List(
        fields.Nested(LimitOutput),
        allow_none=True,
        metadata={"description": "Null if the destination has no licence (Directus 11)"},
    )
    references = fields.List(fields.Nested(MissingReferencesOutput))
    selection = fields.Nested(SelectionOutput, dump_default=None, allow_none=True)
    settings = fields.List(
        fields.Nested(SettingDifferenceOutput),
        dump_default=[],
        metadata={"description": "Settings that both sides have set, and differently"},
    )


class CheckFailureOutput(Output):
    status = fields.Integer(metadata={"description": "The status that the check would have had"})
    errors = fields.List(fields.Nested(ErrorOutput))


class LongCheckOutput(Output):
    id = fields.String()
    state = fields.String(validate=validate.OneOf(STATES))
    doing = fields.String(metadata={"description": "What it does, in words"})
    seconds = fields.Integer(metadata={"description": "How long it takes, or took"})
    result = fields.Nested(
        CheckOutput, allow_none=True, metadata={"description": "Set if the state is done"}
    )
    failure = fields.Nested(
        CheckFailureOutput,
        allow_none=True,
        metadata={"description": "Set if the check ended otherwise"},
    )


class CheckStateOutput(Output):
    check = fields.Nested(LongCheckOutput)

"""The JSON of what a run changes."""

from typing import get_args

from marshmallow import Schema, fields, validate

from sidecar.migration.changes.change import KINDS, ChangedBy
from sidecar.web.run_queries import MAX_CURSOR
from sidecar.web.schemas import MAX_NAME_LENGTH, Output

FORMATS = ("json", "html")


class ChangeRowsQuery(Schema):
    collection = fields.String(required=True, validate=validate.Length(max=MAX_NAME_LENGTH))
    kind = fields.String(
        load_default=None,
        validate=validate.OneOf(KINDS),
        metadata={"description": "Only rows of this kind"},
    )
    after = fields.Integer(
        load_default=0,
        validate=validate.Range(min=0, max=MAX_CURSOR),
        metadata={"description": "The `next` of the previous answer"},
    )
    limit = fields.Integer(load_default=50, validate=validate.Range(min=1, max=100))


class DownloadQuery(Schema):
    format = fields.String(load_default="json", validate=validate.OneOf(FORMATS))


class KindCountsOutput(Output):
    new = fields.Integer()
    changed = fields.Integer()
    unchanged = fields.Integer()
    only_at_destination = fields.Integer()
    conflict = fields.Integer(metadata={"description": "Changed on both sides since the last run"})


class ChangedCollectionOutput(Output):
    collection = fields.String()
    kind_counts = fields.Nested(KindCountsOutput)
    listed = fields.Nested(
        KindCountsOutput, metadata={"description": "How many of these rows are listed"}
    )


class ChangesOutput(Output):
    collections = fields.List(fields.Nested(ChangedCollectionOutput))
    baseline = fields.Boolean(
        allow_none=True,
        metadata={
            "description": "Whether it was known what both sides had after the last run; null if "
            "existing rows stay as they are"
        },
    )


class FieldChangeOutput(Output):
    field = fields.String()
    type = fields.String(
        allow_none=True,
        metadata={"description": "Directus' type; file for a reference to one; null if unknown"},
    )
    before = fields.Raw(allow_none=True, metadata={"description": "At the destination"})
    after = fields.Raw(allow_none=True, metadata={"description": "As the source has it"})
    cut = fields.Boolean(
        metadata={"description": "Too long: parts of both values, from where they differ"}
    )


class ChangedRowOutput(Output):
    id = fields.Integer()
    kind = fields.String(validate=validate.OneOf(KINDS))
    key = fields.String()
    label = fields.String(allow_none=True)
    changed_by = fields.String(
        allow_none=True,
        validate=validate.OneOf(get_args(ChangedBy)),
        metadata={"description": "Who changed it since the last run; null if that is not known"},
    )
    # A schema has an attribute of this name itself.
    field_changes = fields.List(
        fields.Nested(FieldChangeOutput),
        attribute="fields",
        data_key="fields",
        allow_none=True,
        metadata={"description": "Null if the values of so many rows are not kept"},
    )


class ChangedRowsOutput(Output):
    rows = fields.List(fields.Nested(ChangedRowOutput))
    next = fields.Integer(
        allow_none=True, metadata={"description": "Send it as `after`; null at the end"}
    )

"""The JSON of the collections that can be selected."""

from marshmallow import Schema, fields, validate

from sidecar.options import OPTIONS, PARTS
from sidecar.web.schemas import MAX_NAME_LENGTH, Output


class TranslationOutput(Output):
    language = fields.String(metadata={"description": "Such as de-DE"})
    translation = fields.String()


class CollectionOutput(Output):
    collection = fields.String()
    kind = fields.String(validate=validate.OneOf(["collection", "folder"]))
    group = fields.String(
        allow_none=True, metadata={"description": "The collection or folder that it lies in"}
    )
    sort = fields.Integer(allow_none=True)
    icon = fields.String(allow_none=True)
    color = fields.String(allow_none=True)
    note = fields.String(allow_none=True)
    translations = fields.List(fields.Nested(TranslationOutput))
    hidden = fields.Boolean()
    collapse = fields.String(metadata={"description": "open, closed or locked"})
    singleton = fields.Boolean()
    rows = fields.Integer(
        allow_none=True,
        metadata={"description": "At the source; null for folders, and if they cannot be counted"},
    )
    problem = fields.String(
        allow_none=True, metadata={"description": "Why the rows cannot be counted"}
    )


class PartOfMigrationOutput(Output):
    name = fields.String(validate=validate.OneOf(PARTS))
    option = fields.String(
        allow_none=True,
        validate=validate.OneOf(OPTIONS),
        metadata={"description": "The option that includes it; null if every option does"},
    )
    rows = fields.Integer(
        allow_none=True,
        metadata={"description": "Of its system collections, at the source; null if it has none"},
    )


class CollectionsOutput(Output):
    collections = fields.List(
        fields.Nested(CollectionOutput),
        metadata={"description": "In the order of Directus' content navigation"},
    )
    parts = fields.List(fields.Nested(PartOfMigrationOutput))


class CountInput(Schema):
    collection = fields.String(required=True, validate=validate.Length(min=1, max=MAX_NAME_LENGTH))
    filter = fields.Dict(
        keys=fields.String(),
        load_default=dict,
        metadata={"description": "In Directus' filter syntax; empty for all rows"},
    )


class CountOutput(Output):
    rows = fields.Integer(metadata={"description": "Rows that match the filter"})
    total = fields.Integer(metadata={"description": "All rows"})

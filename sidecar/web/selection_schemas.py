"""The JSON of a selection, as it comes in and as a run shows it."""

from typing import Any

from marshmallow import Schema, fields, validate

from sidecar.migration.existing import ASK, CONFLICTS, MODES, SKIP, read_existing
from sidecar.migration.request import REFERENCES, MigrationRequest, default_references
from sidecar.migration.selection import read_selection
from sidecar.options import PARTS

MAX_COLLECTIONS = 2_000
MAX_NAME_LENGTH = 255
MAX_SINCE_LENGTH = 40


class References(fields.String):
    """What happens to references whose rows are not included."""

    def __init__(self) -> None:
        super().__init__(
            load_default=None,
            validate=validate.OneOf(REFERENCES),
            metadata={
                "description": "What happens to references whose rows are not included: refuse the "
                "run if they are not at the destination either, leave them empty, bring these rows "
                "along, or keep the references if the rows are at the destination. By default "
                "refuse, or bring if there is a selection"
            },
        )


class Parts(fields.List[str]):
    """The parts that are included, one by one. MigrationRequest rejects unknown ones, with an error
    that names the known ones."""

    def __init__(self) -> None:
        super().__init__(
            fields.String(
                validate=validate.Length(max=MAX_NAME_LENGTH), metadata={"enum": list(PARTS)}
            ),
            load_default=None,
            allow_none=True,
            validate=validate.Length(max=len(PARTS)),
            metadata={"description": "Instead of the options, the parts one by one"},
        )


class SelectionInput(Schema):
    """Which collections and rows travel. Without it, all do."""

    collections = fields.List(
        fields.String(validate=validate.Length(max=MAX_NAME_LENGTH)),
        load_default=None,
        allow_none=True,
        validate=validate.Length(max=MAX_COLLECTIONS),
        metadata={"description": "Names of user collections; null for all"},
    )
    # A schema has an attribute of this name itself.
    left_out = fields.List(
        fields.String(validate=validate.Length(max=MAX_NAME_LENGTH)),
        attribute="exclude",
        data_key="exclude",
        load_default=list,
        validate=validate.Length(max=MAX_COLLECTIONS),
        metadata={"description": "Names of user collections of which no row travels"},
    )
    filters = fields.Dict(
        keys=fields.String(validate=validate.Length(max=MAX_NAME_LENGTH)),
        values=fields.Dict(),
        load_default=dict,
        metadata={"description": "A filter of Directus by collection; others are whole"},
    )
    since = fields.String(
        load_default="",
        validate=validate.Length(max=MAX_SINCE_LENGTH),
        metadata={
            "description": "Only rows that were created or changed since: a date or time in ISO "
            "8601, or last for the last successful run to the same destination; empty for all"
        },
    )


class SelectionOutput(Schema):
    """What was ordered. What it comes to follows when the run has looked."""

    collections = fields.List(fields.String(), allow_none=True, required=True)
    left_out = fields.List(fields.String(), attribute="exclude", data_key="exclude", required=True)
    filters = fields.Dict(keys=fields.String(), values=fields.Dict(), required=True)
    since = fields.String(required=True)
    changed_since = fields.String(allow_none=True, metadata={"description": "The moment of since"})
    of = fields.Integer(metadata={"description": "Collections of the source"})
    rows = fields.Integer(metadata={"description": "Selected rows"})
    selected = fields.Dict(
        keys=fields.String(),
        values=fields.Integer(),
        metadata={"description": "Selected rows by collection"},
    )
    brought = fields.Integer(metadata={"description": "Rows that selected ones need"})
    brought_along = fields.Dict(
        keys=fields.String(),
        values=fields.Integer(),
        metadata={"description": "The same by collection"},
    )
    whole = fields.List(
        fields.String(),
        metadata={"description": "Collections of which all rows are taken, not only changed ones"},
    )
    references = fields.String(validate=validate.OneOf(REFERENCES))
    summary = fields.String(metadata={"description": "The selection in a sentence"})


class ExistingInput(Schema):
    """What happens to rows that the destination has already."""

    mode = fields.String(
        load_default=SKIP,
        validate=validate.OneOf(MODES),
        metadata={
            "description": "skip leaves them as they are; update gives them the source's values "
            "where they differ"
        },
    )
    collections = fields.Dict(
        keys=fields.String(validate=validate.Length(max=MAX_NAME_LENGTH)),
        values=fields.String(validate=validate.OneOf(MODES)),
        load_default=dict,
        validate=validate.Length(max=MAX_COLLECTIONS),
        metadata={"description": "Collections for which something else holds"},
    )


class ExistingOutput(Schema):
    mode = fields.String(required=True, validate=validate.OneOf(MODES))
    collections = fields.Dict(
        keys=fields.String(), values=fields.String(validate=validate.OneOf(MODES)), required=True
    )


class Conflicts(fields.String):
    """What happens to rows that both sides have changed."""

    def __init__(self) -> None:
        super().__init__(
            load_default=ASK,
            validate=validate.OneOf(CONFLICTS),
            metadata={
                "description": "What happens to rows to update that both sides have changed since "
                "the last run: ask keeps the destination's row and names it, source or destination "
                "lets that side win"
            },
        )


class OverwriteSettings(fields.List[str]):
    """Settings that get the source's value although the destination has another one."""

    def __init__(self) -> None:
        super().__init__(
            fields.String(validate=validate.Length(max=MAX_NAME_LENGTH)),
            load_default=list,
            validate=validate.Length(max=MAX_COLLECTIONS),
            metadata={
                "description": "Settings that get the source's value although the destination has "
                "another one"
            },
        )


def request_of(body: dict[str, Any], **others: Any) -> MigrationRequest:
    """The request of a body; ``others`` are the rest of it. Raises InvalidRequest."""
    selection = read_selection(body["selection"] or {})
    parts = body["parts"]
    return MigrationRequest(
        tuple(dict.fromkeys(body["options"])),
        references=body["references"] or default_references(selection),
        selection=selection,
        parts=None if parts is None else tuple(dict.fromkeys(parts)),
        existing=read_existing(body["existing"]),
        conflicts=body["conflicts"],
        overwrite_settings=tuple(dict.fromkeys(body["overwrite_settings"])),
        **others,
    )

"""The JSON of runs: their stages, numbers, problems and logs."""

from typing import get_args

from marshmallow import Schema, fields, validate

from sidecar.migration.existing import ASK, CONFLICTS, SKIP_ALL
from sidecar.migration.report.report import STAGES, Status
from sidecar.migration.request import REFERENCES
from sidecar.options import OPTIONS, PARTS
from sidecar.web.log_schemas import LogOutput
from sidecar.web.problem_schemas import ProblemGroupOutput, ProblemOutput
from sidecar.web.schemas import InstanceOutput, Output, SchemaAddedOutput, SchemaOutput
from sidecar.web.selection_schemas import ExistingOutput, SelectionOutput

STAGE_STATUSES = ("pending", "running", "done", "failed", "skipped")
# What the pace of an instance may name as the reason why it is not faster.
HELD_BACK = ("ASKED_TO_WAIT", "REFUSED_LATELY", "RATE_LIMIT", "LATENCY", "MOST_CONCURRENCY")
NO_RATES = {"rows_per_second": 0.0, "bytes_per_second": 0.0}


class NullableText(fields.String):
    """Null while there is nothing to say, and in records of an earlier version."""

    def __init__(self, description: str = "") -> None:
        metadata = {"description": description} if description else {}
        super().__init__(dump_default=None, allow_none=True, metadata=metadata)


class StageOutput(Output):
    name = fields.String(validate=validate.OneOf(STAGES))
    status = fields.String(validate=validate.OneOf(STAGE_STATUSES))
    done = fields.Integer(metadata={"description": "Rows and files"})
    total = fields.Integer(metadata={"description": "Rows and files; 0 while unknown"})
    seconds = fields.Float(dump_default=0.0, metadata={"description": "0 until it ends"})


class PaceOutput(Output):
    concurrency = fields.Integer(metadata={"description": "Requests at once"})
    requests_per_second = fields.Float()
    held_back = fields.String(
        allow_none=True,
        validate=validate.OneOf(HELD_BACK),
        metadata={"description": "Why it is not faster"},
    )


class PacesOutput(Schema):
    """Empty until the run begins."""

    source = fields.Nested(PaceOutput)
    destination = fields.Nested(PaceOutput)


class RatesOutput(Output):
    rows_per_second = fields.Float()
    bytes_per_second = fields.Float()


class WaitingOutput(Output):
    """A side that does not respond, while requests to it are repeated."""

    side = fields.String(validate=validate.OneOf(["source", "destination"]))
    tries = fields.Integer(metadata={"description": "The try that is made now; the first is 1"})
    message = fields.String(metadata={"description": "A sentence to show instead of speed"})


class OutcomesOutput(Output):
    """Each row at the source is in exactly one of these numbers: their sum is ``source``."""

    created = fields.Integer(metadata={"description": "Created, or to be created (dry run)"})
    updated = fields.Integer(
        metadata={"description": "Completed or filled, where an earlier run could not"}
    )
    unchanged = fields.Integer(
        metadata={"description": "The destination had them before, and they are the same"}
    )
    kept = fields.Integer(
        metadata={"description": "The destination keeps its own values; a note says which"}
    )
    problem = fields.Integer(metadata={"description": "A problem names them"})
    not_selected = fields.Integer(
        metadata={"description": "Left out by choice or by design, or left to the next run"}
    )


class ThroughputOutput(RatesOutput):
    """The speed at one moment of the run."""

    seconds = fields.Float(metadata={"description": "Since the attempt began"})


class ResourceOutput(Output):
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
    verified = fields.Integer(
        metadata={"description": "Rows of ``source`` that were compared and are equal"}
    )
    different = fields.Integer()
    updated = fields.Integer(
        dump_default=0,
        metadata={"description": "Existing rows that got the source's values, or would get them"},
    )
    conflicts = fields.Integer(
        dump_default=0,
        metadata={"description": "Existing rows that both sides have changed since the last run"},
    )
    only_at_destination = fields.Integer(
        dump_default=None,
        allow_none=True,
        metadata={
            "description": "Rows that the source does not have; null if not all rows of the "
            "collection are selected"
        },
    )
    problems = fields.Integer(
        dump_default=0, metadata={"description": "Problems that name this resource"}
    )
    bytes = fields.Integer(metadata={"description": "Of files that were transferred"})
    bytes_total = fields.Integer(
        dump_default=0,
        metadata={
            "description": "Of all files to transfer: those of the source, without those that the "
            "destination is known to have"
        },
    )
    rows = fields.Nested(
        OutcomesOutput,
        dump_default=None,
        allow_none=True,
        metadata={"description": "What became of each row; null until it is known"},
    )
    compared = fields.Integer(
        dump_default=0,
        metadata={
            "description": "Rows in the digests: all except those that the destination keeps "
            "as its own or that changed in the meantime"
        },
    )
    source_digest = NullableText("SHA-256 over the rows as they should be; null until compared")
    destination_digest = NullableText("SHA-256 over the rows as they are; null until compared")
    comparison = fields.String(
        dump_default="exact",
        validate=validate.OneOf(["exact", "by meaning"]),
        metadata={
            "description": "Exact compares values as both sides show them. Two different "
            "databases may show one value in two ways: by meaning compares "
            "what they stand for"
        },
    )
    compared_by = fields.List(
        fields.String(),
        dump_default=[],
        metadata={"description": "Which values are compared by meaning, in words"},
    )


class NoteOutput(Output):
    """Something that cannot be migrated, or changes by design; not a failure."""

    resource = fields.String()
    code = fields.String()
    column = fields.String(allow_none=True)
    message = fields.String()
    count = fields.Integer(metadata={"description": "Rows that it concerns"})


class TotalsOutput(Output):
    """The numbers of all resources together."""

    source = fields.Integer()
    create = fields.Integer()
    unchanged = fields.Integer()
    conflicting = fields.Integer()
    created = fields.Integer()
    skipped = fields.Integer()
    verified = fields.Integer()
    updated = fields.Integer(dump_default=0)
    conflicts = fields.Integer(dump_default=0)
    only_at_destination = fields.Integer(dump_default=0)
    bytes = fields.Integer()
    bytes_total = fields.Integer(metadata={"description": "0 if there are no files to transfer"})
    rows = fields.Nested(
        OutcomesOutput,
        dump_default=None,
        allow_none=True,
        metadata={"description": "What became of all rows; null until it is known"},
    )


class RunSummaryOutput(Output):
    id = fields.String()
    status = fields.String(validate=validate.OneOf(get_args(Status)))
    attempt = fields.Integer(dump_default=1, metadata={"description": "Above 1 if it was resumed"})
    dry_run = fields.Boolean()
    force = fields.Boolean()
    options = fields.List(fields.String(validate=validate.OneOf(OPTIONS)))
    batch_size = fields.Integer()
    invite = fields.Boolean()
    references = fields.String(validate=validate.OneOf(REFERENCES))
    parts = fields.List(
        fields.String(validate=validate.OneOf(PARTS)),
        dump_default=None,
        allow_none=True,
        metadata={"description": "The parts, if they were chosen one by one"},
    )
    selection = fields.Nested(SelectionOutput, dump_default=None, allow_none=True)
    existing = fields.Nested(ExistingOutput, dump_default=SKIP_ALL.document())
    conflicts = fields.String(dump_default=ASK, validate=validate.OneOf(CONFLICTS))
    overwrite_settings = fields.List(fields.String(), dump_default=[])
    plan = NullableText("The id of the dry run that it carries out; null if it made its own plan")
    destination_url = fields.String()
    token_from = fields.String(
        allow_none=True,
        metadata={
            "description": "Where the saved token is kept: environment, or preset:<id>. Null "
            "for a typed token, which is deleted when the run ends"
        },
    )
    user = fields.String()
    user_name = fields.String(
        metadata={"description": "The name of the person who started it; empty if unknown"}
    )
    cancelled_by = NullableText("The name of the person who cancelled it; null if nobody did")
    resumed_by = NullableText("The name of the person who resumed it last; null if nobody did")
    created_at = fields.String()
    started_at = NullableText()
    ended_at = NullableText()
    seconds = fields.Float(dump_default=0.0)
    message = NullableText()
    summary = NullableText("What became of all rows, in a sentence; null until it is known")
    problem_count = fields.Integer(dump_default=0)
    totals = fields.Nested(TotalsOutput)
    as_shown = fields.Boolean(
        dump_default=False,
        metadata={
            "description": "Directus does not show all that the source stores, so the verification "
            "did not see it; notes say what"
        },
    )


class RunOutput(RunSummaryOutput):
    cancelling = fields.Boolean(
        metadata={"description": "Somebody cancelled it, and it has not stopped yet"}
    )
    source = fields.Nested(InstanceOutput, dump_default=None, allow_none=True)
    destination = fields.Nested(InstanceOutput, dump_default=None, allow_none=True)
    schema = fields.Nested(SchemaOutput, dump_default=None, allow_none=True)
    schema_added = fields.Nested(SchemaAddedOutput, dump_default=None, allow_none=True)
    stages = fields.List(fields.Nested(StageOutput))
    current = NullableText("The resource that the run works on")
    rates = fields.Nested(RatesOutput, dump_default=NO_RATES)
    throughput = fields.List(
        fields.Nested(ThroughputOutput),
        dump_default=[],
        metadata={"description": "The speed so far, in at most 120 points"},
    )
    pace = fields.Nested(PacesOutput, dump_default={})
    waiting = fields.List(
        fields.Nested(WaitingOutput),
        dump_default=[],
        metadata={"description": "What the run waits for; rates are 0 meanwhile"},
    )
    resources = fields.List(fields.Nested(ResourceOutput), dump_default=[])
    problems = fields.List(
        fields.Nested(ProblemOutput),
        dump_default=[],
        metadata={
            "description": "The first ones, at most a thousand; /runs/{run_id}/problems lists more"
        },
    )
    problem_groups = fields.List(
        fields.Nested(ProblemGroupOutput),
        dump_default=[],
        metadata={"description": "All problems, counted; the sum is `problem_count`"},
    )
    notes = fields.List(fields.Nested(NoteOutput), dump_default=[])
    log = fields.Nested(LogOutput)


class RunsOutput(Output):
    runs = fields.List(fields.Nested(RunSummaryOutput))

"""What a caller wants to see of runs: the query parameters of ``/runs``."""

from marshmallow import Schema, fields, validate

MAX_CURSOR = 10**12
PROBLEMS_IN_RUN = 1_000


class RunQuery(Schema):
    after = fields.Integer(
        load_default=0,
        validate=validate.Range(min=0, max=MAX_CURSOR),
        metadata={"description": "The cursor of the previous answer"},
    )


class RunPageQuery(RunQuery):
    problems = fields.Integer(
        load_default=PROBLEMS_IN_RUN,
        validate=validate.Range(min=0, max=PROBLEMS_IN_RUN),
        metadata={"description": "How many problems to list"},
    )


class RunsQuery(Schema):
    limit = fields.Integer(load_default=50, validate=validate.Range(min=1, max=500))


class ProblemsQuery(Schema):
    offset = fields.Integer(load_default=0, validate=validate.Range(min=0, max=MAX_CURSOR))
    limit = fields.Integer(load_default=100, validate=validate.Range(min=1, max=1_000))

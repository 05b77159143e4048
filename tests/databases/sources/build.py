"""Puts the steps of a source into a running instance."""

import sqlite3
from collections.abc import Sequence
from contextlib import suppress
from urllib.parse import quote

import psycopg
import pymysql

from tests.databases.sources.source import Call, Sql, Step, Track, Upload
from tests.stack.awkward.statements import execute
from tests.stack.directus import DirectusInstance
from tests.stack.seed.api import Api, SeedError

CLEAR = "/utils/cache/clear?system=true"
REFUSALS = (SeedError, psycopg.Error, pymysql.MySQLError, sqlite3.Error)


def build(instance: DirectusInstance, steps: Sequence[Step]) -> None:
    """Run ``steps`` in order. Raises SeedError, or the driver's error."""
    with Api(instance.url, instance.admin_token) as api:
        is_known = True
        for step in steps:
            if not is_known and not isinstance(step, Sql):
                api.post(CLEAR, {})
            is_known = not isinstance(step, Sql)
            with suppress(*(REFUSALS if _may_fail(step) else ())):
                _take(instance, api, step)
        api.post(CLEAR, {})


def _may_fail(step: Step) -> bool:
    return not isinstance(step, Upload) and step.may_fail


def _take(instance: DirectusInstance, api: Api, step: Step) -> None:
    if isinstance(step, Sql):
        execute(instance.database, [step.statement])
    elif isinstance(step, Upload):
        api.upload({"title": step.title}, f"{step.title}.txt", step.content, "text/plain")
    elif isinstance(step, Track):
        for name in step.tables:
            api.patch(f"/collections/{quote(name, safe='')}", {"meta": step.meta})
    else:
        _call(api, step)


def _call(api: Api, step: Call) -> None:
    if step.method == "POST":
        api.post(step.path, step.body)
    elif step.method == "PATCH":
        api.patch(step.path, step.body)
    else:
        api.delete(step.path)

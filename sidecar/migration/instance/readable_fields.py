"""Finds the fields that REST cannot be asked for because of their names.

In a list of fields Directus reads a comma as the end of a name, ``a.b`` and ``a:b`` as a path
through a relation, and ``year(a)`` as a function. Some of these fields come along when all fields
are asked for. The others cannot be read at all.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import NamedTuple

from sidecar.directus.client import Directus, Row
from sidecar.directus.unreadable_rows import may_concern_a_row
from sidecar.errors import DirectusRejected
from sidecar.migration.concurrency import map_ahead
from sidecar.migration.instance.instance import Instance
from sidecar.resources.base import Resource

# Names that no version of Directus misreads. \w is any letter or digit, or an underscore.
PLAIN_NAME = re.compile(r"\w(?:[\w -]*\w)?")
# Directus removes these from every JSON, so that nobody changes JavaScript's own objects.
REMOVED = frozenset({"constructor", "prototype", "__proto__"})
ALL = "*"
PROBES_AT_ONCE = 4
IGNORED = "Directus reads the name as something else, and answers without the field"
REFUSED = "Directus reads the name as something else, and refuses it"
WILDCARD = "Directus takes the name for all fields, and a request for it would stop the server"
OPERATOR = "Directus takes a name that begins with an underscore for an operator of its filters"


class _Probe(NamedTuple):
    """What was found out about one resource."""

    resource: Resource
    # Why a field cannot be read, by name.
    unreadable: Mapping[str, str]
    # Fields that come only when all are asked for.
    read_with_all: frozenset[str] = frozenset()


def with_readable_fields(instance: Instance) -> Instance:
    """The instance, whose resources lack what REST cannot be asked for.

    ``unreadable_fields`` names it. A collection whose primary key cannot be read has no resource.
    Sends a few requests for each collection with odd names. Raises DirectusError.
    """
    probes = list(
        map_ahead(lambda task: _probe(instance.client, *task), list(_odd(instance)), PROBES_AT_ONCE)
    )
    if not probes:
        return instance
    resources = dict(instance.model.resources)
    for probe in probes:
        name = probe.resource.name
        readable = probe.resource.without(probe.unreadable)
        resources[name] = replace(readable, read_with_all=probe.read_with_all)
        if probe.resource.key in probe.unreadable:
            del resources[name]
    unreadable = {
        (probe.resource.name, column): why
        for probe in probes
        for column, why in probe.unreadable.items()
    }
    model = replace(instance.model, resources=resources)
    return replace(instance, model=model, unreadable_fields=unreadable)


def odd_names(resource: Resource) -> list[str]:
    """The columns that REST perhaps cannot be asked for because of their names."""
    return [name for name in resource.columns if _is_odd(name)]


def _odd(instance: Instance) -> Iterator[tuple[Resource, list[str]]]:
    for resource in instance.model.resources.values():
        odd = odd_names(resource)
        if odd or resource.key.startswith("_"):
            yield resource, odd


def _is_odd(name: str) -> bool:
    return name in REMOVED or not PLAIN_NAME.fullmatch(name)


def _probe(client: Directus, resource: Resource, odd: list[str]) -> _Probe:
    if resource.key.startswith("_"):
        return _Probe(resource, {resource.key: OPERATOR})
    wildcards = {name: WILDCARD for name in odd if name == ALL or name.startswith(f"{ALL}.")}
    names = [name for name in odd if name not in wildcards]
    if not names or not _lost(client, resource, names):
        return _Probe(resource, wildcards)
    lost: dict[str, str] = {}
    for name in names:
        lost |= _lost(client, resource, [name])
    if wildcards or resource.key in lost:
        return _Probe(resource, {**wildcards, **lost})
    lost_by_all = _lost(client, resource, list(lost), [ALL])
    return _Probe(resource, lost_by_all, frozenset(lost.keys() - lost_by_all.keys()))


def _lost(
    client: Directus, resource: Resource, names: list[str], fields: list[str] | None = None
) -> dict[str, str]:
    """Those of ``names`` that an answer for ``fields`` lacks, and why."""
    asked = fields or list(dict.fromkeys([resource.key, *names]))
    query: Row = {"fields": asked, "sort": [resource.key], "limit": 1}
    if resource.key in names:
        query["filter"] = {resource.key: {"_nnull": True}}
    try:
        rows = client.search(resource.path, query)
    except DirectusRejected as error:
        if may_concern_a_row(error) and not _fails_without_rows(client, resource, asked):
            return {}
        return dict.fromkeys(names, REFUSED)
    # A singleton without a row answers defaults, and no key.
    has_row = bool(rows) and rows[0].get(resource.key, "") is not None
    return {name: IGNORED for name in names if has_row and name not in rows[0]}


def _fails_without_rows(client: Directus, resource: Resource, fields: list[str]) -> bool:
    """Whether the names are the reason why an answer fails, and not the values of a row."""
    try:
        client.search(resource.path, {"fields": fields, "limit": 0})
    except DirectusRejected:
        return True
    return False

"""/collections: what can be selected of the source, and how many rows a filter selects."""

from dataclasses import asdict
from typing import Any

from sidecar.directus.answers import parse_guard
from sidecar.migration.check.collection_list import list_collections, list_parts
from sidecar.migration.check.filters import count_selected
from sidecar.migration.instance.instance import inspect
from sidecar.web.blueprint import ALWAYS, WITH_BODY, Blueprint
from sidecar.web.collection_schemas import CollectionsOutput, CountInput, CountOutput
from sidecar.web.services import source

blueprint = Blueprint("collections", __name__, description="What can be selected of the source")


@blueprint.route("/collections", methods=["GET"])
@blueprint.response(200, CollectionsOutput)
@blueprint.may_answer(*ALWAYS)
def show_collections() -> dict[str, Any]:
    """The collections and parts of the source, with their numbers of rows."""
    side = inspect(source())
    with parse_guard(side.url):
        return {
            "collections": [one.document() for one in list_collections(side)],
            "parts": [asdict(part) for part in list_parts(side)],
        }


@blueprint.route("/collections/count", methods=["POST"])
@blueprint.arguments(CountInput)
@blueprint.response(200, CountOutput)
@blueprint.may_answer(*ALWAYS, *WITH_BODY)
def count(body: dict[str, Any]) -> dict[str, int]:
    """How many rows of a collection a filter selects."""
    rows, total = count_selected(source(), body["collection"], body["filter"])
    return {"rows": rows, "total": total}

"""GET /options: the options, and how many rows of each the source has."""

from typing import Any

from sidecar.migration.system.option_counts import count_options
from sidecar.web.blueprint import ALWAYS, Blueprint
from sidecar.web.schemas import OptionsOutput
from sidecar.web.services import source

blueprint = Blueprint("options", __name__, description="The optional parts of a migration")


@blueprint.route("/options", methods=["GET"])
@blueprint.response(200, OptionsOutput)
@blueprint.may_answer(*ALWAYS)
def list_options() -> dict[str, Any]:
    """The options, each with its number of rows at the source."""
    counts = count_options(source())
    return {"options": [{"name": name, "rows": rows} for name, rows in counts.items()]}

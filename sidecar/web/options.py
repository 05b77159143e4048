"""GET /options: what can be chosen, and how much of it the source has."""

from typing import Any

from sidecar.migration.system.option_counts import count_options
from sidecar.web.blueprint import ALWAYS, Blueprint
from sidecar.web.schemas import OptionsOutput
from sidecar.web.services import source

blueprint = Blueprint("options", __name__, description="What can be migrated by choice")


@blueprint.route("/options", methods=["GET"])
@blueprint.response(200, OptionsOutput)
@blueprint.may_answer(*ALWAYS)
def list_options() -> dict[str, Any]:
    """The options with their rows at the source."""
    counts = count_options(source())
    return {"options": [{"name": name, "rows": rows} for name, rows in counts.items()]}

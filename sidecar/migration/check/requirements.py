"""Refuses runs that a check does not allow."""

from sidecar.errors import InvalidRequest
from sidecar.migration.check.compatibility import Compatibility
from sidecar.migration.check.references import references_finding
from sidecar.migration.request import MigrationRequest
from sidecar.migration.schema.conflicts import CODE as SCHEMA_CONFLICT


def require_compatible(checked: Compatibility, request: MigrationRequest) -> None:
    """Raises InvalidRequest when a run of ``request`` must not start.

    The schemas conflict, the licence forbids it, the sides differ and the request does not use
    Force or Force does not help, or a real run would leave references empty without permission.
    """
    if checked.conflicts:
        message = " ".join(f"{conflict.message}." for conflict in checked.conflicts)
        raise InvalidRequest(message, code=SCHEMA_CONFLICT, status=409)
    if checked.blocking:
        first = checked.blocking[0]
        raise InvalidRequest(first.message, code=first.code, status=409)
    if checked.differences and not request.force:
        first = checked.differences[0]
        raise InvalidRequest(first.message, code=first.code, field="force", status=409)
    if not checked.vendors_known:
        last = checked.differences[-1]
        raise InvalidRequest(last.message, code=last.code, field="force", status=409)
    # A dry run reports the references together with everything else.
    if not request.dry_run:
        require_references(checked, request)


def require_references(checked: Compatibility, request: MigrationRequest) -> None:
    """Raises InvalidRequest when ``request`` would leave references empty without permission."""
    if checked.leaves_empty(request):
        (finding,) = references_finding(
            checked.references,
            can_bring=bool(checked.selection),
            by_part=request.parts is not None,
        )
        raise InvalidRequest(finding.message, code=finding.code, field="references", status=409)

"""What an administrator asks for, and the limits of each choice."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from sidecar.address import destination_address, host_of, is_address, is_token
from sidecar.errors import InvalidRequest
from sidecar.hosts import AllowedHosts, is_forbidden
from sidecar.migration.existing import ASK, SKIP_ALL, ExistingRows, check_conflicts, read_existing
from sidecar.migration.selection import EVERYTHING, Selection, read_selection
from sidecar.options import (
    DEFAULT_OPTIONS,
    OPTIONS,
    PARTS,
    parts_of,
    unknown_options,
    unknown_parts,
)

MIN_BATCH, DEFAULT_BATCH, MAX_BATCH = 5, 10, 25
REFUSE, EMPTY, BRING, KEEP = "refuse", "empty", "bring", "keep"
REFERENCES = (REFUSE, EMPTY, BRING, KEEP)


@dataclass(frozen=True, slots=True)
class MigrationRequest:
    """The choices for one run."""

    options: tuple[str, ...] = DEFAULT_OPTIONS
    dry_run: bool = True
    # Migrate although version or database differ.
    force: bool = False
    # How many files are transferred at the same time.
    batch_size: int = DEFAULT_BATCH
    # The destination mails users who need a new password.
    invite: bool = False
    # References to rows that are neither included nor at the destination: REFUSE the run, or leave
    # the references EMPTY.
    references: str = REFUSE
    # Which collections and rows travel.
    selection: Selection = EVERYTHING
    # The parts that are included, chosen one by one. None: those of the options.
    parts: tuple[str, ...] | None = None
    # What happens to rows that the destination has already.
    existing: ExistingRows = SKIP_ALL
    # What happens to rows that both sides have changed since the last run, where rows are updated.
    conflicts: str = ASK
    # Settings that get the source's value although the destination has another one.
    overwrite_settings: tuple[str, ...] = ()

    @property
    def included(self) -> frozenset[str]:
        """The parts that are included."""
        return parts_of(self.options) if self.parts is None else frozenset(self.parts)

    def __post_init__(self) -> None:
        check_parts(self.parts)
        check_options(self.options)
        check_references(self.references)
        check_conflicts(self.conflicts)
        check_batch_size(self.batch_size)


def read_request(document: Mapping[str, Any]) -> MigrationRequest:
    """The request that ``asdict`` made a document of, in this or another version. What a later
    version has added is left out. Raises InvalidRequest."""
    choices = known_fields(MigrationRequest, document)
    choices["options"] = tuple(name for name in choices["options"] if name in OPTIONS)
    selection = known_fields(Selection, choices.get("selection") or {})
    choices["selection"] = read_selection(selection)
    choices["existing"] = read_existing(choices.get("existing"))
    choices["overwrite_settings"] = tuple(choices.get("overwrite_settings", ()))
    if choices.get("parts") is not None:
        choices["parts"] = tuple(name for name in choices["parts"] if name in PARTS)
    return MigrationRequest(**choices)


def known_fields(kind: type, document: Mapping[str, Any]) -> dict[str, Any]:
    """What ``document`` says of the fields that a dataclass ``kind`` has."""
    names = {field.name for field in fields(kind)}
    return {name: value for name, value in document.items() if name in names}


def default_references(selection: Selection) -> str:
    """What becomes of references unless somebody says: what is selected brings its targets."""
    return REFUSE if selection.is_everything else BRING


def check_options(options: tuple[str, ...]) -> None:
    """Raises InvalidRequest that names the options that do not exist."""
    if message := unknown_options(options):
        raise InvalidRequest(message, code="UNKNOWN_OPTION", field="options")


def check_parts(parts: tuple[str, ...] | None) -> None:
    """Raises InvalidRequest that names the parts that do not exist, or says that there are none."""
    if parts is None:
        return
    if not parts:
        message = f"No part is selected; the parts are {', '.join(PARTS)}"
        raise InvalidRequest(message, code="UNKNOWN_PART", field="parts")
    if message := unknown_parts(parts):
        raise InvalidRequest(message, code="UNKNOWN_PART", field="parts")


def check_references(references: str) -> None:
    """Raises InvalidRequest unless ``references`` is one of REFERENCES."""
    if references not in REFERENCES:
        message = f"References must be {' or '.join(REFERENCES)}, not {references!r}"
        raise InvalidRequest(message, code="UNKNOWN_REFERENCES", field="references")


def check_batch_size(size: int) -> None:
    """Raises InvalidRequest unless ``size`` is 5 to 25."""
    if not MIN_BATCH <= size <= MAX_BATCH:
        message = f"Batch size {size} is outside {MIN_BATCH} to {MAX_BATCH} files at the same time"
        raise InvalidRequest(message, code="BATCH_SIZE_OUT_OF_RANGE", field="batch_size")


def check_url(url: str) -> str:
    """The destination's address in its canonical form.

    Raises InvalidRequest when it is missing, no address, link-local, or a cloud's metadata service.
    """
    url = url.strip()
    if not url:
        raise InvalidRequest(
            "Enter the destination's URL", code="DESTINATION_URL_MISSING", field="destination_url"
        )
    if not is_address(url):
        # The message does not repeat the input, which may be a token.
        message = (
            "This is not the URL of a Directus. It looks like https://directus.example.com, "
            "without a password, ? or #"
        )
        raise InvalidRequest(message, code="DESTINATION_URL_INVALID", field="destination_url")
    if is_forbidden(url):
        message = (
            "Link-local and cloud metadata addresses cannot be destinations; enter the URL of a "
            "Directus"
        )
        raise InvalidRequest(message, code="DESTINATION_FORBIDDEN", field="destination_url")
    return destination_address(url)


def check_allowed(url: str, allowed: AllowedHosts) -> None:
    """Raises InvalidRequest for a destination that the sidecar's operator does not allow."""
    if not allowed.allow(url):
        message = (
            f"Migrations to {host_of(url)} are not allowed here; the operator of the sidecar can "
            "add the host to MIGRATION_ALLOWED_DESTINATIONS"
        )
        raise InvalidRequest(message, code="DESTINATION_NOT_ALLOWED", field="destination_url")


def check_token(token: str) -> str:
    """The destination's token. Raises InvalidRequest when it is missing or no header can hold
    it."""
    token = token.strip()
    if not token:
        message = "Enter the static token of an administrator of the destination"
        raise InvalidRequest(message, code="DESTINATION_TOKEN_MISSING", field="destination_token")
    if not is_token(token):
        message = "The destination's token has characters that no token has; copy it again"
        raise InvalidRequest(message, code="DESTINATION_TOKEN_INVALID", field="destination_token")
    return token

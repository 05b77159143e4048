"""/presets: values for the form, from the environment and from the caller's presets."""

from dataclasses import replace
from typing import Any

from sidecar.errors import InvalidRequest
from sidecar.jobs.presets import Preset
from sidecar.jobs.saved_tokens import ENVIRONMENT
from sidecar.migration.check.collection_list import collections_of
from sidecar.migration.existing import read_existing
from sidecar.migration.request import (
    check_batch_size,
    check_options,
    check_parts,
    check_token,
    check_url,
    default_references,
)
from sidecar.migration.selection import read_selection
from sidecar.web.blueprint import ALWAYS, WITH_BODY, Blueprint
from sidecar.web.schemas import ConfigurationOutput, PresetChangesInput, PresetInput, PresetOutput
from sidecar.web.services import Caller, destination_url, services, source

PLAIN_FIELDS = ("name", "scope", "batch_size", "invite", "conflicts")
blueprint = Blueprint("presets", __name__, description="Saved values for the form")


@blueprint.route("/presets", methods=["GET"])
@blueprint.response(200, ConfigurationOutput)
@blueprint.may_answer(*ALWAYS)
def list_presets() -> dict[str, Any]:
    """The presets that the caller may use, and the environment's defaults."""
    caller, defaults = Caller(), services().settings.defaults
    return {
        "presets": _documents(caller.presets.all()),
        "defaults": {
            "destination_url": defaults.url,
            "has_token": bool(defaults.token),
            "options": list(defaults.options),
        },
        "role": caller.user.role_name,
    }


@blueprint.route("/presets", methods=["POST"])
@blueprint.arguments(PresetInput)
@blueprint.response(201, PresetOutput)
@blueprint.may_answer(*ALWAYS, *WITH_BODY)
def create(body: dict[str, Any]) -> dict[str, Any]:
    """Save a new preset."""
    caller = Caller()
    preset = _changed(Preset(body["name"], body["scope"]), body, caller)
    return _document(caller.presets.save(preset))


@blueprint.route("/presets/<int:preset_id>", methods=["PATCH"])
@blueprint.arguments(PresetChangesInput(partial=True))
@blueprint.response(200, PresetOutput)
@blueprint.may_answer(*ALWAYS, *WITH_BODY, 404)
def update(body: dict[str, Any], preset_id: int) -> dict[str, Any]:
    """Change the given parts of a preset. A URL without a token removes the saved token."""
    caller = Caller()
    return _document(caller.presets.save(_changed(caller.presets.get(preset_id), body, caller)))


@blueprint.route("/presets/<int:preset_id>", methods=["DELETE"])
@blueprint.response(204)
@blueprint.may_answer(*ALWAYS, 404)
def delete(preset_id: int) -> None:
    """Delete a preset."""
    Caller().presets.delete(preset_id)


def _document(preset: Preset) -> dict[str, Any]:
    (document,) = _documents([preset])
    return document


def _documents(presets: list[Preset]) -> list[dict[str, Any]]:
    """The presets without the collections that are gone, which are named apart."""
    named = [_named(preset) for preset in presets]
    existing = collections_of(source()) if any(named) else frozenset()
    return [
        {
            **_without(preset, names - existing).document(),
            "gone": sorted(names - existing),
        }
        for preset, names in zip(presets, named, strict=True)
    ]


def _named(preset: Preset) -> frozenset[str]:
    """The collections of the project that a preset names."""
    names = {*preset.selection.named(), *preset.existing.collections}
    return frozenset(name for name in names if not name.startswith("directus_"))


def _without(preset: Preset, gone: frozenset[str]) -> Preset:
    selection, existing = preset.selection.without(gone), preset.existing.without(gone)
    return replace(preset, selection=selection, existing=existing)


def _changed(preset: Preset, body: dict[str, Any], caller: Caller) -> Preset:
    """``preset`` with the values of ``body``. Raises InvalidRequest for bad input."""
    plain = {name: body[name] for name in PLAIN_FIELDS if name in body}
    preset = replace(preset, **plain)
    check_batch_size(preset.batch_size)
    if "selection" in body:
        preset = replace(preset, selection=read_selection(body["selection"] or {}))
    if "references" in body:
        references = body["references"] or default_references(preset.selection)
        preset = replace(preset, references=references)
    if "existing" in body:
        preset = replace(preset, existing=read_existing(body["existing"]))
    if "overwrite_settings" in body:
        names = tuple(dict.fromkeys(body["overwrite_settings"]))
        preset = replace(preset, overwrite_settings=names)
    if "parts" in body:
        parts = body["parts"]
        preset = replace(preset, parts=None if parts is None else tuple(dict.fromkeys(parts)))
        check_parts(preset.parts)
    if "options" in body:
        preset = replace(preset, options=tuple(body["options"]))
        check_options(preset.options)
    if "destination_url" in body:
        url = check_url(destination_url(body)) if body["destination_url"].strip() else ""
        preset = replace(preset, destination_url=url, token=_token(body, url, caller))
    return preset


def _token(body: dict[str, Any], url: str, caller: Caller) -> str:
    if body.get("token_from") == ENVIRONMENT:
        message = (
            "The environment's token cannot be saved in a preset. The sidecar uses it for "
            "its own URL without a preset"
        )
        raise InvalidRequest(message, code="TOKEN_STAYS", field="token_from")
    if body.get("destination_token") or body.get("token_from"):
        typed = body.get("destination_token", "")
        return check_token(caller.token(typed, body.get("token_from"), url))
    return ""

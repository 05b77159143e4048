"""A collection for runs whose rows do not matter."""

from sidecar.resources.base import Resource

NOTES = Resource("notes", "content", "/items/notes", "id", "integer", ("id", "text"))

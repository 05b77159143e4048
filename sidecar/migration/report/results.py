"""How a run ended, in words."""

from collections.abc import Mapping

from sidecar.migration.report.report import Report

RESULTS = {
    "completed": "completed",
    "completed_with_problems": "completed with {}",
    "refused": "refused",
    "failed": "failed",
    "cancelled": "cancelled",
    "interrupted": "interrupted",
}
CONTINUES = "Start it again, and it continues where it left off"


def result_of(status: str, problems: int) -> str:
    """The result of a run with ``status`` and so many ``problems``, as "completed with 1
    problem"."""
    return RESULTS[status].format(count_of(problems, "problem"))


def closing_line(report: Report) -> str:
    """The last line of the log of a run."""
    kind = "Dry run" if report.request.dry_run else "Migration"
    result = result_of(report.status, report.problem_count)
    line = f"{kind} {result} after {report.seconds:.1f} s"
    # What refused the run or made it fail is in the log already.
    if report.status == "interrupted":
        return f"{line}. {report.message}"
    if report.status == "cancelled" and not report.request.dry_run:
        return f"{line}. {CONTINUES}"
    return line


def schema_words(
    schema: Mapping[str, int], parts: Mapping[str, int] | None, *, dry_run: bool
) -> str:
    """What changes in a schema, as "2 collections, 9 fields added; 3 changed; 1 kept".

    ``parts`` is the number of what is new, by kind. None: not known.
    """
    kept = f"{schema['kept']:,} kept"
    if not schema["added"] and not schema["changed"]:
        return f"no changes; {kept}" if schema["kept"] else "no changes"
    added, changed = ("to add", "to change") if dry_run else ("added", "changed")
    return f"{added_words(schema['added'], parts)} {added}; {schema['changed']:,} {changed}; {kept}"


def added_words(added: int, parts: Mapping[str, int] | None) -> str:
    """What is ``added``, by kind where that is known, as "2 collections, 1 folder, 9 fields"."""
    kinds = dict(parts or {})
    if folders := kinds.get("folders", 0):
        kinds["collections"] -= folders
    named = [count_of(number, kind[:-1]) for kind, number in kinds.items() if number]
    return ", ".join(named) or f"{added:,}"


def count_of(number: int, noun: str) -> str:
    """A number of things, as "1 row" and "1,200 rows"."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"

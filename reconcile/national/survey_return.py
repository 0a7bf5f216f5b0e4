"""One force's answer to a survey, from what a release published of it.

Decides which figures the answer has and what it says of their coverage. Invariant: every number is one the release
published; a force of which nothing counts gets a sentence and no number, least of all a nought.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from reconcile.errors import ReleaseError
from reconcile.render.look import word

Value = int | float | str | None


@dataclass(frozen=True)
class Line:
    """A figure of the answer: its key, the part of it where it has parts, words, value and what it counts."""

    figure: str
    part: str
    words: str
    value: Value
    definition: str


@dataclass(frozen=True)
class Answer:
    """A force's answer: ``lines`` is empty where nothing of the force counts; ``sha256`` is that of its extract."""

    force: str
    name: str
    state: str
    as_of: str | None
    lines: tuple[Line, ...]
    coverage: str
    release: str
    data_hash: str
    sha256: str
    marking: str

    @property
    def answered(self) -> bool:
        return bool(self.lines)


def answer(
    slug: str, statistics: Mapping[str, Any], coverage: Sequence[Mapping[str, Any]], manifest: Mapping[str, Any]
) -> Answer:
    """The answer of one force by its slug, from a release's statistics, ``coverage.json`` and manifest.

    Raises:
        ReleaseError: the release is of before its figures by force were published in full.
    """
    told = next(entry for entry in coverage if entry["force"] == slug)
    figures = statistics["by_force"].get(told["name"])
    if figures is not None and not {line["figure"] for line in _table()} <= figures.keys():
        raise ReleaseError(f"release {manifest['release']} holds too few figures by force: name a later one")
    sent = next((each for each in manifest["inputs"] if each["force"] == slug), {"sha256": ""})
    return Answer(
        force=slug,
        name=told["name"],
        state=told["state"],
        as_of=told["as_of"],
        lines=tuple(_lines(figures)) if figures is not None else (),
        coverage=_coverage(told, figures),
        release=manifest["release"],
        data_hash=manifest["data_hash"],
        sha256=sent["sha256"],
        marking=statistics["marking"],
    )


@cache
def _table() -> tuple[Mapping[str, Any], ...]:
    text = files(__package__).joinpath("survey_return.toml").read_text(encoding="utf-8")
    return tuple(tomllib.loads(text)["lines"])


def _lines(figures: Mapping[str, Any]) -> list[Line]:
    found = []
    for entry in _table():
        value = figures[entry["figure"]]
        parts = value if isinstance(value, Mapping) else {"": value}
        named = entry.get("parts", {})
        others = sorted(parts.keys() - named.keys())
        for part in [*others, *(part for part in named if part in parts)]:
            words = named.get(part, f"{entry['words']} {part}".strip())
            found.append(Line(entry["figure"], part, words, parts[part], entry["definition"]))
    return found


def headings() -> dict[str, str]:
    """What each figure of an answer is called, whatever its parts."""
    return {str(entry["figure"]): str(entry["words"]) for entry in _table()}


def _coverage(told: Mapping[str, Any], figures: Mapping[str, Any] | None) -> str:
    """What the answer covers, or that there is none."""
    if figures is None:
        return (
            f"Nothing that counts came from {told['name']} ({word(told['state'], 'state')}): how many it would count is"
            " not known, which is not zero."
        )
    if told["state"] == "NIL":
        return f"{told['name']} answered that it has nobody: every nought here is its own answer."
    said = [f"{figures['records']:,} records accepted of {told['rows_in']:,} rows sent"]
    if told["quarantined"]:
        said.append(f"{told['quarantined']:,} quarantined with a reason the force was told, and counted nowhere")
    if told["state"] != "RECEIVED":
        said.append(word(told["state"], "state"))
    if told["withheld"]:
        said.append("withheld by the force: " + ", ".join(name.replace("_", " ") for name in told["withheld"]))
    if figures["registered"] is None:
        said.append("not a whole register, so no ratio is told")
    return "; ".join(said) + ". The figures are this force's own; nothing is added for any other."

"""The documents a force was sent, read back for its pages: its match report and the notices since.

Decides which documents are a force's now: the report of the newest release that has one for it, and each notice the
ledger says it was told since that release was signed off; and which answer is one to what is told now. Invariant: a
document is read from the force's own folder alone, as it was written; nothing is compiled anew.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from reconcile.errors import ReleaseError
from reconcile.national import release as releases
from reconcile.reports.answers import CONFIRMED, TAKEN_BACK
from reconcile.reports.told import CORRECTION, NOTICE, REPORT
from reconcile.settings import Settings
from reconcile.workspace import read_json

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Document:
    """One document: its name in the ledger, one of ``told.DOCUMENTS``, its folder, and its lines of the ledger."""

    name: str
    kind: str
    folder: Path
    lines: Sequence[Row] = field(repr=False, default=())

    @property
    def files(self) -> tuple[Path, ...]:
        """Its files, by name."""
        return tuple(sorted(path for path in self.folder.iterdir() if path.is_file() and path.name[0] != "."))

    @cached_property
    def content(self) -> Row:
        """What it says, in the shape of match_report.schema.json or notice.schema.json; empty where it was written
        without.

        Raises:
            ReleaseError: its JSON cannot be read.
        """
        path = next((each for each in self.files if each.suffix == ".json"), None)
        try:
            found: Row = read_json(path) if path else {}
        except ValueError as error:
            raise ReleaseError(f"{path} cannot be read: write it again with `reconcile report`") from error
        return found

    @property
    def items(self) -> list[Row]:
        """The items it tells, in its order, each as the schemas of both have it, its days of extracts as dates."""
        return [_with_days(each) for each in self.content.get("items", ())]

    @property
    def corrections(self) -> list[Row]:
        """What it corrects, in its order."""
        return list(self.content.get("corrections", ()))

    @property
    def corrected(self) -> tuple[str, ...]:
        """The ids of the records its corrections tell of: the force's own, and others' whose status they say."""
        told = {one for each in self.corrections for one in (*each.get("own", ()), *self.says(each))}
        return tuple(sorted(told))

    def says(self, correction: Row) -> tuple[str, ...]:
        """Of others' records that one of its corrections is about, those whose status it says."""
        lines = (line for line in self.lines if line["kind"] == CORRECTION and line["item"] == correction["item"])
        others = {one for line in lines for one in line["others"]}
        said = f" {correction.get('now', '')}"
        return tuple(sorted(one for one in others if f" {one} says: " in said))

    @property
    def records(self) -> tuple[str, ...]:
        """The ids of all records it tells of."""
        told = {one for line in self.lines for one in (*line["own"], *line["others"])}
        return tuple(sorted(told | set(self.content.get("records", ()))))


def _with_days(item: Row) -> Row:
    """An item with the days its records' extracts are of as dates."""
    sides = {side: [{**party, "as_of": _day(party["as_of"])} for party in item[side]] for side in ("own", "others")}
    return {**item, **sides}


def _day(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None


@dataclass(frozen=True)
class Newest:
    """A force's report of the newest release that has one: the folder of its files, and when that was signed off."""

    folder: Path
    signed_at: dt.datetime


def newest_report(settings: Settings, force: str, every: Sequence[Path]) -> Newest | None:
    """The newest report written for the force, None where none was.

    ``every`` are the folders of releases in the order of their sign-off.
    """
    for release in reversed(every):
        folder = settings.workspace.reports / release.name / force
        if folder.is_dir():
            signed_at = read_json(release / releases.SIGN_OFF)["signed_at"]
            return Newest(folder, dt.datetime.fromisoformat(signed_at))
    return None


def documents(settings: Settings, force: str, ledger: Sequence[Row], report: Newest | None) -> tuple[Document, ...]:
    """What the force has now: its newest ``report``, where one was written, and then the notices since, oldest first.

    ``ledger`` are its lines, oldest first, from the sign-off of that report's release on at least.
    """
    folders = {(report.folder.parent.name, REPORT): report.folder} if report else {}
    lines: dict[tuple[str, str], list[Row]] = {key: [] for key in folders}
    for line in ledger:
        key = line["document"], line["document_kind"]
        if key[1] == NOTICE and (report is None or line["told_at"] >= report.signed_at):
            folders.setdefault(key, settings.workspace.notices / key[0] / force)
        if key in folders:
            lines.setdefault(key, []).append(line)
    return tuple(Document(*key, folders[key], tuple(told)) for key, told in lines.items() if folders[key].is_dir())


def now_told(given: Sequence[Document]) -> dict[str, Row]:
    """The last line about each item that one of these documents of one force tells; what was withdrawn since is in
    none."""
    found: dict[str, Row] = {}
    for line in sorted((line for each in given for line in each.lines), key=lambda line: int(line["number"])):
        found.pop(line["item"], None)
        if line["kind"] != CORRECTION:
            found[line["item"]] = line
    return found


def stands(answer: Row, answered: Row | None, now: Row) -> bool:
    """Whether a force's last answer to an item is one to what it is told ``now``; ``answered`` is the line it answers.

    An answer taken back is none. That the force's own confirmation made a verified link a decided one leaves it so.
    """
    if answer["answer"] == TAKEN_BACK:
        return False
    if answer["digest"] == now["digest"]:
        return True
    if answer["answer"] != CONFIRMED or answered is None:
        return False
    return all(answered[name] == now[name] for name in ("own", "others", "pairs", "own_as_told", "others_as_told"))

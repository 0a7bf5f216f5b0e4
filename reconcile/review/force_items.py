"""What one force was told and is asked to answer, as its pages show it.

Decides how each item stands. Invariant: an item is shown only where the ledger says this force was told it, in the
words of the document that told it last; as in a report, no item is of a person who became restricted since: it is
counted, no document that tells it is given out, and no correction says what another force's record of them says.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from reconcile.national import release as releases
from reconcile.reports.answers import AnswerLog
from reconcile.reports.kinds import kinds
from reconcile.reports.told import NOTICE, ToldLog
from reconcile.review.restricted import Restricted
from reconcile.review.told_documents import Document, documents, newest_report, now_told, stands
from reconcile.settings import Settings

OPEN: Final = "open"
ANSWERED: Final = "answered"
OVERDUE: Final = "overdue"
STATES: Final = (OVERDUE, OPEN, ANSWERED)
"""How an item stands, the most pressing first."""
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Reported:
    """One item as it was told last.

    ``content`` is what its document says of it, ``told`` that document's line of the ledger, ``answers`` the lines of
    the log about it, oldest first, of which the last is ``standing`` where it is one to what is told now.
    """

    content: Row
    told: Row
    answers: tuple[Row, ...] = ()
    standing: Row | None = None

    @property
    def id(self) -> str:
        return str(self.told["item"])

    @property
    def kind(self) -> str:
        return str(self.told["kind"])

    @property
    def due(self) -> dt.date | None:
        due: dt.date | None = self.told["due"]
        return due

    @property
    def urgent(self) -> bool:
        return bool(kinds()[self.kind]["urgent"])

    @property
    def noticed(self) -> bool:
        """Whether it was told between two reports."""
        return bool(self.told["document_kind"] == NOTICE)

    @property
    def records(self) -> tuple[str, ...]:
        """The ids of the records it tells of."""
        return (*self.told["own"], *self.told["others"])

    def state(self, today: dt.date) -> str:
        return state(self.standing is not None, self.due, today)


@dataclass(frozen=True)
class Reports:
    """What a force has at hand.

    ``release``: the current one, "" where nothing is released; ``given``: its documents, the report first, none where
    no report was written; ``corrections``: what they correct, the newest first; ``restricted`` counts the items left
    out, and ``withheld`` are the documents that tell them.
    """

    release: str = ""
    given: tuple[Document, ...] = ()
    items: tuple[Reported, ...] = ()
    corrections: tuple[Row, ...] = ()
    restricted: int = 0
    withheld: frozenset[str] = field(default_factory=frozenset)

    @property
    def files(self) -> dict[str, tuple[Document, Path]]:
        """The files of its documents by their names, with the document each is of."""
        given = (each for each in self.given if each.name not in self.withheld)
        return {path.name: (each, path) for each in given for path in each.files}

    def find(self, item: str) -> Reported | None:
        return next((each for each in self.items if each.id == item), None)


def state(answered: bool, due: dt.date | None, today: dt.date) -> str:
    """How an item stands on a day: answered, overdue from the day after it was due, open."""
    if answered:
        return ANSWERED
    return OVERDUE if due and due < today else OPEN


def stamp(settings: Settings, force: str) -> tuple[Any, ...]:
    """What a force has at hand rests on, beside who is restricted; it changes with any of it."""
    url, current = settings.database_url, releases.current(settings)
    report = newest_report(settings, force, releases.every(settings)) if current else None
    # The files of a report come after its lines of the ledger.
    written = (report.folder, report.folder.stat().st_mtime_ns) if report else None
    return current, written, ToldLog(url).newest(), AnswerLog(url).newest()


def reports_of(settings: Settings, force: str, held: Restricted) -> Reports:
    """Everything ``force`` has at hand now; ``held`` are the people who are restricted now.

    Raises:
        SettingsError: the database cannot be opened.
        ReleaseError: a document is there and cannot be read.
    """
    current = releases.current(settings)
    if current is None:
        return Reports()
    ledger: Sequence[Row] = ToldLog(settings.database_url).lines(force).to_pylist()
    given = documents(settings, force, ledger, newest_report(settings, force, releases.every(settings)))
    said: dict[str, list[Row]] = defaultdict(list)
    for line in AnswerLog(settings.database_url).lines(force).to_pylist():
        said[line["item"]].append(line)
    told = now_told(given)
    open_to_it = {item for item, line in told.items() if not held.holds(*line["own"], *line["others"])}
    versions = {(line["item"], line["digest"]): line for line in ledger}
    found = [
        _reported(content, told[item], said[item], versions)
        for document in given
        for content in document.items
        if (item := str(content["id"])) in open_to_it and told[item]["document"] == document.name
    ]
    return Reports(
        release=current.name,
        given=given,
        items=tuple(found),
        corrections=tuple(
            {**each, "now": ""} if held.holds(*document.says(each)) else each
            for document in reversed(given)
            for each in document.corrections
        ),
        restricted=len(told) - len(open_to_it),
        withheld=frozenset(
            each.name for each in given if any(held.holds(*line["own"], *line["others"]) for line in each.lines)
        ),
    )


def _reported(content: Row, told: Row, said: Sequence[Row], versions: Mapping[tuple[str, str], Row]) -> Reported:
    last = said[-1] if said else None
    standing = last is not None and stands(last, versions.get((last["item"], last["digest"])), told)
    return Reported(content, told, tuple(said), last if standing else None)

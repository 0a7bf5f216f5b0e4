"""The standing answers of forces that somebody may have to look at.

Decides which answers stand: those about links, and those a person has to see to. Invariant: an answer speaks of what
its item told, in the words it was told in; one that was taken back or replaced speaks no more, and of what a person has
to see to none to an item that was withdrawn or told otherwise since. Of the ledger only the items answered are read.
"""

from collections.abc import Iterable
from typing import Any

import pyarrow as pa

from reconcile.forces import forces
from reconcile.reports.answers import AnswerLog
from reconcile.reports.told import AT_ONCE, CORRECTION, ToldLog
from reconcile.review.force_answers import MEANS, SAID, SEEN_TO, is_seen_to
from reconcile.review.told_documents import Row, stands


def told_of(url: str, items: Iterable[str], force: str | None = None) -> list[dict[str, Any]]:
    """The ledger's lines that tell one of ``items``, to one force (its slug) or to any, oldest first.

    Raises:
        SettingsError: the database cannot be opened.
    """
    wanted, log = sorted(set(items)), ToldLog(url)
    parts = [
        log.lines(force, items=wanted[first : first + AT_ONCE]).to_pylist() for first in range(0, len(wanted), AT_ONCE)
    ]
    return sorted((line for part in parts for line in part), key=lambda line: line["number"])


def said_by_forces(url: str) -> pa.Table:
    """``SAID`` by the logs in the database at ``url``.

    Raises:
        SettingsError: the database cannot be opened.
    """
    standing = [row for row in AnswerLog(url).standing().values() if row["answer"] in {*MEANS, *SEEN_TO}]
    if not standing:
        return SAID.empty_table()
    names = {force.slug: force.name for force in forces()}
    told: dict[tuple[str, str, str], dict[str, Any]] = {}
    newest: dict[tuple[str, str], dict[str, Any]] = {}
    for row in told_of(url, {answer["item"] for answer in standing}):
        told[row["force"], row["item"], row["digest"]] = newest[row["force"], row["item"]] = row
    rows: list[dict[str, Any]] = []
    for answer in standing:
        line = told.get((answer["force"], answer["item"], answer["digest"]))
        if line is None:
            continue
        says = MEANS.get(answer["answer"]) if line["pairs"] else None
        seen_to = is_seen_to(answer["answer"], line["pairs"])
        if not says and not (seen_to and still(answer, line, newest[answer["force"], answer["item"]])):
            continue
        rows.append(
            {
                **{name: answer[name] for name in ("number", "force", "item", "answer", "received_at")},
                "name": names.get(answer["force"], answer["force"]),
                "says": says,
                "records": [*line["own"], *line["others"]],
                "pairs": line["pairs"],
            }
        )
    return pa.Table.from_pylist(sorted(rows, key=lambda row: row["number"]), SAID)


def still(answer: Row, answered: Row, newest: Row) -> bool:
    """Whether an answer is one to what its item was told last: ``newest`` of the ledger's lines about it."""
    return newest["kind"] != CORRECTION and stands(answer, answered, newest)

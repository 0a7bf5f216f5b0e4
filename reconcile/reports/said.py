"""What the standing answers of forces say of the links they were told.

Decides which answers are about links. Invariant: an answer speaks of the links its item told, in the words it was told
in; one that was taken back or replaced speaks no more. Of the ledger only the items answered are read.
"""

from collections.abc import Iterable
from typing import Any, Final

import pyarrow as pa

from reconcile.forces import forces
from reconcile.reports.answers import AnswerLog
from reconcile.reports.told import ToldLog
from reconcile.review.force_answers import MEANS, SAID

AT_ONCE: Final = 500
"""Items asked of the ledger in one query."""


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


def said_of_links(url: str) -> pa.Table:
    """``SAID`` by the logs in the database at ``url``.

    Raises:
        SettingsError: the database cannot be opened.
    """
    standing = [row for row in AnswerLog(url).standing().values() if row["answer"] in MEANS]
    if not standing:
        return SAID.empty_table()
    names = {force.slug: force.name for force in forces()}
    items = {answer["item"] for answer in standing}
    told = {(line["force"], line["item"], line["digest"]): line for line in told_of(url, items)}
    rows = [
        {
            **{name: answer[name] for name in ("number", "force", "item", "received_at")},
            "name": names.get(answer["force"], answer["force"]),
            "says": MEANS[answer["answer"]],
            "pairs": told[answer["force"], answer["item"], answer["digest"]]["pairs"],
        }
        for answer in standing
        if (answer["force"], answer["item"], answer["digest"]) in told
    ]
    return pa.Table.from_pylist(sorted(rows, key=lambda row: row["number"]), SAID)

"""What the standing answers of forces say of the links they were told.

Decides which answers are about links. Invariant: an answer speaks of the links its item told, in the words it was told
in; one that was taken back or replaced speaks no more.
"""

import pyarrow as pa

from reconcile.forces import forces
from reconcile.reports.answers import AnswerLog
from reconcile.reports.told import ToldLog
from reconcile.review.force_answers import MEANS, SAID


def said_of_links(url: str) -> pa.Table:
    """``SAID`` by the logs in the database at ``url``.

    Raises:
        SettingsError: the database cannot be opened.
    """
    standing = [row for row in AnswerLog(url).standing().values() if row["answer"] in MEANS]
    if not standing:
        return SAID.empty_table()
    names = {force.slug: force.name for force in forces()}
    told = {(line["force"], line["item"], line["digest"]): line for line in ToldLog(url).lines().to_pylist()}
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

"""Two cycles of a few invented people, run from the forces' files, in which all happens that can.

A list of name changes, decisions, a corrected extract and one held back; and from the one to the next two people found,
one claim corrected and two lines made one.
"""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest import mock

from reconcile import cycle, publication
from reconcile.forces import Profile
from reconcile.review.decisions import Decision
from reconcile.settings import Settings
from reconcile.workspace import Workspace
from tests.unit import dialect

SIGNED = {"signed_by": "A. Coordinator", "role": "national coordinator", "reason": "counts checked"}
THEN: dict[str, list[tuple[str, str, str, str, str, str]]] = {
    "kent": [
        ("K1", "Iain", "Farrow", "05/03/1971", "Lost", "01/05/2016"),
        ("K2", "Trevor", "Pickles", "02/09/1958", "Lost", "14/02/2015"),
        ("K3", "Owen", "Quill", "11/11/1983", "Warrant", "2017"),
        ("K4", "Bartholomew", "Zeller", "30/06/1966", "Lost", "07/07/2012"),
        ("K5", "Ned", "Umber", "21/01/1990", "At home", ""),
    ],
    "essex": [
        ("E1", "Bart", "Zeller", "30/06/1966", "Warrant", "09/09/2013"),
        ("E2", "Colm", "Ives", "17/12/1977", "Lost", "03/03/2011"),
        ("E3", "Edward", "Umber", "21/01/1990", "At home", ""),
    ],
    "surrey": [("S1", "Hal", "Jessop", "08/08/1988", "At home", "")],
    "durham": [("D1", "Gus", "Kettle", "19/04/1969", "Lost", "01/01/2010")],
}
FOUND = {"K1": ("At home", ""), "E2": ("Dead", ""), "K3": ("Warrant", "2014")}
LIST = (
    "old_given,old_surname,new_given,new_surname,birth_date,changed_on,source\n"
    "Trevor,Pickles,Adam,Storm,1958-09-02,2016-03-01,enrolled deed poll\n"
)


def first(root: Path) -> Settings:
    """The workspace after the first release."""
    made = settings_at(root, "2018-03")
    with _dialect():
        _send(made, THEN | {"surrey": [*THEN["surrey"], ("S2", "Ivo", "Larch", "01/02/1955", "Lost", "2001")]})
        (root / "inbox" / "name_changes").mkdir()
        (root / "inbox" / "name_changes" / "list.csv").write_text(LIST)
        cycle.run(made)
        _send(made, {"surrey": THEN["surrey"]})
        cycle.take_in_again(made, "surrey")
        publication.judge_extract(made, "durham", "hold", reviewer="coordinator-1", reason="to be asked")
        publication.decide(made, [Decision("essex:E3", "kent:K5", "same", None, "coordinator-1", "fingerprints")])
        publication.release(made, **SIGNED)
    return made


def second(then: Settings, name: str = "2018-06", *, merged: bool = True) -> Settings:
    """The next cycle of the same workspace, compiled; ``merged``: with the decision that two lines are one."""
    made = settings_at(then.workspace.root, name)
    with _dialect():
        people = {force: [(*row[:4], *FOUND.get(row[0], row[4:])) for row in rows] for force, rows in THEN.items()}
        _send(made, people, as_of=f"{name}-01")
        cycle.run(made)
        publication.judge_extract(made, "durham", "hold", reviewer="coordinator-1", reason="still to be asked")
        if merged:
            publication.decide(made, [Decision("essex:E1", "kent:K4", "same", None, "coordinator-1", "fingerprints")])
    return made


def settings_at(root: Path, name: str) -> Settings:
    root.mkdir(exist_ok=True)
    lines = {"cycle": name, "policy_document": "APD-1", "dpia": "DPIA-1"}
    (root / "reconcile.toml").write_text("".join(f'{key} = "{value}"\n' for key, value in lines.items()))
    url = f"sqlite:///{root / 'decisions.sqlite'}"
    return Settings(Workspace(root), name, "APD-1", "DPIA-1", database_url=url)


def _send(made: Settings, people: dict[str, Any], as_of: str = dialect.AS_OF) -> None:
    headings = ("Ref", "Forename", "Surname", "DOB", "Status", "Missing from")
    for force, rows in people.items():
        content = dialect.csv_bytes(*(dict(zip(headings, row, strict=True)) for row in rows))
        dialect.send(made.workspace.root / "inbox" / force, content, len(rows), force=force, as_of=as_of)


def _dialect() -> Any:
    return mock.patch("reconcile.intake.force.profile_of", side_effect=_as_kent)


def _as_kent(slug: str, _own: Path) -> Profile:
    return replace(dialect.KENT, force=replace(dialect.KENT.force, slug=slug))


def manifest(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "manifest.json").read_text())
    return found

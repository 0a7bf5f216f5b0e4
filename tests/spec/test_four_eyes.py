"""Four eyes, as a coordinator reads it: who answered what, on which evidence, and what becomes of the item."""

import json

import pyarrow as pa
import pytest

from reconcile.review import four_eyes
from reconcile.review.four_eyes import Standing, outcome
from reconcile.review.judgements import Answer
from reconcile.review.queue import QUEUE
from tests.small_tables import rows

OUTCOMES = """
| judges | answers                                       | state   | judgement   | by           |
| 1      |                                               | open    |             |              |
| 1      | ann same                                      | decided | same        | ann          |
| 1      | ann cannot_tell                               | decided | cannot_tell | ann          |
| 1      | ann same, bob different                       | decided | same        | ann          |
| 2      |                                               | open    |             |              |
| 2      | ann same                                      | second  |             | ann          |
| 2      | ann same, bob same                            | decided | same        | ann bob      |
| 2      | ann different, bob different                  | decided | different   | ann bob      |
| 2      | ann cannot_tell, bob cannot_tell              | decided | cannot_tell | ann bob      |
| 2      | ann same, ann same                            | second  |             | ann          |
| 2      | ann same, ann different                       | second  |             | ann          |
| 2      | ann same, bob different                       | third   |             | ann bob      |
| 2      | ann same, bob cannot_tell                     | third   |             | ann bob      |
| 2      | ann same, bob different, ann different        | third   |             | ann bob      |
| 2      | ann same, bob different, cas same             | decided | same        | ann cas      |
| 2      | ann same, bob different, cas different        | decided | different   | bob cas      |
| 2      | ann same, bob cannot_tell, cas cannot_tell    | decided | cannot_tell | bob cas      |
| 2      | ann same, bob different, cas cannot_tell      | decided | cannot_tell | ann bob cas  |
| 2      | ann same, bob same, cas different             | decided | same        | ann bob      |
| 2      | ann same (before)                             | open    |             |              |
| 2      | ann same (before), bob same                   | second  |             | bob          |
| 2      | ann same (before), bob same (before)          | open    |             |              |
| 2      | ann same (before), ann different, bob same    | third   |             | ann bob      |
| 1      | ann same (before), bob different              | decided | different   | bob          |
"""
"""``(before)``: on evidence that has changed since."""


def answers(text: str) -> list[Answer]:
    found = []
    for number, said in enumerate(filter(None, text.split(", ")), start=1):
        reviewer, judgement, *before = said.split()
        found.append(Answer(number, "link:a~b", reviewer, judgement, "before" if before else "now"))
    return found


@pytest.mark.parametrize("row", rows(OUTCOMES), ids=lambda row: f"{row['judges']}: {row['answers'] or 'nobody'}")
def test_what_becomes_of_an_item(row: dict[str, str]) -> None:
    found = outcome(answers(row["answers"]), judges=int(row["judges"]), evidence_hash="now")
    assert (found.state, found.judgement or "", " ".join(found.by)) == (row["state"], row["judgement"], row["by"])


def test_what_later_data_settled_is_asked_no_more() -> None:
    assert outcome(answers("ann same"), judges=2, evidence_hash="now", settled=True) == Standing("settled", by=("ann",))
    decided = outcome(answers("ann same, bob same"), judges=2, evidence_hash="now", settled=True)
    assert decided.state == "decided"


def test_assignments_agree_where_they_name_the_same_people() -> None:
    one, other = json.dumps([["a", "b"], ["c"]]), json.dumps([["a"], ["b", "c"]])
    given = [
        Answer(1, "identity:P1", "ann", "assign", "now", one),
        Answer(2, "identity:P1", "bob", "assign", "now", other),
    ]
    assert outcome(given, judges=2, evidence_hash="now").state == "third"
    third = Answer(3, "identity:P1", "cas", "assign", "now", one)
    assert outcome([*given, third], judges=2, evidence_hash="now") == Standing("decided", "assign", one, ("ann", "cas"))


NEEDED = """
| kind     | touches | inside | guard                | risk | forces     | restricted | rule         | judges |
| link     | none    |        |                      |      | kent       |            |              | 1      |
| link     | none    |        |                      |      | kent essex |            |              | 1      |
| link     | none    |        |                      | low  | kent essex |            |              | 1      |
| link     | none    |        |                      | high | kent       |            |              | 1      |
| link     | none    |        |                      | high | kent essex |            | joins_forces | 2      |
| link     | none    |        | possible_twins       |      | kent       |            | twins        | 2      |
| link     | none    |        | mis_keyed_identifier |      | kent       |            |              | 1      |
| link     | line    |        |                      |      | kent       |            | changes_list | 2      |
| link     | lines   |        |                      |      | kent       |            | changes_list | 2      |
| link     | locates |        |                      |      | kent       |            | locates      | 2      |
| link     | line    | yes    |                      |      | kent       |            | splits_list  | 2      |
| link     | none    | yes    |                      |      | kent       |            |              | 1      |
| identity | line    | yes    |                      |      | kent       |            | splits_list  | 2      |
| identity | none    | yes    |                      |      | kent       |            |              | 1      |
| link     | locates |        | possible_twins       | high | kent essex | yes        | restricted   | 2      |
| extract  | lines   |        |                      |      | kent       |            |              | 1      |
"""


@pytest.mark.parametrize("row", rows(NEEDED), ids=lambda row: " ".join(filter(None, list(row.values())[:7])))
def test_how_many_people_an_item_needs(row: dict[str, str]) -> None:
    item = {
        "kind": row["kind"],
        "touches": row["touches"],
        "national_id": "P1" if row["inside"] else None,
        "guard": row["guard"] or None,
        "risk_level": row["risk"] or None,
        "forces": row["forces"].split(),
        "restricted": bool(row["restricted"]),
    }
    rule, judges = four_eyes.needed(pa.Table.from_pylist([item], QUEUE))
    assert (rule[0].as_py() or "", judges[0].as_py()) == (row["rule"], int(row["judges"]))

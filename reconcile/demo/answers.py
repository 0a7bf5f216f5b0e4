"""What the answering forces of the survey scenario hold: their registers, with the claims of the plan inside.

Decides who is claimed, who is planted and what is kept back. Invariant: every open claim is one of the plan's, and the
claims are on as many people as the plan has claims less its second claims.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute

from reconcile import schema
from reconcile.demo import claims, people, plants, population, survey
from reconcile.demo.convictions import NO_DAY
from reconcile.demo.dialect import Fault
from reconcile.demo.discretion import Absent, kept_back
from reconcile.demo.draft import Draft, Parts, Plant, cast
from reconcile.demo.people import People
from reconcile.demo.plants import Planted
from reconcile.demo.recording import Rows, record
from reconcile.demo.survey import Plan, index
from reconcile.demo.tables import Ints, caseload, texts
from reconcile.demo.tabulation import HISTORIES, record_ids, tables


@dataclass(frozen=True)
class Answers:
    """The registers of all answering forces in ``schema.RECORDS`` with their truth, faults and planted record ids.

    ``truth`` leaves out the rows with faults, as they are not to be accepted.
    """

    records: pa.Table
    truth: pa.Table
    faults: tuple[Fault, ...]
    planted: tuple[tuple[str, tuple[str, ...]], ...]


def answer(plan: Plan, seed: int) -> Answers:
    """The registers the plan's forces send."""
    rng = np.random.default_rng([seed, len(plan)])
    parts, background = cast(plan), int(plan.table["people"])
    second = {place for _, _, place in parts.second}
    firsts = np.array([place for place in range(len(plan)) if place not in second])
    at = np.array([index(slug) for slug in plan.answering])
    home = np.concatenate([population.at_home(background, at, rng), plan.force[firsts]])
    found = people.draw(home, rng, relatives=background)
    row_of = np.full(len(plan), -1)
    row_of[firsts] = background + np.arange(len(firsts))
    _relate(found, parts, row_of, rng)
    counts = np.concatenate([population.how_many(background, rng), np.ones(len(firsts), dtype=np.int64)])
    draft = Draft(plan, parts, found, record(found, counts, rng, plan.first_as_of), row_of, rng)
    claims.cleared(draft.rows, found, row_of[firsts])
    _nobody_lost(draft.rows, plan.first_as_of, rng)
    _claim(draft, firsts)
    planted = plants.plant_all(draft)
    absent = kept_back(draft)
    for entry in plan.table["partial"]:
        claims.partial(draft.rows, _dated_row(draft, entry), entry["form"])
    return _sent(draft, planted, absent, np.random.default_rng([seed, len(plan), HISTORIES]))


def _claim(draft: Draft, firsts: Ints) -> None:
    """Convict and lose the people of the claims, and copy the rows that second claims and findings start from."""
    plan, rng = draft.plan, draft.rng
    missing = survey.lost(plan, rng)
    anchor = claims.anchors(plan, missing, rng)
    earliest = anchor.copy()
    for _, first, other in draft.parts.second:
        earliest[first] = min(anchor[first], anchor[other])
    where = draft.row_of[firsts]
    draft.rows["force"][where] = plan.force[firsts]
    draft.rows["missing"][where] = missing[firsts]
    claims.convict(draft.rows, where, earliest[firsts], plan.first_as_of, rng)
    _copy(draft)
    claims.claim(draft.rows, draft.row_of, plan, missing, anchor, rng=rng)


def _relate(found: People, parts: Parts, row_of: Ints, rng: np.random.Generator) -> None:
    """Make the pairs that must stay apart twins, or father and son of one name, in place."""
    for plant, first, other in parts.apart:
        one, two = row_of[[first]], row_of[[other]]
        force = found.force[two]
        found.birth[one] = np.datetime64("1971-05-17" if plant["kind"] == "twins" else "1949-10-08")
        people.relate(found, plant["kind"], one, two, rng)
        found.force[two] = force
        found.pnc[one], found.pnc[two] = found.pnc_spare[one], found.pnc_spare[two]
        if plant["kind"] == "namesakes":
            found.birth[two], found.pnc[one] = np.datetime64("1976-02-21"), ""
            found.middle[two] = found.middle[one]


def _nobody_lost(rows: Rows, as_of: np.datetime64, rng: np.random.Generator) -> None:
    """Let everybody be managed whom the register's rates have lost, in place: the plan says who is lost."""
    open_ = np.isin(rows["status"], schema.OPEN_CLAIMS)
    count = int(open_.sum())
    rows["status"][open_] = "located"
    rows["missing"][open_] = NO_DAY
    rows["evidence"][open_] = ""
    rows["contact"][open_] = as_of - 6 - rng.integers(1, 90, count)


def _copy(draft: Draft) -> None:
    """Append rows for the second claims and for the people held elsewhere; the former become claims of the plan."""
    parts, count = draft.parts, len(draft.rows["person"])
    sources = [draft.row(first) for _, first, _ in parts.second] + [draft.row(first) for _, first in parts.elsewhere]
    for number, (_, _, other) in enumerate(parts.second):
        draft.row_of[other] = count + number
    draft.rows = plants.copied(draft.rows, np.array(sources))


def _dated_row(draft: Draft, entry: Plant) -> int:
    """The last claim of a force and year, which planted truths take last."""
    plan, wanted = draft.plan, (index(entry["force"]), entry["year"])
    return draft.row(max(place for place in range(len(plan)) if (plan.force[place], plan.year[place]) == wanted))


def _sent(draft: Draft, planted: Planted, absent: Absent, apart: np.random.Generator) -> Answers:
    """The tables of the rows at answering forces, with record ids for what is planted and what is faulty."""
    rows, plan = draft.rows, draft.plan
    rows["absent"] = texts([absent.get(row, []) for row in range(len(rows["person"]))])
    sends = np.isin(rows["force"], [index(slug) for slug in plan.answering])
    kept = np.flatnonzero(sends)
    rows = record_ids({name: values[kept] for name, values in rows.items()}, draft.rng)
    place = np.full(len(sends), -1)
    place[kept] = np.arange(len(kept))
    days = np.array([plan.as_of(slug) if slug in plan.answering else NO_DAY for slug in caseload().values])
    rows["as_of"] = days[rows["force"]]
    made = tables(rows, draft.people, apart)
    ids = rows["record_id"]
    named = [(kind, tuple(str(ids[place[row]]) for row in members)) for kind, members in planted.found]
    named.append(("claim", tuple(str(ids[place[row]]) for row in draft.row_of)))
    taken = {int(place[row]) for _, members in planted.found for row in members}
    faults = _faults(rows, plan, taken, draft.rng)
    spoilt = pa.array([fault.record_id for fault in faults])
    compute: Any = pyarrow.compute
    sound = made.truth.filter(compute.invert(compute.is_in(made.truth["record_id"], spoilt)))
    return Answers(made.records, sound, faults, tuple(named))


def _faults(rows: Rows, plan: Plan, taken: set[int], rng: np.random.Generator) -> tuple[Fault, ...]:
    """Cells to spoil, none of them of a claim or of anything planted."""
    found = []
    for entry in plan.table["fault"]:
        here = (rows["force"] == index(entry["force"])) & (rows["status"] == "located")
        row = next(row for row in rng.permutation(np.flatnonzero(here)).tolist() if row not in taken)
        taken.add(row)
        found.append(Fault(str(rows["record_id"][row]), entry["column"], entry["text"]))
    return tuple(found)

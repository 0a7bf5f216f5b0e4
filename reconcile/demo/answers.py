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
from reconcile.demo.people import People
from reconcile.demo.plants import Planted
from reconcile.demo.recording import Rows, record
from reconcile.demo.survey import Places, Plan, index
from reconcile.demo.tables import Ints, caseload, texts
from reconcile.demo.tabulation import record_ids, tables


@dataclass(frozen=True)
class Answers:
    """The registers of all answering forces in ``schema.RECORDS`` with their truth, faults and planted record ids.

    ``truth`` leaves out the rows with faults, as they are not to be accepted.
    """

    records: pa.Table
    truth: pa.Table
    faults: tuple[Fault, ...]
    planted: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True)
class Parts:
    """Claims (int places of the plan) taken by planted truths, beside the entries of the plan that take them."""

    second: list[tuple[dict[str, Any], int, int]]
    elsewhere: list[tuple[dict[str, Any], int]]
    ended: list[tuple[dict[str, Any], int]]
    apart: list[tuple[dict[str, Any], int, int]]
    mis_keyed: int
    foreign: int
    hostel: list[int]


def _cast(plan: Plan) -> Parts:
    free, table = Places(plan), plan.table

    def first(plant: dict[str, Any]) -> int:
        return free.take(plant["force"], plant["year"])

    def other(plant: dict[str, Any]) -> int:
        return free.take(plant["at"], plant["at_year"])

    return Parts(
        second=[(plant, first(plant), other(plant)) for plant in table["second_claim"]],
        elsewhere=[(plant, first(plant)) for plant in table["elsewhere"]],
        ended=[(plant, first(plant)) for plant in table["ended"]],
        apart=[(plant, first(plant), other(plant)) for plant in table["apart"]],
        mis_keyed=first(table["mis_keyed"]),
        foreign=first(table["foreign_conviction"]),
        hostel=free.of_force(table["hostel"]["force"], table["hostel"]["claims"]),
    )


def answer(plan: Plan, seed: int) -> Answers:
    """The registers the plan's forces send."""
    rng = np.random.default_rng([seed, len(plan)])
    parts, background = _cast(plan), int(plan.table["people"])
    second = [place for _, _, place in parts.second]
    firsts = np.array([place for place in range(len(plan)) if place not in set(second)])
    at = np.array([index(slug) for slug in plan.answering])
    home = np.concatenate([population.at_home(background, at, rng), plan.force[firsts]])
    found = people.draw(home, rng)
    row_of = np.full(len(plan), -1)
    row_of[firsts] = background + np.arange(len(firsts))
    _relate(found, parts, row_of, rng)
    counts = np.concatenate([population.how_many(background, rng), np.ones(len(firsts), dtype=np.int64)])
    rows = record(found, counts, rng)
    claims.cleared(rows, found, row_of[firsts])
    _nobody_lost(rows, rng)

    missing = survey.lost(plan, rng)
    anchor = claims.anchors(plan, missing, rng)
    earliest = anchor.copy()
    for _, first, other in parts.second:
        earliest[first] = min(anchor[first], anchor[other])
    rows["force"][row_of[firsts]] = plan.force[firsts]
    rows["missing"][row_of[firsts]] = missing[firsts]
    claims.convict(rows, row_of[firsts], earliest[firsts], rng)
    rows = _with_copies(rows, row_of, parts)
    claims.claim(rows, row_of, plan, missing, anchor, rng)
    planted = _plant(rows, found, plan, parts, row_of, rng)
    absent = _kept_back(rows, plan, parts, row_of, rng)
    for entry in plan.table["partial"]:
        claims.partial(rows, _dated_row(rows, plan, row_of, entry), entry["form"])
    return _sent(rows, found, plan, planted, absent, row_of, rng)


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


def _nobody_lost(rows: Rows, rng: np.random.Generator) -> None:
    """Let everybody be managed whom the register's rates have lost, in place: the plan says who is lost."""
    open_ = np.isin(rows["status"], schema.OPEN_CLAIMS)
    count = int(open_.sum())
    rows["status"][open_] = "located"
    rows["missing"][open_] = NO_DAY
    rows["evidence"][open_] = ""
    rows["contact"][open_] = np.datetime64("2018-02-20") - rng.integers(1, 90, count)


def _with_copies(rows: Rows, row_of: Ints, parts: Parts) -> Rows:
    """Rows for the second claims and for the people held elsewhere, at the end; ``row_of`` learns of the former."""
    count = len(rows["person"])
    sources = [row_of[first] for _, first, _ in parts.second] + [row_of[first] for _, first in parts.elsewhere]
    for number, (_, _, other) in enumerate(parts.second):
        row_of[other] = count + number
    return plants.copied(rows, np.array(sources))


def _plant(rows: Rows, found: People, plan: Plan, parts: Parts, row_of: Ints, rng: np.random.Generator) -> Planted:
    planted = Planted()
    for plant, first, other in parts.second:
        plants.second_claim(rows, found, plant["how"], int(row_of[first]), int(row_of[other]), rng)
        planted.add(f"second_claim_{plant['how']}", [int(row_of[first]), int(row_of[other])])
    start = len(rows["person"]) - len(parts.elsewhere)
    for number, (plant, first) in enumerate(parts.elsewhere):
        plants.elsewhere(rows, found, plant["status"], int(row_of[first]), start + number, plant["at"], rng)
        planted.add(f"elsewhere_{plant['status']}", [int(row_of[first]), start + number])
    for plant, place in parts.ended:
        plants.ended(rows, int(row_of[place]), plant, rng)
        planted.add("requirement_ended", [int(row_of[place])])
    for plant, first, other in parts.apart:
        for place in (first, other):
            plants.true_name(rows, found, int(row_of[place]))
        planted.add(plant["kind"], [int(row_of[first]), int(row_of[other])])
    _plant_strangers(rows, found, plan, parts, row_of, planted, rng)
    return planted


def _plant_strangers(
    rows: Rows, found: People, plan: Plan, parts: Parts, row_of: Ints, planted: Planted, rng: np.random.Generator
) -> None:
    managed = (rows["step"] == 0) & (rows["status"] == "located") & (rows["person"] < plan.table["people"])
    hostel, wrong = plan.table["hostel"], plan.table["mis_keyed"]
    at_hostel = np.flatnonzero(managed & (rows["force"] == index(hostel["force"])))[: hostel["located"]].tolist()
    members = [int(row_of[place]) for place in parts.hostel] + at_hostel
    plants.shared_home(rows, members, hostel["force"], rng)
    planted.add("hostel", members)
    victim = int(row_of[parts.mis_keyed])
    plants.numbered(rows, found, victim)
    far = np.abs((rows["birth"] - rows["birth"][victim]).astype(np.int64)) > claims.years(5)
    same_sex = rows["sex"] == rows["sex"][victim]
    stranger = int(np.flatnonzero(managed & (rows["force"] == index(wrong["at"])) & far & same_sex)[0])
    rows["pnc"][stranger] = rows["pnc"][victim]
    planted.add("mis_keyed_pnc", [victim, stranger])
    foreign, said = int(row_of[parts.foreign]), plan.table["foreign_conviction"]
    rows["basis"][foreign], rows["country"][foreign], rows["offence"][foreign] = (
        "s97_order",
        said["country"],
        said["offence"],
    )
    rows["court"][foreign] = ""
    rows["months"][foreign], rows["period_end"][foreign] = 60, NO_DAY
    planted.add("foreign_conviction", [foreign])


Absent = dict[int, list[dict[str, str]]]


def _kept_back(rows: Rows, plan: Plan, parts: Parts, row_of: Ints, rng: np.random.Generator) -> Absent:
    """Evidence that people are abroad, in place; fields withheld or unknown, by row."""
    held = {place for _, place in parts.elsewhere}
    free = rng.permutation([place for place in range(len(plan)) if place not in held])
    evidence = [kind for kind, count in plan.table["overseas"].items() for _ in range(count)]
    rows["evidence"][row_of[free[: len(evidence)]]] = texts(evidence)
    slugs = caseload().values[plan.force]
    for slug, count in plan.table["overseas_known"].items():
        rest = [place for place in free[len(evidence) :] if slugs[place] == slug]
        rows["evidence"][row_of[rest[:count]]] = "location_known"
    absent: Absent = {}
    kept = plan.table["withheld"]
    for place, slug in enumerate(slugs):
        if slug in kept["offence"]:
            rows["offence"][row_of[place]] = ""
            absent.setdefault(int(row_of[place]), []).append({"field": "offence", "reason": "withheld"})
    for slug in {*kept["dates"], *kept["unknown_dates"]}:
        undated = [place for place in range(len(plan)) if slugs[place] == slug and plan.year[place] == survey.UNDATED]
        withheld = kept["dates"].get(slug, 0)
        for number, place in enumerate(undated[: withheld + kept["unknown_dates"].get(slug, 0)]):
            reason = "withheld" if number < withheld else "unknown"
            absent.setdefault(int(row_of[place]), []).append({"field": "missing_since", "reason": reason})
    for column, name in (("birth_place", "place_of_birth"), ("risk_level", "risk_level")):
        for row in np.flatnonzero((rows[column] == "") & (rng.random(len(rows[column])) < 0.2)).tolist():
            absent.setdefault(row, []).append({"field": name, "reason": "unknown"})
    return absent


def _dated_row(rows: Rows, plan: Plan, row_of: Ints, entry: dict[str, Any]) -> int:
    """The last claim of a force and year, which no plant takes while others are free."""
    force, year = index(entry["force"]), entry["year"]
    return int(
        row_of[max(place for place in range(len(plan)) if (plan.force[place], plan.year[place]) == (force, year))]
    )


def _sent(
    rows: Rows, found: People, plan: Plan, planted: Planted, absent: Absent, row_of: Ints, rng: np.random.Generator
) -> Answers:
    """The tables of the rows at answering forces, with record ids for what is planted and what is faulty."""
    rows["absent"] = texts([absent.get(row, []) for row in range(len(rows["person"]))])
    sends = np.isin(rows["force"], [index(slug) for slug in plan.answering])
    kept = np.flatnonzero(sends)
    rows = record_ids({name: values[kept] for name, values in rows.items()}, rng)
    place = np.full(len(sends), -1)
    place[kept] = np.arange(len(kept))
    days = np.array([plan.as_of(slug) if slug in plan.answering else NO_DAY for slug in caseload().values])
    rows["as_of"] = days[rows["force"]]
    made = tables(rows, found)
    ids = rows["record_id"]
    named = [(kind, tuple(str(ids[place[row]]) for row in members)) for kind, members in planted.found]
    named.append(("claim", tuple(str(ids[place[row]]) for row in row_of)))
    taken = {row for _, members in planted.found for row in members}
    faults = _faults(rows, plan, {int(place[row]) for row in taken}, rng)
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

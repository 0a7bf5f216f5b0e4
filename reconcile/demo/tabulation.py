"""From rows of records to the canonical table and the truth beside it.

Decides local ids and which names, numbers and homes a record shows. Invariant: both tables are sorted by record id and
a local id tells nothing of the person.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from reconcile import schema
from reconcile.demo import assembly, histories, identifiers
from reconcile.demo.convictions import FIRST_AS_OF
from reconcile.demo.people import People
from reconcile.demo.recording import KINDS, Rows
from reconcile.demo.tables import ORIGINS, Ints, Texts, caseload, texts

AS_OF_DAYS = 9
HISTORIES = 83
"""In the seed of the generator that draws histories."""
TRUTH = pa.schema([(name, pa.string()) for name in ("record_id", "person", "sex", "name_origin", "kind")])
_LOCAL_IDS = ("{:06d}", "RSO{}", "{:07d}/S", "N-{}", "VR{:08d}")
Entry = tuple[Ints, int, dict[str, Any]]


@dataclass(frozen=True)
class Register:
    """Records and their truth row by row, in the order of the record ids."""

    records: pa.Table
    truth: pa.Table


def local_ids(force: Ints, rng: np.random.Generator) -> Texts:
    """A local id for each record, unrelated to the person, unique within its force (int index)."""
    order = rng.permutation(len(force))
    ranked = order[np.argsort(force[order], kind="stable")]
    of_force = force[ranked]
    place = np.empty(len(force), dtype=np.int64)
    place[ranked] = np.arange(len(force)) - np.searchsorted(of_force, of_force)
    style = force % len(_LOCAL_IDS)
    return texts(
        [
            _LOCAL_IDS[kind].format(number)
            for kind, number in zip(style.tolist(), (10_001 + place * 7).tolist(), strict=True)
        ]
    )


def record_ids(rows: Rows, rng: np.random.Generator) -> Rows:
    """The rows with columns record_id and local_id added."""
    local = local_ids(rows["force"], rng)
    slug = caseload().values[rows["force"]]
    joined = texts([f"{force}:{number}" for force, number in zip(slug, local, strict=True)])
    return {**rows, "local_id": local, "record_id": joined}


def tables(rows: Rows, found: People, rng: np.random.Generator) -> Register:
    """The tables of rows that have their record ids; ``found`` is whom column "person" counts.

    ``rng`` draws their histories alone: a generator of its own, so that nothing else hangs on them.
    """
    count, who = len(rows["person"]), rows["person"]
    as_of = rows.get("as_of", FIRST_AS_OF + rows["force"] % AS_OF_DAYS)
    history = histories.add(rows, as_of.astype("datetime64[D]"), rng)
    columns = {
        "record_id": rows["record_id"],
        "force": caseload().values[rows["force"]],
        "local_id": rows["local_id"],
        "as_of": pa.array(as_of.astype("datetime64[D]"), pa.date32()),
        "names": _names(rows, count),
        "sex": rows["sex"],
        "birth_date": assembly.date_column(rows["birth"], rows["birth_text"], rows["birth_last"]),
        "place_of_birth": rows["birth_place"],
        "identifiers": _identifiers(rows, count),
        "addresses": _addresses(rows, count),
        "status": rows["status"],
        "missing_since": assembly.date_column(rows["missing"], rows["missing_text"], rows["missing_last"]),
        "last_contact": assembly.date_column(rows["contact"]),
        "overseas_evidence": rows["evidence"],
        "conviction_date": assembly.date_column(rows["date"]),
        "conviction_court": rows["court"],
        "conviction_country": rows["country"],
        "order_end": assembly.date_column(rows["order_end"], rows["order_text"]),
        "period_end": assembly.date_column(rows["period_end"]),
        "sentence_months": assembly.months_column(rows["months"]),
        "risk_assessed_on": assembly.date_column(rows["risk_assessed_on"]),
        **{name: rows[name] for name in ("offence", "basis", "disposal", "risk_level", "risk_tool")},
        **history,
    }
    if "absent" in rows:
        columns["absent"] = pa.array(rows["absent"].tolist(), schema.RECORDS.field("absent").type)
    truth = {
        "record_id": rows["record_id"],
        "person": texts([f"P{number:07d}" for number in who.tolist()]),
        "sex": np.where(found.male[who], "M", "F").astype(object),
        "name_origin": texts(list(ORIGINS))[found.origin[who]],
        "kind": texts(list(KINDS))[rows["kind"]],
    }
    return Register(*assembly.in_order(assembly.table(columns), assembly.table(truth, TRUTH)))


def _names(rows: Rows, count: int) -> assembly.Column:
    former = np.flatnonzero(rows["former_surname"] != "")
    alias = np.flatnonzero(rows["alias_surname"] != "")
    return assembly.list_column(
        schema.NAME,
        count,
        [
            (np.arange(count), 0, {"kind": "current", "given": rows["given"], "surname": rows["surname"]}),
            (
                former,
                1,
                {
                    "kind": rows["former_kind"][former],
                    "given": rows["former_given"][former],
                    "surname": rows["former_surname"][former],
                },
            ),
            (alias, 2, {"kind": "alias", "given": rows["alias_given"][alias], "surname": rows["alias_surname"][alias]}),
        ],
    )


def _identifiers(rows: Rows, count: int) -> assembly.Column:
    entries: list[Entry] = []
    for rank, scheme in enumerate(("pnc", "cro", "nomis")):
        where = np.flatnonzero(rows[scheme] != "")
        values = rows[scheme][where]
        check = "none" if scheme == "nomis" else texts([identifiers.check(value) for value in values])
        entries.append((where, rank, {"scheme": scheme, "value": values, "check": check}))
    return assembly.list_column(schema.IDENTIFIER, count, entries)


def _addresses(rows: Rows, count: int) -> assembly.Column:
    now = np.flatnonzero((rows["address"] != "") | (rows["postcode"] != "") | (rows["town"] != ""))
    then = np.flatnonzero(rows["before_postcode"] != "")
    current = {name: rows[name][now] for name in ("address", "town", "postcode")}
    previous = {"kind": "previous", "postcode": rows["before_postcode"][then]}
    return assembly.list_column(schema.ADDRESS, count, [(now, 0, {"kind": "current", **current}), (then, 1, previous)])

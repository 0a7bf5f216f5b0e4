"""A national cycle made by hand in the shape of the 2018 survey, its people invented: what the pages are tried on."""

import datetime as dt
import random
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from reconcile import notification, schema
from reconcile.forces import Force, forces
from reconcile.intake import Receipt
from reconcile.national import missing_list, statistics
from tests.small_tables import facts, said_instead

AS_OF = dt.date(2018, 3, 5)
NAMED = {
    "metropolitan": 227,
    "lancashire": 12,
    "south-yorkshire": 10,
    "kent": 9,
    "humberside": 9,
    "south-wales": 8,
    "north-wales": 2,
    "lincolnshire": 1,
}
BAD_ROW = {
    "force": "kent",
    "extract_sha256": "ab" * 32,
    "row_number": 17,
    "local_id": "K-17",
    "rule": "birth_date_plausible",
    "sentence": "The birth date is after the date of the extract.",
}
GIVEN = ("Alan", "Brian", "Carl", "Dean", "Euan", "Frank", "Glyn", "Hugh", "Ivor", "Jack", "Karl", "Liam", "Zoë")
SURNAME = ("Ashdown", "Birtles", "Corrigan", "Dunmore", "Ewart", "Fenwick", "Garside", "Hollis", "Ingleby", "Łukasz")


@dataclass(frozen=True)
class Survey:
    forces: tuple[Force, ...]
    receipts: tuple[Receipt, ...]
    records: pa.Table
    links: pa.Table
    decisions: pa.Table
    identities: pa.Table
    facts: pa.Table
    quarantine: pa.Table
    missing_list: pa.Table
    statistics: dict[str, Any]


def make() -> Survey:
    every = forces()
    rng = random.Random(2018)
    others = [force.slug for force in every if force.slug not in NAMED]
    answering = sorted([*NAMED, *others[:21]])
    claims = dict(NAMED) | dict.fromkeys(others[:21], 0)
    for _ in range(94):
        claims[others[rng.randrange(18)]] += 1
    records: list[dict[str, Any]] = []
    years = iter(_years(rng))
    for slug in sorted(claims):
        for place in range(claims[slug]):
            records.append(_record(rng, slug, 1000 + place, next(years)))
    identity = {entry["record_id"]: f"N{place:06d}" for place, entry in enumerate(records)}
    found, decided = _links(rng, records, identity, others)
    tables = {
        "records": pa.Table.from_pylist(sorted(records, key=lambda entry: entry["record_id"]), schema=schema.RECORDS),
        "identities": pa.Table.from_pylist(
            [
                {"national_id": national, "record_id": record, **_joined(record, identity, found)}
                for record, national in sorted(identity.items())
            ],
            schema=schema.IDENTITIES,
        ),
        "links": pa.Table.from_pylist(found, schema=schema.LINKS),
        "decisions": pa.Table.from_pylist(decided, schema=schema.DECISIONS),
    }
    receipts = tuple(_receipt(force.slug, claims.get(force.slug), force.slug in answering) for force in every)
    said = said_instead(
        notification.assess(tables["records"], tables["identities"], tables["links"]),
        _facts(tables["records"].to_pylist(), identity),
    )
    figures = statistics.statistics(**tables, facts=said, receipts=receipts, forces=every)
    return Survey(
        forces=every,
        receipts=receipts,
        **tables,
        facts=said,
        quarantine=pa.Table.from_pylist([BAD_ROW], schema=schema.QUARANTINE),
        missing_list=missing_list.compile_list(**tables, facts=said),
        statistics=figures | {"cycle": "survey-2018", "synthetic": True, "model": "2026-01-01-00000000"},
    )


CHILD, OF_UNKNOWN_AGE = 40, 41
"""Two of the Metropolitan records, by their place: a child, and one whose age cannot be told."""


def _facts(records: list[dict[str, Any]], identity: dict[str, str]) -> pa.Table:
    """What the rules are asked besides, by hand: each person's owner and status, each record's age and review."""
    met = [record for record in sorted(identity) if record.startswith("metropolitan")]
    young = {met[CHILD]: "YES", met[OF_UNKNOWN_AGE]: "CANNOT_TELL"}
    rows = ["| of | id | fact | value | reason | day | days |"]
    of_person: dict[str, list[dict[str, Any]]] = {}
    for record in records:
        of_person.setdefault(identity[record["record_id"]], []).append(record)
        told = f"| {record['record_id']} | {identity[record['record_id']]} "
        rows.append(f"{told}| under_18 | {young.get(record['record_id'], 'NO')} | | | |")
        rows.append(f"{told}| period_end | YES | | 2024-05-02 | |")
        overdue = f"YES | | 2018-02-{1 + int(record['local_id']) % 28:02d} | 5"
        rows.append(f"{told}| periodic_overdue | {overdue if record['status_text'] else 'NO | | | '} |")
        if int(record["local_id"]) % 9 == 0:
            rows.append(f"{told}| stale_missing_review | YES | | 2018-01-02 | 62 |")
    for one, held in of_person.items():
        certain = {record["status"] for record in held}
        status = "CONFLICT" if len(certain) > 1 else "WHEREABOUTS_UNKNOWN"
        why = "the forces’ certain records disagree" if len(certain) > 1 else ""
        rows.append(f"| {one} | | national_status | {status} | {why} | | |")
        rows.append(f"| {one} | | owner_force | {held[0]['force'] if one[-1] != '7' else 'CANNOT_TELL'} | | | |")
    return facts("\n".join(rows))


def _joined(record: str, identity: dict[str, str], links: list[dict[str, Any]]) -> dict[str, str | None]:
    for link in links:
        if record not in (link["left"], link["right"]):
            continue
        other = link["left"] if link["right"] == record else link["right"]
        if identity[other] == identity[record] and not record.startswith("metropolitan"):
            return {"joined_by": "verified" if link["strength"] == "verified" else "decided", "joined_to": other}
    return {"joined_by": "founding", "joined_to": None}


def _years(rng: random.Random) -> list[int | None]:
    dated = [2015] * 25 + [2016] * 53 + [2017] * 114 + [2018] * 15 + [2005] + [2006] * 5 + [2007] * 7
    dated += [year for year in range(2009, 2015) for _ in range(8 + year % 5)]
    every: list[int | None] = [*dated, *[None] * (372 - len(dated))]
    rng.shuffle(every)
    return every


def _partial(lo: dt.date | None, hi: dt.date | None = None, text: str = "") -> dict[str, Any]:
    return {"lo": lo, "hi": hi or lo, "text": text or (lo.isoformat() if lo else "")}


def _record(rng: random.Random, slug: str, number: int, year: int | None) -> dict[str, Any]:
    given, surname = rng.choice(GIVEN), f"{rng.choice(SURNAME)}-{rng.choice(SURNAME)}"
    since = None
    if year:
        lost = dt.date(year, rng.randint(1, 2 if year == 2018 else 12), rng.randint(1, 28))
        since = _partial(lost)
        if rng.random() < 0.1 and year > 2008:
            since = _partial(dt.date(year, 1, 1), dt.date(year, 12, 31), str(year))
    return _blank() | {
        "record_id": f"{slug}:{number}",
        "force": slug,
        "local_id": str(number),
        "as_of": AS_OF,
        "names": [{"kind": "current", "given": given, "surname": surname, "full": None}],
        "sex": "M" if rng.random() < 0.97 else "F",
        "birth_date": _partial(dt.date(rng.randint(1940, 1995), rng.randint(1, 12), rng.randint(1, 28))),
        "identifiers": [{"scheme": "pnc", "value": f"2009/9{rng.randrange(10**6):06d}A", "check": "valid"}],
        "addresses": [{"kind": "current", "address": "1 Invented Street", "town": "Nowhere", "postcode": "ZZ1 1CI"}],
        "status": "wanted" if rng.random() < 0.15 else "whereabouts_unknown",
        "status_text": "Whereabouts unknown - enquiries continue",
        "missing_since": since,
        "overseas_evidence": rng.choice(["believed_abroad", "border_exit", "travel_return_overdue", None, None, None]),
        "offence": "sexual assault",
        "basis": "conviction",
        "risk_level": rng.choice(["very_high", "high", "medium", "low", None]),
        "risk_tool": "ARMS",
        "risk_assessed_on": _partial(dt.date(2017, 5, 1)),
    }


def _blank() -> dict[str, Any]:
    return {
        name: [] if pa.types.is_list(kind) else None
        for name, kind in zip(schema.RECORDS.names, schema.RECORDS.types, strict=True)
    }


def _evidence(*sentences: str) -> list[dict[str, Any]]:
    return [
        {
            "feature": ("identifier", "birth_date", "name", "place")[place],
            "level": "agree",
            "weight": 12.5 - 8 * place,
            "sentence": sentence,
        }
        for place, sentence in enumerate(sentences)
    ]


def _link(left: str, right: str, strength: str, guard: str | None = None) -> dict[str, Any]:
    left, right = sorted((left, right))
    weight = {"verified": 34.2, "proposed": 18.4, "possible": 6.1}[strength]
    return {
        "left": left,
        "right": right,
        "weight": weight,
        "probability": round(1 - 2.0**-weight, 6),
        "strength": strength,
        "guard": guard,
        "evidence": _evidence(
            "The same PNC ID, its check letter valid.",
            "The same birth date.",
            "The names have nothing in common.",
            f"Different addresses, SECRET({left}) and SECRET({right}).",
        ),
        "evidence_hash": f"{left}|{right}",
    }


def _links(
    rng: random.Random, records: list[dict[str, Any]], identity: dict[str, str], others: list[str]
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Eleven double claims, and thirteen people another force knows the whereabouts of; some of both undecided."""
    met = [entry for entry in records if entry["force"] == "metropolitan"]
    rest = [entry for entry in records if entry["force"] not in ("metropolitan", "kent")]
    links, decided = [], []
    for place in range(11):
        one, two = met[place * 3], rest[place * 5]
        two["birth_date"], two["sex"] = one["birth_date"], one["sex"]
        link = _link(
            one["record_id"], two["record_id"], "verified" if place < 5 else "proposed" if place < 9 else "possible"
        )
        links.append(link)
        if place == 5:
            decided.append(
                {name: link[name] for name in ("left", "right", "evidence_hash")}
                | {
                    "judgement": "same",
                    "reviewer": "reviewer-1",
                    "reason": "same fingerprints",
                    "decided_at": dt.datetime(2018, 3, 7, tzinfo=dt.UTC),
                }
            )
        if place < 6:
            identity[two["record_id"]] = identity[one["record_id"]]
    statuses = ["located"] * 6 + ["in_custody"] * 4 + ["deceased"] * 2 + ["requirement_ended"]
    for place, status in enumerate(statuses):
        one = met[100 + place]
        slug = "kent" if place == 0 else others[place]
        known = _record(rng, slug, 5000 + place, None) | {
            "status": status,
            "status_text": status,
            "missing_since": None,
            "last_contact": _partial(dt.date(2018, 2, 1 + place)),
            "birth_date": one["birth_date"],
            "sex": one["sex"],
        }
        records.append(known)
        strength = "verified" if place % 2 == 0 else "proposed"
        identity[known["record_id"]] = identity[one["record_id"]] if place % 2 == 0 else f"N9{place:05d}"
        links.append(_link(one["record_id"], known["record_id"], strength))
    return sorted(links, key=lambda link: (link["left"], link["right"])), decided


def _receipt(slug: str, claims: int | None, answering: bool) -> Receipt:
    state = "NOT_RECEIVED" if not answering else "RECEIVED" if claims else "NIL"
    rows = 0 if state != "RECEIVED" else 100 + 3 * (claims or 0)
    bad = 1 if slug == "kent" else 0
    return Receipt(
        force=slug,
        state=state,
        file_name="" if state == "NOT_RECEIVED" else f"{slug}.csv",
        sha256="" if state == "NOT_RECEIVED" else "ab" * 32,
        as_of=AS_OF if answering else None,
        rows_in=rows,
        accepted=rows - bad,
        quarantined=bad,
        reasons=(("birth_date_plausible", 1, "The birth date is after the date of the extract."),) if bad else (),
        withheld={"offence": rows} if slug == "humberside" else {},
    )

"""The national missing list: one line per identity that holds an open claim.

Decides what stands on a line and in which order. Invariant: everyone a force claims missing is on the list, whatever
else is known of them; what only a machine proposed stands beside the line, never in it.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from reconcile import schema
from reconcile.national import beside, facts_said
from reconcile.national.beside import Row
from reconcile.national.carried import carried
from reconcile.national.claims import length
from reconcile.national.facts_said import Said
from reconcile.notification.columns import days, span
from reconcile.notification.people import firm
from reconcile.notification.standing import ENDS, open_proposals

LEADS_FIRST = ("YES", "CANNOT_TELL", "POSSIBLE", "NO")
"""The order of the list by what ``located_elsewhere`` says."""


def compile_list(
    records: pa.Table, identities: pa.Table, links: pa.Table, decisions: pa.Table, facts: pa.Table
) -> pa.Table:
    """Compile ``schema.MISSING_LIST``: located-elsewhere leads first, then the longest missing, the undated last.

    Args:
        records: ``schema.RECORDS``.
        identities: ``schema.IDENTITIES``.
        links: ``schema.LINKS``.
        decisions: ``schema.DECISIONS``.
        facts: ``schema.FACTS`` of these identities.
    """
    row = pc.index_in(records["record_id"], value_set=identities["record_id"])
    national_id = identities["national_id"].take(row)
    held = records.append_column("national_id", national_id)
    held = held.append_column("joined_by", identities["joined_by"].take(row))
    held = held.append_column("firm", pa.array(firm(identities)).take(row))
    claimed: Any = pc.unique(national_id.filter(pc.is_in(records["status"], value_set=pa.array(schema.OPEN_CLAIMS))))
    proposals = _between(open_proposals(links, decisions), identities)
    proposals = proposals.filter(pc.or_(_among(proposals["left_id"], claimed), _among(proposals["right_id"], claimed)))
    wanted = pa.concat_arrays([claimed.cast(pa.string()), *(_flat(proposals[f"{end}_id"]) for end in ENDS)])
    members = _by(held.filter(_among(held["national_id"], wanted)).sort_by("record_id").to_pylist(), "national_id")
    touching = _touching(proposals)
    said = facts_said.facts_of(facts, wanted.to_pylist())
    inside = carried(links, decisions, identities.filter(_among(identities["national_id"], claimed)))
    lines = [
        {**_line(one, members, said, touching.get(one, [])), "carried_by": inside.get(one, [])}
        for one in sorted(claimed.to_pylist())
    ]
    lines.sort(key=_order)
    return _with_length(pa.Table.from_pylist(lines, schema.MISSING_LIST))


def _line(
    national_id: str, members: Mapping[str, Sequence[Row]], facts: Mapping[str, Said], touching: Sequence[Row]
) -> Row:
    records, said = members[national_id], facts[national_id]
    claims = sorted((row for row in records if row["status"] in schema.OPEN_CLAIMS), key=earliest)
    nearest = [*claims, *(row for row in records if row["status"] not in schema.OPEN_CLAIMS)]
    name, *other_names = beside.names(nearest)
    dated = [row["missing_since"] for row in claims if is_dated(row["missing_since"])]
    assessed = beside.latest([row for row in nearest if row["risk_level"]], "risk_assessed_on") or {}
    return {
        "national_id": national_id,
        "name": name,
        "other_names": other_names,
        "birth_date": beside.first(nearest, "birth_date"),
        "sex": beside.first(nearest, "sex"),
        "age_band": facts_said.age_band(said, nearest),
        "under_18": facts_said.under_18(said, records),
        "claims": [{field.name: row[field.name] for field in schema.CLAIM} for row in claims],
        "records": [row["record_id"] for row in records],
        "missing_since": dated[0] if dated else None,
        **{fact: said.value(fact) for fact in facts_said.COLUMNS},
        "missing_days": said.days("over_a_decade"),
        "sightings": beside.sightings(records, claims, touching, members),
        "possibly_same_as": [_possibly_same(link, members, facts) for link in touching],
        "facts": facts_said.others(said),
        "risk_level": assessed.get("risk_level") or beside.absent(nearest, "risk_level"),
        "risk_tool": assessed.get("risk_tool"),
        "risk_assessed_on": assessed.get("risk_assessed_on"),
        **{field: beside.first(nearest, field) for field in ("offence", "conviction_country", "basis")},
    }


def _possibly_same(link: Row, members: Mapping[str, Sequence[Row]], facts: Mapping[str, Said]) -> Row:
    beyond = link["beyond"]
    return beside.possibly_same(link, facts_said.under_18(facts[beyond], members[beyond]))


def _with_length(lines: pa.Table) -> pa.Table:
    """``lines`` with the band of how long each person has been missing, as of the earliest claim's extract."""
    as_of = days(pc.struct_field(pc.list_element(lines["claims"], 0), "as_of"))
    band = pa.array(length(span(lines["missing_since"]), as_of), pa.string())
    return lines.set_column(lines.schema.get_field_index("length"), lines.schema.field("length"), band)


def is_dated(date: Mapping[str, Any] | None) -> bool:
    return date is not None and date["lo"] is not None


def earliest(row: Row) -> tuple[Any, ...]:
    """Sort key: by the first and last day the start can mean, the undated last, then by record id."""
    since = row["missing_since"]
    return (0, since["lo"], since["hi"], row["record_id"]) if is_dated(since) else (1, row["record_id"])


def _order(line: Row) -> tuple[Any, ...]:
    lead, since = LEADS_FIRST.index(line["located_elsewhere"]), line["missing_since"]
    dated = (0, since["lo"], since["hi"]) if since else (1,)
    return (lead, dated, line["national_id"])


def _among(values: Any, those: Any) -> Any:
    return pc.is_in(values, value_set=pa.array(those.to_pylist(), pa.string()))


def _flat(column: Any) -> Any:
    return pa.chunked_array(column).combine_chunks()


def _by(rows: Iterable[Row], key: str) -> dict[str, list[Row]]:
    out: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        out[row[key]].append(row)
    return out


def _between(links: pa.Table, identities: pa.Table) -> pa.Table:
    """``links`` with the national ids of their ends, without those inside one identity."""
    for end in ENDS:
        row = pc.index_in(links[end], value_set=identities["record_id"])
        links = links.append_column(f"{end}_id", identities["national_id"].take(row))
    return links.filter(pc.not_equal(links["left_id"], links["right_id"]))


def _touching(proposals: pa.Table) -> dict[str, list[Row]]:
    """For each identity the proposals that touch it, heaviest first, each with the identity beyond it."""
    out: dict[str, list[Row]] = defaultdict(list)
    columns = ["left", "right", "left_id", "right_id", "strength", "weight", "probability", "evidence"]
    for link in sorted(
        proposals.select(columns).to_pylist(), key=lambda link: (-link["weight"], link["left"], link["right"])
    ):
        for one, other in (("left_id", "right_id"), ("right_id", "left_id")):
            out[link[one]].append({**link, "beyond": link[other]})
    return out

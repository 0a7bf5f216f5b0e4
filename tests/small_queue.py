"""A queue of a few invented records in a workspace of its own, for tests of what people do at it."""

from collections.abc import Iterable
from pathlib import Path

import pyarrow as pa

from reconcile import schema
from reconcile.review.access import Visitor
from reconcile.review.queue import compile_queue
from reconcile.settings import Settings
from reconcile.workspace import Workspace, write_table
from tests import small_tables as small

RECORDS = """
| record    | status              | risk_level |
| kent:1    | whereabouts_unknown | medium     |
| essex:1   | located             | low        |
| kent:2    | whereabouts_unknown | low        |
| essex:2   | wanted              |            |
| kent:3    | located             | high       |
| essex:3   | located             |            |
| kent:4    | located             | low        |
| essex:4   | located             | low        |
| kent:5    | whereabouts_unknown |            |
| surrey:5  | located             |            |
| kent:6    | located             |            |
| kent:7    | located             |            |
"""
LINKS = """
| left   | right    | strength | guard          | weight | hash |
| kent:1 | essex:1  | proposed |                | 1      | a    |
| kent:2 | essex:2  | proposed |                | 1      | b    |
| kent:3 | essex:3  | proposed |                | 1      | c    |
| kent:4 | essex:4  | possible |                | 1      | d    |
| kent:5 | surrey:5 | possible |                | 1      | e    |
| kent:6 | kent:7   | possible | possible_twins | 1      | f    |
"""
LOCATES, LINES, HIGH, PLAIN, CHILD, TWINS = (
    f"link:{min(pair)}~{max(pair)}"
    for pair in (
        ("kent:1", "essex:1"),
        ("kent:2", "essex:2"),
        ("kent:3", "essex:3"),
        ("kent:4", "essex:4"),
        ("kent:5", "surrey:5"),
        ("kent:6", "kent:7"),
    )
)
ANN, BOB, CAS = (Visitor(name, frozenset({"reviewer"})) for name in ("ann", "bob", "cas"))
KEEPER = Visitor("kim", frozenset({"coordinator", "protected"}))


def listed(*national_ids: str) -> pa.Table:
    """``schema.MISSING_LIST`` of which nothing but the ids is known."""
    return pa.Table.from_pylist([{"national_id": one} for one in national_ids], schema.MISSING_LIST)


def grown_up(identities: pa.Table, *, but: Iterable[str] = ()) -> pa.Table:
    """``schema.FACTS``: every record says its person is grown up, but those named, of which nothing is known."""
    rows = [
        {"national_id": row["national_id"], "record_id": row["record_id"], "fact": "under_18", "value": value}
        for row in identities.to_pylist()
        for value in ["CANNOT_TELL" if row["record_id"] in set(but) else "NO"]
    ]
    return pa.Table.from_pylist(rows, schema.FACTS)


def with_others(identities: pa.Table, records: pa.Table) -> pa.Table:
    """``schema.IDENTITIES`` with each record that is in none alone in one of its own, named after it."""
    known = set(identities["record_id"].to_pylist())
    others = [record for record in records["record_id"].to_pylist() if record not in known]
    rows = [{"national_id": f"Q-{one}", "record_id": one, "joined_by": "founding"} for one in others]
    return pa.concat_tables([identities, pa.Table.from_pylist(rows, schema.IDENTITIES)]).combine_chunks()


def queue(
    links: str = LINKS,
    records: str = RECORDS,
    decisions: str = "",
    identities: pa.Table | None = None,
    missing: tuple[str, ...] | None = None,
    children: tuple[str, ...] = ("surrey:5",),
    previous: tuple[pa.Table, ...] = (),
    as_of: str = "2018-03-01",
    said: pa.Table | None = None,
) -> pa.Table:
    """The queue of these records, each a person of its own where ``identities`` do not say otherwise; those who are
    claimed missing are on the list unless ``missing`` says who is."""
    found = small.records(records, as_of)
    people = small.alone(found) if identities is None else with_others(identities, found)
    claimed = {row["record_id"] for row in found.to_pylist() if row["status"] in schema.OPEN_CLAIMS}
    if missing is None:
        missing = tuple(sorted({row["national_id"] for row in people.to_pylist() if row["record_id"] in claimed}))
    return compile_queue(
        small.links(links),
        people,
        small.decisions(decisions),
        grown_up(people, but=children),
        listed(*missing),
        found,
        (),
        previous,
        said,
    )


def workspace(root: Path, items: pa.Table | None = None, url: str = "") -> Settings:
    """Settings of a workspace that holds a queue, and nothing has been decided."""
    made = Settings(
        Workspace(root), "2018-03", "APD-1", "DPIA-1", database_url=url or f"sqlite:///{root / 'decisions.sqlite'}"
    )
    put(made, queue() if items is None else items)
    write_table(made.workspace.stage(made.cycle, "decisions.parquet"), schema.DECISIONS.empty_table())
    return made


def put(made: Settings, items: pa.Table) -> None:
    """Put another queue in the place of the one that lies there."""
    write_table(made.workspace.stage(made.cycle, "queue.parquet"), items)

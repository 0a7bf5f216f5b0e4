"""Which links stand between records, and what a person has said of each.

Decides when a decision applies: while its evidence hash equals the link's, or where the person needed no link.
Invariant: a link whose evidence changed since it was shown is open again.
"""

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Ints = npt.NDArray[np.int64]

ENDS = ["left", "right"]


def judged(links: pa.Table, decisions: pa.Table | None) -> pa.Table:
    """``links`` with a column ``judgement``: same, different, cannot_tell, or null where nobody's decision applies.

    Args:
        links: ``schema.LINKS``.
        decisions: ``schema.DECISIONS``, at most one row a pair.
    """
    if decisions is None or not len(decisions):
        return links.append_column("judgement", pa.nulls(len(links), pa.string()))
    said = decisions.select([*ENDS, "judgement", "evidence_hash"]).rename_columns([*ENDS, "judgement", "shown"])
    # Acero's join keeps no order and takes no nested column: join the keys only and restore the order.
    keys = links.select([*ENDS, "evidence_hash"]).append_column("_row", pa.array(range(len(links)), pa.int64()))
    joined = keys.join(said, ENDS, join_type="left outer").sort_by("_row")
    holds: Any = pc.or_kleene(pc.is_null(joined["shown"]), pc.equal(joined["shown"], joined["evidence_hash"]))
    judgement = pc.if_else(pc.fill_null(holds, False), joined["judgement"], pa.scalar(None, pa.string()))
    return links.append_column("judgement", judgement)


def open_proposals(links: pa.Table, decisions: pa.Table | None) -> pa.Table:
    """The links that pass the guards and that nobody has answered same or different.

    Between two identities each is a proposal, whatever its strength: a verified link that joins nothing, because a
    person parted its records or others it would bring together, waits for a person like any other. Callers look
    between identities only; inside one nothing is open.
    """
    said = judged(links, decisions)
    answered = pc.is_in(said["judgement"], value_set=pa.array(["same", "different"]))
    return said.filter(pc.and_(pc.is_null(said["guard"]), pc.invert(answered)))


def parted(links: pa.Table, decisions: pa.Table) -> pa.Table:
    """The pairs a person holds to be different, less those whose link shows other evidence by now."""
    shown = links.select([*ENDS, "evidence_hash"]).rename_columns([*ENDS, "shown"])
    different = decisions.filter(pc.equal(decisions["judgement"], pa.scalar("different")))
    joined = different.select([*ENDS, "evidence_hash"]).join(shown, ENDS, join_type="left outer")
    changed: Any = pc.not_equal(joined["shown"], joined["evidence_hash"])  # null where either side has no evidence
    return joined.filter(pc.invert(pc.fill_null(changed, False))).select(ENDS)


def rows(ids: Any, links: pa.Table) -> Ints:
    """The links' ends as rows of ``ids``, shape (n, 2); a link to a record that is not there is left out."""
    ends = [pc.index_in(links[end], value_set=ids) for end in ENDS]
    here = pc.and_(pc.is_valid(ends[0]), pc.is_valid(ends[1]))
    return np.column_stack([np.asarray(end.filter(here), dtype=np.int64) for end in ends])

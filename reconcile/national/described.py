"""The open claims with what else is known of each: why it is undated, when it was reviewed, the person's age.

Decides where each such word comes from. Invariant: a row stays one open claim, none is added or left out; what is not
known is null.
"""

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from reconcile.national.claims import cuts
from reconcile.national.counting import looked_up, said
from reconcile.notification.columns import Strings, days, span
from reconcile.notification.predicates import UNDATED

OF_RECORDS = ("age_band", "under_18")
OF_IDENTITIES = ("requirement_ended", "double_claimed", "owner_force", "national_status")


def described(claims: pa.Table, records: pa.Table, facts: pa.Table) -> pa.Table:
    """``CLAIMS`` with string columns: undated (withheld, unknown, not_given, imprecise), review (a band), the facts
    ``OF_RECORDS`` of the claim's record and ``OF_IDENTITIES`` of its person.
    """
    own = records.take(pc.index_in(claims["record_id"], value_set=records["record_id"]))
    facts = facts.filter(pc.is_in(facts["national_id"], value_set=pc.unique(claims["national_id"])))
    out = claims.append_column("undated", _undated(claims, own)).append_column("review", _reviewed(own))
    for name in OF_RECORDS:
        found = said(facts, name, of_records=True)
        out = out.append_column(name, looked_up(claims["record_id"], found, "record_id", "value"))
    for name in OF_IDENTITIES:
        found = said(facts, name, of_records=False)
        out = out.append_column(name, looked_up(claims["national_id"], found, "national_id", "value"))
    return out


def _undated(claims: pa.Table, own: pa.Table) -> Any:
    """Why a claim counts under no year: what the force said of the date, or that the date as sent spans years."""
    lists = own["absent"].combine_chunks()
    inner = pc.list_flatten(lists)
    about = pc.equal(pc.struct_field(inner, "field"), pa.scalar("missing_since"))
    rows = pc.list_parent_indices(lists).filter(about)
    why = np.where(np.asarray(pc.is_valid(own["missing_since"])), "imprecise", "not_given").astype(object)
    why[np.asarray(rows, dtype=np.int64)] = (
        pc.struct_field(inner, "reason").filter(about).to_numpy(zero_copy_only=False)
    )
    undated = np.array(claims["year_lost"].to_pylist(), dtype=object) == UNDATED
    return pa.array(np.where(undated, why, np.array(None)), pa.string())


def _reviewed(own: pa.Table) -> Any:
    """The band of days since the last review as of the extract; CANNOT_TELL where a partial date spans bands."""
    when, as_of = span(own["last_reviewed"]), days(own["as_of"])
    bands = cuts()["review"]["bands"]
    names: Strings = np.array([band["name"] for band in bands], dtype=object)
    after: Any = np.array([band["over_days"] for band in bands[1:]])
    fewest, most = (((as_of - day).astype(np.int64)[:, None] > after).sum(axis=1) for day in (when.hi, when.lo))
    told = np.where(fewest == most, names[fewest], "CANNOT_TELL")
    return pa.array(np.where(when.known, told, np.array(None)), pa.string())

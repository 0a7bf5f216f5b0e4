"""Forces' extracts through the four stages: pull, read, validate, standardise; and what state each ends in.

Decides nothing but their order. Invariant: a force's five files in the workspace are always written and belong
together; a fault of the extract ends in a REJECTED receipt and empty tables, a bug in an exception; records that
wait for a person are kept apart; and forces taken in together fare as they would one by one.
"""

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from reconcile import schema
from reconcile.errors import ExtractError
from reconcile.forces import Profile
from reconcile.forces import profile as profile_of
from reconcile.intake import arrivals, bands, judgements, kept, retention, states
from reconcile.intake.columns import IDENTIFIER, map_columns
from reconcile.intake.completeness import absences, completeness
from reconcile.intake.expect import CRITICAL
from reconcile.intake.kept import Tables
from reconcile.intake.pull import NOTES, SOURCE_REACHABLE, landed_file, landed_manifest, pull
from reconcile.intake.read import read
from reconcile.intake.receipt import COUNTED, Reason, Receipt
from reconcile.intake.standardise import standardise
from reconcile.intake.validate import Extract, Validation, validate
from reconcile.settings import Settings
from reconcile.workspace import read_json

Opened = tuple[Receipt, tuple[Extract, tuple[Reason, ...]] | None]
"""A receipt so far, and the extract with what was noted of its columns; None where none can be read."""

UNREACHABLE: Reason = (SOURCE_REACHABLE, 0, "the source could not be reached: check its address and try again")
NO_ROW: Reason = (
    "rows_acceptable",
    0,
    "No row could be accepted: columns may be swapped or the profile out of date; check both and send it again.",
)
"""Taken in, such an extract would say that the force misses nobody."""
NOTHING: Tables = (
    schema.RECORDS.empty_table(),
    schema.PROVENANCE.empty_table(),
    schema.QUARANTINE.empty_table(),
    schema.QUARANTINE.empty_table(),
)
WITHHELD_WHOLE = "withheld by the manifest"
"""Put into the blank cells of a field the manifest withholds: from there on it is a word like any other."""


def intake_force(settings: Settings, slug: str) -> Receipt:
    """Take in one force's extract and write its tables and receipt into the workspace.

    Returns:
        The receipt, in one of the states ``reconcile.intake.states`` decides.

    Raises:
        ProfileError: no force has this slug.
        OSError: its source cannot be reached; nothing is written, so it can be tried again.
    """
    return _finish(settings, {slug: _open(settings, slug)})[0]


def intake_forces(settings: Settings, slugs: Sequence[str]) -> tuple[Receipt, ...]:
    """Take in several forces' extracts, as ``intake_force`` does each; the suite is run once for all of them.

    A source that cannot be reached stops no other force: nothing was received from it, and its receipt says so.
    """
    return _finish(settings, {slug: _reached(settings, slug) for slug in slugs})


def nothing_came(settings: Settings, slug: str) -> Receipt:
    """The receipt of a force of which nothing could be taken in this cycle; its last extract may be used again."""
    return _finish(settings, {slug: (Receipt(slug, "NOT_RECEIVED"), None)})[0]


def settle_again(settings: Settings, slug: str) -> Receipt:
    """Settle anew what was taken in of one force in this cycle, as when a person judged it; its source is not asked.

    Where an earlier cycle's extract was used again, it is once more, if it still may be.
    """
    path = settings.workspace.force_stage(settings.cycle, slug, kept.RECEIPT)
    receipt = Receipt.from_json(read_json(path)) if path.is_file() else Receipt(slug, "NOT_RECEIVED")
    found = None if receipt.taken_from else kept.stood(settings, slug)
    notes = tuple(each for each in receipt.warnings if each[0] in NOTES)
    return _settled(settings, *(found or (Receipt(slug, "NOT_RECEIVED", reasons=notes), NOTHING)))


def _finish(settings: Settings, opened: Mapping[str, Opened]) -> tuple[Receipt, ...]:
    receipts: dict[str, Receipt] = {}
    readable: dict[str, tuple[Extract, tuple[Reason, ...]]] = {}
    for slug, (receipt, found) in opened.items():
        receipts[slug] = receipt
        if found is not None:
            readable[slug] = found
        else:
            receipts[slug] = _settled(settings, receipt, NOTHING)
    validations = validate([extract for extract, _notes in readable.values()])
    for (slug, (extract, notes)), validation in zip(readable.items(), validations, strict=True):
        receipts[slug] = _settled(settings, *judged(receipts[slug], extract, validation, notes))
    return tuple(receipts.values())


def _reached(settings: Settings, slug: str) -> Opened:
    try:
        return _open(settings, slug)
    except OSError:
        return Receipt(slug, "NOT_RECEIVED", reasons=(UNREACHABLE,)), None


def _open(settings: Settings, slug: str) -> Opened:
    """Pull and read one extract; None where there is none that can be read."""
    profile = profile_of(slug, settings.workspace.profiles)
    receipt = pull(settings, profile)
    if receipt.state != "RECEIVED" or receipt.as_of is None:
        return receipt, None
    content, withheld = landed_file(settings, receipt).read_bytes(), landed_manifest(settings, receipt).withheld
    return opened(receipt, content, profile, withheld, states.latest_day(settings, arrivals.came(settings, receipt)))


def opened(
    receipt: Receipt, content: bytes, profile: Profile, withheld: Sequence[str] = (), latest: dt.date | None = None
) -> Opened:
    """Read the bytes of an extract of which the manifest says the receipt's ``as_of`` and ``rows_in``.

    Args:
        withheld: the fields the manifest keeps back whole.
        latest: the last day the extract can speak of, None where that is not known.
    """
    if receipt.as_of is None:
        raise ValueError("an extract without a day cannot be read")
    count = 0
    try:
        rows = read(content, profile)
        count = rows.num_rows
        mapped = map_columns(rows, profile)
        cells, profile = _withheld_whole(mapped.rows, profile, withheld)
    except ExtractError as error:
        return _rejected(receipt, count, (("extract_readable", 0, str(error)),)), None
    extract = Extract(cells, profile, receipt.as_of, receipt.sha256, receipt.rows_in, latest)
    return receipt, (extract, mapped.notes)


def _withheld_whole(rows: Any, profile: Profile, fields: Sequence[str]) -> tuple[Any, Profile]:
    """The rows with the blank cells of withheld ``fields`` saying so, and the profile that knows the word."""
    for field in fields:
        column = field if field in profile.columns else IDENTIFIER + field
        if column not in rows.column_names:
            raise ExtractError("the manifest withholds a field the profile does not map: name canonical fields")
        rows = rows.set_column(rows.column_names.index(column), column, pc.fill_null(rows[column], WITHHELD_WHOLE))
    return rows, replace(profile, withheld=profile.withheld | {WITHHELD_WHOLE}) if fields else profile


def judged(receipt: Receipt, extract: Extract, found: Validation, notes: tuple[Reason, ...]) -> tuple[Receipt, Tables]:
    """The receipt of a validated extract before its state is settled, and its tables."""
    if found.rejected:
        return _rejected(receipt, extract.rows.num_rows, found.rejected), NOTHING
    if not found.accepted.num_rows:
        rejected = _rejected(receipt, extract.rows.num_rows, (NO_ROW, *found.reasons(CRITICAL)))
        return rejected, (*NOTHING[:2], found.quarantine, found.findings)
    records, provenance = standardise(found.accepted, extract.profile, extract.as_of, extract.sha256)
    receipt = replace(
        receipt,
        rows_in=extract.rows.num_rows,
        accepted=records.num_rows,
        quarantined=found.quarantined,
        reasons=found.reasons(CRITICAL),
        warnings=(*notes, *found.reasons("warning")),
        withheld=_withheld(records),
        completeness=completeness(found.accepted, records, extract.profile),
        statuses=dict(sorted(Counter(map(str, records["status"].to_pylist())).items())),
    )
    return receipt, (records, provenance, found.quarantine, found.findings)


def _rejected(receipt: Receipt, rows: int, reasons: tuple[Reason, ...]) -> Receipt:
    return replace(receipt, state="REJECTED", rows_in=rows, accepted=0, quarantined=0, reasons=reasons)


def _withheld(records: pa.Table) -> dict[str, int]:
    counts = {field: count for (field, reason), count in absences(records).items() if reason == "withheld"}
    return dict(sorted(counts.items()))


def _settled(settings: Settings, receipt: Receipt, tables: Tables) -> Receipt:
    """Write what came in its final state: what counts to the stages, what was read below its key."""
    receipt, tables = retention.again(settings, receipt) or (receipt, tables)
    last = kept.last_accepted(settings, receipt.force, but=receipt.key)
    repeated = bool(receipt.sha256) and kept.counted_before(settings, receipt)
    if repeated or not receipt.sha256:
        last = kept.last_accepted(settings, receipt.force)
    seen = receipt.key or (last.receipt.key if last else "")
    circumstances = states.Circumstances(
        came=arrivals.came(settings, receipt) if receipt.sha256 else None,
        last=last,
        repeated=repeated,
        bands=bands.broken(receipt, last.receipt) if last and receipt.state in ("RECEIVED", "NIL") else (),
        judgement=judgements.standing(settings, receipt.force, seen) if seen else None,
    )
    settled = states.settle(receipt, circumstances, settings)
    if settled.taken_from and last:
        tables = kept.tables(settings, last)
    elif settled.state in kept.STANDING:
        settled = replace(settled, supersedes=kept.earlier(settings, settled))
        kept.keep(settings, settled, tables)
        kept.count_in(settings, settled)
    elif settled.sha256:
        kept.keep(settings, settled, tables)
    counts = settled.state in COUNTED or settled.state == "REJECTED"
    stage = settings.workspace.force_stage(settings.cycle, receipt.force, "")
    # Before the tables: if this breaks off among them, the receipt of another extract would speak for these.
    (stage / kept.RECEIPT).unlink(missing_ok=True)
    kept.write(stage, settled, tables if counts else NOTHING)
    return settled

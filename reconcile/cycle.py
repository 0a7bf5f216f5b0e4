"""The stages of one cycle, in order, as the command line and the DAG both call them.

Decides nothing itself: each stage reads its inputs from the workspace, calls the room that decides, and writes
what came out. Invariant: a stage's output is a pure function of the files it reads, so a stage can be run again
at any time; only the decision log, the audit log and the sign-off know the clock.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa

from reconcile import intake, linkage, made_from, notification, schema
from reconcile.audit import AuditLog, Entry
from reconcile.cycle_log import ACTOR, log_acceptances, log_collections, log_combinations
from reconcile.errors import ReconcileError
from reconcile.forces import forces, profile
from reconcile.intake import Receipt
from reconcile.linkage import identities as identity
from reconcile.linkage import model as models
from reconcile.linkage import name_changes
from reconcile.linkage.lineage import lineage
from reconcile.linkage.weighing import PerRecord
from reconcile.national import missing_list, release, statistics
from reconcile.national.contents import ANSWERS
from reconcile.national.coverage import answered
from reconcile.reports import acceptance as acceptances
from reconcile.reports import acceptance_files
from reconcile.reports import said as answers_said
from reconcile.reports.answer_times import answer_times
from reconcile.reports.national_completeness import national_completeness
from reconcile.review.decisions import DecisionLog
from reconcile.review.force_answers import SAID
from reconcile.review.queue import compile_queue
from reconcile.settings import Settings
from reconcile.workspace import read_json, read_table, write_json, write_table

Progress = Callable[[str, float], None]
"""Told the name of what is under way and the share of it done, 0 to 1."""


def quiet(_what: str, _share: float) -> None:
    """Told of progress, says nothing."""


def intake_force(settings: Settings, slug: str) -> Receipt:
    """Pull, read, validate and standardise one force's extract, and log its collection."""
    receipt = intake.intake_force(settings, slug)
    log_collections(settings, [receipt])
    return receipt


def intake_forces(settings: Settings) -> tuple[Receipt, ...]:
    """The same for every force, validated together, which is quicker than one after another."""
    receipts = intake.intake_forces(settings, [force.slug for force in forces()])
    log_collections(settings, receipts)
    return receipts


def take_in_again(settings: Settings, slug: str, progress: Progress = quiet) -> Receipt:
    """Take in one force's corrected extract and compile the list again; returns its receipt.

    The other forces' extracts stand as they were taken in, so the list is the one ``run`` would give.

    Raises:
        ReconcileError: the cycle has not been run yet.
        ProfileError: no force has this slug.
    """
    _need(settings, "receipts.json")
    progress("pull, read, validate, standardise", 0.0)
    (receipt,) = intake.intake_forces(settings, [slug])
    log_collections(settings, [receipt])
    _compile_again(settings, progress)
    return receipt


def settle_again(settings: Settings, slug: str) -> Receipt:
    """Settle one force's extract as a person judged it and compile the list again; returns its receipt.

    What was taken in of it is at hand: its source, which may be out of reach or emptied since, is not asked.

    Raises:
        ReconcileError: the cycle has not been run yet.
    """
    _need(settings, "receipts.json")
    receipt = intake.settle_again(settings, slug)
    _compile_again(settings, quiet)
    return receipt


def _compile_again(settings: Settings, progress: Progress) -> dict[str, Any]:
    gather(settings)
    progress("report what was accepted", 0.0)
    acceptance(settings)
    progress("link", 0.0)
    link(settings, lambda _what, share: progress("link", share))
    progress("resolve, assess, compile", 0.0)
    return reconsider(settings)


def gather(settings: Settings) -> tuple[Receipt, ...]:
    """Bring the forces' accepted records together as one table sorted by record id, and the lists of name changes."""
    records, provenance, quarantine, receipts = intake.gather(settings)
    _gather_name_changes(settings, records)
    _write(settings, "records", records)
    _write(settings, "provenance", provenance)
    _write(settings, "quarantine", quarantine)
    write_json(_stage(settings, "receipts.json"), [receipt.to_json() for receipt in receipts])
    replaced = [each for receipt in receipts for each in intake.superseded(settings, receipt)]
    write_json(_stage(settings, "superseded.json"), [receipt.to_json() for receipt in replaced])
    return tuple(receipts)


def acceptance(settings: Settings) -> list[Path]:
    """Write every force what became of its extract, from the gathered receipts; returns the paths, force by force."""
    received = receipts(settings)
    national = national_completeness(received, acceptances.words()["matched"]["least"])
    reports = [
        acceptances.acceptance(
            receipt,
            _force_rows(settings, receipt, "quarantine"),
            _force_rows(settings, receipt, "findings"),
            profile(receipt.force).force,
            national,
            cycle=settings.cycle,
            sent_as=intake.name_as_sent(settings, receipt),
            purged_on=intake.erased_on(settings, receipt),
        )
        for receipt in received
    ]
    log_acceptances(settings, reports)
    folder = settings.workspace.acceptance(settings.cycle)
    marks: Any = {"marking": settings.marking, "synthetic": settings.synthetic}
    return [path for report in reports for path in acceptance_files.write(report, folder / report.force.slug, **marks)]


def link(settings: Settings, progress: Progress = quiet, artefact: Path | None = None) -> pa.Table:
    """Link the records of all forces with the shipped model, or that in the file ``artefact``; returns the links."""
    model = models.load(artefact)
    linked = linkage.link(linkable(settings), model, progress=progress)
    _write(settings, "links", linked.links)
    write_json(
        _stage(settings, "model.json"),
        {
            "name": model.name,
            "matches_per_record": linked.model.matches_per_record,
            "households_per_record": linked.model.households_per_record,
        },
    )
    made_from.note(settings, "links")
    return linked.links


def linkable(settings: Settings) -> pa.Table:
    """The records as they are linked: with the names that imported name changes add. What forces sent stays."""
    return name_changes.with_names(_read(settings, "records"), _read(settings, "names_added"))


def resolve(settings: Settings, *, again: bool = False) -> pa.Table:
    """Hold verified and decided links to be one person each, and log every new join as a combination.

    The decisions that stand now are kept as a table, so that the stages after this one see the same; so are what forces
    answered of links, and what became of each national id since the current release. ``again``: by the decisions kept
    so, and nothing is logged.
    """
    made_from.need(settings, "links")
    links, decided = _read(settings, "links"), _read(settings, "decisions") if again else decisions(settings)
    _write(settings, "decisions", decided)
    resolved = resolved_with(settings, decided)
    previous, before = _published(settings, release.IDENTITIES), _published(settings, release.LINEAGE)
    became = lineage(previous, resolved, links, decided, cycle=settings.cycle, before=before)
    if not again:
        log_combinations(settings, resolved, links, model_name(settings))
    _write(settings, "identities", resolved)
    _write(settings, "lineage", became)
    _write(settings, "said", SAID.empty_table() if again else answers_said.said_by_forces(settings.database_url))
    if not again:
        write_json(_stage(settings, ANSWERS), answer_times(settings.database_url))
    published = release.current(settings)
    write_json(_stage(settings, "resolved.json"), {"previous": published.name if published else None})
    made_from.note(settings, "identities")
    return resolved


def resolved_with(settings: Settings, decided: pa.Table) -> pa.Table:
    """The IDENTITIES these DECISIONS would come to, without writing or logging anything."""
    record_ids = _read(settings, "records")["record_id"]
    previous, before = _published(settings, release.IDENTITIES), _published(settings, release.LINEAGE)
    return identity.resolve(record_ids, _read(settings, "links"), decided, previous, before)


def assess(settings: Settings) -> pa.Table:
    """Derive the facts about each identity, as of its extracts' dates."""
    made_from.need(settings, "identities")
    names = ("records", "identities", "links", "decisions")
    # A NIL return is about who is missing; nobody is known to be held by no force because of one.
    heard = {receipt.force for receipt in answered(receipts(settings)) if receipt.state != "NIL"}
    silent = [force.slug for force in forces() if force.slug not in heard]
    facts = notification.assess(*(_read(settings, name) for name in names), silent=silent)
    _write(settings, "facts", facts)
    made_from.note(settings, "facts")
    return facts


def compile_list(settings: Settings) -> dict[str, Any]:
    """Compile the national missing list, its statistics and the queue of what waits; returns the statistics."""
    made_from.need(settings, "facts")
    records, identities, links, facts = (_read(settings, name) for name in ("records", "identities", "links", "facts"))
    decided = _read(settings, "decisions")
    listed = missing_list.compile_list(records, identities, links, decided, facts)
    _write(settings, "missing_list", listed)
    received, before = receipts(settings), release.as_of_before(settings)
    figures = statistics.statistics(records, identities, links, decided, facts, received, forces(), before)
    figures |= {"model": model_name(settings), "synthetic": settings.synthetic, "cycle": settings.cycle}
    write_json(_stage(settings, "statistics.json"), figures)
    tables = (links, identities, decided, facts, listed, records)
    _write(settings, "queue", compile_queue(*tables, received, _earlier_queues(settings), said_by_forces(settings)))
    made_from.note(settings, "missing_list")
    return figures


def said_by_forces(settings: Settings) -> pa.Table:
    """``SAID`` as it was when the list was compiled; none where it was compiled before answers were kept."""
    path = _stage(settings, "said.parquet")
    if not path.is_file():
        return SAID.empty_table()
    found = read_table(path)
    # A version before kept fewer of its columns: what forces answered by now is nearest to what it had.
    return found if found.schema.equals(SAID) else answers_said.said_by_forces(settings.database_url)


def answers_of(settings: Settings) -> dict[str, Any]:
    """How the forces answered their reports, as counted when the list was compiled; empty where nobody counted."""
    path = _stage(settings, ANSWERS)
    found: dict[str, Any] = read_json(path) if path.is_file() else {}
    return found


def _earlier_queues(settings: Settings) -> list[pa.Table]:
    """The cycle's queue as last compiled and that of the nearest cycle before which has one."""
    cycles = (settings.cycle, *settings.workspace.cycles_before(settings.cycle))
    paths = [path for name in cycles if (path := settings.workspace.stage(name, "queue.parquet")).is_file()]
    return [read_table(path) for path in paths[:2]]


def run(settings: Settings, progress: Progress = quiet) -> dict[str, Any]:
    """Run the whole cycle up to sign-off; returns the statistics a release would publish."""
    progress("pull, read, validate, standardise", 0.0)
    intake_forces(settings)
    return _compile_again(settings, progress)


def reconsider(settings: Settings, progress: Progress = quiet) -> dict[str, Any]:
    """Resolve, assess and compile again from the links at hand, as after new decisions."""
    progress("resolve", 0.0)
    resolve(settings)
    progress("assess", 1 / 3)
    assess(settings)
    progress("compile", 2 / 3)
    return compile_list(settings)


def decisions(settings: Settings) -> pa.Table:
    """The state of the decision log as a ``DECISIONS`` table."""
    return DecisionLog(settings.database_url).state()


def receipts(settings: Settings) -> tuple[Receipt, ...]:
    return tuple(Receipt.from_json(entry) for entry in read_json(_need(settings, "receipts.json")))


def statistics_of(settings: Settings) -> dict[str, Any]:
    """The statistics of the cycle as last compiled.

    Raises:
        ReconcileError: the cycle has not been run yet.
    """
    figures: dict[str, Any] = read_json(_need(settings, "statistics.json"))
    return figures


def superseded(settings: Settings) -> tuple[Receipt, ...]:
    """The receipts of the cycle's extracts that corrected ones took the place of."""
    return tuple(Receipt.from_json(entry) for entry in read_json(_need(settings, "superseded.json")))


def model_name(settings: Settings) -> str:
    return str(read_json(_need(settings, "model.json"))["name"])


def fitted_shares(settings: Settings) -> PerRecord | None:
    """The shares of the classes that linking this cycle's records found; None where they were not kept."""
    kept = read_json(_need(settings, "model.json"))
    if "matches_per_record" not in kept:
        return None
    return PerRecord(float(kept["matches_per_record"]), float(kept["households_per_record"]))


def table(settings: Settings, name: str) -> pa.Table:
    """One of the cycle's tables by name: records, links, decisions, identities, facts, ..., quarantine."""
    return _read(settings, name)


def _stage(settings: Settings, name: str) -> Path:
    return settings.workspace.stage(settings.cycle, name)


def _need(settings: Settings, name: str) -> Path:
    path = _stage(settings, name)
    if not path.is_file():
        raise ReconcileError(f"cycle {settings.cycle} has no {name} yet: run `reconcile run` first")
    return path


def _read(settings: Settings, name: str) -> pa.Table:
    return read_table(_need(settings, f"{name}.parquet"), schema.RECORDS if name == "records" else None)


def _write(settings: Settings, name: str, rows: pa.Table) -> None:
    write_table(_stage(settings, f"{name}.parquet"), rows)


def _force_rows(settings: Settings, receipt: Receipt, name: str) -> pa.Table:
    """Rows named of one force's extract; what is held is not in the stages. None where nothing was taken in."""
    own = settings.workspace.extracts(settings.cycle, receipt.force) / receipt.key
    folder = own if receipt.state == "HELD" else settings.workspace.force_stage(settings.cycle, receipt.force, "")
    path = folder / f"{name}.parquet"
    return read_table(path) if path.is_file() else schema.QUARANTINE.empty_table()


def _gather_name_changes(settings: Settings, records: pa.Table) -> None:
    changes, lists = intake.read_lists(settings)
    applied = name_changes.apply(records, changes)
    _write(settings, "name_changes", applied.changes)
    _write(settings, "names_added", applied.added)
    received = intake.list_receipt(applied.changes, lists)
    write_json(_stage(settings, "name_changes.json"), received)
    AuditLog(settings.database_url).append_many(
        Entry(
            "collection",
            actor=ACTOR,
            role="system",
            purpose=settings.purpose,
            justification=f"list of name changes for cycle {settings.cycle}",
            subjects=f"list {each['sha256']}",
            count=each["rows_in"],
            run=settings.cycle,
        )
        for each in received["lists"]
    )


def _published(settings: Settings, name: str) -> pa.Table | None:
    """A table of the current release; None before the first, or where releases did not hold it yet."""
    published = release.current(settings)
    return read_table(published / name) if published and (published / name).is_file() else None

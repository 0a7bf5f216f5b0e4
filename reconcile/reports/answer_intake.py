"""Taking in files of answers: those given, and those that lie in the forces' inboxes.

Decides which files of an inbox are still to be read: those of whose bytes no answer was taken. Invariant: a file that
cannot be used stops no other, and is said to be so; nothing is moved or erased.
"""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from reconcile.forces import forces
from reconcile.intake.pull import REPORT_ANSWERS
from reconcile.reports import answer_files, answering
from reconcile.reports.answer_checks import short
from reconcile.reports.answer_files import SUFFIXES, AnswerFileError
from reconcile.reports.answering import Outcome
from reconcile.reports.answers import AnswerLog
from reconcile.reports.told import ToldLog
from reconcile.settings import Settings


@dataclass(frozen=True)
class Taken:
    """What became of a file: ``outcome``, or None where it could not be used and ``why`` says so. ``file`` is its name,
    ``notes`` what was read otherwise than written."""

    force: str
    file: str
    outcome: Outcome | None
    why: str = ""
    notes: tuple[str, ...] = ()


def take_file(settings: Settings, path: Path, force: str, *, by: str, dry_run: bool = False) -> Taken:
    """Take in the answers of the force ``force`` (its slug) from a file; one that cannot be used says why.

    Raises:
        OSError: it cannot be read.
        ReconcileError: the answers cannot be recorded now.
    """
    try:
        found = answer_files.read(path, force)
        _need_told(settings, force, found.release, path.name)
    except AnswerFileError as error:
        return Taken(force, path.name, None, str(error))
    outcome = answering.take(
        settings,
        force,
        found.raws,
        by=by,
        source=found.source,
        file=found.sha256,
        release=found.release,
        dry_run=dry_run,
    )
    return Taken(force, path.name, outcome, notes=found.notes)


def waiting(settings: Settings) -> list[tuple[Path, str]]:
    """The files of answers in the forces' inboxes of which nothing was taken yet, each with its force's slug."""
    taken = set(AnswerLog(settings.database_url).lines()["file"].to_pylist())
    found = []
    for force in forces():
        folder = settings.workspace.root / settings.inbox / force.slug / REPORT_ANSWERS
        for path in sorted(folder.glob("*")) if folder.is_dir() else ():
            named = path.suffix.lower() in SUFFIXES and not path.name.startswith((".", "~"))
            # What a link points at may be anybody's.
            there = named and path.is_file() and not path.is_symlink()
            if there and _sha256(path) not in taken:
                found.append((path, force.slug))
    return found


def _sha256(path: Path) -> str:
    """Piece by piece, as nothing has said yet how large it is."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _need_told(settings: Settings, force: str, release: str, name: str) -> None:
    """Refuse a file that answers a report the force was never given here."""
    if release:
        documents = set(ToldLog(settings.database_url).lines(force)["document"].to_pylist())
        if release not in documents:
            raise AnswerFileError(
                f"{name} answers the report of {short(release)}, which {force} was not given: answer the newest report"
            )

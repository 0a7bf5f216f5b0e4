"""What is kept of an extract as it was sent, and until when.

Decides which landed bytes may be erased: those nothing waits for any more, once they have been kept as many days as
the settings say. Invariant: bytes of an extract that is held, rejected or has quarantined rows stay until the force
has answered; only the bytes as sent and the list of quarantined rows are ever named for erasure, never a record.
"""

import datetime as dt
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from reconcile.forces import profile
from reconcile.intake import arrivals, judgements, kept
from reconcile.intake import manifest as manifests
from reconcile.intake.kept import Tables
from reconcile.intake.pull import INCOMING, UNASKED, landed_file
from reconcile.intake.receipt import Receipt
from reconcile.settings import Settings
from reconcile.workspace import read_json

ERASED: Final = "erased.json"
"""In a force's landed folder: the SHA-256 of every extract whose bytes were erased, and the day, UTC."""
LISTS: Final = "name_changes"
"""The landed folder of lists of name changes, which are no force's."""
ANSWERED: Final = "its faults were answered"
DAY: Final = 86_400_000
"""Milliseconds."""


@dataclass(frozen=True)
class Landed:
    """Bytes as sent: ``paths`` of the extract and its manifest, their size in ``bytes``, in one cycle's folder.

    ``receipt`` is that of the force as the cycle stands, None for a list of name changes.
    """

    cycle: str
    force: str
    sha256: str
    paths: tuple[Path, ...]
    bytes: int
    receipt: Receipt | None

    @property
    def is_current(self) -> bool:
        """Whether the cycle's receipt is of these very bytes."""
        return self.receipt is not None and self.receipt.sha256 == self.sha256

    @property
    def is_held(self) -> bool:
        return self.receipt is not None and self.receipt.state == "HELD"

    @property
    def subject(self) -> str:
        """How the audit log names it, at its collection as at its erasure."""
        return f"{'list' if self.force == LISTS else 'extract'} {self.sha256}"


@dataclass(frozen=True)
class Rule:
    """``keep_days``: for how many days what nothing waits for is kept; ``now`` in milliseconds since 1970 UTC;
    ``answered``: the slug of a force whose faults in ``cycle`` a person says are answered: its bytes go at once."""

    keep_days: int
    now: int
    answered: str = ""
    cycle: str = ""


@dataclass(frozen=True)
class Fate:
    """``keep``: why the bytes stay, "" where they are erased; ``why``: why they may be, for the audit log."""

    landed: Landed
    keep: str
    why: str = ""


def landed(settings: Settings) -> tuple[Landed, ...]:
    """Every extract and list whose bytes lie in the workspace, of all cycles, sorted by cycle, force and SHA-256."""
    found = []
    for folder in sorted((settings.workspace.root / "cycles").glob("*/landed/*")):
        cycle, force = folder.parent.parent.name, folder.name
        files: dict[str, list[Path]] = {}
        for path in sorted(folder.iterdir()):
            sha256, dot, _suffix = path.name.partition(".")
            is_sent = path.is_file() and not path.is_symlink() and not path.name.endswith(arrivals.BESIDE)
            if dot and len(sha256) == 64 and is_sent:
                files.setdefault(sha256, []).append(path)
        receipt = None if force == LISTS else _receipt(settings, cycle, force)
        for sha256, paths in sorted(files.items()):
            size = sum(path.stat().st_size for path in paths)
            found.append(Landed(cycle, force, sha256, tuple(paths), size, receipt))
    return tuple(found)


def left_over(settings: Settings, now: int) -> tuple[Path, ...]:
    """Files of fetches that broke off more than a day ago, of all cycles, in the order of their names."""
    paths = sorted((settings.workspace.root / "cycles").glob(f"*/landed/*/{INCOMING}*"))
    return tuple(path for path in paths if path.stat().st_mtime * 1000 < now - DAY)


def fates(
    every: Iterable[Landed], collected: Mapping[str, int], receipts: Iterable[Receipt], rule: Rule
) -> tuple[Fate, ...]:
    """What becomes of each: pure, so that a dry run says what a run would do.

    Args:
        collected: when each was first logged as collected, in milliseconds since 1970 UTC, by its ``subject``.
        receipts: of every force in every cycle.
    """
    accepted: dict[str, int] = {}
    for receipt in receipts:
        if is_accepted(receipt):
            at = collected.get(f"extract {receipt.sha256}", 0)
            accepted[receipt.force] = max(at, accepted.get(receipt.force, 0))
    return tuple(_fate(each, collected.get(each.subject), accepted.get(each.force, 0), rule) for each in every)


def is_accepted(receipt: Receipt) -> bool:
    """Whether something came of the force's own and counts."""
    return receipt.state in kept.STANDING and not receipt.taken_from


def _fate(each: Landed, collected: int | None, accepted: int, rule: Rule) -> Fate:
    waits = _waits(each)
    if collected is None:
        return Fate(each, "its collection is not in the audit log: run the cycle again")
    if each.is_held:
        return Fate(each, waits)
    if waits and (each.force, each.cycle) == (rule.answered, rule.cycle):
        return Fate(each, "", ANSWERED)
    if waits and accepted <= collected:
        return Fate(each, waits)
    until = collected + rule.keep_days * DAY
    if rule.now < until:
        return Fate(each, f"kept until {dt.datetime.fromtimestamp(until / 1000, dt.UTC).date().isoformat()}")
    return Fate(each, "", "a later extract of the force was accepted" if waits else "nothing of it waits")


def _waits(each: Landed) -> str:
    """What is still to be answered, "" where nothing is."""
    receipt = each.receipt
    if receipt is None:
        return ""
    if each.is_held:
        return "the extract is held for a person"
    if receipt.state == "REJECTED":
        return "the extract was rejected and the force has not answered"
    if each.is_current and receipt.quarantined:
        return f"the force has not answered for its quarantined rows, {receipt.quarantined} of them"
    return ""


def receipts(settings: Settings) -> tuple[Receipt, ...]:
    """The receipts of every force in every cycle of the workspace, as its own stage holds them."""
    places = sorted((settings.workspace.root / "cycles").glob("*/stages/forces/*/receipt.json"))
    return tuple(Receipt.from_json(read_json(path)) for path in places)


def in_inbox(settings: Settings, erased: Landed) -> tuple[Path, ...]:
    """The same bytes and manifest in the workspace's own inbox; a source elsewhere is its owner's to empty.

    The same bytes with another manifest were sent anew, as of another day: those stay.
    """
    if "://" in settings.inbox or Path(settings.inbox).is_absolute() or erased.force == LISTS:
        return ()
    folder = settings.workspace.root / settings.inbox / erased.force
    if profile(erased.force, settings.workspace.profiles).source.uri or not folder.is_dir():
        return ()
    told = {path.read_bytes() for path in erased.paths if path.name.endswith(manifests.SUFFIX)}
    found: list[Path] = []
    for path in sorted(folder.iterdir()):
        if _is_sent(path) and hashlib.sha256(path.read_bytes()).hexdigest() == erased.sha256:
            beside = path.with_name(path.name + manifests.SUFFIX)
            if not beside.is_file() or beside.is_symlink():
                found.append(path)
            elif beside.read_bytes() in told:
                found += [path, beside]
    return tuple(found)


def again(settings: Settings, receipt: Receipt) -> tuple[Receipt, Tables] | None:
    """What was made of the cycle's extract, to be settled again where nothing came but it still stands.

    It does where its bytes were erased, where its source could not be asked, which takes back nothing it sent before,
    and where it waits for a person or a person judged it: an emptied source judges nothing. What was noted of the
    source now is among its warnings. None where something came, or nothing stands.
    """
    if receipt.state != "NOT_RECEIVED" or (before := kept.stood(settings, receipt.force)) is None:
        return None
    stood, tables = before
    erased = stood.sha256 in erasures(settings, settings.cycle, receipt.force)
    unasked = UNASKED.intersection(rule for rule, _count, _sentence in receipt.reasons)
    if not (erased or unasked or _is_a_persons(settings, stood)):
        return None
    return replace(stood, warnings=(*stood.warnings, *receipt.reasons)), tables


def _is_a_persons(settings: Settings, stood: Receipt) -> bool:
    """Whether the extract waits for a person, or a person judged it."""
    now = _receipt(settings, settings.cycle, stood.force)
    return (now is not None and now.state == "HELD") or bool(judgements.standing(settings, stood.force, stood.key))


def erasures(settings: Settings, cycle: str, force: str) -> dict[str, str]:
    """The extracts of a force in a cycle whose bytes were erased: the day by sha256, "" where it was not noted."""
    ledger = settings.workspace.landed(cycle, force) / ERASED
    found: list[str] | dict[str, str] = read_json(ledger) if ledger.is_file() else {}
    return found if isinstance(found, dict) else dict.fromkeys(found, "")


def erased_on(settings: Settings, receipt: Receipt) -> dt.date | None:
    """The day on which the bytes and the quarantined rows of a receipt's extract were erased; None where they were
    not, or the day was not noted."""
    day = erasures(settings, receipt.taken_from or settings.cycle, receipt.force).get(receipt.sha256)
    return dt.date.fromisoformat(day) if day else None


def came(settings: Settings, receipt: Receipt) -> bool:
    """Whether an extract's bytes are here, so that a receipt of it is of a collection."""
    return bool(receipt.sha256) and landed_file(settings, receipt).is_file()


def _is_sent(path: Path) -> bool:
    """Whether it is an extract or a NIL return, not the manifest beside one."""
    is_beside = path.name.endswith(manifests.SUFFIX) and path.name not in (manifests.NIL_NAME, manifests.REFUSED_NAME)
    return path.is_file() and not path.is_symlink() and not is_beside


def _receipt(settings: Settings, cycle: str, force: str) -> Receipt | None:
    path = settings.workspace.force_stage(cycle, force, "receipt.json")
    return Receipt.from_json(read_json(path)) if path.is_file() else None

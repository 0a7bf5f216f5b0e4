"""What a person judged of an extract that waits: accept it, or hold it back.

Decides which judgement stands: the last one. Invariant: each is a file of its own that is never written again; an
acceptance is bound to the extract's key and to the bands that were broken when the person looked.
"""

import datetime as dt
import json
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from reconcile.errors import DecisionError
from reconcile.intake.receipt import Receipt
from reconcile.settings import Settings
from reconcile.workspace import read_json

ACCEPT: Final = "accept"
HOLD: Final = "hold"


@dataclass(frozen=True)
class Judgement:
    """``act`` is ACCEPT or HOLD; ``bands`` the rules of the broken bands the person saw."""

    act: str
    bands: tuple[str, ...]
    by: str
    reason: str
    at: str


def standing(settings: Settings, force: str, key: str) -> Judgement | None:
    """The judgement that stands on an extract of this cycle; None where nobody judged it."""
    paths = _paths(_folder(settings, force, key))
    if not paths:
        return None
    entry = read_json(paths[-1])
    return Judgement(**{**entry, "bands": tuple(entry["bands"])})


def need(by: str, reason: str) -> None:
    """Refuse a judgement of nobody, or for no reason.

    Raises:
        DecisionError: it is one.
    """
    if not by.strip() or not reason.strip():
        raise DecisionError("a judgement on an extract needs who judged and a reason: give both")


def record(settings: Settings, receipt: Receipt, act: str, *, by: str, reason: str) -> None:
    """Record a judgement on the extract of ``receipt``, seen with the bands it breaks.

    Raises:
        DecisionError: nobody is named, or no reason given.
    """
    need(by, reason)
    folder = _folder(settings, receipt.force, receipt.key)
    folder.mkdir(parents=True, exist_ok=True)
    at = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
    seen = Judgement(act, tuple(rule for rule, _count, _sentence in receipt.bands), by, reason, at)
    place, beside = folder / f"{len(_paths(folder)) + 1:06}.json", folder / f".{secrets.token_hex(4)}"
    try:
        beside.write_text(json.dumps(vars(seen), indent=2, sort_keys=True, ensure_ascii=False) + "\n", "utf-8")
        # Whole and exclusive: of two people at once, one is told to look again instead of being written over.
        place.hardlink_to(beside)
    except FileExistsError as error:
        raise DecisionError("somebody else judged this extract just now: look at `reconcile status` again") from error
    finally:
        beside.unlink(missing_ok=True)


def _folder(settings: Settings, force: str, key: str) -> Path:
    return settings.workspace.extracts(settings.cycle, force) / key / "judgements"


def _paths(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.json"))

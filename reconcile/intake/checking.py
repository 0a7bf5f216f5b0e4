"""An extract checked before it is sent: what would become of it, with nothing kept.

Decides what stands in for a manifest that is not there yet. Invariant: read, validated and judged by the same
functions as in a cycle; nothing is written, no workspace is opened and nothing national is known.
"""

import datetime as dt
import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from typing import Final

import pyarrow as pa

from reconcile import schema
from reconcile.errors import ExtractError
from reconcile.forces import Profile
from reconcile.intake import manifest as manifests
from reconcile.intake.force import judged, opened
from reconcile.intake.receipt import Reason, Receipt
from reconcile.intake.validate import validate

NO_MANIFEST: Final[Reason] = (
    "manifest_sent",
    0,
    "No manifest was checked: dates were held against today, and nothing says how many rows there should be.",
)

MANIFEST: Final = (
    "this is a manifest and no extract: check the file it lies beside, which takes its manifest along; a NIL return is"
    f" a manifest named {manifests.NIL_NAME}"
)


@dataclass(frozen=True)
class Checked:
    """``receipt``: what would become of the extract; ``quarantine`` and ``findings``: ``schema.QUARANTINE``."""

    receipt: Receipt
    quarantine: pa.Table
    findings: pa.Table


def check(
    content: bytes,
    manifest: bytes | None,
    profile: Profile,
    *,
    name: str,
    today: dt.date,
    progress: Callable[[str, float], None] = lambda _what, _share: None,
) -> Checked:
    """Check an extract's bytes as a cycle would.

    Args:
        manifest: None where there is none yet; then the extract is held against ``today`` and its own count.
        name: of the file, held against the profile's pattern and not kept.
    """
    slug = profile.force.slug
    receipt = Receipt(slug, "RECEIVED", sha256=hashlib.sha256(content).hexdigest())
    told = None
    alone = name in (manifests.NIL_NAME, manifests.REFUSED_NAME)
    if name.endswith(manifests.SUFFIX) and not alone:
        return _without_rows(_rejected(receipt, MANIFEST))
    if alone or manifest is not None:
        try:
            told = manifests.parse(content if alone else manifest or b"", slug)
        except ExtractError as error:
            return _without_rows(_rejected(receipt, str(error)))
    if told is not None and (alone or told.nil or told.refused):
        return _without_rows(_answer(receipt, told, alone))
    as_of, count = (told.as_of, told.record_count) if told else (today, 0)
    receipt = replace(receipt, as_of=as_of, rows_in=count, accepted=count)
    progress("read", 0.0)
    receipt, found = opened(receipt, content, profile, told.withheld if told else (), today)
    if found is None:
        return _without_rows(receipt)
    extract, notes = found
    if told is None:
        extract, notes = replace(extract, record_count=extract.rows.num_rows), (NO_MANIFEST, *notes)
    if not fnmatchcase(name, profile.source.pattern):
        notes = (_misnamed(profile), *notes)
    progress("validate", 0.0)
    (validation,) = validate([extract])
    progress("count", 0.0)
    receipt, (_records, _provenance, quarantine, findings) = judged(receipt, extract, validation, notes)
    return Checked(receipt, quarantine, findings)


def _misnamed(profile: Profile) -> Reason:
    pattern = profile.source.pattern
    return ("extract_named", 0, f"A cycle takes files named {pattern} and would pass this one over: rename it.")


def _answer(receipt: Receipt, told: manifests.Manifest, alone: bool) -> Receipt:
    """What a manifest alone says, or one that contradicts the extract beside it."""
    if not alone:
        return _rejected(receipt, "the manifest says nil or refused beside an extract: send one or the other")
    if told.refused:
        return replace(receipt, state="REFUSED", as_of=told.as_of, why=(("refused", 0, told.refused),))
    if not told.nil:
        return _rejected(receipt, 'the manifest of a NIL return has to say so: write "nil": true')
    return replace(receipt, state="NIL", as_of=told.as_of)


def _rejected(receipt: Receipt, sentence: str) -> Receipt:
    return replace(receipt, state="REJECTED", reasons=(("extract_received", 0, sentence),))


def _without_rows(receipt: Receipt) -> Checked:
    return Checked(receipt, schema.QUARANTINE.empty_table(), schema.QUARANTINE.empty_table())

"""What lies beside a sealed file for anybody to read: that it came, how urgent it is, how it is opened, whom to ask.

Decides what may be said of a document in the clear. Invariant: counts of items and no more of what is told; no id, name
or value of a record.
"""

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, Final

from reconcile.national.contents import marking
from reconcile.render.look import listed, moment, plural
from reconcile.reports.sealing import Sealed
from reconcile.settings import Settings

CALLED = {"report": "The match report", "notice": "The notice"}
_OPENED: Final = re.compile(rb"^    reconcile open ([\w.-]{1,200}\.age) --identity ", re.MULTILINE)


def counted(items: Iterable[str], kinds: Mapping[str, Mapping[str, Any]]) -> str:
    """How many items there are of which urgency, by the kinds of the ledger; "" where there is none.

    ``kinds`` are those of kinds.toml; what is none of them is a correction.
    """
    counts = Counter(
        "correction" if kind not in kinds else "urgent" if kinds[kind]["urgent"] else "other" for kind in items
    )
    said = [
        plural(counts["urgent"], "urgent item") if counts["urgent"] else "",
        plural(counts["other"], "other item") if counts["other"] else "",
        plural(counts["correction"], "correction") if counts["correction"] else "",
    ]
    return listed([each for each in said if each])


def text(settings: Settings, sealed: Sealed, *, force: str, counts: str, made: dt.datetime | None = None) -> str:
    """The notification as plain text; ``force`` is the force's name, ``counts`` what ``counted`` says.

    ``made`` is when the document was compiled, None where that is not known.
    """
    keys = f"{'key' if len(sealed.recipients) == 1 else 'keys'} {', '.join(sealed.recipients)} (fingerprint)"
    lines = [
        marking(settings),
        *(["SYNTHETIC: no real person appears in what this speaks of."] if settings.synthetic else []),
        "",
        f"For {force}",
        "",
        f"{CALLED[sealed.kind]} {sealed.document} lies beside this notice, encrypted for you alone:",
        "",
        f"    {sealed.file}",
        f"    SHA-256 {sealed.sha256}",
        f"    {keys}",
        *([f"    made {moment(made)}"] if made else []),
        "",
        *([f"It holds {counts}.", ""] if counts else []),
        "Open it with the private key that only you hold:",
        "",
        f"    reconcile open {sealed.file} --identity KEY-FILE --out FOLDER",
        "",
        "or with age itself, which gives a ZIP archive:",
        "",
        f"    age --decrypt -i KEY-FILE -o report.zip {sealed.file}",
        "",
        "Confirm identity, by fingerprint where possible, before any action.",
        f"Questions, or a file that does not open: {settings.contact}.",
    ]
    return "\n".join(lines) + "\n"


def sealed_file(content: bytes) -> str:
    """The name of the sealed file that a notification says how to open; "" where ``content`` is no notification."""
    found = _OPENED.search(content)
    return found[1].decode("ascii") if found else ""

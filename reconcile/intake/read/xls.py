"""The cells of an XLS workbook, or of any with a small share, read in a process of its own that takes no more than it.

Decides nothing of them. Invariant: whatever the bytes do to the library that reads them, round in circles or to the end
of the memory, this process goes on and the workbook is refused.
"""

import datetime as dt
import json
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

from reconcile.errors import ExtractError
from reconcile.intake.read.limits import OF_EXTRACT, Share, limit

CHILD: Final = Path(__file__).with_name("xls_cells.py")
_REFUSED: Final = {
    "password": "the workbook is locked with a password: send it without one",
    "extent": "a sheet has a cell far from its rows: delete the empty rows and columns",
    "sheets": "the workbook has too many sheets: send the register's alone",
}
_NOT_WHOLE: Final = "the extract is no whole workbook: send it again, or change its profile"
_TYPED: Final[dict[str, Any]] = {"datetime": dt.datetime, "date": dt.date, "time": dt.time}


def sheets(content: bytes, share: Share = OF_EXTRACT) -> list[tuple[str, bool, list[list[Any]]]]:
    """Name, whether it is hidden, and the cells of every sheet.

    Raises:
        ExtractError: the workbook is damaged, locked, or takes more than ``limits.toml`` allows.
    """
    shares = [str(limit(name)) for name in ("xls_seconds", share.memory, share.cells, "workbook_sheets")]
    # -I: nothing but the interpreter's own packages and the installed ones is found, whatever lies in this folder.
    command = [sys.executable, "-I", str(CHILD), *shares]
    try:
        # The seconds of the processor are the child's own limit; these are for one that waits.
        done = subprocess.run(  # noqa: S603 - this interpreter, this file, figures
            command, input=content, capture_output=True, timeout=10 * limit("xls_seconds"), check=False
        )
        found: dict[str, Any] = json.loads(done.stdout) if done.returncode == 0 else {"refused": ""}
    except (subprocess.TimeoutExpired, ValueError):
        found = {"refused": ""}
    if "refused" in found:
        raise ExtractError(_REFUSED.get(found["refused"], _NOT_WHOLE))
    return [(name, hidden, [[_cell(cell) for cell in row] for row in rows]) for name, hidden, rows in found["sheets"]]


def _cell(cell: Any) -> Any:
    if isinstance(cell, list):
        kind, written = cell
        return _TYPED[kind].fromisoformat(written) if kind in _TYPED else written
    return cell

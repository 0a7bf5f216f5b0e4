"""Standard input as a workbook, its cells as JSON on standard output.

Decides nothing. It is run by ``xls`` and imports nothing of this package, as that takes longer than to read a workbook.
Invariant: the limits hold before a byte is looked at.
"""

import io
import json
import resource
import sys
from typing import Any


def main() -> None:
    seconds, memory, cells, most = map(int, sys.argv[1:])
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.stdout.write(json.dumps(_found(sys.stdin.buffer.read(), cells, most)))


def _found(content: bytes, cells: int, most: int) -> dict[str, Any]:
    # Imported once the limits hold.
    from python_calamine import CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum  # noqa: PLC0415

    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        if len(book.sheets_metadata) > most:
            return {"refused": "sheets"}
        sheets = []
        for about in book.sheets_metadata:
            if about.typ != SheetTypeEnum.WorkSheet:
                continue
            sheet = book.get_sheet_by_name(about.name)
            if sheet.height * sheet.width > cells:
                return {"refused": "extent"}
            rows = [[_cell(cell) for cell in row] for row in sheet.iter_rows() if any(cell != "" for cell in row)]
            sheets.append((about.name, about.visible != SheetVisibleEnum.Visible, rows))
    except PasswordError:
        return {"refused": "password"}
    return {"sheets": sheets}


def _cell(value: Any) -> Any:
    """Texts, numbers and truths are JSON's own; the rest is its kind and its ISO form."""
    if isinstance(value, str | float | int):
        return value
    return [type(value).__name__, value.isoformat() if hasattr(value, "isoformat") else str(value)]


if __name__ == "__main__":
    main()

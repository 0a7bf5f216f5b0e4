"""An extract's bytes as a table of texts: CSV, workbook, XML or JSON, as the force's profile says, packed or not.

Decides the cells and the number of each row, and what they mean not at all. Invariant: every data row of the file
is a row of the table, in the file's order; a line that is none is counted in a note; a file that cannot be read whole
is rejected whole, and the reason names no cell.
"""

from typing import Any

from reconcile.forces import Profile
from reconcile.intake.read import delimited, json_file, workbook, xml_file
from reconcile.intake.read.unpack import unpacked

READERS = {"csv": delimited.read, "xlsx": workbook.read, "xml": xml_file.read, "json": json_file.read}


def read(content: bytes, profile: Profile) -> Any:
    """Read an extract.

    Returns:
        A table of string columns under the force's own names, as sent, a blank cell "" or null; ``row_number`` int32,
        from 1, counted over data rows; where any row cannot be read as a record ``row_fault`` string, one of
        ``rows.FAULTS``, else null; and in its metadata what ``rows.notes_of`` gives.

    Raises:
        ExtractError: the bytes are not of the profile's format, go past a limit, or a heading stands twice.
    """
    kind = profile.format.kind
    return READERS[kind](unpacked(content, kind), profile)

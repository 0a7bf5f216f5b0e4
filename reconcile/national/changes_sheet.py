"""The changes since the release before as a sheet of the workbook.

Decides its columns. Invariant: a first release, and one that changes nothing, say so in a row.
"""

from collections.abc import Mapping

from reconcile.national.changes import Changes
from reconcile.render.look import word
from reconcile.render.workbook import Column, Sheet


def changes_sheet(changes: Changes, names: Mapping[str, str]) -> Sheet:
    """One row a person and kind; ``names`` are the forces', by slug."""
    columns = (
        Column("Change", width=24),
        Column("National id", width=14),
        Column("Other ids", width=14),
        Column("Forces"),
        Column("References", width=40),
        Column("Why", "long", 60),
        Column("Before"),
        Column("Now"),
        Column("People on the list", "number", 12),
        Column("Open claims", "number", 12),
    )
    rows = [
        [
            word(row["kind"], "change"),
            row["national_id"],
            ", ".join(row["others"]),
            "; ".join(names.get(slug, slug) for slug in row["forces"]),
            ", ".join(row["records"]),
            row["reason"],
            word(row["before"], "status"),
            word(row["after"], "status"),
            row["people"],
            row["claims"],
        ]
        for row in changes.table.to_pylist()
    ]
    if not rows:
        said = f"nothing since release {changes.previous}" if changes.previous else "first release: nothing to compare"
        rows = [[said, *(None for _ in columns[1:])]]
    return Sheet("Changes", columns, rows)

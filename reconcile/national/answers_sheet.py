"""How forces answered as a sheet of the workbook.

Decides its columns. Invariant: a force told nothing stands last with noughts, which are true ones; where no report
went out yet, or nobody counted, a row says so and no force has a number.
"""

from reconcile.national.how_answered import STATES, HowAnswered
from reconcile.render.workbook import Column, Sheet


def answers_sheet(found: HowAnswered) -> Sheet:
    """One row a force, most overdue first."""
    columns = (
        Column("Force"),
        Column("Told", "number", 11),
        Column("Answered", "number", 11),
        Column("Open", "number", 11),
        Column("Overdue", "number", 11),
        Column("Lapsed", "number", 11),
        Column("Median days to answer", "decimal", 14),
        Column("Counted on", "date", 13),
    )
    rows: list[list[object]] = [
        [row.name, row.told, *(getattr(row, state) for state in STATES), row.median_days, found.as_of]
        for row in found.rows
    ]
    if rows:
        rows += [[name, *(0,) * (1 + len(STATES)), None, found.as_of] for name in found.untold]
    else:
        rows = [[found.sentence, *(None for _ in columns[1:])]]
    return Sheet("Answers", columns, rows)

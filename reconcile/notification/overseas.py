"""How well it is shown that a person is abroad (rule D13).

Decides the grade of a record. Invariant: graded from what the force holds and the journeys it was told of, never from
nationality, which no column carries.
"""

import numpy as np
import pyarrow as pa

from reconcile.notification.columns import Bools, Days, Elements, Ints, coded, days, elements
from reconcile.notification.rules import rules


def return_overdue(travels: Elements, as_of: Days) -> Bools:
    """Journeys whose notified return is more than three days past on any day it can mean, with no return known.

    ``as_of``: of the record each journey belongs to.
    """
    due = travels.span("return_due").hi
    return np.asarray(due + np.timedelta64(rules()["overseas"]["return_overdue_days"], "D") < as_of) & ~travels.given(
        "returned"
    )


def overseas_grade(records: pa.Table) -> Ints:
    """D13: the grade of each record as an index into the grades, weakest first.

    The greatest of what the force says it holds, of its status, and of a return from abroad that is overdue.
    """
    table, grade = rules()["overseas"], np.zeros(records.num_rows, dtype=np.int64)
    evidence, status = coded(records["overseas_evidence"]), coded(records["status"])
    for held, name in table["evidence"].items():
        grade[evidence.among(held)] = table["grades"].index(name)
    grade[status.among(*table["known_statuses"])] = table["grades"].index(table["known_grade"])
    travels = elements(records["travels"])
    overdue = travels.owner[return_overdue(travels, days(records["as_of"])[travels.owner])]
    grade[overdue] = np.maximum(grade[overdue], table["grades"].index(table["return_overdue_grade"]))
    return grade

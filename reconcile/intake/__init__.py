"""What forces send, turned into records: pull, read, validate, standardise, and a receipt for every force.

Decides what is accepted. Invariant: no row is lost without a word: it is accepted, or quarantined with its reasons,
or its whole extract is rejected with one.
"""

from reconcile.intake.arrivals import name_as_sent
from reconcile.intake.force import intake_force, intake_forces, settle_again
from reconcile.intake.gathering import gather
from reconcile.intake.kept import superseded
from reconcile.intake.name_changes import read_lists
from reconcile.intake.name_changes import receipt as list_receipt
from reconcile.intake.pull import nothing_new
from reconcile.intake.receipt import Receipt
from reconcile.intake.retention import erased_on

__all__ = [
    "Receipt",
    "erased_on",
    "gather",
    "intake_force",
    "intake_forces",
    "list_receipt",
    "name_as_sent",
    "nothing_new",
    "read_lists",
    "settle_again",
    "superseded",
]

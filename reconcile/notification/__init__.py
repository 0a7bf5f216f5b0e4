"""The law of notification: derived facts about identities, each with its rule and its inputs.

Invariant: a fact is YES, NO, CANNOT_TELL with a reason, or a grade; it is evaluated as of the record's own extract,
never of the day of the run; and where the data leaves two answers open it says CANNOT_TELL instead of choosing.
"""

from reconcile.notification.assess import assess as assess

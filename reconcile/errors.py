"""What an operator can mend, told apart from what is a bug.

Invariant: a ``ReconcileError`` carries one line saying what is wrong, where, and what to do, and never a
person's data. Everything else that is raised is a bug and crashes with its traceback.
"""


class ReconcileError(Exception):
    """Something an operator can mend; the command line prints the line and exits 2."""


class SettingsError(ReconcileError):
    """The workspace's settings are missing or contradict themselves."""


class ProfileError(ReconcileError):
    """A force's profile does not say what its extract looks like, or says it wrongly."""


class ExtractError(ReconcileError):
    """A whole extract cannot be taken: it is rejected and the force is told why."""


class SourceError(ReconcileError):
    """A force's source cannot be opened until somebody mends it: credentials, a host key, an address."""


class DecisionError(ReconcileError):
    """A decision cannot be recorded as it was given."""


class AuditError(ReconcileError):
    """A line of the audit log is incomplete, or the log does not verify."""


class ReleaseError(ReconcileError):
    """A release cannot be published, found or verified."""


class DeliveryError(ReconcileError):
    """A document cannot be sealed for its force, or a sealed one cannot be opened."""


class BusyError(ReconcileError):
    """Somebody else writes the workspace, and did so for as long as could be waited."""


class LinkInputError(ReconcileError):
    """A file or column map given to ``reconcile link`` does not fit."""


class AccountError(ReconcileError):
    """An account of the review pages cannot be made, changed or used as it was asked."""

"""The audit log that the law asks for (DPA 2018 s.62): who did what to whose records, when, why and for whom."""

from typing import TYPE_CHECKING, Any

from reconcile.audit.chain import OPERATIONS, PURPOSES, Entry, Head, Verification

if TYPE_CHECKING:
    from reconcile.audit.log import AuditLog

__all__ = ["OPERATIONS", "PURPOSES", "AuditLog", "Entry", "Head", "Verification"]


def __getattr__(name: str) -> Any:
    """``AuditLog`` when it is first asked for: SQL takes a quarter of a second to import, and few verbs write a log."""
    if name != "AuditLog":
        raise AttributeError(f"module {__name__} has no attribute {name}")
    from reconcile.audit.log import AuditLog  # noqa: PLC0415

    return AuditLog

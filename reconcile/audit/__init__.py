"""The audit log that the law asks for (DPA 2018 s.62): who did what to whose records, when, why and for whom."""

from reconcile.audit.chain import OPERATIONS, PURPOSES, Entry, Head, Verification
from reconcile.audit.log import AuditLog

__all__ = ["OPERATIONS", "PURPOSES", "AuditLog", "Entry", "Head", "Verification"]

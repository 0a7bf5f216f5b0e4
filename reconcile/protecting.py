"""What a person's word that a record is to be protected sets off, and who is restricted in a cycle.

Invariant: an act is a line of the audit log before it is made; its reason, which may give away what the person is
protected from, stands in the log of protections alone. Nothing has to be compiled again: it holds from that moment on.
"""

from dataclasses import replace

import pyarrow as pa

from reconcile import cycle
from reconcile.audit import AuditLog
from reconcile.errors import DecisionError, ReconcileError, ReleaseError
from reconcile.national import contents
from reconcile.national import release as releases
from reconcile.review.protections import ProtectionLog
from reconcile.review.restricted import Restricted, restricted
from reconcile.settings import Settings
from reconcile.workspace import read_table

ROLE = "national coordinator"


def protect(settings: Settings, record: str, *, by: str, reason: str, role: str = ROLE) -> None:
    """Protect a record: its person is told to no other force, and on the pages shown only to who may see the protected.

    Raises:
        DecisionError: there is no such record in the cycle, it is protected already, or nobody or no reason is given.
    """
    if record not in cycle.table(settings, "records")["record_id"].to_pylist():
        raise DecisionError(f"no record {record} in cycle {settings.cycle}: nothing was recorded; mend the id")
    log = ProtectionLog(settings.database_url)
    log.check(record, by, reason, protect=True)
    _audit(settings, record, by, role, "protecting a record")
    log.protect(record, by, reason)


def lift(settings: Settings, record: str, *, by: str, reason: str, role: str = ROLE) -> None:
    """Lift the protection of a record, which need not be in the cycle.

    Raises:
        DecisionError: it is not protected, or nobody or no reason is given.
    """
    log = ProtectionLog(settings.database_url)
    log.check(record, by, reason, protect=False)
    _audit(settings, record, by, role, "lifting the protection of a record")
    log.lift(record, by, reason)


def restricted_in(settings: Settings) -> Restricted:
    """Who is restricted in the cycle as last compiled, by the protections that stand now.

    Raises:
        ReconcileError: the cycle has not been run.
    """
    protected = ProtectionLog(settings.database_url).state()
    return restricted(cycle.table(settings, "identities"), cycle.table(settings, "facts"), protected)


def restricted_as_known(settings: Settings) -> Restricted:
    """The same, and where the cycle is begun and not compiled yet, who is restricted in that of the current release.

    Where the tables of that cycle were erased, the release itself says who is one person with whom, and which of those
    on its list are 18 or over; everybody else in it guards as a child.

    Raises:
        ReleaseError: neither the cycle nor a release says it.
    """
    try:
        return restricted_in(settings)
    except (ReconcileError, OSError):
        published = releases.current(settings)
    try:
        if published is not None:
            return restricted_in(replace(settings, cycle=releases.cycle_of(published)))
    except (ReconcileError, OSError):
        pass
    if published is None or not all((published / name).is_file() for name in (releases.IDENTITIES, contents.FACTS)):
        raise ReleaseError(
            f"who is restricted is not known: cycle {settings.cycle} is not compiled and no release says it;"
            " say `reconcile run` first"
        )
    protected = ProtectionLog(settings.database_url).state()
    return restricted(read_table(published / releases.IDENTITIES), read_table(published / contents.FACTS), protected)


def protected_in(settings: Settings, records: pa.Table) -> frozenset[str]:
    """The ids of the RECORDS given that are protected now."""
    protected = ProtectionLog(settings.database_url).state()["record_id"].to_pylist()
    return frozenset(map(str, protected)) & frozenset(map(str, records["record_id"].to_pylist()))


def _audit(settings: Settings, record: str, by: str, role: str, what: str) -> None:
    AuditLog(settings.database_url).append(
        "alteration",
        actor=by,
        role=role,
        purpose=settings.purpose,
        justification=what,
        subjects=(record,),
        count=1,
        run=settings.cycle,
    )

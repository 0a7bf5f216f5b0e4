"""Whom a force is asked by about its records.

Decides whose contact other forces are told: that of the force's profile. Invariant: a unit and its role mailbox and
telephone, never a person's; a force without one is told without.
"""

from collections.abc import Mapping
from pathlib import Path

from reconcile.forces import forces, profile
from reconcile.reports.item import Contact


def contacts(own: Path | None = None) -> Mapping[str, Contact]:
    """The contact of every force that has one, by slug.

    Args:
        own: the workspace's folder of profiles, each in place of the one shipped for its force; it need not be there.

    Raises:
        ProfileError: a file in ``own`` is no profile of a force.
    """
    found = {}
    for force in forces():
        of = profile(force.slug, own).report
        contact = Contact(force.name, of.unit, of.email, of.phone)
        if contact.known:
            found[force.slug] = contact
    return found

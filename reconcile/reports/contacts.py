"""Whom a force is asked by about its records.

Decides whose contact other forces are told: that of the force's profile. Invariant: a unit and its role mailbox and
telephone, never a person's; a force without one is told without, and the invented ones shipped are told of synthetic
people alone.
"""

from collections.abc import Mapping
from pathlib import Path

from reconcile.forces import forces, profile
from reconcile.reports.item import Contact


def contacts(own: Path | None = None, *, synthetic: bool = True) -> Mapping[str, Contact]:
    """The contact of every force that has one, by slug.

    Args:
        own: the workspace's folder of profiles, each in place of the one shipped for its force; it need not be there.
        synthetic: whether the workspace's people are; of others only what its own profiles say otherwise than those
            shipped is told.

    Raises:
        ProfileError: a file in ``own`` is no profile of a force.
    """
    found = {}
    for force in forces():
        of, shipped = profile(force.slug, own).report, profile(force.slug).report
        said = {name: getattr(of, name) for name in ("unit", "email", "phone")}
        # An own profile takes from the shipped one what it leaves out.
        told = {name: text for name, text in said.items() if synthetic or text != getattr(shipped, name)}
        contact = Contact(force.name, **told)
        if contact.known:
            found[force.slug] = contact
    return found

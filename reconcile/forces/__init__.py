"""The 45 territorial forces, and what the extract of each looks like.

Decides nothing about records: it says where an extract comes from, how it is written and what its columns and coded
words mean. Invariant: there is exactly one profile per force, checked in full before any of it is used.
"""

from reconcile.forces.desk import Desk
from reconcile.forces.profile import Force, Format, Profile, Source
from reconcile.forces.register import desks, forces, profile, profile_in

__all__ = ["Desk", "Force", "Format", "Profile", "Source", "desks", "forces", "profile", "profile_in"]

"""What a name says, apart from who bears it: parsing, romanising, equivalences, sound and comparison.

Invariant: every function here is a pure function of its text, symmetric where it compares two, and knows nothing
of records. Names are never corrected: what is compared is a normalised copy.
"""

from reconcile.names.full_names import compare, similarity

__all__ = ["compare", "similarity"]

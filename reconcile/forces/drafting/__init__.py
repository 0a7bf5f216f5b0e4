"""A profile drafted from a sample of a force's extract, for a person to finish.

Decides what can be told from the sample and what is only a guess; a person decides which guesses stand. Invariant: no
cell goes into a draft but the coded words of columns with a closed list of words, and of these only what several rows
share or the tables know.
"""

from reconcile.forces.drafting.draft import Draft, draft

__all__ = ["Draft", "draft"]

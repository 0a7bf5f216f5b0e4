"""The national list and its numbers, and the releases that publish them.

Invariant: every number is a function of the tables it is given, is shown with its coverage, and never counts a
force that did not answer as zero.
"""

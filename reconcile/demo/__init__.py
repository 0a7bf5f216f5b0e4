"""The synthetic scenarios: people, what forces recorded of them, and the truth beside."""

from reconcile.demo.scenario import write_scenario
from reconcile.demo.truth import truth_decisions

__all__ = ["truth_decisions", "write_scenario"]

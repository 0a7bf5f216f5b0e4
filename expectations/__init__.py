"""Suites of rules for what forces send, as data: ``reconcile.intake.expect`` reads and runs them.

Each expectation has a severity (critical holds a row back, or the extract where ``of`` says so; warning is counted)
and in its meta a rule id, a sentence for the force and the rule's source. Invariant: rules speak of readings
(``reconcile.intake.reading``), never of what a cell holds.
"""

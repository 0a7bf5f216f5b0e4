"""A national register of synthetic people and what its records got wrong.

Decides how many people and records there are, and at which forces. Invariant: the same count and seed give the same
tables; who is who stands in the truth table alone.
"""

import numpy as np
import pyarrow as pa

from reconcile.demo import people as persons
from reconcile.demo.recording import record
from reconcile.demo.tables import Ints, caseload, rate
from reconcile.demo.tabulation import HISTORIES, record_ids, tables


def register(people: int, seed: int) -> tuple[pa.Table, pa.Table]:
    """The national register: ``people`` people, about 1.35 records each, over 45 forces.

    Returns:
        records in ``schema.RECORDS`` and the truth (record_id, person, sex, name_origin, kind: strings), both sorted
        by record id.
    """
    rng = np.random.default_rng([seed, people])
    found = persons.draw(at_home(people, np.arange(len(caseload().values)), rng), rng)
    rows = record(found, how_many(people, rng), rng)
    made = tables(record_ids(rows, rng), found, np.random.default_rng([seed, people, HISTORIES]))
    return made.records, made.truth


def at_home(count: int, forces: Ints, rng: np.random.Generator) -> Ints:
    """A force (int index) for each of ``count`` people among ``forces``, by caseload."""
    shares = np.diff(caseload().cumulative, prepend=0.0)[forces]
    place = np.searchsorted(np.cumsum(shares / shares.sum()), rng.random(count), side="right")
    return forces[np.minimum(place, len(forces) - 1)]


def how_many(count: int, rng: np.random.Generator) -> Ints:
    """How many records each of ``count`` people has."""
    shares = np.cumsum(rate("people", "records"))
    return 1 + np.searchsorted(shares[:-1], rng.random(count), side="right")

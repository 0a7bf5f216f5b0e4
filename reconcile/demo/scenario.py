"""The scenarios as workspaces: settings, an inbox of extracts, and the truth beside.

Decides which forces answer and what lies where. Invariant: the same name, seed and people write the same bytes, and
nothing outside ``truth/`` tells who is who.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa

from reconcile.demo import extracts, population, survey, truth
from reconcile.demo.answers import Answers, answer
from reconcile.demo.dialect import Fault
from reconcile.errors import SettingsError
from reconcile.forces import forces
from reconcile.workspace import write_bytes

Progress = Callable[[str, float], None]
STAGE = "write the forces' extracts"
NATIONAL_PEOPLE = 90_000
SURVEYS = ("survey-2018", "survey-2018-01")
CYCLE = "2018-03"
SETTINGS = """# A synthetic workspace: every person in it is invented.
cycle = "{cycle}"
policy_document = "SYNTHETIC-APD-1"
dpia = "SYNTHETIC-DPIA-1"
purpose = "locate_missing"
synthetic = true
airflow_roles = {{ admin = ["coordinator", "engineer"] }}
"""


@dataclass(frozen=True)
class Scenario:
    """What a scenario writes: each answering force's records with its as-of, NIL returns, faults and the truth."""

    records: pa.Table
    people: pa.Table
    as_of: dict[str, date]
    nil: tuple[str, ...]
    faults: tuple[Fault, ...]
    planted: tuple[tuple[str, tuple[str, ...]], ...]
    cycle: str = CYCLE


def write_scenario(
    name: str,
    workspace_root: Path,
    *,
    seed: int = 2018,
    people: int | None = None,
    progress: Progress | None = None,
) -> None:
    """Write a scenario's workspace: reconcile.toml, inbox/<force>/..., truth/...

    Args:
        name: "survey-2018", "survey-2018-01" (that of January) or "national".
        workspace_root: where; its other files are left alone.
        seed: of the synthetic people.
        people: how many people the national register holds; the survey's number is its own.
        progress: told the stage and the share done.

    Raises:
        SettingsError: there is no such scenario.
    """
    made = build(name, seed=seed, people=people)
    write_bytes(workspace_root / "reconcile.toml", SETTINGS.format(cycle=made.cycle).encode())
    inbox = workspace_root / "inbox"
    for done, slug in enumerate(made.as_of):
        if slug in made.nil:
            extracts.write_nil(inbox / slug, slug, made.as_of[slug])
        else:
            of_force = extracts.of_force(made.records, slug)
            extracts.write_extract(inbox / slug, slug, made.as_of[slug], of_force, made.faults)
        if progress is not None:
            progress(STAGE, (done + 1) / len(made.as_of))
    truth.write(workspace_root, made.people, made.records, made.planted)


def build(name: str, *, seed: int, people: int | None = None) -> Scenario:
    """The scenario in memory.

    Raises:
        SettingsError: there is no such scenario.
    """
    if name in SURVEYS:
        return _survey(name, seed)
    if name == "national":
        return _national(people or NATIONAL_PEOPLE, seed)
    raise SettingsError(f"no scenario {name!r}: known are {', '.join(SURVEYS)}, national")


def _survey(name: str, seed: int) -> Scenario:
    plan = survey.read(name)
    made: Answers = answer(plan, seed)
    answering = sorted({*plan.answering, *plan.table["nil"]})
    return Scenario(
        records=made.records,
        people=made.truth,
        as_of={slug: plan.as_of(slug).astype(object) for slug in answering},
        nil=tuple(plan.table["nil"]),
        faults=made.faults,
        planted=made.planted,
        cycle=plan.table["cycle"],
    )


def _national(people: int, seed: int) -> Scenario:
    records, who = population.register(people, seed)
    each: Any = records
    days: dict[str, date] = dict(zip(each["force"].to_pylist(), each["as_of"].to_pylist(), strict=True))
    return Scenario(
        records=records,
        people=who,
        as_of={force.slug: days.get(force.slug, date(2018, 3, 1)) for force in forces()},
        nil=tuple(force.slug for force in forces() if force.slug not in days),
        faults=(),
        planted=(),
    )

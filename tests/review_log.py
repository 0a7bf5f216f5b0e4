"""A workspace with links, a queue and some hundred judgements of invented reviewers, for the quality page."""

import datetime as dt
import random
from pathlib import Path
from typing import Any

import pyarrow as pa

from reconcile import schema
from reconcile.review.judgements import Judgement, JudgementLog
from reconcile.review.queue import QUEUE
from reconcile.settings import Settings
from reconcile.workspace import Workspace, write_table

REVIEWERS = ("Ada Byron", "Bea Coral", "Cal Dunne", "Dee Eaton", "Eli Frost", "Fay Grant")
FORCES = ("kent", "essex", "surrey", "sussex", "metropolitan", "dorset")
FRAMES = {"verified": (0.4, 0.98), "proposed": (0.2, 0.8), "possible": (0.1, 0.35)}
"""Of each frame the probability of being drawn, and the share that is one person."""
DAY = 86_400_000
WEEKS = 5


def workspace(folder: Path, links: int = 400, decided: float = 0.9, seed: int = 7) -> Settings:
    """A cycle of ``links`` links of which a share is judged, each by two people and where they differ by a third."""
    settings = Settings(
        Workspace(folder), "2018-03", "APD-1", "DPIA-1", synthetic=True, database_url=f"sqlite:///{folder}/d.sqlite"
    )
    rng = random.Random(seed)
    every = [_link(rng, number) for number in range(links)]
    ends = sorted({end for link in every for end in (link["left"], link["right"])})
    sexes = [{"record_id": end, "force": end.split(":")[0], "sex": rng.choice("MMMMMMF")} for end in ends]
    records = pa.Table.from_pylist(
        [{name: row.get(name) for name in schema.RECORDS.names} for row in sexes], schema.RECORDS
    )
    stages = {
        "records": records,
        "links": pa.Table.from_pylist(
            [{name: link.get(name) for name in schema.LINKS.names} for link in every], schema.LINKS
        ),
        "decisions": schema.DECISIONS.empty_table(),
        "queue": pa.Table.from_pylist([_queued(rng, link) for link in every], QUEUE),
    }
    for name, table in stages.items():
        write_table(settings.workspace.stage(settings.cycle, f"{name}.parquet"), table)
    judged = [each for link in every if rng.random() < decided for each in _judged(rng, link)]
    now = int(dt.datetime.now(dt.UTC).timestamp() * 1000)
    for back in range(WEEKS):
        log = JudgementLog(settings.database_url, clock=lambda back=back: now - (WEEKS - 1 - back) * 7 * DAY)
        log.record(judged[back * len(judged) // WEEKS : (back + 1) * len(judged) // WEEKS])
    return settings


def _link(rng: random.Random, number: int) -> dict[str, Any]:
    frame = rng.choice(list(FRAMES))
    drawn, right = FRAMES[frame]
    one, other = sorted(rng.sample(FORCES, 2))
    same = rng.random() < right
    said = min(max(rng.gauss(0.85 if same else 0.35, 0.2), 0.01), 0.999)
    return {
        "left": f"{one}:{number}",
        "right": f"{other}:{number}",
        "evidence_hash": f"hash-{number}",
        "probability": said,
        "weight": 10.0,
        "strength": frame,
        "evidence": [],
        "same": same,
        "audit_frame": frame,
        "audit_probability": drawn,
        "audit": rng.random() < 0.6,
    }


def _queued(rng: random.Random, link: dict[str, Any]) -> dict[str, Any]:
    row = {name: link.get(name) for name in QUEUE.names}
    age = int(rng.expovariate(1 / 20))
    row |= {"item": f"link:{link['left']}~{link['right']}", "kind": "link", "age_days": age, "judges": 2}
    return row if link["audit"] else row | {"audit_frame": None, "audit_probability": None}


def _judged(rng: random.Random, link: dict[str, Any]) -> list[Judgement]:
    people = rng.sample(REVIEWERS, 3)
    said = [_said(rng, link["same"], REVIEWERS.index(person)) for person in people]
    counted = 2 if said[0] == said[1] else 3
    return [
        Judgement(
            item=f"link:{link['left']}~{link['right']}",
            left=link["left"],
            right=link["right"],
            judgement=answer,
            reason_code={"same": "names_and_birth", "different": "sex", "cannot_tell": "too_little"}[answer],
            reviewer=person,
            evidence_hash=link["evidence_hash"],
            judges=2,
            blind=rng.random() < 0.8,
            seconds=rng.lognormvariate(3.6, 0.8) if rng.random() < 0.97 else 4_000.0,
            audit_frame=link["audit_frame"] if link["audit"] else None,
            audit_probability=link["audit_probability"] if link["audit"] else None,
        )
        for person, answer in zip(people[:counted], said[:counted], strict=True)
    ]


def _said(rng: random.Random, same: bool, place: int) -> str:
    chance = rng.random()
    if chance < 0.03 + 0.03 * place:
        return "cannot_tell"
    return "same" if same != (chance > 0.95) else "different"

"""The same extracts in any order give the same release, byte for byte; so does running again."""

import hashlib
import random
import shutil
from pathlib import Path

import pytest

from reconcile import cycle, publication, settings
from reconcile.forces import forces, profile
from reconcile.settings import Settings
from tests.production.shuffle import shuffle

pytestmark = pytest.mark.slow

MAY_DIFFER = {"provenance.parquet", "manifest.json", "signoff.json", "public_aggregate.json"}
"""Row numbers, hashes of inputs (the public aggregate knows an extract by its own), and the clock: all else is data."""


def digests(release: Path) -> dict[str, str]:
    files = sorted(path for path in release.iterdir() if path.is_file() and path.name not in MAY_DIFFER)
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def again(survey: Settings, root: Path) -> Settings:
    """The same inbox in a fresh workspace."""
    root.mkdir()
    shutil.copy(survey.workspace.root / settings.FILE, root)
    shutil.copytree(survey.workspace.root / survey.inbox, root / survey.inbox)
    return settings.load(root)


def test_shuffled_rows_and_forces_give_the_same_bytes(survey: Settings, tmp_path: Path) -> None:
    chosen = again(survey, tmp_path / "shuffled")
    chance, moved = random.Random(7), 0
    for force in forces():
        folder = chosen.workspace.root / chosen.inbox / force.slug
        for path in sorted(folder.glob(profile(force.slug).source.pattern)) if folder.is_dir() else ():
            before = path.read_bytes()
            shuffle(path, profile(force.slug), chance)
            moved += path.read_bytes() != before
    assert moved >= 20
    for force in sorted(forces(), key=lambda _: chance.random()):
        cycle.intake_force(chosen, force.slug)
    cycle.gather(chosen)
    cycle.link(chosen)
    cycle.reconsider(chosen)
    release = publication.release(chosen, signed_by="another", role="national coordinator", reason="test")
    assert digests(release) == digests(publication.current(survey))
    assert len(digests(release)) >= 10


def test_running_again_gives_the_same_release(survey: Settings, tmp_path: Path) -> None:
    chosen = again(survey, tmp_path / "again")
    cycle.run(chosen)
    cycle.run(chosen)
    release = publication.release(chosen, signed_by="another", role="national coordinator", reason="test")
    assert release.name == publication.current(survey).name
    assert digests(release) == digests(publication.current(survey))


def test_a_thirtieth_nil_force_moves_coverage_only(survey: Settings, tmp_path: Path) -> None:
    chosen = again(survey, tmp_path / "nil")
    before = cycle.statistics_of(survey)
    silent = next(force for force in forces() if force.name in before["forces_silent"])
    folder = chosen.workspace.root / chosen.inbox / silent.slug
    folder.mkdir(exist_ok=True)
    (folder / "nil.manifest.json").write_text(
        f'{{"force": "{silent.slug}", "as_of": "2018-03-01", "record_count": 0, "nil": true, "synthetic": true}}'
    )
    after = cycle.run(chosen)
    assert after["forces_answered"] == before["forces_answered"] + 1
    assert silent.name not in after["forces_silent"]
    for unmoved in ("gross_claims", "distinct_people", "overlap", "by_year_lost", "over_a_decade", "of_whom"):
        assert after[unmoved] == before[unmoved]

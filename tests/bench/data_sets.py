"""The files both engines link, and how each engine is told of them.

Decides what is compared. Invariant: both engines read the same files and neither is told the truth's column.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.bench import registers

ROOT: Final = Path(__file__).resolve().parents[2]
WORK: Final = ROOT / ".bench"
PUBLIC: Final = ROOT.parent / "shared" / "data"
PUBLIC_MAPS: Final = ROOT / "tests" / "unit" / "maps"
SIZES: Final = {"10k": 10_000, "100k": 100_000, "1m": 1_000_000, "10m": 10_000_000}
FEW: Final = 200_000
"""Up to so many records a run is repeated, as its time is short enough to be noise."""


@dataclass(frozen=True)
class DataSet:
    """``columns`` is this engine's column map, ``model`` the name of Splink's model and ``quick`` that of a quicker one
    where there is one, ``person`` the truth's column."""

    name: str
    files: tuple[Path, ...]
    columns: Path
    record: str
    person: str
    model: str
    between: bool = False
    quick: str = ""


def register(size: str) -> DataSet:
    """The generated register of a size in ``SIZES``, written where it is not there yet."""
    path = registers.written(SIZES[size], WORK / "data")
    columns = Path(__file__).with_name("maps") / "register.toml"
    return DataSet(f"register {size}", (path,), columns, "record_id", "person", "register", quick="register_quick")


def public(folder: Path) -> list[DataSet]:
    """The public linkage files, none where ``folder`` is not there."""
    if not folder.is_dir():
        return []
    febrl, person = PUBLIC_MAPS / "febrl.toml", r"rec_id:rec-(\d+)"
    halves = (folder / "dataset4a.csv", folder / "dataset4b.csv")
    fake = (folder / "fake_1000.csv",)
    return [
        DataSet("FEBRL3", (folder / "dataset3.csv",), febrl, "rec_id", person, "febrl3"),
        DataSet("FEBRL4", halves, febrl, "rec_id", person, "febrl4", between=True),
        DataSet("fake_1000", fake, PUBLIC_MAPS / "fake_1000.toml", "unique_id", "cluster", "fake_1000"),
    ]

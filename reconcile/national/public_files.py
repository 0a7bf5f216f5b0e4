"""The public aggregate as files: JSON to keep, CSV to compute with, a page to read.

Decides how it is laid out. Invariant: CSV and page say what the JSON says and nothing else; every file is marked.
"""

import csv
import datetime as dt
import io
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from reconcile.national import public_aggregate
from reconcile.national.claims import cuts
from reconcile.national.csv_file import safe
from reconcile.render import look
from reconcile.settings import Settings
from reconcile.workspace import read_json, write_bytes, write_json

if TYPE_CHECKING:
    from reconcile.forces import Force
    from reconcile.intake import Receipt

JSON: Final = "public_aggregate.json"
CSV: Final = "public_aggregate.csv"
PAGE: Final = "public.html"
FILES: Final = (JSON, CSV, PAGE)
COLUMNS: Final = ("table", "force", "column", "open_claims", "marking")
ALL: Final = "all forces that answered"


def write(  # noqa: PLR0917 - what a release says and of whom
    folder: Path,
    statistics: Mapping[str, Any],
    coverage: Sequence[Mapping[str, Any]],
    receipts: "Sequence[Receipt]",
    forces: "Sequence[Force]",
    settings: Settings,
) -> None:
    """Write the three files into ``folder``, hiding nothing less than the public documents of all releases need.

    Raises:
        SettingsError: a force whose small counts are to be shown is none.
    """
    public = public_aggregate.aggregate(
        {**statistics, "synthetic": settings.synthetic},
        coverage,
        {receipt.force: receipt.sha256 for receipt in receipts},
        forces,
        settings.public_small_counts,
        earlier(settings),
    )
    write_json(folder / JSON, public)
    write_bytes(folder / CSV, as_csv(public).encode("utf-8-sig"))
    write_bytes(folder / PAGE, as_page(public).encode())


def earlier(settings: Settings) -> list[dict[str, Any]]:
    """The public documents of the releases there are, in the order of their names."""
    paths = sorted(settings.workspace.releases.glob(f"*/{JSON}"))
    return [read_json(path) for path in paths if not path.parent.name.startswith(".")]


def as_csv(public: Mapping[str, Any]) -> str:
    """A row a count: of which table, force and column; a hidden one as the sign that hides it."""
    text = io.StringIO()
    out = csv.writer(text)
    out.writerow(COLUMNS)
    for row in _rows(public):
        out.writerow([*(safe(str(cell)) for cell in row), public["marking"]])
    return text.getvalue()


def _rows(public: Mapping[str, Any]) -> Iterator[tuple[Any, ...]]:
    yield "open_claims", ALL, "", public["open_claims"]
    for entry in public["by_force"]:
        yield "open_claims", entry["force"], "", entry["open_claims"]
    for name, columns in public["all_forces"].items():
        for column, count in columns.items():
            yield name, ALL, column, count
        for entry in public["by_force"] if name in public_aggregate.PUBLISHED else ():
            for column, count in entry[name].items():
                yield name, entry["force"], column, count


def as_page(public: Mapping[str, Any]) -> str:
    """The public page: one self-contained HTML document."""
    as_of = {end: _date(public["as_of"][end]) for end in ("first", "last")}
    answered = [entry for entry in public["forces"] if entry["answered"]]
    return look.page(
        "national/public.html",
        marking=cuts()["public"]["marking"],
        synthetic=public["synthetic"],
        public=public,
        all_forces={name: look.ordered(of, GROUPS.get(name, name)) for name, of in public["all_forces"].items()},
        answered=answered,
        nil=[entry["force"] for entry in answered if entry["nil"]],
        silent=[entry["force"] for entry in public["forces"] if not entry["answered"]],
        small=public_aggregate.small_sign(),
        withheld=public_aggregate.WITHHELD_SIGN,
        titles=TITLES,
        groups=GROUPS,
        **as_of,
    )


TITLES: Final = {
    "length": "Missing for how long",
    "risk": "Risk level",
    "suspected_overseas": "Evidence of being overseas",
}
GROUPS: Final = {"suspected_overseas": "overseas"}
"""The tables whose columns are called by another group of words than their own name."""


def _date(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None

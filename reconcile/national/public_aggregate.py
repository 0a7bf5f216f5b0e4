"""The public aggregate of a release: open claims by force, status, year, length, risk, evidence; small counts hidden.

Decides which tables the public sees and at what cut. Invariant: no name, no id and no count of a person's circumstances
under the threshold; a silent force is named and has no row; what an earlier document hides this one does not give away.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from reconcile.errors import SettingsError
from reconcile.national.claims import cuts
from reconcile.national.disclosure import GROSS, SMALL, WITHHELD, Document, Key, Rule, Shown, fit_together
from reconcile.national.suppression import suppress
from reconcile.notification.predicates import UNDATED

if TYPE_CHECKING:
    from reconcile.forces import Force

STATUS: Final = "status"
YEAR: Final = "year_lost"
PUBLISHED: Final = (STATUS, YEAR)
"""The tables told force by force; of the others only the sums over all forces are told."""
UP_TO: Final = "to "
"""Before the last of the years that one column tells of together."""
WITHHELD_SIGN: Final = "[c]"
CANNOT_TELL: Final = "CANNOT_TELL"
Row = Mapping[str, Any]


def rule() -> Rule:
    return Rule(cuts()["public"]["threshold"], cuts()["public"]["width"])


def small_sign() -> str:
    return f"<{cuts()['public']['threshold']}"


def aggregate(  # noqa: PLR0917 - what a release says, and what was said before
    statistics: Row,
    coverage: Sequence[Row],
    extracts: Mapping[str, str],
    forces: "Sequence[Force]",
    open_forces: Iterable[str],
    earlier: Sequence[Row] = (),
) -> dict[str, Any]:
    """The public document, JSON values only.

    Args:
        statistics: of the release.
        coverage: what became of each force's extract, as ``coverage.json`` has it.
        extracts: the sha256 of each force's extract, by slug.
        forces: the denominator.
        open_forces: slugs of the forces whose small counts are shown, as they say.
        earlier: the public documents of all releases before.

    Raises:
        SettingsError: one of ``open_forces`` is no force.
    """
    if unknown := sorted(set(open_forces) - {force.slug for force in forces}):
        raise SettingsError(f"public_small_counts names {unknown[0]}, which is no force: write slugs, such as kent")
    before = [_document(each) for each in earlier]
    counts = _told_apart(_counts(statistics, coverage, extracts, before), before)
    shown = suppress(counts, PUBLISHED, [r for r in counts.rows if _slug(r) in set(open_forces)], before, rule())
    names = {force.slug: force.name for force in forces}
    gross = _cell(shown, GROSS)
    return {
        "cycle": statistics["cycle"],
        "synthetic": statistics["synthetic"],
        "marking": cuts()["public"]["marking"] + (" SYNTHETIC" if statistics["synthetic"] else ""),
        "as_of": statistics["as_of"],
        "counts_published": bool(shown.shown),
        "open_claims": gross,
        "distinct_people": statistics["distinct_people"] if isinstance(gross, int) else None,
        "forces": _forces(coverage, shown.rows),
        "small_counts_shown_by": sorted(names[slug] for slug in set(open_forces)),
        "rule": {"threshold": rule().threshold, "width": rule().width},
        "by_force": [
            {
                "force": names[_slug(row)],
                "row": row,
                "open_claims": _cell(shown, ("total", row)),
                **{
                    name: {column: _cell(shown, ("inside", name, row, column)) for column in shown.tables[name]}
                    for name in PUBLISHED
                },
            }
            for row in shown.rows
        ],
        "all_forces": {
            name: {column: _cell(shown, ("column", name, column)) for column in columns}
            for name, columns in shown.tables.items()
        },
    }


def _counts(
    statistics: Row, coverage: Sequence[Row], extracts: Mapping[str, str], before: Sequence[Document]
) -> Document:
    """Every count of the document and of the insides it does not publish, before anything is hidden."""
    entries = {entry["force"]: statistics["by_force"][entry["name"]] for entry in coverage if entry["answered"]}
    years = _year_columns(statistics["by_year_lost"])
    told = {slug: _of_force(entry, years) for slug, entry in sorted(entries.items())}
    tables = {name: tuple(columns) for name, columns in _of_force({**statistics, **_totals(entries)}, years).items()}
    counts: dict[Key, Shown] = {GROSS: int(statistics["gross_claims"])}
    rows = []
    for slug, by_table in told.items():
        own: dict[Key, Shown] = {("total", ""): int(entries[slug]["claims"])}
        own |= {("inside", name, "", column): by_table[name][column] for name in tables for column in tables[name]}
        row = _row_name(slug, extracts.get(slug, ""), own, entries[slug]["by_year_lost"], before)
        counts |= {_of_row(key, row): said for key, said in own.items()}
        rows.append(row)
    for name, columns in tables.items():
        for column in columns:
            counts["column", name, column] = sum(int(by_table[name][column]) for by_table in told.values())
    return Document(tables, tuple(rows), counts, rule().threshold, _through(tables))


def _told_apart(counts: Document, before: Sequence[Document]) -> Document:
    """``counts`` under names with which they fit the documents ``before``; where bytes are counted otherwise than then,
    in counts that were hidden, only the sums tell."""
    shared = [each for each in before if set(each.rows) & set(counts.rows)]
    if not shared or fit_together([*shared, counts], rule()):
        return counts
    rows = {row for document in shared for row in document.rows}
    known = [row for row in counts.rows if row in rows]
    for some in (*([row] for row in known), known):
        anew = _renamed(counts, some, rows)
        if fit_together([*shared, anew], rule()):
            return anew
    raise AssertionError("counts under names of their own fit any documents")


def _renamed(counts: Document, some: Sequence[str], taken: Collection[str]) -> Document:
    names = {row: next(f"{row}.{n}" for n in range(1, len(taken) + 2) if f"{row}.{n}" not in taken) for row in some}
    shown = {tuple(names.get(part, part) for part in key): said for key, said in counts.shown.items()}
    return replace(counts, rows=tuple(names.get(row, row) for row in counts.rows), shown=shown)


def _through(tables: Mapping[str, Iterable[str]]) -> dict[str, dict[str, int]]:
    """The last year of each column that tells of years."""
    return {YEAR: {column: int(column.removeprefix(UP_TO)) for column in tables.get(YEAR, ()) if column != UNDATED}}


def _totals(entries: Mapping[str, Row]) -> dict[str, int]:
    return {status: sum(entry[status] for entry in entries.values()) for status in ("whereabouts_unknown", "wanted")}


def _year_columns(by_year: Mapping[str, int]) -> tuple[str, ...]:
    """The latest years that stand alone, behind the one column of all before."""
    dated = sorted(int(year) for year in by_year if year != UNDATED)
    if not dated:
        return (UNDATED,)
    first = dated[-1] - int(cuts()["public"]["years"]) + 1
    return (f"{UP_TO}{first - 1}", *map(str, range(first, dated[-1] + 1)), UNDATED)


def _of_force(entry: Row, years: Sequence[str]) -> dict[str, dict[str, int]]:
    return {
        STATUS: {name: entry[name] for name in ("whereabouts_unknown", "wanted")},
        YEAR: _by_year(entry["by_year_lost"], years),
        "length": _lengths(entry["by_length"]),
        "risk": dict(entry["by_risk"]),
        "suspected_overseas": dict(entry["suspected_overseas"]),
    }


def _by_year(by_year: Mapping[str, int], columns: Sequence[str]) -> dict[str, int]:
    """The counts by year, those of a year without a column under the first, which tells of all before."""
    found = dict.fromkeys(columns, 0)
    for year, count in by_year.items():
        found[year if year in found else columns[0]] += count
    return found


def _lengths(by_length: Mapping[str, int]) -> dict[str, int]:
    """The bands, with those dated too loosely for one among the undated: a few apart would hide a band beside them."""
    found = {name: count for name, count in by_length.items() if name != CANNOT_TELL}
    return {**found, UNDATED: found.get(UNDATED, 0) + by_length.get(CANNOT_TELL, 0)}


def _row_name(
    slug: str, sha256: str, own: Mapping[Key, Shown], by_year: Mapping[str, int], before: Sequence[Document]
) -> str:
    """One name for one extract in all documents; another where an earlier one counted the same bytes otherwise."""
    name = f"{slug}@{sha256[:12]}"
    for number in range(len(before) + 1):
        row = name if not number else f"{name}.{number}"
        if all(_fits(row, own, by_year, document) for document in before):
            return row
    raise AssertionError(f"{slug}: every name is taken")


def _fits(row: str, own: Mapping[Key, Shown], by_year: Mapping[str, int], document: Document) -> bool:
    if row not in document.rows:
        return True
    ends = document.through[YEAR]
    years = {year: count for year, count in by_year.items() if count and year != UNDATED}
    if max(map(int, years), default=0) > max(ends.values(), default=0):
        return False
    cut = {key: said for key, said in own.items() if key[:2] != ("inside", YEAR)}
    cut |= {("inside", YEAR, "", column): count for column, count in _by_year(by_year, document.tables[YEAR]).items()}
    for key, said in cut.items():
        there = document.shown.get(_of_row(key, row))
        small = int(said) < document.threshold
        if not (there is None or there == said or (there == SMALL and small) or (there == WITHHELD and not small)):
            return False
    return True


def _of_row(key: Key, row: str) -> Key:
    return ("total", row) if key[0] == "total" else (*key[:2], row, *key[3:])


def _slug(row: str) -> str:
    return row.partition("@")[0]


def _cell(document: Document, key: Key) -> Shown:
    said = document.shown.get(key, WITHHELD)
    return {SMALL: small_sign(), WITHHELD: WITHHELD_SIGN}[said] if isinstance(said, str) else said


def _forces(coverage: Sequence[Row], rows: Iterable[str]) -> list[dict[str, Any]]:
    heard = {_slug(row) for row in rows}
    return [
        {
            "force": entry["name"],
            "answered": entry["force"] in heard,
            "nil": entry["state"] == "NIL",
            "as_of": entry["as_of"] if entry["answered"] else None,
        }
        for entry in coverage
    ]


def _document(public: Row) -> Document:
    """An earlier public document as it was read."""
    signs: dict[Any, Shown] = {f"<{public['rule']['threshold']}": SMALL, WITHHELD_SIGN: WITHHELD}
    shown: dict[Key, Shown] = {GROSS: _said(public["open_claims"], signs)}
    for entry in public["by_force"]:
        shown["total", entry["row"]] = _said(entry["open_claims"], signs)
        for name in PUBLISHED:
            shown |= {
                ("inside", name, entry["row"], column): _said(value, signs) for column, value in entry[name].items()
            }
    for name, columns in public["all_forces"].items():
        shown |= {("column", name, column): _said(value, signs) for column, value in columns.items()}
    tables = {name: tuple(columns) for name, columns in public["all_forces"].items()}
    rows = tuple(entry["row"] for entry in public["by_force"])
    told = shown if public["counts_published"] else {}
    return Document(tables, rows, told, public["rule"]["threshold"], _through(tables))


def _said(value: Any, signs: Mapping[Any, Shown]) -> Shown:
    return signs.get(value, value)

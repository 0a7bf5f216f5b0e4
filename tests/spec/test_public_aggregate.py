"""What the public may read of a release: no name, no small count, none that a sum or an earlier release gives away."""

import csv
import io
import json
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from reconcile import cycle, publication
from reconcile.errors import SettingsError
from reconcile.forces import forces
from reconcile.national import coverage, public_aggregate, public_files, statistics
from reconcile.national.disclosure import SMALL, WITHHELD, System, ranges
from reconcile.settings import Settings
from tests.small_country import FORCES, NAMES, RECEIPTS, tables


def of_small_country(**more: Any) -> dict[str, Any]:
    figures = statistics.statistics(**tables(), receipts=RECEIPTS, forces=FORCES)
    return public_aggregate.aggregate(
        {**figures, "cycle": "2018-03", "synthetic": True},
        coverage.by_force(RECEIPTS, FORCES),
        {receipt.force: receipt.sha256 for receipt in RECEIPTS},
        FORCES,
        **{"open_forces": [], **more},
    )


def test_a_nil_force_shows_nought_a_silent_one_no_row() -> None:
    public = of_small_country()
    rows = {row["force"]: row["open_claims"] for row in public["by_force"]}
    assert rows[NAMES["sussex"]] == 0
    assert NAMES["wiltshire"] not in rows
    assert {entry["force"] for entry in public["forces"] if not entry["answered"]} == {NAMES["wiltshire"]}
    assert rows[NAMES["essex"]] == rows[NAMES["kent"]] == "<5"


def test_a_force_may_show_its_own_small_counts() -> None:
    public = of_small_country(open_forces=["essex", "kent", "surrey", "sussex"])
    assert public["small_counts_shown_by"] == sorted(NAMES[slug] for slug in ("essex", "kent", "surrey", "sussex"))
    assert {row["force"]: row["open_claims"] for row in public["by_force"]} == {
        NAMES["essex"]: 2,
        NAMES["kent"]: 3,
        NAMES["surrey"]: 0,
        NAMES["sussex"]: 0,
    }
    assert public["open_claims"] == 5
    with pytest.raises(SettingsError, match="narnia"):
        of_small_country(open_forces=["narnia"])


def test_a_document_read_back_hides_the_same_counts_again() -> None:
    public = json.loads(json.dumps(of_small_country()))
    again = json.loads(json.dumps(of_small_country(earlier=[public])))
    assert again == public


def test_csv_has_every_count_of_the_json_and_a_marking() -> None:
    public = of_small_country()
    rows = list(csv.DictReader(io.StringIO(public_files.as_csv(public))))
    assert {row["marking"] for row in rows} == {"OFFICIAL SYNTHETIC"}
    told = {(row["table"], row["force"], row["column"]): row["open_claims"] for row in rows}
    assert told["open_claims", NAMES["sussex"], ""] == "0"
    for row in public["by_force"]:
        for name in public_aggregate.PUBLISHED:
            assert {told[name, row["force"], column] for column in row[name]} <= {str(v) for v in row[name].values()}


@pytest.mark.slow
class TestSurvey:
    @pytest.fixture(scope="class")
    def release(self, survey: Settings) -> Path:
        return publication.current(survey)

    @pytest.fixture(scope="class")
    def public(self, release: Path) -> dict[str, Any]:
        return json.loads((release / public_files.JSON).read_text())

    def test_the_headline_and_its_coverage_are_told(self, public) -> None:
        assert public["open_claims"] == 372
        assert sum(entry["answered"] for entry in public["forces"]) == 29
        assert public["all_forces"]["year_lost"]["2017"] == 114
        assert {row["force"]: row["open_claims"] for row in public["by_force"]}["Metropolitan Police Service"] == 227

    def test_no_count_under_five_is_shown_but_the_noughts_of_forces_with_nobody(self, public) -> None:
        nobody = [row for row in public["by_force"] if row["open_claims"] == 0]
        assert {"Cumbria Constabulary", "City of London Police"} < {row["force"] for row in nobody}
        for row in public["by_force"]:
            cells = [row["open_claims"], *row["status"].values(), *row["year_lost"].values()]
            assert row in nobody or not [cell for cell in cells if isinstance(cell, int) and cell < 5]
        sums = [cell for table in public["all_forces"].values() for cell in table.values()]
        assert not [cell for cell in sums if isinstance(cell, int) and cell < 5]

    def test_no_hidden_count_can_be_worked_out(self, public) -> None:
        document = public_aggregate._document(public)
        hidden = [key for key, said in document.shown.items() if said in (SMALL, WITHHELD)]
        assert len(hidden) > 100
        told = ranges([document], hidden[::7], public_aggregate.rule())
        assert all(most - least >= 2 for least, most in told.values())

    def test_a_force_that_answers_late_is_not_told_by_the_difference(self, survey, public) -> None:
        """Without Kent's extract nothing but Kent's part is missing from each sum."""
        without = [each for each in cycle.receipts(survey) if each.force != "kent"]
        figures = cycle.statistics_of(survey)
        kent = figures["by_force"].pop("Kent Police")
        figures["gross_claims"] -= kent["claims"]
        for name in ("by_year_lost", "by_length", "by_risk", "suspected_overseas"):
            figures[name] = {part: count - kent[name].get(part, 0) for part, count in figures[name].items()}
        extracts = {receipt.force: receipt.sha256 for receipt in cycle.receipts(survey)}
        first = public_aggregate.aggregate(figures, coverage.by_force(without, forces()), extracts, forces(), [])
        both = public_aggregate.aggregate(
            cycle.statistics_of(survey),
            coverage.by_force(cycle.receipts(survey), forces()),
            extracts,
            forces(),
            [],
            [first],
        )
        documents = [public_aggregate._document(each) for each in (first, both)]
        row = next(row for row in documents[1].rows if row.startswith("kent@"))
        small = [key for key, said in documents[1].shown.items() if row in key and said == SMALL]
        assert small
        assert all(most - least >= 2 for least, most in ranges(documents, small, public_aggregate.rule()).values())
        exposed = ranges([documents[0], public_aggregate._document(public)], small, public_aggregate.rule())
        assert any(most - least < 2 for least, most in exposed.values())  # so it is the looking back that keeps them

    def test_no_name_and_no_id_is_in_it(self, survey, release) -> None:
        text = "".join(
            (release / name).read_text() for name in (public_files.JSON, public_files.CSV, public_files.PAGE)
        )
        records = cycle.table(survey, "records").to_pylist()
        claims = [row for row in records if row["status"] in ("wanted", "whereabouts_unknown")]
        assert not [row["record_id"] for row in claims if row["record_id"] in text]
        assert not [
            row["names"][0]["surname"]
            for row in claims
            if f"{row['names'][0]['given']} {row['names'][0]['surname']}" in text
        ]
        ids = cycle.table(survey, "identities")["national_id"].to_pylist()
        assert not [national_id for national_id in ids if national_id in text]


def test_the_setting_is_a_list_of_slugs(tmp_path: Path) -> None:
    from reconcile import settings

    text = 'cycle = "2018-03"\npolicy_document = "A"\ndpia = "D"\n'
    (tmp_path / "reconcile.toml").write_text(text + 'public_small_counts = ["kent"]\n')
    assert settings.load(tmp_path).public_small_counts == ("kent",)
    (tmp_path / "reconcile.toml").write_text(text + 'public_small_counts = "kent"\n')
    with pytest.raises(SettingsError, match="list of forces"):
        settings.load(tmp_path)


def of_years(latest: str, by_year: dict[str, int], earlier: list[dict[str, Any]]) -> dict[str, Any]:
    """The document where Kent's extract holds ``by_year`` and Essex lost nine in ``latest``."""
    told = {"kent": _of_year(by_year), "essex": _of_year({latest: 9})}
    return of_extracts(told, {"kent": "a" * 64, "essex": latest * 16}, earlier)


def of_extracts(told: dict[str, Any], sha256: dict[str, str], earlier: list[dict[str, Any]]) -> dict[str, Any]:
    """The document of forces' figures and extracts by slug."""
    years: Counter[str] = Counter()
    for entry in told.values():
        years.update(entry["by_year_lost"])
    return public_aggregate.aggregate(
        {**_of_year(dict(years)), "gross_claims": years.total()}
        | {"by_force": {NAMES[slug]: entry for slug, entry in told.items()}, "distinct_people": {"low": 1, "high": 1}}
        | {"cycle": "2018-03", "synthetic": True, "as_of": {}},
        [
            {"force": slug, "name": NAMES[slug], "answered": True, "state": "RECEIVED", "as_of": "2018-03-01"}
            for slug in told
        ],
        sha256,
        FORCES,
        [],
        earlier,
    )


def _of_year(by_year: dict[str, int]) -> dict[str, Any]:
    claims = sum(by_year.values())
    of = {
        "by_year_lost": by_year,
        "by_length": {"UNDATED": claims},
        "by_risk": {"high": claims},
        "suspected_overseas": {"NONE": claims},
    }
    return {"claims": claims, "whereabouts_unknown": claims, "wanted": 0, **of}


def test_an_extract_counted_again_when_a_new_year_begins_is_one_with_the_years_it_was_told_by() -> None:
    """In the second document 2013 and 2014 are one column; the two releases are one system, as the rows say."""
    kent = {"2013": 3, "2014": 12, "2015": 20, "2018": 40}
    first = of_years("2018", kent, [])
    second = of_years("2019", kent, [first])
    row = next(each["row"] for each in first["by_force"] if each["row"].startswith("kent@"))
    assert row in [each["row"] for each in second["by_force"]]
    assert "to 2014" in second["by_force"][1]["year_lost"]
    documents = [public_aggregate._document(each) for each in (first, second)]
    key = ("inside", "year_lost", row, "to 2013")
    assert documents[0].shown[key] == SMALL
    system = System(documents, public_aggregate.rule())
    bounds = system.bounds(documents[1])
    least, most = (system.extreme((0, key), bounds, sign)[0] for sign in (1, -1))
    assert most - least >= 2
    total = ("inside", "year_lost", row, "to 2014")
    told = replace(documents[1], shown={**documents[1].shown, total: 15})
    told_alone = replace(documents[0], shown={**documents[0].shown, ("inside", "year_lost", row, "2014"): 12})
    system = System([told_alone, told], public_aggregate.rule())
    assert system.extreme((0, key), system.bounds(told), -1)[0] == 3


def test_the_same_bytes_counted_under_a_later_year_than_before_are_another_row() -> None:
    first = of_years("2018", {"2017": 9, "2018": 9}, [])
    second = of_years("2019", {"2017": 9, "2019": 9}, [first])
    assert {each["row"] for each in first["by_force"]}.isdisjoint(each["row"] for each in second["by_force"])


def test_the_same_bytes_counted_otherwise_where_that_was_hidden_stop_no_release() -> None:
    """A profile was mended: of Kent three are wanted and no longer two, under five both times; the sum alone tells."""
    sha256 = {slug: slug[0] * 64 for slug in ("kent", "essex", "surrey")}

    def told(wanted: int, earlier: list[dict[str, Any]]) -> dict[str, Any]:
        counts = {"kent": wanted, "essex": 20, "surrey": 1}
        figures = {
            slug: {**_of_year({"2018": 50}), "whereabouts_unknown": 50 - n, "wanted": n} for slug, n in counts.items()
        }
        return of_extracts(figures, sha256, earlier)

    first = told(2, [])
    second = told(3, [first])
    assert second["counts_published"]
    rows = [{each["row"] for each in document["by_force"]} for document in (first, second)]
    assert len(rows[0] - rows[1]) == 1

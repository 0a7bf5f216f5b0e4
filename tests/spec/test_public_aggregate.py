"""What the public may read of a release: no name, no small count, none that a sum or an earlier release gives away."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from reconcile import cycle, publication
from reconcile.errors import SettingsError
from reconcile.forces import forces
from reconcile.national import coverage, public_aggregate, public_files, statistics
from reconcile.national.disclosure import SMALL, WITHHELD, ranges
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

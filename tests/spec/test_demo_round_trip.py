"""What each of the 45 forces writes in its own dialect is read back by its profile as what it was."""

from datetime import date

import pytest

from reconcile import intake
from reconcile.demo import extracts
from reconcile.demo.distortion import unaccented
from reconcile.demo.population import register
from reconcile.forces import forces, profile
from reconcile.forces.lists import LISTS
from reconcile.settings import Settings
from reconcile.workspace import Workspace, read_table

pytestmark = pytest.mark.slow

COLUMNS = (
    *("sex", "status", "overseas_evidence", "missing_since", "last_contact", "last_notified", "place_of_birth"),
    *("conviction_date", "conviction_court", "conviction_country", "offence", "basis", "disposal", "sentence_months"),
    *("order_end", "period_end", "risk_level", "risk_tool", "risk_assessed_on"),
    *("first_notified", "released_on", "residence", "last_reviewed", "circulated", "transferred_to"),
)
NO_DATES = {date(1970, 1, 1), date(1900, 1, 1)}


@pytest.fixture(scope="module")
def records():
    return register(4000, 11)[0]


def plain(value):
    """A value as any extract can hold it: folded case, no accents, dates as intervals."""
    if isinstance(value, dict):
        return value["text"] if value["lo"] is None else (value["lo"], value["hi"])
    return unaccented(value).casefold() if isinstance(value, str) else value


def histories(row, mapped):
    lists = [name for name, listed in LISTS.items() if listed.leads in mapped]
    return {name: [{field: plain(each[field]) for field in each} for each in row[name]] for name in lists}


def names(row):
    return sorted(
        plain(" ".join(filter(None, (each["given"], each["surname"], each["full"])))) for each in row["names"]
    )


def homes(row, mapped):
    parts = [name for name in ("address", "town", "postcode") if name in mapped]
    kept = [each for each in row["addresses"] if each["kind"] == "current" or "previous_postcodes" in mapped]
    return [(each["kind"], *(plain(each[name]) for name in parts)) for each in kept if any(map(each.get, parts))]


def slugs():
    """Every force that has people; one of each kind of format runs fast, the rest are marked slow."""
    seen = set()
    for slug in (force.slug for force in forces() if force.slug != "city-of-london"):
        how = profile(slug).format
        kind = (how.kind, how.encoding, how.delimiter, how.date_order)
        yield pytest.param(slug, marks=pytest.mark.slow if kind in seen else ())
        seen.add(kind)


@pytest.mark.parametrize("slug", list(slugs()))
def test_records_come_back_as_they_were_written(records, slug, tmp_path):
    settings = Settings(workspace=Workspace(tmp_path), cycle="2018-03", policy_document="A", dpia="B", synthetic=True)
    mine, said = extracts.of_force(records, slug), profile(slug)
    as_of = mine["as_of"][0].as_py()
    extracts.write_extract(tmp_path / "inbox" / slug, slug, as_of, mine)
    receipt = intake.intake_force(settings, slug)
    assert (receipt.state, receipt.as_of, receipt.accepted) == ("RECEIVED", as_of, mine.num_rows)
    read = read_table(settings.workspace.force_stage("2018-03", slug, "records.parquet")).to_pylist()
    for sent, got in zip(mine.to_pylist(), read, strict=True):
        assert sent["record_id"] == got["record_id"]
        mapped = [name for name in COLUMNS if name in said.columns]
        assert {name: plain(got[name]) for name in mapped} == {name: plain(sent[name]) for name in mapped}
        assert histories(got, said.columns) == histories(sent, said.columns)
        assert names(got) == names(sent)
        assert homes(got, said.columns) == homes(sent, said.columns)
        numbers = [each for each in sent["identifiers"] if each["scheme"] in said.identifiers]
        assert sorted(map(str, got["identifiers"])) == sorted(map(str, numbers))
        if sent["birth_date"] and sent["birth_date"]["lo"] not in NO_DATES:
            assert plain(got["birth_date"]) == plain(sent["birth_date"])

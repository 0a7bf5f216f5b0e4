"""``reconcile link``: any table of people in, pairs and identities out, measured where the truth is known."""

from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pcsv
import pyarrow.parquet as pq
import pytest

from reconcile.errors import LinkInputError
from reconcile.linkage import people_files
from reconcile.linkage.column_map import read_map
from reconcile.linkage.files import link_files
from reconcile.linkage.people_columns import columns_of

MAPS = Path(__file__).parent / "maps"
HEADER = "rec_id, given_name, surname, date_of_birth, street_number, address_1, address_2, suburb, postcode, soc_sec_id"
PEOPLE = f"""{HEADER}, state
rec-1-org, ann, bell, 19710304, 1, hill road, , leeds, 2119, 9000001, sa
rec-1-dup-0, anne, bell, 19710304, 1, hill rd, , leeds, 2119, 9000001, sa
rec-2-org, carl, dunn, 19500617, 14, mill lane, , hull, 3165, 9000022, nsw
rec-2-dup-0, dunn, carl, 19500671, 14, mill lane, , hull, 3165, 9000022, nsw
rec-3-org, ann, bell, 19880921, 77, oak court, , york, 4881, 9000333, vic
"""
TRUTH = r"rec_id:rec-(\d+)"


@pytest.fixture
def people(tmp_path: Path) -> Path:
    path = tmp_path / "people.csv"
    path.write_text(PEOPLE, encoding="utf-8")
    return path


def test_csv_with_spaced_headers_is_linked_and_measured(people: Path, tmp_path: Path) -> None:
    found = link_files([people], MAPS / "febrl.toml", tmp_path / "out", truth=TRUTH)
    assert (found.records, found.identities) == (5, 3)
    assert found.cluster_measure is not None
    assert (found.cluster_measure.precision, found.cluster_measure.recall) == (1.0, 1.0)
    identities = pq.read_table(found.identities_path)
    assert identities.column_names == ["record_id", "identity"]
    named = dict(zip(*(identities[name].to_pylist() for name in identities.column_names), strict=True))
    assert named["rec-1-org"] == named["rec-1-dup-0"] != named["rec-3-org"]
    pairs = pq.read_table(found.pairs_path)
    assert pairs.column_names[:4] == ["left", "right", "weight", "probability"]
    assert {"name", "birth_date", "place", "opaque:soc_sec_id", "attribute:state"} <= set(pairs.column_names)
    assert found.to_json()["cluster_measure"]["f1"] == 1.0
    assert "precision 1.0000" in str(found)


def test_training_on_the_data_at_hand(people: Path, tmp_path: Path) -> None:
    found = link_files([people], MAPS / "febrl.toml", tmp_path / "out", train=True, truth=TRUTH)
    assert found.model == "trained"
    assert found.cluster_measure is not None
    assert found.cluster_measure.f1 == 1.0


def test_row_order_and_file_format_change_nothing(people: Path, tmp_path: Path) -> None:
    rows = pcsv.read_csv(people, convert_options=pcsv.ConvertOptions())
    shuffled = tmp_path / "people.parquet"
    pq.write_table(rows.take(pa.array([4, 2, 0, 3, 1])), shuffled)
    one = link_files([people], MAPS / "febrl.toml", tmp_path / "one")
    other = link_files([shuffled], MAPS / "febrl.toml", tmp_path / "other")
    assert one.pairs_path.read_bytes() == other.pairs_path.read_bytes()
    assert one.identities_path.read_bytes() == other.identities_path.read_bytes()


def test_the_split_into_files_and_their_types_change_nothing(people: Path, tmp_path: Path) -> None:
    rows = pcsv.read_csv(people, convert_options=pcsv.ConvertOptions(strings_can_be_null=True))
    rows = rows.cast(pa.schema([(name, pa.string()) for name in rows.column_names]))
    kinds = [
        pa.string(),
        pa.large_string(),
        pa.dictionary(pa.int8(), pa.string()),
        pa.dictionary(pa.int32(), pa.string()),
    ]
    files = []
    for number, row in enumerate([4, 2, 0, 3, 1]):
        kind = kinds[number % len(kinds)]
        files.append(tmp_path / f"{number}.parquet")
        part = rows.take(pa.array([row]))
        columns = (
            pa.nulls(1) if part[name].null_count else part[name].combine_chunks().cast(kind)
            for name in rows.column_names
        )
        pq.write_table(pa.table(dict(zip(rows.column_names, columns, strict=True))), files[-1])
    pq.write_table(rows.slice(0, 0), tmp_path / "empty.parquet")
    one = link_files([people], MAPS / "febrl.toml", tmp_path / "one")
    split = link_files([*files, tmp_path / "empty.parquet"], MAPS / "febrl.toml", tmp_path / "split")
    assert one.pairs_path.read_bytes() == split.pairs_path.read_bytes()
    assert one.identities_path.read_bytes() == split.identities_path.read_bytes()


def test_a_column_can_be_the_record_id_and_an_identifier(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("urn,name\nkent-7004,Ann Bell\nmet-911,Ann Bell\n")
    (tmp_path / "map.toml").write_text('record_id = "urn"\nfull_name = "name"\n[identifiers]\nurn = "urn"\n')
    found = link_files([tmp_path / "a.csv"], tmp_path / "map.toml", tmp_path / "out")
    assert pq.read_table(found.pairs_path)["opaque:urn"].to_pylist() == ["different"]


def test_days_before_months_are_read_where_a_column_shows_them(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(
        "id,name,born\n1,A Bell,31/12/1970\n2,A Bell,1970-12-31\n3,C Dunn,04/03/1971\n4,C Dunn,4 March 1971\n"
    )
    (tmp_path / "map.toml").write_text('record_id = "id"\nfull_name = "name"\nbirth_date = "born"\n')
    found = link_files([tmp_path / "a.csv"], tmp_path / "map.toml", tmp_path / "out")
    pairs = {(row["left"], row["right"]): row["birth_date"] for row in pq.read_table(found.pairs_path).to_pylist()}
    assert (pairs["1", "2"], pairs["3", "4"]) == ("exact", "exact")


def test_the_order_of_dates_is_told_by_the_whole_column(tmp_path: Path) -> None:
    either = [
        f"{month:02}/{day:02}/{1950 + year}" for year in range(6) for month in range(1, 13) for day in range(1, 13)
    ]
    american = [f"06/{day}/{1960 + year}" for year in range(30) for day in range(13, 31)]
    dates = [*either, *american]
    path, columns = tmp_path / "people.parquet", tmp_path / "map.toml"
    pq.write_table(pa.table({"id": [f"{number:05}" for number in range(len(dates))], "born": dates}), path)
    columns.write_text('record_id = "id"\nbirth_date = "born"\n')
    mapped = read_map(columns)
    found = columns_of(people_files.in_order(people_files.read_files([path], mapped), mapped), mapped)
    days = found.days["birth_date"]
    assert pc.struct_field(days.dates, "lo").null_count == 0


def test_between_compares_across_files_alone(tmp_path: Path) -> None:
    lines = PEOPLE.splitlines()
    (tmp_path / "a.csv").write_text("\n".join([lines[0], lines[1], lines[2]]) + "\n")
    (tmp_path / "b.csv").write_text("\n".join([lines[0], lines[3], lines[4]]) + "\n")
    files = [tmp_path / "a.csv", tmp_path / "b.csv"]
    assert link_files(files, MAPS / "febrl.toml", tmp_path / "out").joined_pairs == 2
    assert link_files(files, MAPS / "febrl.toml", tmp_path / "out", between=True).joined_pairs == 0


def test_full_names_aliases_and_an_email(tmp_path: Path) -> None:
    rows = pa.table(
        {
            "id": ["1", "2", "3"],
            "name": ["BELL, Ann", "Ann Marie Bell", "Zoe Zimmer"],
            "aka": [["Ann Dunn"], None, ["Bell, Ann"]],
            "mail": ["ann@example.org", "ann@example.com", ""],
            "born": ["04/03/1971", "04/03/1971", "4 March 1971"],
        }
    )
    pq.write_table(rows, tmp_path / "people.parquet")
    (tmp_path / "map.toml").write_text(
        'record_id = "id"\nfull_name = "name"\naliases = "aka"\nbirth_date = "born"\n[identifiers]\nemail = "mail"\n'
    )
    found = link_files([tmp_path / "people.parquet"], tmp_path / "map.toml", tmp_path / "out")
    pairs = {(row["left"], row["right"]): row for row in pq.read_table(found.pairs_path).to_pylist()}
    assert pairs["1", "2"]["name"] == "exact/exact"
    assert pairs["1", "2"]["opaque:email"] == "stem"
    assert pairs["1", "2"]["birth_date"] == "exact"
    assert pairs["1", "3"]["name"] == "alias"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('surname = "surname"', "record_id"),
        ('record_id = "rec_id"\nshoe_size = "x"', "shoe_size"),
        ('record_id = "rec_id"\nsurname = 3', "surname"),
        ("record_id = ", "TOML"),
    ],
)
def test_a_map_that_does_not_fit_is_refused(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "map.toml").write_text(text)
    with pytest.raises(LinkInputError, match=message):
        read_map(tmp_path / "map.toml")


def test_files_that_do_not_fit_are_refused(people: Path, tmp_path: Path) -> None:
    febrl, out = MAPS / "febrl.toml", tmp_path / "out"
    with pytest.raises(LinkInputError, match="no such file"):
        link_files([tmp_path / "absent.csv"], febrl, out)
    with pytest.raises(LinkInputError, match="no column"):
        link_files([people], MAPS / "fake_1000.toml", out)
    with pytest.raises(LinkInputError, match="truth column"):
        link_files([people], febrl, out, truth="person")
    with pytest.raises(LinkInputError, match="no group"):
        link_files([people], febrl, out, truth=r"rec_id:rec-\d+")
    twice = tmp_path / "twice.csv"
    twice.write_text(PEOPLE + PEOPLE.splitlines()[1] + "\n")
    with pytest.raises(LinkInputError, match="repeated"):
        link_files([twice], febrl, out)


def test_lists_are_aliases_or_refused(people: Path, tmp_path: Path) -> None:
    rows = pa.table({"id": ["1", "2"], "name": ["Ann Bell", "Bo Dunn"], "aka": [["Ann Dunn"], None]})
    listed, texts = tmp_path / "listed.parquet", tmp_path / "texts.csv"
    pq.write_table(rows, listed)
    texts.write_text("id,name,aka\n3,Ann Dunn,\n")
    columns = tmp_path / "map.toml"
    columns.write_text('record_id = "id"\nfull_name = "name"\naliases = "aka"\n')
    with pytest.raises(LinkInputError, match="lists in one file and text in another"):
        link_files([listed, texts], columns, tmp_path / "out")
    blank = tmp_path / "blank.parquet"
    pq.write_table(pa.table({"id": ["3"], "name": ["Ann Dunn"], "aka": pa.nulls(1)}), blank)
    found = link_files([listed, blank], columns, tmp_path / "out")
    assert pq.read_table(found.pairs_path)["name"].to_pylist() == ["alias"]
    columns.write_text('record_id = "id"\nfull_name = "aka"\n')
    with pytest.raises(LinkInputError, match="column aka of type list"):
        link_files([listed], columns, tmp_path / "out")

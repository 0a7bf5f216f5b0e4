"""How dates, numbers and codes read, and what a chart and a tile say."""

import datetime as dt
import re

import pytest

from reconcile import schema
from reconcile.render import charts, look, tiles
from reconcile.render.charts import Bar, Bars


def dates(lo: str, hi: str = "") -> dict[str, object]:
    return {"lo": dt.date.fromisoformat(lo), "hi": dt.date.fromisoformat(hi or lo), "text": "as sent"}


@pytest.mark.parametrize(
    ("value", "reads"),
    [
        (dates("2018-03-06"), "6 March 2018"),
        (dates("2005-01-01", "2005-12-31"), "2005"),
        (dates("2012-02-01", "2012-02-29"), "February 2012"),
        (dates("2012-12-01", "2012-12-31"), "December 2012"),
        (dates("2012-01-01", "2013-12-31"), "between 1 January 2012 and 31 December 2013"),
        (dates("2012-01-01", "2012-06-30"), "between 1 January 2012 and 30 June 2012"),
        ({"lo": None, "hi": None, "text": "s40"}, "undated (“s40”)"),
        ({"lo": None, "hi": None, "text": ""}, "undated"),
        (None, "undated"),
    ],
)
def test_a_partial_date_reads_as_far_as_it_is_known(value, reads) -> None:
    assert look.partial(value) == reads


@pytest.mark.parametrize(("probability", "reads"), [(1.0, "over 0.999"), (0.98765, "0.988"), (0.0, "under 0.001")])
def test_no_probability_reads_as_certainty(probability, reads) -> None:
    assert look.chance(probability) == reads


def test_a_share_reads_as_a_percentage_or_as_one_in_so_many() -> None:
    shares = (0.123, 0.0005, 1.53e-6, 1e-12)
    assert [look.frequency(share) for share in shares] == ["12.3 %", "0.1 %", "1 in 650,000", "under 1 in a billion"]


def test_lists_and_counts_read_as_sentences_do() -> None:
    assert [look.listed(items) for items in ([], ["a"], ["a", "b"], ["a", "b", "c"])] == [
        "",
        "a",
        "a and b",
        "a, b and c",
    ]
    assert (look.plural(1, "claim"), look.plural(1372, "claim")) == ("1 claim", "1,372 claims")


def test_every_code_of_the_schema_has_a_word() -> None:
    for group, codes in (("status", schema.STATUSES), ("evidence", schema.OVERSEAS_EVIDENCE)):
        assert [code for code in codes if look.word(code, group) == code and "_" in code] == []


def test_a_day_in_a_table_is_short_and_none_is_a_dash() -> None:
    assert (look.short_day(dt.date(2018, 3, 6)), look.short_day(None)) == ("6 Mar 2018", "—")


def test_a_code_without_a_word_is_shown_as_it_is() -> None:
    assert look.word("s40_notice", "basis") == "s40_notice"


def test_a_marking_cannot_break_out_of_the_style_sheet() -> None:
    assert look.css_text('X"; } </style>') == '"X\\22 \\3b  \\7d  \\3c \\2f style\\3e "'


def test_figures_come_in_the_order_of_the_table_however_a_file_kept_them() -> None:
    shuffled = {"over_10_years": 1, "1_to_2_years": 2, "zebra": 3, "up_to_1_year": 4}
    assert list(look.ordered(shuffled, "length")) == ["up_to_1_year", "1_to_2_years", "over_10_years", "zebra"]


CHART = Bars(
    "years", "By year", "2016: 53; 2017: 114", ("Met", "others"), (Bar("2016", (38, 15)), Bar("2017", (79, 35)))
)


def test_a_chart_is_an_image_with_a_name_a_description_and_its_text_as_text() -> None:
    drawn = str(charts.draw(CHART))
    assert drawn.count("<svg") == 2
    assert drawn.count('role="img"') == 2
    assert '<title id="years-broad-title">By year</title><desc id="years-broad-description">2016: 53' in drawn
    assert {"38", "79", "53", "114", "2016"} <= set(re.findall(r">([^<>]+)</text>", drawn))


def test_a_chart_has_no_colour_of_its_own() -> None:
    drawn = str(charts.draw(CHART))
    assert re.findall(r'(?:fill|stroke)="(?!none|var\(|transparent)[^"]+"', drawn) == []


def test_a_chart_is_the_same_bytes_each_time() -> None:
    assert charts.draw(CHART) == charts.draw(CHART)


def test_a_bar_can_begin_where_another_ends_and_says_its_own_count() -> None:
    bars = (Bar("unknown", (30, 0)), Bar("wanted", (0, 12), start=28), Bar(" ", (0, 0)))
    drawn = str(charts.draw(Bars("bridge", "t", "d", ("unknown", "wanted"), bars, upright=False)))
    assert set(re.findall(r">(\d+)</text>", drawn)) == {"30", "12"}
    assert "null" not in drawn
    unknown, wanted = re.findall(r'<path d="M([\d.]+),[\d.]+h([\d.]+)', drawn)[:2]
    assert float(wanted[0]) == pytest.approx(float(unknown[1]) * 28 / 30)


def tile(state: str, claims: int | None) -> tiles.Tile:
    return tiles.Tile("kent", "Kent Police", "Kent", 3, 4, state, claims)


@pytest.mark.parametrize(
    ("state", "claims", "kind", "sign"),
    [
        ("RECEIVED", 227, "step-4", "227"),
        ("RECEIVED", 4, "step-1", "4"),
        ("RECEIVED", 5, "step-2", "5"),
        ("NIL", 0, "nil", "0"),
        ("NOT_RECEIVED", None, "silent", "?"),
        ("REJECTED", None, "rejected", "×"),
    ],
)
def test_a_tile_tells_its_state_by_a_sign_as_well_as_a_look(state, claims, kind, sign) -> None:
    assert (tile(state, claims).kind, tile(state, claims).sign) == (kind, sign)


@pytest.mark.parametrize(
    ("short", "label"),
    [
        ("Leicestershire", "Lei|cester|shire"),
        ("Northamptonshire", "Northamp|ton|shire"),
        ("Met", "Met"),
        ("Kent", "Kent"),
    ],
)
def test_a_long_name_may_break_before_its_ending(short, label) -> None:
    named = tiles.Tile("a", "A Police", short, 1, 1, "NIL", 0)
    assert named.label == label.replace("|", "\N{SOFT HYPHEN}")


def test_the_map_begins_at_its_first_column_and_row() -> None:
    (only,) = tiles.placed([tile("NIL", 0)])
    assert (only.column, only.row) == (1, 1)

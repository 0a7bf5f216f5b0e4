"""The waterfall of a pair: its bars add up, in whatever order the records are named, linked or not."""

import math
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconcile import linkage
from reconcile.demo.population import register
from reconcile.errors import LinkInputError
from reconcile.linkage import model as models
from reconcile.linkage.comparison import compare
from reconcile.linkage.features import prepare
from reconcile.linkage.frequencies import rarity
from reconcile.linkage.guards import GUARDS
from reconcile.linkage.one_pair import weigh
from reconcile.linkage.waterfall import guard_sentence, waterfall
from reconcile.linkage.weighing import PerRecord
from reconcile.render import look
from reconcile.render.look import bits
from reconcile.render.waterfall_picture import Caption, draw
from tests.linkage_records import record, table

pytestmark = pytest.mark.slow

MODEL = models.load()
SIDES = ("left", "right")
CAPTION = Caption("OFFICIAL-SENSITIVE SYNTHETIC", "a:1 and b:1", ("proposed",), ("model",))
PEOPLE = table(
    record("kent:1", "Alan", "Ashdown", "1961-02-03", sex="M", pnc="1999/1234567N", postcode="CT1 1AA", town="Deal"),
    record("essex:1", "Alan", "Ashdown", "1961-02-03", sex="M", pnc="1999/1234567N", postcode="CT1 1AA", town="Deal"),
    record("essex:2", "Brian", "Ashdown", "1961-02-03", sex="M", postcode="CT1 1AA", town="Deal"),
    record("kent:2", "Zoë", "Quill", "1990-11-30", sex="F"),
)


def link(*evidence: tuple[str, float], **more: object) -> dict[str, object]:
    told = [{"feature": name, "level": "exact", "weight": weight, "sentence": f"{name}."} for name, weight in evidence]
    weight = sum(weight for _, weight in evidence)
    row = {"left": "a:1", "right": "b:1", "weight": weight, "probability": 0.5, "strength": "possible", "guard": None}
    return row | {"evidence": told} | more


def test_the_prior_comes_first_then_the_largest_then_household_and_not_known() -> None:
    fall = waterfall(
        link(("sex", 0.1), ("not_known", 9.0), ("birth_date", -7.0), ("household", -8.0), ("prior", -1)), None
    )
    assert [bar.feature for bar in fall.bars] == ["prior", "birth_date", "sex", "household", "not_known"]
    assert [bar.kind for bar in fall.bars] == ["prior", "evidence", "evidence", "household", "not_known"]


@given(st.dictionaries(st.sampled_from(["prior", "name", "sex", "place", "household"]), st.floats(-60, 60), min_size=1))
def test_each_bar_starts_where_the_one_before_ends_and_the_last_ends_at_the_weight(evidence) -> None:
    fall = waterfall(link(*evidence.items()), None)
    assert fall.bars[0].start == 0
    for bar, following in zip(fall.bars, fall.bars[1:], strict=False):
        assert bar.end == following.start
    assert fall.bars[-1].end == pytest.approx(fall.weight, abs=1e-9)
    assert all(bar.end - bar.start == pytest.approx(bar.bits, abs=1e-9) for bar in fall.bars)


def test_evidence_that_does_not_add_up_is_never_drawn() -> None:
    with pytest.raises(ValueError, match="add up"):
        waterfall(link(("name", 3.0), weight=3.1), None)


def test_every_link_of_a_register_adds_up_and_weighs_the_same_when_weighed_alone_in_either_order() -> None:
    records, _ = register(400, 3)
    linked = linkage.link(records, MODEL)
    fitted = PerRecord(linked.model.matches_per_record, linked.model.households_per_record)
    rows = linked.links.to_pylist()
    assert len(rows) > 100
    for row in rows:
        fall = waterfall(row, MODEL)
        assert math.fsum(bar.bits for bar in fall.bars) == pytest.approx(row["weight"], abs=1e-9)
        assert fall.bars[-1].end == pytest.approx(row["weight"], abs=1e-9)
    for row in rows[::40]:
        one = weigh(records, MODEL, row["left"], row["right"], fitted)
        assert one.link["evidence_hash"] == row["evidence_hash"]
        assert one.link["weight"] == pytest.approx(row["weight"], abs=1e-6)
        assert (one.link["strength"], one.link["guard"]) == (row["strength"], row["guard"])
        assert one.blocking.compared
        assert one.blocking.keys
        assert weigh(records, MODEL, row["right"], row["left"], fitted) == one


def test_rarity_is_the_term_frequency_part_of_the_bits() -> None:
    records, _ = register(400, 3)
    features = prepare(records)
    links = linkage.link(records, MODEL).links
    ends = [np.array([features.ids.tolist().index(end) for end in links[side].to_pylist()], np.int32) for side in SIDES]
    offsets = rarity(features, compare(features, *ends), MODEL.rates, MODEL.matches_per_record).match
    seen = set()
    for place, row in enumerate(links.to_pylist()):
        for bar in waterfall(row, MODEL).bars:
            if bar.kind == "evidence":
                expected = float(offsets[bar.feature][place]) if bar.feature in offsets else 0.0
                assert bar.rarity == pytest.approx(expected, abs=1e-3)
                seen |= {bar.feature} if abs(expected) > 1 else set()
            else:
                assert bar.rarity is None
    assert {"name", "place", "place_of_birth"} <= seen


def test_two_records_no_key_brings_together_are_weighed_all_the_same() -> None:
    one = weigh(PEOPLE, MODEL, "kent:2", "kent:1")
    assert (one.blocking.compared, one.blocking.keys) == (False, ())
    assert one.link["strength"] == ""
    assert one.link["weight"] < waterfall(one.link, MODEL).possible < 0


def test_keys_whose_blocks_are_too_large_are_named_and_yet_the_two_were_not_compared() -> None:
    crowd = table(*[record(f"kent:{number}", "John", "Smith") for number in range(150)])
    one = weigh(crowd, MODEL, "kent:3", "kent:77")
    assert not one.blocking.compared
    assert "full name" in one.blocking.keys


def test_twins_are_shown_with_their_guard() -> None:
    fall = waterfall(weigh(PEOPLE, MODEL, "kent:1", "essex:2").link, MODEL)
    assert fall.guard is not None
    assert fall.guard.name == "possible_twins"
    assert "twins" in fall.guard.sentence
    assert fall.strength in ("", "possible")


@pytest.mark.parametrize("ids", [("kent:1", "kent:1"), ("kent:1", "kent:9")])
def test_what_is_no_pair_of_records_is_said_in_one_line(ids) -> None:
    with pytest.raises(LinkInputError):
        weigh(PEOPLE, MODEL, *ids)


def test_every_guard_and_every_feature_has_words() -> None:
    assert all(guard_sentence(name) for name in GUARDS)
    assert all(look.word(name, "guard") != name for name in GUARDS)
    names = [*MODEL.features, "prior", "household", "not_known"]
    assert [name for name in names if look.word(name, "feature") == name] == []


def test_bits_have_a_sign_and_nothing_is_neither() -> None:
    assert [bits(value) for value in (2.94, -2.94, 0.04, -0.04)] == ["+2.9", "−2.9", "0.0", "0.0"]


def test_the_picture_holds_the_waterfall_as_text_and_the_marking_at_head_and_foot() -> None:
    fall = waterfall(weigh(PEOPLE, MODEL, "kent:1", "essex:2").link, MODEL)
    drawn = draw(fall, CAPTION)
    texts = re.findall(r">([^<>]+)</text>", drawn)
    assert texts.count(CAPTION.marking) == 2
    assert "Guard: possible twins" in texts
    for bar in fall.bars:
        assert look.word(bar.feature, "feature") in texts
        assert bits(bar.bits) in texts
    assert f"possible from {bits(fall.possible)}" in texts
    assert f"proposed from {bits(fall.proposed)}" in texts
    assert f"Together {bits(fall.weight)} bits." in drawn


def test_a_headline_of_long_record_ids_is_broken_between_words_and_not_cut_off() -> None:
    ends = "avon-and-somerset:0100150001 and avon-and-somerset:0110090001"
    picture = draw(
        waterfall(link(("name", 9.0)), None), Caption("M", f"{ends}: +49.3 bits, probability over 0.999", (), ())
    )
    told = re.findall(r"<text[^>]*font-size=\"20px\"[^>]*>([^<]*)", picture)
    assert (len(told), " ".join(told)) == (2, f"{ends}: +49.3 bits, probability over 0.999")


def test_the_picture_stands_alone_and_is_the_same_bytes_each_time() -> None:
    fall = waterfall(weigh(PEOPLE, MODEL, "kent:1", "essex:1").link, MODEL)
    drawn = draw(fall, CAPTION)
    assert drawn == draw(fall, CAPTION)
    assert not re.findall(r"(?:href|src|url\(|<script|<image)", drawn)


def test_what_a_force_wrote_is_text_in_the_picture() -> None:
    row = link(("name", 1.0))
    row["evidence"][0]["sentence"] = 'Same name, </text><script>alert("1")</script>.'
    assert "<script" not in draw(waterfall(row, MODEL), CAPTION)

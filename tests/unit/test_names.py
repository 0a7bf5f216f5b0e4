"""Words of names: what is one name written two ways, and what is not."""

import pytest

from reconcile.names import compare, similarity, skeleton, variants
from reconcile.names.compare import relation
from reconcile.names.romanise import romanise

WRITTEN_FOR_ONE_ANOTHER = """
kate katherine | peggy margaret | harry henry | sean shaun | sean john | jan john | juan john | krzysztof christopher
grzegorz gregory | yusuf joseph | jose joseph | siobhan joan | seamus james | dai dafydd | dai david | dafydd david
ieuan john | ioan john | pawel paul | mo mohammed | mick michael | terry terence | andrzej andrew | christine christina
ahmed ahmad | mohammed muhammad | hussain hussein | ghulam gulam | alasdair alexander | hamish james | eilidh helen
liam william | padraig patrick | niamh neve | rhys rees | piotr peter | gheorghe george | vasile basil | nell eleanor
sasha alexander | bill william | liz elizabeth | jack john | tony anthony | steve stephen | bob robert | oksana xenia
gurpreet gurprit | oluwaseun seun | tedros tewodros | mehmet mohammed | abdi abdirahman | kojo kwadwo | zosia sophie
"""
TOLD_APART = """
john janet | paul paula | denis denise | oliver olivia | daniel danielle | stephen stephanie | francis frances
nick nicola | carl carol | hassan hussain | mahmud mohammed | rajesh rakesh | sean jan | lisa isabel | joan janet
david daniel | mary margaret | patrick patricia | samuel samantha | harry harriet | karim karima | mary maureen
"""


def couples(text: str) -> list[tuple[str, str]]:
    found = [couple.split() for line in text.strip().splitlines() for couple in line.split("|")]
    return [(left, right) for left, right in found]


@pytest.mark.parametrize(("left", "right"), couples(WRITTEN_FOR_ONE_ANOTHER))
def test_equivalent_given_names(left: str, right: str) -> None:
    assert variants.equivalent(left, right)
    assert variants.equivalent(right, left)
    assert relation(left, right, given=True) == "equivalent"


@pytest.mark.parametrize(("left", "right"), couples(TOLD_APART))
def test_names_that_are_two_names_are_at_most_somewhat_alike(left: str, right: str) -> None:
    assert not variants.equivalent(left, right)
    assert relation(left, right, given=True) in ("near", "different")


def test_equivalence_does_not_pass_from_one_row_to_the_next() -> None:
    assert variants.equivalent("john", "jan")
    assert variants.equivalent("jan", "janet")
    assert not variants.equivalent("john", "janet")
    assert not variants.equivalent("john", "john")


def test_the_tables_hold_romanised_words_each_once_in_a_row() -> None:
    for row in (*variants.given_rows(), *variants.surname_rows()):
        assert all(word == romanise(word) and " " not in word and word for word in row.words), row.head
        assert all(len({row.head, *group}) == 1 + len(group) for group in row.groups if group), row.head
    for rows in (variants.given_rows(), variants.surname_rows()):
        assert len({row.head for row in rows}) == len(rows)


def test_no_name_of_men_is_written_for_a_name_of_women() -> None:
    known = variants.given_names()
    pairs = [(one, other) for one, others in known.others.items() for other in others]
    assert not [pair for pair in pairs if {known.sexes.get(word, 0) for word in pair} == {1, 2}]


def test_a_name_and_what_it_is_written_for_mostly_share_a_key() -> None:
    assert variants.root("bill") == variants.root("william") == variants.root("billy") == "william"
    assert variants.root("ted") == "edward"
    assert variants.root("no-such-name") == "no-such-name"


@pytest.mark.parametrize(
    ("left", "right"),
    [("mohammed", "muhamad"), ("hussain", "hossein"), ("choudhury", "chowdhuri"), ("philip", "filip")],
)
def test_spellings_of_one_sound_share_a_skeleton(left: str, right: str) -> None:
    assert skeleton.skeleton(left) == skeleton.skeleton(right)


@pytest.mark.parametrize(
    ("left", "right", "given", "expected"),
    [
        ("john", "john", True, "exact"),
        ("j", "john", True, "initial"),
        ("jonh", "john", True, "slip"),
        ("peter", "walter", True, "different"),
        ("", "john", True, "missing"),
        ("smith", "smiht", False, "slip"),
        ("clarke", "klark", False, "sound"),
        ("nowak", "jones", False, "different"),
        ("hill", "hall", False, "near"),
        ("hill", "hsll", False, "slip"),
        ("hill", "hil", False, "slip"),
        ("hill", "hlil", False, "slip"),
        ("williams", "williamson", False, "near"),
        ("williams", "wiliams", False, "slip"),
        ("featherstone", "fetherstoen", False, "slip"),
        ("cox", "fox", False, "different"),
        ("wong", "huang", False, "sound"),
        ("chowdhury", "chaudhry", False, "sound"),
        ("kowalski", "kowalczyk", False, "near"),
        ("paul", "paula", True, "near"),
        ("paul", "pual", True, "slip"),
        ("paul", "psul", True, "slip"),
        ("dean", "sean", True, "near"),
        ("dean", "donna", True, "different"),
        ("karimov", "karimova", True, "near"),
        ("li", "lu", True, "different"),
        ("li", "lin", True, "near"),
        ("suhail", "sohayl", True, "equivalent"),
    ],
)
def test_relation(left: str, right: str, given: bool, expected: str) -> None:
    assert relation(left, right, given=given) == expected


def test_another_order_is_found_and_said() -> None:
    score, sentence = compare("Krzysztof Zawadzki", "Zawadzki Krzysztof")
    assert score > 0.9
    assert "other order" in sentence


def test_what_holds_no_name_is_like_nothing() -> None:
    assert similarity("", "John Smith") == 0
    assert similarity("N/K", "John Smith") == 0
    assert compare("?", "John Smith") == (0, "One of the names is not known.")

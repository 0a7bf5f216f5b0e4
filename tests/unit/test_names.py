"""Names: what is one name written two ways, and what is not."""

import pytest

from reconcile.names import compare, parse, similarity, skeleton, variants
from reconcile.names.compare import relation
from reconcile.names.romanise import romanise


@pytest.mark.parametrize(
    ("text", "latin"),
    [
        ("O’Neill", "oneill"),
        ("Łukasz Wójcik", "lukasz wojcik"),
        ("Ștefănescu", "stefanescu"),
        ("محمد", "muhammad"),
        ("王伟", "wang wei"),
        ("Олександр", "oleksandr"),
        ("Ní Bhriain-Walsh", "ni bhriain walsh"),
        ("", ""),
    ],
)
def test_romanised(text: str, latin: str) -> None:
    assert romanise(text) == latin
    assert romanise(latin) == latin


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Mr John Paul", ("john", "paul")),
        ("Mary-Jane", ("mary", "jane")),
        ("UNKNOWN", ()),
        ("Abdul Rahman", ("abdulrahman",)),
        ("Dr. Siân", ("sian",)),
        ("Ben James", ("ben", "james")),
        ("Le David", ("le", "david")),
        ("Omar bin Said", ("omar", "said")),
    ],
)
def test_given(text: str, expected: tuple[str, ...]) -> None:
    assert parse.given(text) == expected


@pytest.mark.parametrize(
    ("left", "right"),
    [("MacDonald", "Mc Donald"), ("O'Neill", "ONeill"), ("al-Masri", "Masri"), ("van der Berg", "Vanderberg")],
)
def test_one_surname_two_spellings(left: str, right: str) -> None:
    assert parse.surname(left).whole == parse.surname(right).whole


def test_double_barrelled_surname_keeps_its_parts() -> None:
    found = parse.surname("Smith-Jones")
    assert (found.whole, found.parts) == ("smithjones", ("smith", "jones"))


def test_maiden_name_is_kept_apart() -> None:
    found = parse.surname("Jones née Smith")
    assert (found.whole, found.former) == ("jones", "smith")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("SMITH, John Paul", ("John Paul", "SMITH")),
        ("John Paul Smith", ("John Paul", "Smith")),
        ("Ludwig van Beethoven", ("Ludwig", "van Beethoven")),
        ("Prince", ("", "Prince")),
        ("王伟", ("伟", "王")),
        ("", ("", "")),
    ],
)
def test_full_name_split(text: str, expected: tuple[str, str]) -> None:
    assert parse.full(text) == expected


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("kate", "katherine"),
        ("seamus", "james"),
        ("krzysztof", "christopher"),
        ("gheorghe", "george"),
        ("mo", "mohammed"),
        ("yusuf", "joseph"),
        ("dafydd", "david"),
        ("eilidh", "helen"),
        ("bill", "william"),
    ],
)
def test_equivalent_given_names(left: str, right: str) -> None:
    assert variants.equivalent(left, right)
    assert variants.equivalent(right, left)
    assert relation(left, right, given=True) == "equivalent"


@pytest.mark.parametrize(("left", "right"), [("david", "daniel"), ("mary", "margaret"), ("john", "john")])
def test_names_that_are_not_equivalent(left: str, right: str) -> None:
    assert not variants.equivalent(left, right)


def test_table_of_given_names_is_clean() -> None:
    for row in variants.rows():
        assert len(row) >= 2
        assert all(word == romanise(word) and " " not in word for word in row)


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
    ],
)
def test_relation(left: str, right: str, given: bool, expected: str) -> None:
    assert relation(left, right, given=given) == expected


def test_scores_order_and_only_equal_names_reach_one() -> None:
    ladder = [
        similarity("John Smith", "John Smith"),
        similarity("John Smith", "JOHN SMITH"),
        similarity("John Smith", "Jack Smith"),
        similarity("John Smith", "John Brown"),
        similarity("John Smith", "Peter Brown"),
    ]
    assert ladder == sorted(ladder, reverse=True)
    assert ladder[0] == 1.0
    assert ladder[1] < 1.0
    assert len(set(ladder)) == len(ladder)


def test_swapped_names_are_found_and_said() -> None:
    score, sentence = compare("Krzysztof Nowak", "Nowak Krzysztof")
    assert score > 0.9
    assert "other order" in sentence

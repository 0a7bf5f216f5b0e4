"""What must hold of names whatever they are: symmetry, one rule for one pair and for many, keys that miss nothing."""

from unittest import mock

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from reconcile.names import compare, parse, readings, similarity, tokens, variants
from reconcile.names.compare import GIVEN, SURNAME, given_relations, lexicon, relation, surname_relations
from reconcile.names.romanise import romanise
from reconcile.names.skeleton import SHORTEST, deletions, skeleton, skeletons

KNOWN = sorted({word for row in variants.given_rows()[::7] for word in row.words})[:400]
SURNAMES = sorted({word for row in variants.surname_rows()[::5] for word in row.words})
words = st.one_of(st.sampled_from(KNOWN), st.sampled_from(SURNAMES), st.text("abdehimnosuy", min_size=1, max_size=9))
some_words = st.lists(words, min_size=1, max_size=3).map(lambda found: " ".join(word.title() for word in found))
marks = st.text(alphabet="abÉñłó 'O-,МиХ王김علیरा.", max_size=14)
names = st.one_of(
    some_words, marks, st.just("Smith, John"), st.just("Mary Jones née Smith"), st.just("J P Cole aka Al")
)


@given(names, names)
@settings(max_examples=300, deadline=None)
def test_similarity_is_symmetric_bounded_and_one_for_equal_names_alone(left: str, right: str) -> None:
    score = similarity(left, right)
    assert score == similarity(right, left)
    assert compare(left, right) == compare(right, left)
    assert 0 <= score <= 1
    assert (score == 1) == (left == right)


@given(st.lists(words, min_size=2, max_size=12, unique=True))
@settings(max_examples=100, deadline=None)
def test_one_pair_of_words_and_many_follow_the_same_rules(found: list[str]) -> None:
    found = sorted(found)
    left, right = (side.astype(np.int64) for side in np.triu_indices(len(found)))
    for given_names, names_of, relations in ((True, GIVEN, given_relations), (False, SURNAME, surname_relations)):
        prepared = lexicon(found, given=given_names)
        levels, turned = relations(prepared, left, right), relations(prepared, right, left)
        assert levels.tolist() == turned.tolist()
        for one, other, level in zip(left, right, levels, strict=True):
            assert names_of[level] == relation(found[one], found[other], given=given_names)


@given(some_words)
@settings(max_examples=300, deadline=None)
def test_plain_names_are_read_as_every_name_is(text: str) -> None:
    if (found := readings._simple(text)) is not None:
        given_names, surname = parse.full(text)
        assert found == (parse.given(given_names), parse.surname(surname))


@given(marks)
@settings(max_examples=300, deadline=None)
def test_romanised_text_is_plain_and_stays_as_it_is(text: str) -> None:
    latin = romanise(text)
    assert romanise(latin) == latin
    assert set(latin) <= set("abcdefghijklmnopqrstuvwxyz0123456789 ")
    assert latin == " ".join(latin.split())


@given(st.lists(st.text("abc1", max_size=16), unique=True, max_size=30))
@settings(max_examples=200, deadline=None)
def test_a_key_stands_for_one_shortened_word_and_every_shortened_word_has_its_key(found: list[str]) -> None:
    owners, keys = deletions(found)
    expected = {
        (place, short)
        for place, word in enumerate(found)
        if len(word) >= SHORTEST
        for short in (word, *(word[:cut] + word[cut + 1 :] for cut in range(len(word))))
    }
    by_short: dict[str, set[int]] = {}
    for place, short in expected:
        by_short.setdefault(short, set()).add(place)
    by_key: dict[int, set[int]] = {}
    for place, key in zip(owners.tolist(), keys.tolist(), strict=True):
        by_key.setdefault(key, set()).add(place)
    assert len(owners) == len(expected)
    assert sorted(map(sorted, by_key.values())) == sorted(map(sorted, by_short.values()))
    assert sorted(by_key) == list(range(len(by_key)))
    assert owners.tolist() == sorted(owners.tolist())


@given(st.lists(st.text("acdghkoszy ", max_size=10), max_size=8))
def test_skeletons_of_many_words_are_those_of_each(found: list[str]) -> None:
    assert skeletons(found) == [skeleton(word) for word in found]


listed = (found for found in vars(tokens.words()).values() if isinstance(found, frozenset | tuple))
LISTED = sorted({word for found in listed for text in found if text.isascii() for word in text.split() if word[1:]})
usual_texts = st.lists(st.one_of(words, st.sampled_from(LISTED)), min_size=1, max_size=5).map(
    lambda found: " ".join(word.title() for word in found)
)


@given(usual_texts)
@settings(max_examples=500, deadline=None)
def test_the_quick_reading_of_usual_words_is_the_slow_one(text: str) -> None:
    quick = parse.given(text), parse.surname(text), parse.full(text)
    with (
        mock.patch("reconcile.names.parse.usual", return_value=None),
        mock.patch("reconcile.names.order.usual", return_value=None),
    ):
        assert quick == (parse.given(text), parse.surname(text), parse.full(text))

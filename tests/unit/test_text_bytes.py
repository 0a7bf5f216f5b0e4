"""The bytes of texts are those of the texts asked for: of a slice of an array, with nulls, and beyond ASCII."""

from itertools import pairwise

import pyarrow as pa
import pytest

from reconcile.values.text_bytes import of_length, spread

TEXTS = ["a", "bcd", None, "", "é1", "efg", "日"]


@pytest.mark.parametrize("begin", [0, 1, 2, 7])
def test_bytes_of_a_slice_are_those_of_its_texts(begin: int) -> None:
    texts = pa.array(TEXTS).slice(begin)
    start, content = spread(texts)
    found = [content[one:end].tobytes().decode() for one, end in pairwise(start)]
    assert found == [text or "" for text in TEXTS[begin:]]


@pytest.mark.parametrize("begin", [0, 2, 7])
@pytest.mark.parametrize("width", [0, 3])
def test_texts_of_one_length_are_found_by_their_bytes(begin: int, width: int) -> None:
    places, content = of_length(pa.array(TEXTS).slice(begin), width)
    wanted = {
        place: text for place, text in enumerate(TEXTS[begin:]) if text is not None and len(text.encode()) == width
    }
    assert dict(zip(places.tolist(), (row.tobytes().decode() for row in content), strict=True)) == wanted


def test_no_texts_have_no_bytes() -> None:
    start, _content = spread(pa.array([], pa.string()))
    assert start.tolist() == [0]
    assert [len(found) for found in of_length(pa.nulls(2, pa.string()), 3)] == [0, 0]

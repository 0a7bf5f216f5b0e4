"""Reading identifiers as columns gives what reading them one by one gives; so do placeholders."""

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from reconcile.values import identifier_columns, identifiers, placeholders

SCHEMES = ("pnc", "cro", "nomis", "ni_number", "crn", "passport", "visor", "driving_licence")
NUMBERS = st.one_of(
    st.from_regex(r"\A(19|20)\d{2}/\d{7}[A-Z]\Z"),
    st.from_regex(r"\A\d{6}/\d{2}[A-Z]\Z"),
    st.from_regex(r"\A\s?(\d{2}|\d{4})\s?/?\s?\d{1,7}\s?[A-Za-z]\s?\Z"),
    st.from_regex(r"\A(SF|sf)?\d{1,6}/?\d{2}[A-Za-z]?\Z"),
    st.from_regex(r"\A[A-Za-z]{1,2}[ -]?\d{4,6}[ -]?[A-Za-z]{0,2}\Z"),
    st.sampled_from(
        [
            "no trace",
            "NONE",
            "000000/00Z",
            "0000/0000000Z",
            "SF00/000Z",
            "123456789",
            "",
            "  ",
            "N/K",
            "ß/1A",
            "１２/34U",
        ]
    ),
    st.text(max_size=8),
)


@given(st.sampled_from(SCHEMES), st.lists(NUMBERS, max_size=12), st.sampled_from([2018, 2049]))
def test_columns_read_as_single_texts_do(scheme: str, texts: list[str], latest_year: int) -> None:
    read = identifier_columns.parse_column(scheme, pa.array(texts, pa.string()), latest_year).to_pylist()
    assert read == [vars(identifiers.parse(scheme, text, latest_year)) if text.strip() else None for text in texts]


@given(
    st.sampled_from(placeholders.FIELDS),
    st.lists(
        st.one_of(
            NUMBERS,
            st.sampled_from(
                ["NFA", "c/o HMP Leeds", "ZZ99 3VZ", "1970-01-01", "unknown", "Łukasz", "Ł", "no  fixed abode"]
            ),
            st.none(),
        ),
        max_size=12,
    ),
)
def test_placeholders_of_a_column_are_those_of_its_texts(field: str, texts: list[str | None]) -> None:
    read = placeholders.worthless(field, pa.array(texts, pa.string())).to_pylist()
    assert read == [text is not None and placeholders.is_placeholder(field, text) for text in texts]

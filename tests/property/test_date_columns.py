"""Reading dates as a column gives what reading them one by one gives."""

import pyarrow as pa
from hypothesis import example, given, settings
from hypothesis import strategies as st

from reconcile.values import dates

figures = st.from_regex(r"\A\d{1,2}[/.\- ]\d{1,2}[/.\- ](\d{2}|\d{4})\Z", alphabet="0123456789/.- ")
first = st.from_regex(r"\A(1[789]|20)?\d{2}[/.\-]\d{1,2}[/.\-]\d{1,2}\Z", alphabet="0123456789/.- ")
ODD = ("5-Mar-12", "Mar 2012", "2012", "31/02/2012", "29.02.2000", "29-02-1900", "", " ", "05/03/2012 00:00", "n/k")
MORE = ("٠٥/03/2012", "00/03/2012", "1799-12-31", "9999-12-31", "31/12/99", "12/31/1999", "20120305", "01/02/2012 ")
words = st.sampled_from((*ODD, *MORE))


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.one_of(figures, first, words, st.none()), max_size=12),
    st.sampled_from(dates.ORDERS),
    st.integers(2010, 2049),
)
@example(["01/01/0000", "0000-01-01", "31/04/2001", "30/04/2001"], "dmy", 2049)
def test_a_column_is_read_as_its_texts_are(texts: list[str | None], order: str, latest_year: int) -> None:
    found = dates.parse_column(pa.array(texts, pa.string()), order, latest_year).to_pylist()
    alone = (dates.parse(text, order, latest_year) if text is not None else None for text in texts)
    assert found == [vars(one) if one else None for one in alone]

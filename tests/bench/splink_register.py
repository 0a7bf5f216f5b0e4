"""Splink's model of a register of people.

Decides how Splink is told to link the flat registers: what its columns are, which pairs it compares, how, and on what
it is trained. Invariant: only what Splink's own documentation shows, or what the Core Person Record of the Ministry of
Justice does with it; no label is used.
"""

from typing import Any

import splink.comparison_level_library as cll
import splink.comparison_library as cl
from splink import block_on

from tests.bench.splink_model import Model

MACROS = [
    r"create macro words(text) as regexp_extract_all(regexp_replace(lower(strip_accents(text)), '[''’`.]', '', 'g'), '[a-z]+')",
    r"create macro known(texts) as list_distinct(list_filter(texts, lambda text: text is not null))",
]
COLUMNS = r"""
with parted as (
    select
        *,
        words(given_names) as given,
        words(surname) as family,
        list_filter(
            list_transform(string_split(coalesce(other_names, ''), ';'), lambda other: words(other)),
            lambda part: len(part) > 1
        ) as others,
        case when postcode not in ('NF1 1NF', 'NF1 1FA', 'ZZ99 3VZ') then upper(postcode) end as home
    from read_parquet('{file}')
),
named as (
    select
        *,
        given[1] as forename,
        nullif(array_to_string(given[2:], ' '), '') as middle,
        nullif(array_to_string(family, ''), '') as last_name,
        case when birth_date not in ('1900-01-01', '1970-01-01') then try_cast(birth_date as date) end as birth
    from parted
)
select
    record_id as unique_id,
    sex,
    forename,
    middle,
    last_name,
    forename || ' ' || last_name as full_name,
    array_to_string(list_sort(list_concat(given[1:1], family)), ' ') as sorted_name,
    known(list_concat([forename], list_transform(others, lambda other: other[1]))) as forenames,
    known(list_concat([last_name], list_transform(others, lambda other: other[-1]))) as last_names,
    known(list_concat(
        [forename || ' ' || last_name], list_transform(others, lambda other: other[1] || ' ' || other[-1])
    )) as full_names,
    birth,
    cast(birth as varchar) as birth_text,
    cast(try_cast(conviction_date as date) as varchar) as convicted,
    nullif(lower(place_of_birth), '') as birth_place,
    home as postcode,
    nullif(regexp_extract(home, '^[A-Z]{{1,2}}[0-9][A-Z0-9]?'), '') as outcode,
    nullif(lower(town), '') as town,
    nullif(trim(regexp_replace(lower(strip_accents(address)), '[^a-z0-9]+', ' ', 'g')), '') as address,
    pnc,
    case when cro <> '000000/00Z' then cro end as cro,
    nomis
from named
"""


def level(condition: str, says: str, **more: Any) -> dict[str, Any]:
    return {"sql_condition": condition, "label_for_charts": says, **more}


def tf(level: Any, column: str, weight: float = 1.0) -> Any:
    return level.configure(tf_adjustment_column=column, tf_adjustment_weight=weight)


def held(level: Any, m: float) -> Any:
    return level.configure(m_probability=m, fix_m_probability=True)


NAME = cl.CustomComparison(
    output_column_name="name",
    comparison_levels=[
        cll.And(cll.NullLevel("forename"), cll.NullLevel("last_name")).configure(is_null_level=True),
        tf(cll.ExactMatchLevel("full_name"), "full_name"),
        cll.ColumnsReversedLevel("forename", "last_name", symmetrical=True),
        cll.And(cll.JaroWinklerLevel("forename", 0.92), cll.JaroWinklerLevel("last_name", 0.92)),
        cll.ArrayIntersectLevel("full_names", 1),
        cll.And(cll.JaroWinklerLevel("forename", 0.8), cll.JaroWinklerLevel("last_name", 0.8)),
        cll.And(cll.ArrayIntersectLevel("forenames", 1), cll.ArrayIntersectLevel("last_names", 1)),
        tf(cll.ExactMatchLevel("last_name"), "last_name"),
        tf(cll.ExactMatchLevel("forename"), "forename"),
        cll.ElseLevel(),
    ],
)
MIDDLE = cl.CustomComparison(
    output_column_name="middle",
    comparison_levels=[
        cll.NullLevel("middle"),
        tf(cll.ExactMatchLevel("middle"), "middle"),
        level("middle_l[1] = middle_r[1] and least(len(middle_l), len(middle_r)) = 1", "Initial"),
        cll.JaroWinklerLevel("middle", 0.85),
        cll.ElseLevel(),
    ],
)
BIRTH = cl.CustomComparison(
    output_column_name="birth",
    comparison_levels=[
        cll.NullLevel("birth"),
        tf(cll.ExactMatchLevel("birth"), "birth"),
        cll.DamerauLevenshteinLevel("birth_text", 1),
        level(
            "year(birth_l) = year(birth_r) and month(birth_l) = day(birth_r) and day(birth_l) = month(birth_r)",
            "Day and month swapped",
        ),
        cll.DamerauLevenshteinLevel("birth_text", 2),
        cll.AbsoluteDateDifferenceLevel("birth", input_is_string=False, threshold=1, metric="year"),
        cll.AbsoluteDateDifferenceLevel("birth", input_is_string=False, threshold=10, metric="year"),
        cll.ElseLevel(),
    ],
)
PLACE = cl.CustomComparison(
    output_column_name="place",
    comparison_levels=[
        cll.And(cll.NullLevel("postcode"), cll.NullLevel("address")).configure(is_null_level=True),
        tf(cll.And(cll.ExactMatchLevel("address"), cll.ExactMatchLevel("postcode")), "postcode"),
        tf(cll.ExactMatchLevel("postcode"), "postcode"),
        tf(cll.ExactMatchLevel("address"), "address"),
        cll.And(cll.JaroWinklerLevel("address", 0.92), cll.ExactMatchLevel("town")),
        tf(cll.ExactMatchLevel("outcode"), "outcode"),
        tf(cll.ExactMatchLevel("town"), "town"),
        cll.ElseLevel(),
    ],
)
IDENTIFIERS = cl.CustomComparison(
    output_column_name="identifiers",
    comparison_levels=[
        level("pnc_l = pnc_r or cro_l = cro_r or nomis_l = nomis_r", "One equal"),
        level("damerau_levenshtein(pnc_l, pnc_r) <= 1 or damerau_levenshtein(cro_l, cro_r) <= 1", "One edit"),
        level("damerau_levenshtein(pnc_l, pnc_r) <= 2 or damerau_levenshtein(cro_l, cro_r) <= 2", "Two edits"),
        level(
            "(pnc_l is null or pnc_r is null) and (cro_l is null or cro_r is null) and (nomis_l is null or nomis_r is null)",
            "None in both",
            is_null_level=True,
        ),
        cll.ElseLevel(),
    ],
)
CONVICTED = cl.DamerauLevenshteinAtThresholds("convicted", [1])
# No true pair of a clean file disagrees here, and EM would drive m to nothing and stop with an error: held instead.
NEVER = 0.002
BIRTH_PLACE = cl.CustomComparison(
    output_column_name="birth_place",
    comparison_levels=[
        cll.NullLevel("birth_place"),
        held(tf(cll.ExactMatchLevel("birth_place"), "birth_place"), 1 - NEVER),
        held(cll.ElseLevel(), NEVER),
    ],
)
SEX = cl.CustomComparison(
    output_column_name="sex",
    comparison_levels=[
        cll.NullLevel("sex"),
        held(cll.ExactMatchLevel("sex"), 1 - NEVER),
        held(cll.ElseLevel(), NEVER),
    ],
)

LEAN = [
    block_on("pnc"),
    block_on("last_name", "birth"),
    block_on("forename", "birth"),
    block_on("postcode", "forename"),
    block_on("postcode", "last_name"),
    block_on("outcode", "birth"),
    block_on("full_name", "town"),
    block_on("full_name", "substr(birth_text, 1, 4)"),
]
STRONG = [
    block_on("pnc"),
    block_on("cro"),
    block_on("nomis"),
    block_on("birth", "postcode"),
    block_on("birth", "outcode"),
    block_on("birth", "convicted"),
    block_on("birth", "last_name"),
    block_on("birth", "forename"),
    block_on("birth", "sorted_name"),
    block_on("birth", "substr(forename, 1, 2)", "substr(last_name, 1, 2)"),
    block_on("birth", "last_names", arrays_to_explode=["last_names"]),
    block_on("birth", "forenames", arrays_to_explode=["forenames"]),
    block_on("postcode", "last_name"),
    block_on("postcode", "forename"),
    block_on("postcode", "substr(forename, 1, 2)", "substr(last_name, 1, 2)"),
    block_on("convicted", "last_name"),
    block_on("convicted", "forename"),
    block_on("convicted", "postcode"),
    block_on("convicted", "substr(forename, 1, 2)", "substr(last_name, 1, 2)"),
    block_on("full_name", "substr(birth_text, 1, 4)"),
    block_on("full_name", "substr(birth_text, 6, 5)"),
    block_on("full_name", "town"),
    block_on("full_name", "outcode"),
    block_on("full_name", "middle"),
    block_on("full_names", "outcode", arrays_to_explode=["full_names"]),
    block_on("sorted_name", "substr(birth_text, 1, 4)"),
]
CERTAIN = [
    block_on("forename", "last_name", "birth"),
    block_on("forename", "last_name", "postcode"),
    block_on("forename", "last_name", "pnc"),
    block_on("birth", "postcode", "forename"),
    block_on("birth", "postcode", "last_name"),
    block_on("convicted", "forename", "last_name"),
]


def model(variant: str = "strong") -> Model:
    """The model of a register: ``variant`` says what is left out or put in."""
    return Model(
        columns=COLUMNS,
        macros=MACROS,
        comparisons=[NAME, MIDDLE, BIRTH, PLACE, IDENTIFIERS, CONVICTED, BIRTH_PLACE, SEX],
        rules=LEAN if "lean" in variant else STRONG,
        certain=CERTAIN,
        recall=0.8,
        sessions=[
            block_on("pnc"),
            block_on("full_name", "birth"),
            block_on("postcode", "convicted"),
            block_on("birth", "convicted"),
        ],
        u_pairs=1e6,
        threshold=8.0,
    )

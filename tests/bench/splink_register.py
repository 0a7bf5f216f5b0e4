"""Splink's model of a register of people.

Decides how Splink is told to link the flat registers: its columns, the pairs it compares, how, and what it is trained
on. Invariant: what its documentation shows and what the Core Person Record of the Ministry of Justice does with it; no
label is used, and of the variants tried on 100,000 records it is the one with the highest cluster F1.
"""

from typing import Any, Final

import splink.comparison_level_library as cll
import splink.comparison_library as cl
from splink import block_on

from tests.bench.splink_columns import REGISTER
from tests.bench.splink_model import Model

Level = Any


def says(condition: str, label: str, **more: Any) -> Level:
    return {"sql_condition": condition, "label_for_charts": label, **more}


def tf(level: Level, column: str, weight: float = 1.0) -> Level:
    """The level with its weight by how frequent the value is."""
    return level.configure(tf_adjustment_column=column, tf_adjustment_weight=weight)


def held_m(level: Level, m: float) -> Level:
    """The level with an m that EM leaves alone."""
    return level.configure(m_probability=m, fix_m_probability=True)


NEVER: Final = 0.002
"""m of a disagreement that no true pair shows: EM would drive it to nothing and stop with an error."""

NAME: Final = cl.CustomComparison(
    output_column_name="name",
    comparison_levels=[
        cll.And(cll.NullLevel("forename"), cll.NullLevel("last_name")).configure(is_null_level=True),
        tf(cll.ExactMatchLevel("full_name"), "full_name"),
        cll.ColumnsReversedLevel("forename", "last_name", symmetrical=True).configure(
            u_probability=5e-6, fix_u_probability=True
        ),
        tf(cll.JaroWinklerLevel("full_name", 0.95), "full_name", 0.7),
        cll.And(cll.JaroWinklerLevel("forename", 0.9), cll.JaroWinklerLevel("last_name", 0.9)),
        cll.ArrayIntersectLevel("full_names", 1),
        tf(cll.And(cll.JaroWinklerLevel("forename", 0.75), cll.ExactMatchLevel("last_name")), "last_name", 0.7),
        cll.And(cll.JaroWinklerLevel("forename", 0.8), cll.JaroWinklerLevel("last_name", 0.8)),
        cll.And(cll.ArrayIntersectLevel("forenames", 1), cll.ArrayIntersectLevel("last_names", 1)),
        tf(cll.ExactMatchLevel("last_name"), "last_name"),
        tf(cll.ExactMatchLevel("forename"), "forename"),
        cll.ElseLevel(),
    ],
)
MIDDLE: Final = cl.CustomComparison(
    output_column_name="middle",
    comparison_levels=[
        cll.NullLevel("middle"),
        tf(cll.ExactMatchLevel("middle"), "middle"),
        says("middle_l[1] = middle_r[1] and least(len(middle_l), len(middle_r)) = 1", "Initial"),
        cll.JaroWinklerLevel("middle", 0.85),
        cll.ElseLevel(),
    ],
)
BIRTH: Final = cl.CustomComparison(
    output_column_name="birth",
    comparison_levels=[
        cll.NullLevel("birth"),
        tf(cll.ExactMatchLevel("birth"), "birth"),
        cll.LevenshteinLevel("birth_text", 1),
        says(
            "year(birth_l) = year(birth_r) and month(birth_l) = day(birth_r) and day(birth_l) = month(birth_r)",
            "Day and month swapped",
        ),
        cll.LevenshteinLevel("birth_text", 2),
        cll.AbsoluteDateDifferenceLevel("birth", input_is_string=False, threshold=1, metric="year"),
        cll.AbsoluteDateDifferenceLevel("birth", input_is_string=False, threshold=10, metric="year"),
        cll.ElseLevel(),
    ],
)
PLACE: Final = cl.CustomComparison(
    output_column_name="place",
    comparison_levels=[
        cll.And(cll.NullLevel("postcode"), cll.NullLevel("address")).configure(is_null_level=True),
        tf(cll.ExactMatchLevel("postcode"), "postcode"),
        tf(cll.ExactMatchLevel("address"), "address"),
        tf(cll.ExactMatchLevel("outcode"), "outcode"),
        tf(cll.ExactMatchLevel("town"), "town"),
        cll.ElseLevel(),
    ],
)
IDENTIFIERS: Final = cl.CustomComparison(
    output_column_name="identifiers",
    comparison_levels=[
        says(
            "pnc_l = pnc_r or cro_l = cro_r or nomis_l = nomis_r",
            "One equal",
            u_probability=1e-7,
            fix_u_probability=True,
        ),
        says(
            "levenshtein(pnc_l, pnc_r) <= 2 or levenshtein(cro_l, cro_r) <= 2",
            "Up to two edits",
            u_probability=5e-6,
            fix_u_probability=True,
        ),
        says(
            "(pnc_l is null or pnc_r is null) and (cro_l is null or cro_r is null)"
            " and (nomis_l is null or nomis_r is null)",
            "None in both",
            is_null_level=True,
        ),
        cll.ElseLevel(),
    ],
)
CONVICTED: Final = cl.LevenshteinAtThresholds("convicted", [1])
BIRTH_PLACE: Final = cl.CustomComparison(
    output_column_name="birth_place",
    comparison_levels=[
        cll.NullLevel("birth_place"),
        held_m(tf(cll.ExactMatchLevel("birth_place"), "birth_place"), 1 - NEVER),
        held_m(cll.ElseLevel(), NEVER),
    ],
)
SEX: Final = cl.CustomComparison(
    output_column_name="sex",
    comparison_levels=[
        cll.NullLevel("sex"),
        held_m(cll.ExactMatchLevel("sex"), 1 - NEVER),
        held_m(cll.ElseLevel(), NEVER),
    ],
)

LEAN: Final = [
    block_on("pnc"),
    block_on("last_name", "birth"),
    block_on("forename", "birth"),
    block_on("postcode", "forename"),
    block_on("postcode", "last_name"),
    block_on("outcode", "birth"),
    block_on("full_name", "town"),
    block_on("full_name", "birth_year"),
]
STRONG: Final = [
    block_on("pnc"),
    block_on("cro"),
    block_on("nomis"),
    block_on("birth", "substr(last_name, 1, 2)"),
    block_on("birth", "substr(forename, 1, 2)"),
    block_on("birth", "convicted"),
    block_on("birth", "birth_place"),
    block_on("birth", "town"),
    block_on("birth", "last_names", arrays_to_explode=["last_names"]),
    block_on("postcode", "last_name"),
    block_on("postcode", "forename"),
    block_on("convicted", "substr(forename, 1, 2)", "substr(last_name, 1, 2)"),
    block_on("convicted", "last_names", arrays_to_explode=["last_names"]),
    block_on("rare_name"),
    block_on("full_name", "middle"),
    block_on("full_name", "substr(birth_text, 6, 5)"),
    block_on("sorted_name", "birth_year"),
]
CERTAIN: Final = [
    block_on("forename", "last_name", "birth"),
    block_on("forename", "last_name", "postcode"),
    block_on("forename", "last_name", "pnc"),
    block_on("birth", "postcode", "forename"),
    block_on("birth", "postcode", "last_name"),
    block_on("convicted", "forename", "last_name"),
]
SESSIONS: Final = [
    block_on("full_name", "birth"),
    block_on("birth", "convicted"),
    block_on("postcode", "convicted"),
    block_on("pnc"),
]
# The Core Person Record's rule for twins, and the same thought for a parent and child or siblings at one address.
HOUSEHOLD: Final = """
l.last_name = r.last_name
and coalesce(l.pnc <> r.pnc, true) and coalesce(l.cro <> r.cro, true) and coalesce(l.nomis <> r.nomis, true)
and coalesce(l.convicted <> r.convicted, true)
and (
    (
        l.birth = r.birth and jaro_winkler_similarity(l.forename, r.forename) < 0.7
        and not list_has_any(l.full_names, r.full_names)
    )
    or ((l.postcode = r.postcode or l.address = r.address) and damerau_levenshtein(l.birth_text, r.birth_text) > 2)
)
"""


ADVISED: Final = 1e7
"""Random pairs for u: "often adequate whilst testing", says Splink's documentation, which advises 1e8 or 1e9."""
DEFAULT: Final = 1e6
"""Splink's own default, of which it warns that it may be too small."""


def model(rules: list[Any] = STRONG, u_pairs: float = ADVISED) -> Model:
    """The most accurate model found; with ``LEAN`` rules or ``DEFAULT`` pairs a quicker one."""
    return Model(
        columns=REGISTER,
        comparisons=[NAME, MIDDLE, BIRTH, PLACE, IDENTIFIERS, CONVICTED, BIRTH_PLACE, SEX],
        rules=rules,
        certain=CERTAIN,
        recall=0.8,
        sessions=SESSIONS,
        u_pairs=u_pairs,
        threshold=2.0,
        doubt=HOUSEHOLD,
    )

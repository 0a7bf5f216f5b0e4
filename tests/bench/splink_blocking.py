"""What Splink's blocking rules compare and reach.

Decides the ceiling of its recall. Invariant: counted from the rules themselves, on the prepared columns, apart from
the timed run.
"""

from typing import Any

from duckdb import DuckDBPyConnection
from splink import Linker
from splink.blocking_analysis import count_comparisons_from_blocking_rules

from tests.bench.splink_model import Model


def compared(model: Model, linker: Linker) -> int:
    """Pairs that any rule compares, each counted once."""
    tables = list(linker._input_tables_dict.values())
    counts = count_comparisons_from_blocking_rules(
        tables if model.between else tables[0],
        blocking_rules=model.rules,
        link_type="link_only" if model.between else "dedupe_only",
        unique_id_column_name="unique_id",
        record_sample_proportion=1.0,
    )
    return int(sum(row["marginal_comparison_count"] for row in counts))


def ceiling(model: Model, connection: DuckDBPyConnection, names: list[str], truth: str) -> float:
    """The share of the true pairs of ``truth`` (Parquet: record_id, person, source) that any rule compares."""
    people = " union all ".join(f"select * from {name}" for name in names)
    reached = " or ".join(f"coalesce({_condition(rule)}, false)" for rule in model.rules)
    sides = " and l_truth.source <> r_truth.source" if model.between else ""
    found = connection.execute(
        f"""
        with people as ({people}), truth as (select * from read_parquet('{truth}'))
        select avg(case when {reached} then 1.0 else 0.0 end)
        from truth as l_truth
        join truth as r_truth on l_truth.person = r_truth.person and l_truth.record_id < r_truth.record_id{sides}
        join people as l on l.unique_id = l_truth.record_id
        join people as r on r.unique_id = r_truth.record_id
        """
    ).fetchone()
    return round(float(found[0]), 6) if found else 0.0


def _condition(rule: Any) -> str:
    """A rule as SQL over two records; an exploded array is one that shares an element."""
    stated = rule.get_blocking_rule("duckdb")
    sql = str(stated.blocking_rule_sql)
    for column in getattr(stated, "array_columns_to_explode", []):
        sql = sql.replace(f'l."{column}" = r."{column}"', f'list_has_any(l."{column}", r."{column}")')
    return f"({sql})"

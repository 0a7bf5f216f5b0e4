"""Splink's whole run: read, prepare, train, predict, cluster, written.

``python -m tests.bench.splink_run link MODEL OUT FILE…`` in Splink's environment. Decides what counts as Splink's time.
Invariant: the run knows no truth; ``blocking`` is another run, outside the time, that counts what the rules reach.
"""

import json
import platform
import sys
import time
from pathlib import Path
from typing import Any

import duckdb
import splink
from splink import DuckDBAPI, Linker, SettingsCreator

from tests.bench import splink_blocking, splink_public, splink_register
from tests.bench.splink_columns import MACROS
from tests.bench.splink_model import Model

MODELS = {
    "register": splink_register.model,
    "register_quick": lambda: splink_register.model(u_pairs=splink_register.DEFAULT),
    "register_lean": lambda: splink_register.model(splink_register.LEAN),
    "febrl3": splink_public.febrl3,
    "febrl4": splink_public.febrl4,
    "fake_1000": splink_public.fake_1000,
}


class Clock:
    """Seconds of each step since the last one."""

    def __init__(self) -> None:
        self.last = time.perf_counter()
        self.seconds: dict[str, float] = {}

    def tick(self, step: str) -> None:
        now = time.perf_counter()
        self.seconds[step] = round(now - self.last, 3)
        self.last = now


def prepared(model: Model, files: list[str]) -> tuple[duckdb.DuckDBPyConnection, list[str]]:
    """A connection holding one prepared table a file, and the tables' names."""
    connection = duckdb.connect()
    for macro in MACROS:
        connection.execute(macro)
    names = []
    for number, file in enumerate(files):
        names.append(f"people_{number}")
        connection.execute(f"create table {names[-1]} as {model.columns.format(file=file)}")
    return connection, names


def linker_of(model: Model, connection: duckdb.DuckDBPyConnection, names: list[str]) -> Linker:
    settings = SettingsCreator(
        link_type="link_only" if model.between else "dedupe_only",
        blocking_rules_to_generate_predictions=model.rules,
        comparisons=model.comparisons,
        retain_matching_columns=False,
        retain_intermediate_calculation_columns=False,
        max_iterations=25,
    )
    api = DuckDBAPI(connection=connection)
    tables = [api.register(name, dataset_display_name=name) for name in names]
    return Linker(tables if model.between else tables[0], settings)


def link(model: Model, files: list[str], out: Path) -> dict[str, Any]:
    """Link ``files`` and write pairs.parquet (left, right, weight) and clusters.parquet (record_id, cluster)."""
    clock = Clock()
    connection, names = prepared(model, files)
    linker = linker_of(model, connection, names)
    clock.tick("prepare")
    linker.training.estimate_probability_two_random_records_match(model.certain, recall=model.recall)
    clock.tick("prior")
    linker.training.estimate_u_using_random_sampling(max_pairs=model.u_pairs, seed=1)
    clock.tick("u")
    for rule in model.sessions:
        linker.training.estimate_parameters_using_expectation_maximisation(rule, estimate_without_term_frequencies=True)
    clock.tick("EM")
    pairs = linker.inference.predict(threshold_match_weight=model.least)
    clock.tick("predict")
    if model.doubt:
        _doubt(connection, pairs.physical_name, names[0], model)
        clock.tick("rule")
    clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(
        pairs, threshold_match_weight=model.threshold
    )
    clock.tick("cluster")
    _write(
        connection,
        pairs.physical_name,
        'unique_id_l as "left", unique_id_r as "right", match_weight as weight',
        out / "pairs.parquet",
    )
    _write(
        connection, clusters.physical_name, "unique_id as record_id, cluster_id as cluster", out / "clusters.parquet"
    )
    clock.tick("write")
    linker.misc.save_model_to_json(str(out / "model.json"), overwrite=True)
    return {"seconds": clock.seconds, "threshold": model.threshold}


def _doubt(connection: duckdb.DuckDBPyConnection, pairs: str, people: str, model: Model) -> None:
    """Take the pairs that the model's ``doubt`` is true of down to its least weight."""
    # CASE keeps the rule's equalities from being planned as the join.
    connection.execute(
        f"create or replace temp table doubted as select pair.rowid as row_number from {pairs} as pair "
        f"join {people} as l on l.unique_id = pair.unique_id_l join {people} as r on r.unique_id = pair.unique_id_r "
        f"where case when {model.doubt} then true else false end"
    )
    connection.execute(
        f"update {pairs} set match_weight = {model.least} where rowid in (select row_number from doubted)"
    )


def _write(connection: duckdb.DuckDBPyConnection, table: str, columns: str, path: Path) -> None:
    connection.execute(f"copy (select {columns} from {table}) to '{path}' (format parquet)")


def main() -> None:
    verb, *rest = sys.argv[1:]
    if verb == "versions":
        found = {"splink": splink.__version__, "duckdb": duckdb.__version__, "python": platform.python_version()}
    elif verb == "link":
        found = link(MODELS[rest[0]](), rest[2:], Path(rest[1]))
    else:
        model = MODELS[rest[0]]()
        connection, names = prepared(model, rest[2:])
        linker = linker_of(model, connection, names)
        found = {
            "compared": splink_blocking.compared(model, linker),
            "ceiling": splink_blocking.ceiling(model, connection, names, rest[1]),
        }
    sys.stdout.write(json.dumps(found) + "\n")


if __name__ == "__main__":
    main()

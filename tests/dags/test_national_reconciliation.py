"""The national DAG's wiring, with the stages replaced: what one failing force, a refusal and a lost source do."""

import json
import subprocess
import sys
import types
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from reconcile.errors import DeliveryError, ExtractError, SourceError
from reconcile.forces import forces
from reconcile.sources import SourceUnreachable

SLUGS = [force.slug for force in forces()]
STAGES = ["gather", "link", "resolve", "assess", "compile_list"]
COUNTS = {"Cycle": "2018-03", "Open claims": 372, "Forces silent": "kent"}


SECRETS = ("durham-drop", "Tr0ub4dor-and-3", "sftp.durham.example", "AAAAC3NzaC1lZDI1NTE5")
signed_in: list[Any] = []


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    """Replaces what the tasks do; gives the calls made, in order."""
    made: list[tuple[str, ...]] = []
    tasks: Any = types.ModuleType("reconcile.tasks")

    def intake(workspace: str, force: str, connections: Callable[[str], Any]) -> dict[str, Any]:
        made.append(("intake", workspace, force))
        if force == "durham":
            signed_in.append(connections("force_durham"))
        if force == "essex":
            raise ExtractError("essex: its extract was rejected: it is no table: ask the force for another")
        if force == "kent":
            raise ConnectionError("no route to the source")
        return {"state": "RECEIVED", "accepted": 7, "quarantined": 0}

    def release(workspace: str, answer: Any, shown: Any) -> str:
        assert shown == COUNTS
        made.append(("release", answer["responded_by_user"]["name"], answer["params_input"]["reason"]))
        return "2018-03-1"

    def stage(name: str, result: Any) -> Callable[[str], Any]:
        return lambda workspace: (made.append((name, workspace)), result)[1]

    def deliver(workspace: str, force: str, connections: Callable[[str], Any]) -> dict[str, Any]:
        made.append(("deliver", workspace, force))
        if force == "durham":
            signed_in.append(connections("force_durham"))
        if force == "essex":
            raise DeliveryError("essex: no public key is known: have the force make one")
        if force == "kent":
            raise SourceUnreachable("kent: the outbox could not be reached")
        return {"state": "delivered", "bytes": 7}

    tasks.intake, tasks.release, tasks.deliver = intake, release, deliver
    for name in [*STAGES, "acceptance", "notify", "report", "purge"]:
        setattr(tasks, name, stage(name, COUNTS if name == "compile_list" else 1))
    monkeypatch.setitem(sys.modules, "reconcile.tasks", tasks)
    monkeypatch.setattr("reconcile.tasks", tasks, raising=False)
    return made


def states(run: Any) -> dict[str, str]:
    """State by task, an intake by the name its instance shows in the grid, a delivery by that with its task."""
    return {_name(ti): ti.state for ti in run.get_task_instances()}


def _name(ti: Any) -> str:
    shown = ti.rendered_map_index or ti.task_id
    return f"deliver {shown}" if ti.task_id == "deliver" else shown


@pytest.mark.slow
def test_a_failing_force_never_stops_the_national_list(
    dag: Any, answering: Any, calls: list, airflow_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = answering("Approve", "counts checked")
    signed_in.clear()
    login, password, host, key = SECRETS
    stored = {"conn_type": "sftp", "host": host, "login": login, "password": password, "extra": {"host_key": key}}
    monkeypatch.setenv("AIRFLOW_CONN_FORCE_DURHAM", json.dumps(stored))
    run = dag.test(run_conf={"workspace": "somewhere"})
    assert run.state == "failed", "who got no report is seen"
    assert [(each.login, each.password, each.host, each.extra["host_key"]) for each in signed_in] == [SECRETS] * 2
    for path in [path for path in airflow_home.rglob("*") if path.is_file()]:
        assert not [secret for secret in SECRETS if secret.encode() in path.read_bytes()], path.name
    intakes = {slug: "failed" if slug in ("essex", "kent") else "success" for slug in SLUGS}
    others = [*STAGES, "acceptance", "notify", "sign_off", "release", "report", "purge"]
    delivered = {f"deliver {slug}": state for slug, state in intakes.items()}
    assert states(run) == intakes | delivered | dict.fromkeys(others, "success")
    tried = Counter(call[2] for call in calls if call[0] == "intake")
    assert tried == Counter(SLUGS) + Counter({"kent": 2}), "rejected fails at once, unreachable is tried three times"
    tried = Counter(call[2] for call in calls if call[0] == "deliver")
    assert tried == Counter(SLUGS) + Counter({"kent": 2}), "without a key it fails at once, an outbox is tried again"
    assert calls.index(("report", "somewhere")) < min(calls.index(call) for call in calls if call[0] == "deliver")
    made = [call for call in calls if call[0] not in ("intake", "deliver")]
    assert [call for call in made if call[0] != "acceptance"] == [
        *((name, "somewhere") for name in STAGES),
        ("release", "coordinator-1", "counts checked"),
        ("notify", "somewhere"),
        ("report", "somewhere"),
        ("purge", "somewhere"),
    ]
    assert made.index(("acceptance", "somewhere")) > made.index(("gather", "somewhere"))
    assert shown[0] == "Release the national list of cycle 2018-03?"
    assert "| Open claims | 372 |\n| Forces silent | kent |" in shown[1]


def test_a_connection_airflow_has_not_is_looked_for_in_the_environment(
    dag: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from connections import of_airflow

    assert of_airflow("force_durham") is None
    monkeypatch.setenv("RECONCILE_CONN_FORCE_DURHAM", "sftp://durham-drop@sftp.durham.example")
    assert of_airflow("force_durham").login == "durham-drop"
    monkeypatch.setenv("AIRFLOW_CONN_FORCE_DURHAM", "sftp://airflows@sftp.durham.example")
    assert of_airflow("force_durham").login == "airflows"
    monkeypatch.setenv("AIRFLOW_CONN_FORCE_DURHAM", '{"conn_type": "sftp", "extra": "[1]"}')
    with pytest.raises(SourceError, match="no JSON object"):
        of_airflow("force_durham")


@pytest.mark.slow
def test_a_refused_sign_off_publishes_nothing(dag: Any, answering: Any, calls: list) -> None:
    answering("Reject", "two forces are to answer tomorrow")
    run = dag.test()
    assert run.state == "success"
    after = states(run)
    assert (after["sign_off"], after["release"], after["report"]) == ("success", "skipped", "skipped")
    assert {"release", "notify", "report", "deliver", "purge"}.isdisjoint(call[0] for call in calls)


def test_the_dag_says_whose_it_is_and_what_to_do(dag: Any) -> None:
    assert "**Owner:**" in dag.doc_md
    assert "**When a task fails**" in dag.doc_md
    assert dag.owner == "national coordinators"
    assert dag.tags == {"cycle", "national", "sign-off"}
    assert dag.max_active_runs == 1


@pytest.mark.slow
def test_parsing_imports_nothing_heavy(airflow_home: Path) -> None:
    """The DAG processor parses this file again and again; linkage and validation load when a task runs."""
    code = (
        "import sys; from pathlib import Path; from airflow.dag_processing.dagbag import BundleDagBag;"
        "before = set(sys.modules); path = Path('dags');"
        "bag = BundleDagBag(path, bundle_path=path, bundle_name='dags-folder');"
        "assert not bag.import_errors, bag.import_errors;"
        "print(sorted({name.split('.')[0] for name in set(sys.modules) - before}))"
    )
    root = Path(__file__).parents[2]
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=root).stdout
    loaded = set(eval(out.strip().splitlines()[-1]))
    assert "reconcile" in loaded
    assert not loaded & {"great_expectations", "pandas", "scipy", "rapidfuzz", "altair"}

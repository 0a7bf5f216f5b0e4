"""Gives the DAG tests an Airflow of their own, in a temporary folder, set before Airflow is first imported."""

import os
import shutil
import tempfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
HOME = Path(tempfile.mkdtemp(prefix="airflow-"))
os.environ |= {
    "AIRFLOW_HOME": str(HOME),
    "AIRFLOW__CORE__DAGS_FOLDER": str(ROOT / "dags"),
    "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
    "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{HOME / 'airflow.db'}",
    "AIRFLOW__LOGGING__BASE_LOG_FOLDER": str(HOME / "logs"),
    "AIRFLOW__USAGE_DATA_COLLECTION__ENABLED": "False",
}


def pytest_unconfigure() -> None:
    shutil.rmtree(HOME, ignore_errors=True)


@pytest.fixture(scope="session")
def airflow_home() -> Path:
    """The folder of an Airflow with an empty database."""
    from airflow.utils.db import initdb

    initdb()
    return HOME


@pytest.fixture
def dag(dags: Any) -> Any:
    """The national DAG, retrying at once."""
    found = dags["national_reconciliation"]
    for task in ("intake", "deliver"):
        for rule in found.get_task(task).partial_kwargs["retry_policy"].rules:
            rule.retry_delay = timedelta(0)
    return found


@pytest.fixture
def dags(airflow_home: Path) -> Any:
    """Every DAG of the folder, by name."""
    from airflow.dag_processing.dagbag import BundleDagBag

    bag = BundleDagBag(ROOT / "dags", bundle_path=ROOT / "dags", bundle_name="dags-folder")
    assert not bag.import_errors
    return bag.dags


@pytest.fixture
def answering(monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], list[str]]:
    """Answer the sign-off in place of a person: ``answering("Approve", "a reason")`` gives what the person is shown."""
    from airflow.providers.standard.operators.hitl import HITLOperator
    from airflow.sdk.timezone import utcnow

    def answer(option: str, reason: str) -> list[str]:
        shown: list[str] = []

        def execute(self: Any, context: Any) -> Any:
            shown.extend((self.subject, self.body))
            asked = {"reason": reason, "accept_bands": ""}
            given = {"chosen_options": [option], "params_input": asked, "responded_at": utcnow()}
            given |= {"responded_by_user": {"id": "1", "name": "coordinator-1"}, "timedout": False}
            return self.execute_complete(context, given)

        monkeypatch.setattr(HITLOperator, "execute", execute)
        return shown

    return answer

"""The pages inside Airflow: who its users are there. Airflow itself is imported for real, its server is not started."""

import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from reconcile import settings
from reconcile.errors import SettingsError

TOML = 'cycle = "2018-03"\npolicy_document = "A"\ndpia = "D"\n'
ROLES = 'airflow_roles = { Admin = ["coordinator"], "Registry Team" = ["reviewer", "protected"] }\n'


def chosen(root: Path, more: str = ROLES) -> settings.Settings:
    (root / "reconcile.toml").write_text(TOML + more)
    return settings.load(root)


def user(**held: Any) -> Any:
    return SimpleNamespace(get_name=lambda: "ann", **held)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("held", "roles"),
    [
        ({"role": "ADMIN"}, {"coordinator"}),
        ({"role": None}, set()),
        ({"role": "viewer"}, set()),
        ({"roles": [SimpleNamespace(name="Admin"), SimpleNamespace(name="Viewer")]}, {"coordinator"}),
        ({"roles": ["Op"], "groups": ["registry team"]}, {"reviewer", "protected"}),
        ({}, set()),
    ],
)
def test_a_user_of_any_authentication_manager_has_the_roles_of_the_table_and_no_other(tmp_path, held, roles) -> None:
    from reconcile.review.airflow_plugin import visitor_of

    visitor = visitor_of(user(**held), chosen(tmp_path))
    assert visitor is not None
    assert (visitor.name, visitor.roles, visitor.force) == ("ann", roles, "")
    assert visitor_of(None, chosen(tmp_path)) is None


@pytest.mark.slow
def test_the_pages_are_one_entry_of_the_navigation_and_nobodys_without_a_token(tmp_path, monkeypatch) -> None:
    from starlette.testclient import TestClient

    from reconcile.review import airflow_plugin

    monkeypatch.setenv("RECONCILE_WORKSPACE", str(tmp_path))
    chosen(tmp_path)
    (view,) = airflow_plugin.ReconcileReviewPlugin.external_views
    assert (view["name"], view["href"], view["destination"]) == ("Review", "/reconcile-review/", "nav")
    (app,) = airflow_plugin.ReconcileReviewPlugin.fastapi_apps
    visitors = TestClient(app["app"], follow_redirects=False)
    assert visitors.get("/").status_code == 401

    async def admin(_scope: Any) -> Any:
        return user(role="admin")

    monkeypatch.setattr(airflow_plugin, "_user", admin)
    assert "National coordinator" in visitors.get("/").text
    assert "Sign out" not in visitors.get("/").text, "Airflow does that"


@pytest.mark.slow
def test_loading_the_plugin_imports_none_of_the_pages() -> None:
    said = (
        "import sys; from airflow.plugins_manager import AirflowPlugin; before = set(sys.modules);"
        "import reconcile.review.airflow_plugin; now = set(sys.modules) - before;"
        "print(sorted({name.split('.')[0] for name in now} & {'pyarrow', 'numpy', 'pandas', 'great_expectations'}))"
    )
    run = subprocess.run([sys.executable, "-c", said], capture_output=True, text=True, check=True)
    assert run.stdout.splitlines()[-1] == "[]"


def test_only_the_plugin_imports_airflow() -> None:
    root = Path(settings.__file__).parent
    found = {
        path.name
        for path in root.rglob("*.py")
        if any(line.strip().startswith(("import airflow", "from airflow")) for line in path.read_text().splitlines())
    }
    assert "airflow_plugin.py" in found
    assert all(name.startswith("airflow_") for name in found)


@pytest.mark.parametrize(
    "more",
    ["airflow_roles = 3", 'airflow_roles = { a = "reviewer" }', 'airflow_roles = { a = ["king"] }'],
)
def test_a_table_of_roles_that_is_none_is_refused_in_a_line(tmp_path, more) -> None:
    with pytest.raises(SettingsError, match="airflow_roles"):
        chosen(tmp_path, more)
    with pytest.raises(SettingsError, match="airflow_roles"):
        chosen(tmp_path, 'airflow_roles = { a = ["force"] }')

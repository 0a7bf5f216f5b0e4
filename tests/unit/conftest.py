"""What several files of unit tests begin from."""

import shutil
from pathlib import Path

import pytest

from reconcile.settings import Settings, load
from tests import force_country


@pytest.fixture(scope="session")
def told_country(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The workspace of ``force_country``, every force's report written, to be copied."""
    with pytest.MonkeyPatch.context() as patched:
        patched.delenv("RECONCILE_DATABASE_URL", raising=False)
        return force_country.told(tmp_path_factory.mktemp("told") / "workspace").workspace.root


@pytest.fixture
def told_settings(told_country: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A copy of it, a test's own."""
    monkeypatch.delenv("RECONCILE_DATABASE_URL", raising=False)
    return load(shutil.copytree(told_country, tmp_path / "workspace"))

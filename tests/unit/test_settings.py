"""A run is refused, in one line, without the references the law asks for."""

import pytest

from reconcile import settings
from reconcile.errors import SettingsError

GOOD = 'cycle = "2018-03"\npolicy_document = "APD-1"\ndpia = "DPIA-1"\n'


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (GOOD.replace('policy_document = "APD-1"\n', ""), "policy_document"),
        (GOOD.replace('dpia = "DPIA-1"\n', ""), "dpia"),
        (GOOD + 'colour = "red"\n', "colour"),
        (GOOD + 'purpose = "curiosity"\n', "purpose"),
        (GOOD.replace("2018-03", "../elsewhere"), "cycle"),
        ("cycle = \n", "TOML"),
    ],
)
def test_what_is_wrong_is_named(tmp_path, text: str, says: str) -> None:
    (tmp_path / settings.FILE).write_text(text)
    with pytest.raises(SettingsError, match=says):
        settings.load(tmp_path)


def test_the_environment_overrides_the_database(tmp_path, monkeypatch) -> None:
    (tmp_path / settings.FILE).write_text(GOOD)
    assert settings.load(tmp_path).database_url.startswith("sqlite:///")
    monkeypatch.setenv("RECONCILE_DATABASE_URL", "postgresql://db/reconcile")
    assert settings.load(tmp_path).database_url == "postgresql://db/reconcile"

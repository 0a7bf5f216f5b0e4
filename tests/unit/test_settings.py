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
        (GOOD + 'cut_off = "2018-03-05"\n', "without quotes"),
        (GOOD + "reuse_days = -1\n", "reuse_days"),
        (GOOD + 'name_under_18 = "no"\n', "name_under_18"),
        (GOOD + "keep_snapshot_months = 2.5\n", "no number of months"),
        (GOOD + "stale_after_days = true\n", "stale_after_days"),
        (GOOD.replace('"2018-03"', "2018"), "cycle is no line of text: write one in quotes"),
        (GOOD.replace('"2018-03"', "2018-03-01"), "cycle is no line of text: write one in quotes"),
        (GOOD.replace('"APD-1"', "[]"), "policy_document is no line of text"),
        (GOOD + "inbox = 4\n", "inbox is no line of text"),
        (GOOD + 'marking = " "\n', "marking is no line of text"),
        (GOOD + 'synthetic = "no"\n', "synthetic is neither true nor false"),
        (GOOD.replace("2018-03", "spring") + "reuse_days = 92\n", "counted back from cut_off"),
    ],
)
def test_what_is_wrong_is_named(tmp_path, text: str, says: str) -> None:
    (tmp_path / settings.FILE).write_text(text)
    with pytest.raises(SettingsError, match=says):
        settings.load(tmp_path)


def test_a_file_that_is_not_written_in_utf_8_is_said_to_be_so(tmp_path) -> None:
    (tmp_path / settings.FILE).write_bytes(GOOD.replace("APD-1", "Pol\u00e9").encode("latin-1"))
    with pytest.raises(SettingsError, match="is not written in UTF-8: save it so"):
        settings.load(tmp_path)


def test_the_environment_overrides_the_database(tmp_path, monkeypatch) -> None:
    (tmp_path / settings.FILE).write_text(GOOD)
    assert settings.load(tmp_path).database_url.startswith("sqlite:///")
    monkeypatch.setenv("RECONCILE_DATABASE_URL", "postgresql://db/reconcile")
    assert settings.load(tmp_path).database_url == "postgresql://db/reconcile"


@pytest.mark.parametrize(
    ("cycle", "cut_off", "moment", "last_day"),
    [
        ("2018-03", "", None, "2018-03-31"),
        ("2018-02-14", "", None, "2018-02-14"),
        ("2018-13", "", None, None),
        ("spring", "", None, None),
        ("spring", "2018-03-05", "2018-03-05T23:59:59.999999+00:00", "2018-03-05"),
        ("2018-03", "2018-04-05T17:00:00", "2018-04-05T17:00:00+00:00", "2018-04-05"),
        ("2018-03", "2018-04-05T00:30:00+01:00", "2018-04-04T23:30:00+00:00", "2018-04-04"),
    ],
)
def test_the_last_day_a_cycle_can_speak_of(tmp_path, cycle: str, cut_off: str, moment: str, last_day: str) -> None:
    text = GOOD.replace("2018-03", cycle) + (f"cut_off = {cut_off}\n" if cut_off else "")
    (tmp_path / settings.FILE).write_text(text)
    found = settings.load(tmp_path)
    assert (found.cut_off and found.cut_off.isoformat()) == moment
    assert (found.last_day and found.last_day.isoformat()) == last_day

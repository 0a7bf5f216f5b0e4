"""The 45 profiles load, are distinct, and a fault in one names file, key and what to do."""

from importlib.resources import files

import pytest

from reconcile.errors import ProfileError
from reconcile.forces import forces, profile
from reconcile.forces.profile import REQUIRED
from reconcile.forces.register import load

TEXT = (files("reconcile.forces") / "durham.toml").read_text(encoding="utf-8")


def test_there_are_45_forces_sorted_by_slug():
    slugs = [force.slug for force in forces()]
    assert len(slugs) == 45
    assert slugs == sorted(set(slugs))


@pytest.mark.parametrize("key", ["name", "short", "tile", "ons_code", "home_office_code"])
def test_forces_share_no_code_name_or_tile(key):
    values = [getattr(force, key) for force in forces() if getattr(force, key)]
    assert len(values) == len(set(values))


def test_codes_are_left_empty_only_where_none_is_known():
    assert [force.slug for force in forces() if not force.ons_code] == ["psni"]
    assert [force.slug for force in forces() if not force.home_office_code] == ["police-scotland", "psni"]


def test_tiles_lie_as_the_country_does():
    tile = {force.slug: force.tile for force in forces()}
    assert min(tile, key=lambda slug: tile[slug][1]) == "police-scotland"
    assert min(tile, key=lambda slug: tile[slug][0]) == "psni"
    assert tile["dyfed-powys"][0] < tile["west-mercia"][0] < tile["norfolk"][0]
    assert tile["kent"][1] > tile["metropolitan"][1]


def test_dialects_really_differ():
    formats = {
        (each.kind, each.encoding, each.delimiter, each.date_order)
        for each in (profile(force.slug).format for force in forces())
    }
    assert len(formats) >= 8
    assert {kind for kind, *_ in formats} == {"csv", "xlsx", "xml", "json"}
    assert {order for *_, order in formats} == {"dmy", "mdy", "ymd"}
    names = {profile(force.slug).columns["birth_date"][0] for force in forces()}
    assert len(names) >= 10


@pytest.mark.parametrize("force", forces(), ids=lambda force: force.slug)
def test_a_profile_maps_what_a_claim_needs_and_no_source_column_twice(force):
    said = profile(force.slug)
    assert set(REQUIRED) | {"last_contact", "conviction_date", "disposal", "order_end"} <= said.columns.keys()
    sources = [source for each in said.columns.values() for source in each] + list(said.identifiers.values())
    assert len(sources) == len(set(sources))
    assert {"whereabouts_unknown", "wanted", "located"} <= set(said.values["status"].values())
    assert "pnc" in said.identifiers


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('date_order = "dmy"', 'date_order = "dym"', "format.date_order"),
        ('encoding = "utf-8-sig"', 'encoding = "utf-88"', "format.encoding"),
        ("tile = [6, 2]", "tile = [6]", "tile"),
        ('kind = "csv"', 'kind = "pdf"', "format.kind"),
        ('slug = "durham"', 'slug = "durnham"', "slug"),
        ("[source]", 'colour = "red"\n[source]', "colour"),
        ('= "whereabouts_unknown"', '= "vanished"', "values.status"),
        ("[identifiers]", 'shoe_size = "Shoe"\n[identifiers]', "columns.shoe_size"),
        ("tile = [6, 2]", "tile = [6, 2", "TOML"),
    ],
)
def test_a_fault_is_told_in_one_line_with_file_and_key(old, new, told):
    assert old in TEXT
    with pytest.raises(ProfileError) as error:
        load("durham.toml", TEXT.replace(old, new, 1))
    said = str(error.value)
    assert said.startswith("durham.toml: ")
    assert told in said
    assert "\n" not in said


@pytest.mark.parametrize("column", REQUIRED)
def test_a_profile_without_a_needed_column_is_refused(column):
    lines = [line for line in TEXT.splitlines() if not line.startswith(f"{column} = ")]
    with pytest.raises(ProfileError, match=f"columns.{column} is missing"):
        load("durham.toml", "\n".join(lines))


def test_a_force_nobody_knows_is_refused_with_the_known_ones():
    with pytest.raises(ProfileError, match="known are avon-and-somerset"):
        profile("british-transport")

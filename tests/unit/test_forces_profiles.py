"""The 45 profiles load, are distinct, and a fault in one names file, key and what to do."""

import re
from importlib.resources import files

import pytest

from reconcile.errors import ProfileError
from reconcile.forces import forces, profile
from reconcile.forces.checks import REQUIRED
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
        ("tile = [6, 2]", "tile = [true, 2]", "tile"),
        ("tile = [6, 2]", "tile = [6, 200]", "off the map"),
        ('slug = "durham"', 'slug = "../durham"', "slug"),
        ('ons_code = "', 'ons_code = "E1', "ons_code"),
        ('uri = ""', 'url = ""', "source.url"),
        ('uri = ""', 'uri = "sftp://me:pw@host/x"', "source.uri holds a login"),
        ('uri = ""', 'uri = "http://host/x"', "source.uri is of http"),
        ('uri = ""', 'uri = "sftp://host/x"', "source.connection is missing"),
        ('uri = ""', 'uri = "s3:///x"', "source.uri names no bucket"),
        ('uri = ""', 'uri = "in"\nconnection = "force_durham"', "source.connection signs in to no folder"),
        ('email = "public', 'email = "public protection', "report.email is no address of a mailbox"),
        ('email = "public-protection@durham.police.example"', "email = 7", "report.email is missing or not a text"),
        ('phone = "01632', 'phone = "x01632', "report.phone is no telephone number"),
        ('unit = "Public', 'unit = "\\nPublic', "report.unit is no name of a unit"),
        ("[report]", '[report]\nofficer = "A. Person"', "report.officer is unknown"),
        ('uri = ""', 'uri = "s3://x"\nconnection = "force-durham"', "source.connection is 'force-durham'"),
        ('pattern = "', 'pattern = "drop/', "source.pattern"),
        ('encoding = "utf-8-sig"', 'encoding = "base64"', "no encoding of text"),
        ('delimiter = ";"', 'delimiter = ";;"', "format.delimiter"),
        ("[identifiers]", '[identifiers]\nshoe_size = "Shoe"', "identifiers.shoe_size is unknown: known are"),
        ('pnc = "PNC"', 'pnc = "date of birth"', "identifiers.pnc is 'date of birth', which columns.birth_date is too"),
        ("[values.sex]", '[values.sex]\n"n/k" = "X"', "tokens.unknown has too"),
        ("[values.sex]", '[values.sex]\n" f" = "M"', "has another meaning in other letters"),
        ("[values.sex]", '[values.sex]\n" " = "X"', "blank"),
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


def test_a_workspace_keeps_profiles_of_its_own(tmp_path):
    own = tmp_path / "profiles"
    assert profile("durham", own) == profile("durham")
    own.mkdir()
    identity = {"slug", "name", "short", "jurisdiction", "ons_code", "home_office_code", "tile"}
    lines = [line for line in TEXT.splitlines() if line.partition(" = ")[0] not in identity]
    mine = "\n".join(lines).replace('uri = ""', 'uri = "s3://forces/durham"')
    (own / "durham.toml").write_text(mine, encoding="utf-8-sig")
    found = profile("durham", own)
    assert found.source.uri == "s3://forces/durham"
    assert (found.force, found.columns) == (profile("durham").force, profile("durham").columns)
    assert profile("kent", own) == profile("kent")
    assert profile("durham").source.uri == ""


@pytest.mark.parametrize(
    ("file", "content", "told"),
    [
        ("durnham.toml", b"", "profiles/durnham.toml: no force has this slug: known are avon"),
        ("durham.toml", b'name = "County Durham"', "profiles/durham.toml: name is not that of Durham Constabulary"),
        ("durham.toml", b'slug = "\xff"', "profiles/durham.toml: not written in UTF-8"),
        ("durham.toml", b"slug = ", "profiles/durham.toml: no valid TOML"),
        ("durham.toml", b"[source]", "profiles/durham.toml: "),
    ],
)
def test_a_fault_in_a_profile_of_the_workspace_is_told_in_one_line(tmp_path, file, content, told):
    (tmp_path / "profiles").mkdir()
    (tmp_path / "profiles" / file).write_bytes(content)
    with pytest.raises(ProfileError) as error:
        profile("durham", tmp_path / "profiles")
    assert str(error.value).startswith(told)
    assert "\n" not in str(error.value)


def test_every_shipped_force_has_a_contact_that_is_nobodys() -> None:
    """Domains nobody can own (RFC 2606) and telephone numbers Ofcom keeps for drama."""
    every = [profile(force.slug).report for force in forces()]
    assert all(each.unit and each.email.endswith(".police.example") for each in every)
    assert all(re.fullmatch(r"01632 960\d{3}", each.phone) for each in every)
    assert len({each.email for each in every}) == len({each.phone for each in every}) == len(every)

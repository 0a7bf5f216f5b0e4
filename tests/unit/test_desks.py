"""Where a force's reports go, as its profile says it: public keys, an outbox that can be written, no key twice."""

from pathlib import Path

import pytest
from pyrage import x25519

from reconcile.errors import ProfileError
from reconcile.forces import desk, desks, forces, profile
from reconcile.forces.desk import fingerprint


def key() -> str:
    return str(x25519.Identity.generate().to_public())


def put(folder: Path, slug: str, *lines: str, of: str | None = None) -> None:
    folder.mkdir(exist_ok=True)
    head = f'slug = "{of or slug}"\n[report]\n'
    (folder / f"{slug}.toml").write_text(head + "\n".join(lines) + "\n", encoding="utf-8")


def recipients(*keys: str) -> str:
    return f"recipients = [{', '.join(repr(each) for each in keys)}]"


def test_no_key_is_shipped_and_no_two_forces_share_one() -> None:
    known = desks()
    assert list(known) == [force.slug for force in forces()]
    assert not any(each.recipients for each in known.values())


def test_a_file_of_nothing_but_the_desk_leaves_the_dialect_as_shipped(tmp_path: Path) -> None:
    mine = key()
    put(tmp_path, "kent", recipients(mine), 'outbox = "sftp://kent.example/in"', 'connection = "kent_drop"')
    found, shipped = profile("kent", tmp_path), profile("kent")
    assert (found.report.recipients, found.report.outbox) == ((mine,), "sftp://kent.example/in")
    assert (found.columns, found.format, found.source) == (shipped.columns, shipped.format, shipped.source)
    assert found.report.unit == shipped.report.unit, "what is left out is as shipped"
    assert profile("essex", tmp_path) == profile("essex")


def test_a_file_of_something_else_has_to_be_a_whole_profile(tmp_path: Path) -> None:
    put(tmp_path, "kent", recipients(key()), "[tokens]", "unknown = []")
    with pytest.raises(ProfileError, match="source"):
        profile("kent", tmp_path)


@pytest.mark.parametrize("case", ["lower", "upper", "in a longer text"])
def test_a_secret_key_is_refused_and_not_repeated(tmp_path: Path, case: str) -> None:
    secret = str(x25519.Identity.generate())
    written = {"lower": secret.lower(), "upper": secret, "in a longer text": f"kent {secret}"}[case]
    put(tmp_path, "kent", recipients(key(), written))
    with pytest.raises(ProfileError) as error:
        profile("kent", tmp_path)
    said = str(error.value)
    assert said.startswith(f"{tmp_path.name}/kent.toml: report.recipients, key 2, is a secret key")
    assert secret.casefold()[16:] not in said.casefold()
    assert "\n" not in said
    assert error.value.__cause__ is None


@pytest.mark.parametrize(
    "written", ["age1abc", "", "age1" + "q" * 58, "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIEoG", "our key", "{key} "]
)
def test_what_is_no_public_key_is_refused_and_not_repeated(tmp_path: Path, written: str) -> None:
    written = written.replace("{key}", key())
    put(tmp_path, "kent", recipients(written))
    with pytest.raises(ProfileError, match="key 1, is no public key of age") as error:
        profile("kent", tmp_path)
    assert not written or written not in str(error.value)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ('recipients = "age1"', "report.recipients is not a list of public keys"),
        ("recipients = [1]", "report.recipients is not a list of public keys"),
        ('recipient = ["age1"]', "report.recipient is unknown"),
        ('outbox = "https://kent.example/in"', "report.outbox is of https, to which no report is put"),
        ('outbox = "sftp://me:pw@kent.example/in"', "report.outbox holds a login"),
        ('outbox = "sftp://kent.example/in"', "report.connection is missing"),
        ('outbox = "ftp://kent.example/in"', "report.outbox is of ftp"),
        ('outbox = "s3:///in"', "report.outbox names no bucket"),
        ('outbox = "ssh://kent.example/in"', "report.outbox is of ssh: write sftp"),
        ('connection = "kent drop"', "report.connection is 'kent drop'"),
        ('connection = "kent_drop"', "report.connection signs in to no folder"),
        ('email = "Ann Officer <ann@kent.example>"', "report.email is no address of a mailbox"),
        ('unit = """a\nb"""', "report.unit is no name of a unit"),
        ("phone = 101", "report.phone is missing or not a text"),
    ],
)
def test_a_fault_of_the_desk_is_one_line_that_names_file_and_key(tmp_path: Path, line: str, told: str) -> None:
    put(tmp_path, "kent", line)
    with pytest.raises(ProfileError) as error:
        profile("kent", tmp_path)
    assert str(error.value).startswith(f"{tmp_path.name}/kent.toml: {told}")
    assert "\n" not in str(error.value)


def test_the_same_key_in_two_forces_is_refused_by_its_fingerprint(tmp_path: Path) -> None:
    shared = key()
    put(tmp_path, "kent", recipients(key(), shared))
    put(tmp_path, "essex", recipients(shared))
    with pytest.raises(ProfileError, match="the same key in essex and kent") as error:
        desks(tmp_path)
    assert fingerprint(shared) in str(error.value)
    assert shared not in str(error.value)


def test_the_same_key_twice_in_one_force_is_told(tmp_path: Path) -> None:
    mine = key()
    put(tmp_path, "kent", recipients(mine, mine))
    with pytest.raises(ProfileError, match="key 2, stands there twice"):
        profile("kent", tmp_path)


def test_a_file_with_keys_that_was_renamed_or_says_not_whose_it_is_is_refused(tmp_path: Path) -> None:
    put(tmp_path, "kent", recipients(key()), of="essex")
    with pytest.raises(ProfileError, match="slug is not that of Kent Police"):
        desks(tmp_path)
    (tmp_path / "kent.toml").write_text(f"[report]\n{recipients(key())}\n")
    with pytest.raises(ProfileError, match="does not say whose it is"):
        desks(tmp_path)


def test_keys_of_shipped_profiles_would_be_held_to_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    shared = key()
    with pytest.raises(ProfileError, match="the same key in essex and kent"):
        desk.need_own_keys({slug: desk.Desk(recipients=(shared,)) for slug in ("kent", "essex")})

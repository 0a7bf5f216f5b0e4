"""A sealed document opens with its own force's key and with no other's; what was not sealed here goes nowhere."""

import copy
import dataclasses
import io
import itertools
import pickle
import zipfile
from pathlib import Path

import pytest
from pyrage import decrypt, x25519

from reconcile.errors import DeliveryError, ProfileError
from reconcile.forces.desk import fingerprint
from reconcile.reports.delivery import Delivery
from reconcile.reports.sealing import ENVELOPE, NotSealedError, Sealed, Sealer, opened, packed
from tests.desks import RELEASE, desk, document, identity, office, public

FORCES = ("essex", "kent", "metropolitan", "surrey")


def test_what_was_sealed_comes_back_whole_with_its_envelope(tmp_path: Path) -> None:
    settings, secrets = office(tmp_path, *FORCES)
    made = document("kent", "Kent's own")
    sealed = Sealer(settings, {}).seal(made)
    assert sealed.file == f"OFFICIAL-SENSITIVE_2018-03_kent_match-report-{RELEASE}.age"
    envelope, files = opened(sealed.content, [secrets["kent"]])
    assert files == dict(made.files)
    assert (envelope["force"], envelope["document"], envelope["kind"]) == ("kent", RELEASE, "report")
    assert envelope["files"] == made.hashes
    assert b"Kent's own" not in sealed.content


def test_no_force_opens_anothers(tmp_path: Path) -> None:
    settings, secrets = office(tmp_path, *FORCES)
    sealer = Sealer(settings, {})
    sealed = {force: sealer.seal(document(force)) for force in FORCES}
    for of, by in itertools.product(FORCES, FORCES):
        if of == by:
            assert opened(sealed[of].content, [secrets[by]])[0]["force"] == of
        else:
            with pytest.raises(DeliveryError, match="does not open"):
                opened(sealed[of].content, [secrets[by]])
    with pytest.raises(DeliveryError, match="does not open"):
        opened(sealed["kent"].content, [secrets[force] for force in FORCES if force != "kent"])


def test_each_of_several_keys_of_a_force_opens_it(tmp_path: Path) -> None:
    settings, secrets = office(tmp_path, "kent")
    second = identity()
    desk(settings, "kent", secrets["kent"], second)
    sealed = Sealer(settings, {}).seal(document("kent"))
    assert sealed.recipients == (fingerprint(public(secrets["kent"])), fingerprint(public(second)))
    for each in (secrets["kent"], second):
        assert opened(sealed.content, [identity(), each])[0]["force"] == "kent"


def test_the_archive_is_the_same_bytes_whenever_the_document_is_and_the_sealed_file_is_not(tmp_path: Path) -> None:
    settings, _ = office(tmp_path, "kent")
    made = document("kent")
    turned = dataclasses.replace(made, files=made.files[::-1])
    assert packed(made, "OFFICIAL") == packed(turned, "OFFICIAL")
    one, other = (Sealer(settings, {}).seal(each) for each in (made, turned))
    assert one.archive == other.archive
    assert one.sha256 != other.sha256
    with zipfile.ZipFile(io.BytesIO(packed(made, "OFFICIAL"))) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert sorted(archive.namelist()) == sorted([*made.hashes, ENVELOPE])


def test_what_is_sealed_is_age_that_any_other_program_opens(tmp_path: Path) -> None:
    settings, secrets = office(tmp_path, "kent")
    sealed = Sealer(settings, {}).seal(document("kent"))
    assert sealed.content.startswith(b"age-encryption.org/v1\n-> X25519 ")
    plain = decrypt(sealed.content, [x25519.Identity.from_str(secrets["kent"])])
    assert zipfile.is_zipfile(io.BytesIO(plain))


def test_a_force_without_a_key_is_sealed_nothing(tmp_path: Path) -> None:
    settings, _ = office(tmp_path, "kent")
    with pytest.raises(DeliveryError, match="no public key is known"):
        Sealer(settings, {}).seal(document("essex"))


def test_swapped_profiles_are_refused_before_anything_is_sealed(tmp_path: Path) -> None:
    settings, _ = office(tmp_path, *FORCES)
    one, other = (settings.workspace.profiles / f"{force}.toml" for force in ("kent", "essex"))
    kept = one.read_text()
    one.write_text(other.read_text())
    other.write_text(kept)
    with pytest.raises(ProfileError, match="slug is not that of"):
        Sealer(settings, {})


def test_swapped_keys_are_refused_once_either_was_ever_used(tmp_path: Path) -> None:
    settings, secrets = office(tmp_path, "kent", "essex")
    known = {fingerprint(public(secret)): force for force, secret in secrets.items()}
    desk(settings, "kent", secrets["essex"])
    desk(settings, "essex", secrets["kent"])
    sealer = Sealer(settings, known)
    for force, other in (("kent", "essex"), ("essex", "kent")):
        with pytest.raises(DeliveryError, match=f"was that of {other}: a key never moves"):
            sealer.seal(document(force))


def test_two_forces_with_one_key_stop_every_sealing(tmp_path: Path) -> None:
    settings, secrets = office(tmp_path, *FORCES)
    desk(settings, "kent", identity(), secrets["essex"])
    with pytest.raises(ProfileError, match="the same key in essex and kent"):
        Sealer(settings, {})


@pytest.mark.parametrize("name", ["force", "document", "kind", "file", "content", "archive", "recipients", "told"])
def test_a_sealed_document_that_is_changed_goes_nowhere(tmp_path: Path, name: str) -> None:
    settings, _ = office(tmp_path, "kent", "essex")
    sealer = Sealer(settings, {})
    sealed, other = (
        sealer.seal(document("kent")),
        sealer.seal(document("essex", "other", name="another", kind="notice")),
    )
    value = getattr(other, name)
    with pytest.raises(NotSealedError):
        dataclasses.replace(sealed, **{name: value})
    object.__setattr__(sealed, name, value)
    with pytest.raises(NotSealedError):
        Delivery(settings)._put(sealed)
    assert not list(tmp_path.rglob("*.age"))
    assert not list(tmp_path.rglob("*.notice.txt"))


def test_nothing_but_sealing_makes_a_sealed_document(tmp_path: Path) -> None:
    given = {"document": "d", "kind": "report", "file": "f.age", "archive": "a", "recipients": (), "told": ()}
    with pytest.raises(NotSealedError):
        Sealed("kent", content=b"plain", **given)
    with pytest.raises(NotSealedError):
        Sealed("kent", content=b"plain", stamp=b"\0" * 32, **given)


def test_a_stamp_of_another_document_fits_no_other(tmp_path: Path) -> None:
    settings, _ = office(tmp_path, "kent", "essex")
    sealer = Sealer(settings, {})
    kent, essex = (sealer.seal(document(force)) for force in ("kent", "essex"))
    with pytest.raises(NotSealedError):
        dataclasses.replace(kent, stamp=essex.stamp)
    assert pickle.loads(pickle.dumps(kent)) == kent == copy.deepcopy(kent), "unchanged it stays what it is"


@pytest.mark.parametrize(
    "changes",
    [
        {"force": "essex"},
        {"files": ()},
        {"kind": "letter"},
        {"files": (("OFFICIAL_2018-03_essex_match-report.html", b"x"),)},
        {"files": (("../OFFICIAL_kent_x.html", b"x"),)},
        {"files": (("a_kent_b.json", b'{"force": "essex"}'),)},
        {"files": (("a_kent_b.json", b'{"force": {"slug": "essex"}}'),)},
    ],
)
def test_a_document_of_another_force_cannot_be_made(changes: dict) -> None:
    with pytest.raises(ValueError, match=r"a document|another force"):
        dataclasses.replace(document("kent"), **changes)


def test_what_is_no_sealed_report_is_not_opened(tmp_path: Path) -> None:
    from pyrage import encrypt

    secret = identity()
    keys = [x25519.Recipient.from_str(public(secret))]

    def archive(**entries: str) -> bytes:
        held = io.BytesIO()
        with zipfile.ZipFile(held, "w") as made:
            for name, content in entries.items():
                made.writestr(name.replace("__", "."), content)
        return encrypt(held.getvalue(), keys)

    known = '{"force": "kent", "document": "d", "kind": "report", "files": {}}'
    for content in (encrypt(b"hello", keys), archive(a="b"), archive(envelope__json=known, a_kent_b__html="x")):
        with pytest.raises(DeliveryError, match="no report as this program seals them"):
            opened(content, [secret])
    for damaged in (b"", b"age-encryption.org/v1\n", encrypt(b"hello", keys)[:-1]):
        with pytest.raises(DeliveryError, match="does not open the file"):
            opened(damaged, [secret])
    with pytest.raises(DeliveryError, match="no secret key of age") as error:
        opened(encrypt(b"hello", keys), ["AGE-SECRET-KEY-1WRONG"])
    assert "WRONG" not in str(error.value)

"""What may stand in no file of the tree."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
FOLDERS = ("reconcile", "dags", "expectations", "tests", "docs", ".ci")
TEXTS = {".py", ".toml", ".csv", ".tsv", ".json", ".html", ".css", ".js", ".md", ".jinja", ""}
MARKS = re.compile(r"^(<{7} |={7}$|>{7} )", re.MULTILINE)


def test_no_file_has_the_marks_of_a_merge_that_was_not_settled() -> None:
    """The style of the match report once had: a browser passes over what it cannot read, and so did every test."""
    files = [path for name in FOLDERS for path in (ROOT / name).rglob("*") if path.suffix in TEXTS and path.is_file()]
    files += [path for path in ROOT.iterdir() if path.is_file() and path.suffix in TEXTS]
    assert len(files) > 500
    read = ((path, path.read_text(encoding="utf-8", errors="ignore")) for path in files)
    assert [str(path.relative_to(ROOT)) for path, text in read if MARKS.search(text)] == []


def test_no_browser_test_waits_for_a_string_of_script() -> None:
    """The pages' policy refuses a string as script, so such a wait passed only where it had nothing to wait for."""
    texts = {path.name: path.read_text(encoding="utf-8") for path in (ROOT / "tests" / "pages").glob("*.py")}
    assert "to_be_focused" in "".join(texts.values())
    assert [name for name, text in texts.items() if "wait_for_function" in text] == []

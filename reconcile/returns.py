"""One force's answer to a survey, read from a release that still is as it was published.

Invariant: the figures are those of the release named and no others; who asked, and for whom, stands in the audit log
before the answer is given.
"""

from reconcile.audit import AuditLog, Entry
from reconcile.errors import ReleaseError
from reconcile.national import contents, survey_return
from reconcile.national import release as releases
from reconcile.national.survey_return import Answer
from reconcile.settings import Settings
from reconcile.workspace import read_json

ROLE = "national coordinator"


def answer(settings: Settings, slug: str, *, reader: str, name: str = "", recipient: str = "") -> Answer:
    """The answer of the force ``slug`` from the release ``name``, the current one where that is empty, and log it.

    With a ``recipient`` it is logged as a disclosure to them, otherwise as a consultation by ``reader``.

    Raises:
        ReleaseError: there is no such release, it was altered, or holds too few figures.
    """
    published = releases.named(settings, name)
    if problems := releases.verify_hashes(published):
        raise ReleaseError(f"release {published.name} was altered ({problems[0]}): restore it from a copy")
    found = survey_return.answer(
        slug,
        read_json(published / contents.STATISTICS),
        read_json(published / contents.COVERAGE)["forces"],
        read_json(published / releases.MANIFEST),
    )
    AuditLog(settings.database_url).append_many(
        [
            Entry(
                "disclosure" if recipient else "consultation",
                actor=reader,
                role=ROLE,
                force=slug,
                purpose=settings.purpose,
                justification=f"answer to a survey from release {published.name}",
                subjects=f"figures of {slug}",
                recipient=recipient or None,
                count=0,
                run=settings.cycle,
            )
        ]
    )
    return found

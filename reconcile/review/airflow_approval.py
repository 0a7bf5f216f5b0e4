"""The answer to the approval task of Airflow, given from the review pages.

Decides which task is answered: that of the newest run that waits for the cycle's sign-off. Invariant: the answer is the
visitor's own, asked with their token, so that Airflow names them as who answered; nothing of Airflow is imported.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

import httpx
from fastapi import Request

from reconcile.errors import ReleaseError

DAG: Final = "national_reconciliation"
TASK: Final = "sign_off"
APPROVE: Final = "Approve"
SECONDS: Final = 20.0
"""How long Airflow's server is waited for."""
COOKIE: Final = "_token"
"""The cookie Airflow keeps its token in."""


@dataclass(frozen=True)
class Answer:
    """What a person says at the sign-off of a cycle: ``reason`` why the list may be published, ``accept_bands`` why
    figures outside their bands are right, "" where none are."""

    cycle: str
    reason: str
    accept_bands: str = ""


AnswerApproval = Callable[[Request, Answer], bool]
"""Approves the waiting task as the visitor who sends the request; false where no task waits."""


def answering(address: str, transport: httpx.BaseTransport | None = None) -> AnswerApproval:
    """The function that answers through the Airflow server at ``address``, such as http://127.0.0.1:8080."""

    def answer(request: Request, said: Answer) -> bool:
        token = token_of(request)
        with httpx.Client(
            base_url=address.rstrip("/") + "/api/v2",
            headers={"Authorization": f"Bearer {token}"},
            timeout=SECONDS,
            transport=transport,
        ) as client:
            return approve(client, said)

    return answer


def token_of(request: Request) -> str:
    """Airflow's token of the visitor: from the Authorization header, else from its cookie; "" where there is none."""
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    return token if kind.lower() == "bearer" else request.cookies.get(COOKIE, "")


def approve(client: httpx.Client, said: Answer) -> bool:
    """Approve the sign-off of the newest run that waits for it; false where none waits.

    Raises:
        ReleaseError: Airflow cannot be reached or refuses, or somebody answered first.
    """
    waiting = _waiting(client, said.cycle)
    if waiting is None:
        return False
    place = f"/dags/{DAG}/dagRuns/{quote(waiting['dag_run_id'], safe='')}/taskInstances/{TASK}/{waiting['map_index']}"
    params = {"reason": said.reason, "accept_bands": said.accept_bands}
    _asked(client, "PATCH", f"{place}/hitlDetails", json={"chosen_options": [APPROVE], "params_input": params})
    return True


def _waiting(client: httpx.Client, cycle: str) -> Mapping[str, Any] | None:
    """The task instance of the newest run that waits for an answer about this cycle, as its subject names it."""
    asked = {"response_received": "false", "state": "awaiting_input", "task_id": TASK, "order_by": "-created_at"}
    found = _asked(client, "GET", f"/dags/{DAG}/dagRuns/~/hitlDetails", params=asked)["hitl_details"]
    named = re.compile(rf"(?<![\w.-]){re.escape(cycle)}(?![\w-])")
    return next((each["task_instance"] for each in found if named.search(each["subject"])), None)


def _asked(client: httpx.Client, method: str, place: str, **sent: Any) -> Any:
    try:
        answer = client.request(method, place, **sent)
    except httpx.HTTPError as error:
        raise ReleaseError(f"Airflow cannot be reached ({type(error).__name__}): nothing was approved") from error
    if answer.is_success:
        return answer.json()
    said = {
        401: "does not know you any more: sign in to it again",
        403: "does not let you answer this task: ask for the right to",
        404: "has no such task any more: look at the run",
        409: "has an answer to this sign-off already: look at the run",
    }.get(answer.status_code, f"refused with {answer.status_code}: look at the run")
    raise ReleaseError(f"Airflow {said}; nothing was approved here")

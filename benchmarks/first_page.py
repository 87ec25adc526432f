"""How long the server takes for a resident's page, and for storing what they send: one at a time, nobody else there.

What users feel: the link in the message opens at once, also on the oldest phone; Send answers at once. The reference is
a bare Flask form and its POST in the same process.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from flask.testing import FlaskClient

from benchmarks import bare
from benchmarks.answering import FILLED_IN
from benchmarks.council import invite, set_up
from benchmarks.measuring import Result, in_turn, milliseconds
from benchmarks.workbench import NAMES, Workbench, app_on
from survey_app.extensions import transaction
from survey_app.kernel.clock import utc_now

NAME = "first_page"
NONCE = re.compile(r'name="nonce" value="([^"]+)"')


def run(bench: Workbench) -> Iterator[Result]:
    plain = bare.app.test_client()
    for kind in bench.kinds:
        with app_on(bench.empty(kind)) as app:
            with app.app_context(), transaction():
                tokens = invite(*set_up(utc_now()), 2 * (bench.size.quick_pairs + 1), utc_now())
            client = app.test_client()
            opened = iter(tokens)
            pairs = in_turn(
                lambda: milliseconds(lambda: client.get(f"/s/{next(opened)}")),  # noqa: B023
                lambda: milliseconds(lambda: plain.get("/")),
                bench.size.quick_pairs,
            )
            yield Result(f"first page, {NAMES[kind]}", "ms", "a bare Flask form", pairs, more_is_better=False)
            sent = iter(tokens)
            pairs = in_turn(
                lambda: _send(client, next(sent)),  # noqa: B023
                lambda: milliseconds(lambda: plain.post("/", data=FILLED_IN)),
                bench.size.quick_pairs,
            )
            yield Result(f"answer stored, {NAMES[kind]}", "ms", "a bare Flask form, sent", pairs, more_is_better=False)


def _send(client: FlaskClient, token: str) -> float:
    nonce = NONCE.search(client.get(f"/s/{token}").text)
    form = FILLED_IN | {"nonce": nonce[1] if nonce else ""}
    return milliseconds(lambda: _expect(client, token, form))


def _expect(client: FlaskClient, token: str, form: dict[str, str]) -> None:
    status = client.post(f"/s/{token}", data=form).status_code
    if status != 303:
        raise RuntimeError(f"an answer was met with status {status}")

"""Steps done one after the other, for any side alike."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable, Mapping, MutableMapping

from benchmarks.peers.description import Form, PeerError, Side, Step, placed
from benchmarks.peers.forms import filled
from benchmarks.peers.session import Reply, Session
from survey_app.settings import PROJECT_ROOT

MOST_TIMES = 10_000
COMMAND_SECONDS = 3_600
SHOWN = 300  # characters of a reply that was not the one


def act(steps: Iterable[Step], side: Side, session: Session, values: MutableMapping[str, str]) -> bytes:
    """Do all steps; what the last one came to. `values` grow by what steps keep."""
    came = b""
    for step in steps:
        for _ in range(MOST_TIMES):
            came = _do(step, side, session, values)
            text = came.decode("utf-8", errors="replace")
            _keep(step, text, values)
            if step.again_while is None or not step.again_while.search(text):
                break
        else:
            raise PeerError(f"{step.what} had more to do after {MOST_TIMES:,} times")
    return came


def _do(step: Step, side: Side, session: Session, values: Mapping[str, str]) -> bytes:
    what = placed(step.what, values)
    if step.kind == "command":
        return _expected(step, _run(what, placed(side.environment, values)), str(what))
    reply = session.send_json(what, placed(step.json, values)) if step.kind == "post" else session.get(what)
    if step.form is not None:
        reply = _fill_in(step.form, reply, session, values)
    if reply.status >= 400:
        raise PeerError(f"{reply.address} came with status {reply.status}: {_beginning(reply.text)}")
    return _expected(step, reply.body, reply.address)


def _fill_in(form: Form, reply: Reply, session: Session, values: Mapping[str, str]) -> Reply:
    """Page after page, as a person does who goes on until they are thanked."""
    form = Form(**{**vars(form), "fields": placed(form.fields, values), "text": placed(form.text, values)})
    missing = set(form.fields)
    for _ in range(form.most_pages):
        if reply.status >= 400:
            return reply
        where, fields = filled(reply.body, reply.address, form)
        missing -= {name for name, _value in fields}
        reply = session.send(where, fields)
        if form.until.search(reply.text):
            if missing:
                raise PeerError(f"no page of {where} has a field called {min(missing)}")
            return reply
    last = f"the last of {form.most_pages} pages, {reply.address}, does not say {form.until.pattern}"
    raise PeerError(f"{last}: {_beginning(reply.text)}")


def _run(command: list[str], environment: Mapping[str, str]) -> bytes:
    try:
        done = subprocess.run(
            command,
            cwd=PROJECT_ROOT,
            env=os.environ | dict(environment),
            capture_output=True,
            timeout=COMMAND_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as problem:
        raise PeerError(f"{command[0]}: {problem}") from problem
    if done.returncode:
        raise PeerError(f"{' '.join(command)} failed: {done.stderr.decode(errors='replace')[-SHOWN:].strip()}")
    return done.stdout


def _expected(step: Step, came: bytes, where: str) -> bytes:
    text = came.decode("utf-8", errors="replace")
    if step.expect is not None and not step.expect.search(text):
        raise PeerError(f"{where} did not say {step.expect.pattern}: {_beginning(text)}")
    return came


def _keep(step: Step, text: str, values: MutableMapping[str, str]) -> None:
    for name, pattern in step.keep.items():
        found = pattern.search(text)
        if found is None:
            raise PeerError(f"{step.what} holds no {name}: {_beginning(text)}")
        values[name] = found[1]


def _beginning(text: str) -> str:
    return " ".join(text.split())[:SHOWN]

"""Whoever changes something leaves a line, and no line holds personal data."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from flask import Flask

from survey_app.audit.models import AuditLine
from survey_app.settings import PROJECT_ROOT
from survey_app.web.access import PUBLIC, access_of
from tests.audit.personal import NAMES_OF_DETAILS, personal_data_in

RECORDERS = {"record_act", "record_act_by"}
DRAFT = "a draft keeps who changed what, to be undone; publishing it leaves a line"
CHANGES_NOTHING = "changes nothing"
OWN_CHOICE = "what somebody begins with or keeps in sight is their own affair"
LEAVE_NO_LINE = {
    "surveys.make": DRAFT,
    "surveys.change": DRAFT,
    "surveys.save_about": DRAFT,
    "surveys.add_from_bank": DRAFT,
    "surveys.save_pages": DRAFT,
    "surveys.join": DRAFT,
    "surveys.add_rule": DRAFT,
    "surveys.add": DRAFT,
    "surveys.save": DRAFT,
    "surveys.save_asked_of": DRAFT,
    "surveys.save_rule": DRAFT,
    "surveys.drop_rule": DRAFT,
    "surveys.save_translation": DRAFT,
    "surveys.bring_translation": DRAFT,
    "surveys.fill_translation": DRAFT,
    "surveys.bring_picture": DRAFT,
    "surveys.undo": DRAFT,
    "survey_files.forget": "an uploaded file that was only looked at goes, as it would by itself",
    "survey_preview.try_out": CHANGES_NOTHING,
    "themes_admin.begin": "the standard themes come by themselves with the first comment",
    "withdrawals.find": CHANGES_NOTHING,
    "assisted.find": CHANGES_NOTHING,
    "frameworks.load": "import_framework leaves it; the view finds it in a table of ours",
    "sitting.press": "an assessor's own mark, kept with its time beside the element",
    "api.send_contacts": "each row keeps its feed, and a feed its days and its key",
    "security.logout": "a session is no setting",
    "security.change_password": "Flask-Security's own view",
    "security.verify": CHANGES_NOTHING,
    "security.two_factor_setup": "the signal of an added or removed app leaves it (second_step/views.py)",
    "security.mf_recovery_codes": "Flask-Security's own view; RecoveryCodes leaves it",
    "security.wan_register": CHANGES_NOTHING,
    "security.wan_register_response": "the signal of an added passkey leaves it (second_step/views.py)",
    "security.wan_delete": "the signal of a removed passkey leaves it (second_step/views.py)",
    "single_sign_on.start_link": "nothing is linked before the way back, which leaves it",
    "services.look": CHANGES_NOTHING,
    "retention.try_": CHANGES_NOTHING,
    "subject_requests.find": CHANGES_NOTHING,
    "digests.begin": "what somebody gets by e-mail themselves is no setting",
    "digests.send_now": CHANGES_NOTHING,
    "digests.stop": "what somebody gets by e-mail themselves is no setting",
    "digests.go_on": "what somebody gets by e-mail themselves is no setting",
    "pinned.pin": OWN_CHOICE,
    "pinned.up": OWN_CHOICE,
    "pinned.down": OWN_CHOICE,
    "pinned.unpin": OWN_CHOICE,
    "saved_views.begin": OWN_CHOICE,
    "saved_views.begin_plainly": OWN_CHOICE,
    "setting_changes.undo": "what restores a setting leaves it; the view finds it in a table of ours",
}

Name = tuple[str, str]  # module and function


class Calls:
    """What each function of the house names, and so may call."""

    def __init__(self, root: Path) -> None:
        self._functions: dict[Name, ast.AST] = {}
        self._imports: dict[str, dict[str, Name]] = {}
        for path in root.rglob("*.py"):
            module = ".".join(path.relative_to(root.parent).with_suffix("").parts).removesuffix(".__init__")
            imports = self._imports[module] = {}
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.FunctionDef | ast.ClassDef):
                    self._functions[module, node.name] = node
                if isinstance(node, ast.ImportFrom) and node.module:
                    imports |= {each.asname or each.name: (node.module, each.name) for each in node.names}

    def leads_to(self, start: Name, ends: set[str]) -> bool:
        """Whether what is called there, and what that calls, names one of these."""
        seen, waiting = set(), [start]
        while waiting:
            here = waiting.pop()
            if here[1] in ends:
                return True
            if here not in seen:
                seen.add(here)
                waiting += self._named(here)
        return False

    def _named(self, here: Name) -> Iterator[Name]:
        module = here[0]
        for node in ast.walk(self._functions.get(here, ast.Pass())):
            found = None
            if isinstance(node, ast.Name):
                found = self._resolved(module, node.id)
            elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                package = self._imports[module].get(node.value.id)
                found = self._resolved(".".join(package), node.attr) if package else None
            if found is not None:
                yield found

    def _resolved(self, module: str, name: str) -> Name | None:
        for _ in range(9):
            if (module, name) in self._functions:
                return module, name
            if name not in self._imports.get(module, {}):
                return None
            module, name = self._imports[module][name]
        return None


@cache
def calls() -> Calls:
    return Calls(PROJECT_ROOT / "survey_app")


# What a view calls is Python's, whichever database stands behind it.
@pytest.mark.parametrize("kind", ["sqlite"], indirect=True, scope="session")
def test_every_form_of_staff_leaves_a_line_or_is_known_not_to(app: Flask) -> None:
    silent = set()
    for rule in app.url_map.iter_rules():
        if "POST" in (rule.methods or ()) and access_of(app, rule.endpoint) != PUBLIC:
            view = inspect.unwrap(app.view_functions[rule.endpoint])
            if not calls().leads_to((view.__module__, view.__name__), RECORDERS):
                silent.add(rule.endpoint)
    assert silent - LEAVE_NO_LINE.keys() == set(), "record the act, or say here why it needs no line"
    assert {each for each in LEAVE_NO_LINE if each not in app.view_functions} == set()


def test_who_records_nothing_is_found() -> None:
    module = "survey_app.admin.jobs.views"
    assert calls().leads_to((module, "retry"), RECORDERS)
    assert not calls().leads_to((module, "index"), RECORDERS)


def test_no_act_names_a_fact_that_is_a_persons() -> None:
    """The facts of a line are written out where it is recorded: none is called as a person's details are."""
    wrong = []
    for path in sorted((PROJECT_ROOT / "survey_app").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in RECORDERS:
                facts = [each.value for each in node.keywords if each.arg in ("before", "after")]
                names = {key.value for fact in facts for key in _keys(fact)} & NAMES_OF_DETAILS
                wrong += [f"{path.name}:{node.lineno}: {name}" for name in names]
    assert wrong == []


def _keys(fact: ast.expr) -> Iterator[ast.Constant]:
    for node in ast.walk(fact):
        if isinstance(node, ast.Dict):
            yield from (key for key in node.keys if isinstance(key, ast.Constant))


def test_a_line_with_somebodys_details_would_be_found() -> None:
    for words in ("asha@example.org", "07700 900123", "+44 7700 900123", "AB1 2CD"):
        assert personal_data_in(AuditLine(action="x", subject="y", before=None, after={"reason": f"for {words}"}))
    assert not personal_data_in(AuditLine(action="x", subject="C-77", before=None, after={"value": 0.93, "n": 1_234}))

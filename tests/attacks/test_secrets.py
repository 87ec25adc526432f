"""How secrets are compared, and what is worth nothing in another person's hands."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator

import pytest
from bs4 import BeautifulSoup
from flask import Flask

from survey_app.settings import PROJECT_ROOT
from tests.conftest import PersonsClient
from tests.factories import make_council

ON_SQLITE = pytest.mark.parametrize("kind", ["sqlite"], indirect=True, scope="session")  # the database plays no part
SECRET = re.compile(r"(token|secret|digest|nonce|pin|password|signature|challenge|csrf|state|otp|sha256|seal)s?$")
# Compared by `==`, which takes the longer the more letters are right. A new one is compared by hmac.compare_digest or
# looked up by its digest, or says here why whoever measures it learns nothing.
COMPARED = {
    "admin/themes/forms.py": "the digest of keywords, which the page itself shows",
    "audit/verifying.py": "seals of lines that whoever runs the command can read",
    "comments/cli.py": "the digest of a file of one's own",
    "comments/linear.py": "the digest of a file of one's own",
    "comments/measured.py": "the digest of a file of one's own",
    "evidence/packs/verifying/whole.py": "digests that stand in the pack",
    "invitations/undo_note.py": "what a signed note says, once its signature was found right",
    "invitations/views.py": "the word for a test, which everybody knows",
    "measures/operations/editions.py": "the digest of a table, which the page itself shows",
    "upkeep/backups/dump_folder.py": "digests that stand in the backup",
    "upkeep/drill/queries.py": "digests that stand beside what they are of, in a scratch copy",
}
OF_STATES = re.compile(r"State\.|\.state (==|!=)|^state (==|!=)|\bstate\b (==|!=) \w*[A-Z]")  # how far something is
# Each kind of secret that somebody sends us, and where it is found right.
KINDS = {
    "API key": ("accounts/keys/queries.py", "compare_digest"),
    "state of single sign-on": ("accounts/single_sign_on/views.py", "compare_digest"),
    "nonce of single sign-on": ("accounts/single_sign_on/provider.py", "compare_digest"),
    "recovery code": ("accounts/second_step/operations.py", "compare_digest"),
    "challenge of a passkey": ("accounts/second_step/forms.py", "compare_digest"),
    "token of GOV.UK Notify": ("invitations/callbacks/views.py", "compare_digest"),
    "session": ("accounts/sessions/queries.py", "key_digest == token_digest("),
    "link to a survey, and to stop": ("invitations/queries.py", "token_sha256 == bindparam("),
    "verdict": ("actions/followups/queries.py", "verdict_token_sha256 == token_digest("),
    "stop of a digest": ("dashboards/digests/queries.py", "token_sha256 == token_digest("),
    "draft of an open link": ("responses/queries.py", "key == token_digest("),
    "code of a letter or a text message": ("invitations/queries.py", "else keyed_hash("),
}


def _named(node: ast.expr) -> str:
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case ast.Call(func=function):
            return _named(function)
        case ast.Subscript(slice=ast.Constant(value=str(name))):
            return name
        case ast.Subscript(value=value):
            return _named(value)
    return ""


def _compared(tree: ast.AST) -> Iterator[ast.Compare]:
    """Comparisons of something called as a secret, but those that a database makes of a column and a digest."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Compare) or not any(isinstance(each, ast.Eq | ast.NotEq) for each in node.ops):
            continue
        sides = [node.left, *node.comparators]
        is_of_a_column = isinstance(node.left, ast.Attribute) and _named(node.left.value)[:1].isupper()
        if any(isinstance(side, ast.Constant) for side in sides) or is_of_a_column:
            continue
        if any(SECRET.search(_named(side)) for side in sides) and not OF_STATES.search(ast.unparse(node)):
            yield node


def test_no_secret_is_compared_letter_by_letter() -> None:
    source = PROJECT_ROOT / "survey_app"
    found = {
        str(path.relative_to(source)): [ast.unparse(each) for each in compared]
        for path in sorted(source.rglob("*.py"))
        if (compared := list(_compared(ast.parse(path.read_text(encoding="utf-8")))))
    }
    assert {file: words for file, words in found.items() if file not in COMPARED} == {}
    assert set(COMPARED) <= set(found), "no longer compared there"


def test_a_comparison_letter_by_letter_would_be_found() -> None:
    assert list(_compared(ast.parse("if given_token == row.token: pass")))
    assert list(_compared(ast.parse("ok = request.form['pin'] != link.pin")))
    assert not list(_compared(ast.parse("select(X).where(Link.digest == token_digest(token))")))


@pytest.mark.parametrize("secret", KINDS)
def test_each_kind_of_secret_is_compared_in_constant_time_or_found_by_its_digest(secret: str) -> None:
    file, way = KINDS[secret]
    assert way in (PROJECT_ROOT / "survey_app" / file).read_text(encoding="utf-8")


@ON_SQLITE
def test_the_token_of_a_form_serves_no_other_session(app: Flask, sign_in: Callable[..., PersonsClient]) -> None:
    make_council()
    theirs, mine = sign_in("administrator"), sign_in("administrator")
    page = BeautifulSoup(mine.get("/accounts/password").text, "html.parser")
    token = page.find("input", {"name": "csrf_token"})
    assert token is not None
    sent = {"csrf_token": token["value"]}
    assert theirs.post("/accounts/sessions/end-others", data=sent).status_code == 400
    assert mine.post("/accounts/sessions/end-others", data=sent).status_code == 303

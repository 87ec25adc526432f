"""A survey system of another kind, as small as can be: pages with a token against forgery, a sign-in, JSON-RPC, e-mail.

Its forms behave as LimeSurvey's do: hidden fields that change with each page, buttons that say which way to go, a
last page after two, and a second visit of a token that is refused.
"""

from __future__ import annotations

import base64
import secrets
import smtplib

from flask import Flask, abort, make_response, redirect, render_template_string, request, session
from flask.typing import ResponseReturnValue

USER, PASSWORD = "admin", "secret of the stand-in"
BATCH = 2  # letters sent by one call

QUESTION = """<input type="radio" name="1X1X{{ n }}" value="A1"><input type="radio" name="1X1X{{ n }}" value="A5">
<input type="radio" name="1X1X{{ n }}" value="" checked>"""
PAGE = """<!doctype html><title>Survey</title><form method="get" action="/search"><input name="q"></form>
<form id="limesurvey" method="post" action="/index.php/1">
<input type="hidden" name="YII_CSRF_TOKEN" value="{{ csrf }}"><input type="hidden" name="LEMpostKey" value="{{ key }}">
<input type="hidden" name="thisstep" value="{{ step }}"><input type="hidden" name="token" value="{{ token }}">
{% if step == 1 %}{% for n in (1, 2) %}"""
PAGE += (
    QUESTION
    + """{% endfor %}{% else %}<textarea name="1X1X3">
</textarea>{% endif %}
<button type="submit" name="move" value="moveprev">Back</button>
<button type="submit" name="move" value="{{ 'movenext' if step == 1 else 'movesubmit' }}">On</button></form>"""
)
LOGIN = """<form id="loginform" method="post"><input type="hidden" name="YII_CSRF_TOKEN" value="{{ csrf }}">
<input name="user"><input type="password" name="password">
<button type="submit" name="login_submit" value="login">Sign in</button></form>"""


class StandIn:
    """What it stored, and how it is to behave."""

    def __init__(self) -> None:
        self.at = ""
        self.stored: list[dict[str, str]] = []
        self.invited: list[str] = []
        self.uninvited = [f"resident.{n}@example.org" for n in range(5)]
        self.mail_port = 0
        self.statistics_asked = 0
        self.moved_to = ""  # another host that it sends everybody to
        self._drafts: dict[str, dict[str, str]] = {}

    def app(self) -> Flask:
        app = Flask(__name__, static_folder=None)
        app.secret_key = secrets.token_hex()
        rule = app.add_url_rule
        rule("/index.php/1", view_func=self.open, methods=["GET"])
        rule("/index.php/1", view_func=self.send, methods=["POST"])
        rule("/index.php/admin/authentication/sa/login", view_func=self.sign_in, methods=["GET", "POST"])
        rule("/index.php/admin/statistics/sa/simpleStatistics/surveyid/1", view_func=self.statistics)
        rule("/index.php/admin/remotecontrol", view_func=self.remote, methods=["POST"])
        return app

    def open(self) -> ResponseReturnValue:
        if self.moved_to:
            return redirect(self.moved_to)
        token = request.args.get("token", "")
        if any(answer["token"] == token for answer in self.stored):
            abort(403)
        self._drafts[token] = {"token": token}
        return self._page(1, token)

    def _page(self, step: int, token: str) -> ResponseReturnValue:
        session["key"], session["step"] = secrets.token_hex(8), step
        session.setdefault("csrf", secrets.token_hex(8))
        return make_response(
            render_template_string(PAGE, csrf=session["csrf"], key=session["key"], step=step, token=token)
        )

    def send(self) -> ResponseReturnValue:
        form = request.form
        sent = form["YII_CSRF_TOKEN"], form["LEMpostKey"], form["thisstep"]
        if sent != (session["csrf"], session["key"], str(session["step"])):
            abort(400)
        draft = self._drafts[form["token"]]
        draft |= {name: value for name, value in form.items() if name.startswith("1X1X")}
        if form["move"] == "movenext":
            return self._page(2, form["token"])
        assert form["move"] == "movesubmit"
        self.stored.append(draft)
        return '<div class="completed-text">Thank you!</div>'

    def sign_in(self) -> ResponseReturnValue:
        session.setdefault("csrf", secrets.token_hex(8))
        if request.method == "POST":
            if request.form["YII_CSRF_TOKEN"] != session["csrf"] or request.form["login_submit"] != "login":
                abort(400)
            session["user"] = request.form["password"] == PASSWORD and request.form["user"]
        if session.get("user"):
            return '<a href="/index.php/admin/authentication/sa/logout">Sign out</a>'
        return render_template_string(LOGIN, csrf=session["csrf"])

    def statistics(self) -> ResponseReturnValue:
        if not session.get("user"):
            return redirect("/index.php/admin/authentication/sa/login")
        self.statistics_asked += 1
        return f"<h1>Statistics</h1>{len(self.stored)}"

    def remote(self) -> ResponseReturnValue:
        call = request.get_json()
        method, (first, *rest) = call["method"], call["params"]
        if method == "get_session_key":
            known = (first, *rest) == (USER, PASSWORD)
            return {"id": call["id"], "result": "key-1" if known else {"status": "Invalid user name or password"}}
        if first != "key-1":
            return {"id": call["id"], "result": {"status": "Invalid session key"}}
        result = self._export() if method == "export_responses" else self._invite()
        return {"id": call["id"], "result": result, "error": None}

    def _export(self) -> str:
        rows = "\n".join(",".join(answer.values()) for answer in self.stored)
        return base64.b64encode(f"token,1,2,3\n{rows}".encode()).decode()

    def _invite(self) -> dict[str, object]:
        now, self.uninvited = self.uninvited[:BATCH], self.uninvited[BATCH:]
        with smtplib.SMTP("127.0.0.1", self.mail_port) as connection:
            for address in now:
                connection.sendmail("survey@example.org", [address], "Subject: Please tell us\n\nHello")
        self.invited += now
        return {"status": f"{len(self.uninvited)} left to send"}

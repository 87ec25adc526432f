"""The reference for pages: what Flask does when a program asks nothing else of it.

No database, no sign-in, no signature. `gunicorn benchmarks.bare:app` takes the same command as the product.
"""

from __future__ import annotations

from flask import Flask, redirect, render_template_string, request
from flask.typing import ResponseReturnValue

app = Flask(__name__, static_folder=None)

FORM = """<!doctype html><html lang="en"><title>Survey</title>
<form method="post"><label>Satisfied? <input name="satisfaction"></label><textarea name="why"></textarea>
<button>Send</button></form></html>"""
THANKS = "<!doctype html><html lang='en'><title>Thank you</title><p>Thank you.</p></html>"
TABLE = """<!doctype html><html lang="en"><title>Table</title><table>
{% for n in range(rows) %}<tr><th>Service {{ n }}</th><td>{{ "%.1f"|format(n / rows) }}%</td><td>{{ n }}</td></tr>
{% endfor %}</table></html>"""
ROW_BYTES = 55


@app.get("/")
def form() -> str:
    return FORM


@app.post("/")
def send() -> ResponseReturnValue:
    return redirect("/thanks" if request.form else "/", code=303)


@app.get("/thanks")
def thanks() -> str:
    return THANKS


@app.post("/nothing")
def nothing() -> tuple[str, int]:
    return "", 204


@app.get("/table/<int:size_bytes>")
def table(size_bytes: int) -> str:
    """A Jinja page of about this size."""
    return render_template_string(TABLE, rows=max(1, size_bytes // ROW_BYTES))
